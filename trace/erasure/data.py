"""Which data of a person can be deleted, of whom, and when: the one table of it.

The resident ID number of a producer and the name of a company are not among them: who sells must be traceable (农产品质量安全法). Nor
is the name by which an officer has acted: it is the signature under an act of the office.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_, Conflict
from ..installation.vault import Secrets
from ..models import (
    Account,
    AttachedFarmer,
    ClaimNotice,
    Complaint,
    Event,
    MailAddress,
    PhoneNumber,
    Producer,
    ProducerKind,
    Role,
)
from .finding import Whose
from .needles import LEAST, MARK, Needle

Subject = Producer | AttachedFarmer | Account | Complaint | ClaimNotice
LOGS_KEPT = timedelta(days=183)  # 网络安全法: logs are kept for at least six months, and say who acted


@dataclass(frozen=True)
class Datum:
    """A datum of a person: its key, what it is called, its words today, and whose rows are searched for them. `is_accounts`: the name
    of who has acted goes with it."""

    key: str
    word: str
    needles: Sequence[Needle]
    whose: Whose
    is_accounts: bool = False


def of(session: Session, secrets: Secrets, subject: Subject) -> list[Datum]:
    """The data of a person that are there to be deleted."""
    found = _OF[type(subject)](session, secrets, subject)
    return [each for each in found if all(_is_there(needle) for needle in each.needles)]


def _is_there(needle: Needle) -> bool:
    return len(needle.words) >= LEAST and not needle.words.startswith(MARK[:-1])


def _of_producer(session: Session, secrets: Secrets, row: Producer) -> Iterator[Datum]:
    whose = Whose(producer_id=row.id)
    yield Datum("producer_contact", N_("联系人"), [Needle(row.contact)], whose)
    yield Datum("producer_phone", N_("电话"), [Needle(row.phone, is_number=True)], whose)
    if row.kind is ProducerKind.INDIVIDUAL:
        yield Datum("producer_name", N_("姓名"), [Needle(row.name)], whose)


def _of_farmer(session: Session, secrets: Secrets, row: AttachedFarmer) -> Iterator[Datum]:
    """The place is often that of fields too, whose place is public: it goes from what is written of the farmer alone."""
    yield Datum("farmer_name", N_("姓名"), [Needle(row.name)], Whose(producer_id=row.producer_id))
    yield Datum("farmer_place", N_("住址"), [Needle(row.place)], Whose(row=(row.__tablename__, row.id)))


def _of_account(session: Session, secrets: Secrets, row: Account) -> Iterator[Datum]:
    whose = Whose(account_id=row.id)
    if row.role in (Role.PRODUCER, Role.INSURER):
        yield Datum("account_name", N_("姓名"), [Needle(row.name)], whose, is_accounts=True)
        yield Datum("account_login", N_("登录名"), [Needle(row.login)], whose, is_accounts=True)
    if mail := session.get(MailAddress, row.id):
        yield Datum("account_mail", N_("电子邮箱"), [Needle(mail.address, is_own=True)], whose)
    if phone := session.get(PhoneNumber, row.id):
        yield Datum("account_phone", N_("电话"), [Needle(phone.address, is_number=True)], whose)


def _of_case(session: Session, secrets: Secrets, row: Complaint | ClaimNotice) -> Iterator[Datum]:
    if row.contact_sealed is not None:
        name, phone = json.loads(secrets.open_contact(row.contact_sealed))
        needles = [Needle(phone, is_number=True), *([Needle(name)] if len(name) >= LEAST else [])]
        yield Datum("case_contact", N_("联系方式"), needles, Whose(row=(row.__tablename__, row.id)))


_OF: dict[type, Callable[..., Iterator[Datum]]] = {
    Producer: _of_producer,
    AttachedFarmer: _of_farmer,
    Account: _of_account,
    Complaint: _of_case,
    ClaimNotice: _of_case,
}


def refuse_too_early(session: Session, subject: Subject, datum: Datum, now: datetime) -> None:
    """Raises Conflict while the datum is needed: the name of who can still act, or acted not long ago."""
    if datum.key == "producer_name" and session.scalar(_in_use(subject)):
        raise Conflict(N_("这个主体还有能登录的账号；请先停用，再删除姓名"))
    if datum.key == "farmer_name" and isinstance(subject, AttachedFarmer) and not subject.is_archived:
        raise Conflict(N_("这一户还在册；请合作社先把它归档，再删除姓名"))
    if datum.is_accounts and isinstance(subject, Account):
        _refuse_account(session, subject, now)


def _in_use(subject: Subject) -> sa.Select[int]:
    return sa.select(Account.id).where(Account.producer_id == subject.id, Account.disabled_at.is_(None)).limit(1)


def _refuse_account(session: Session, account: Account, now: datetime) -> None:
    if account.disabled_at is None:
        raise Conflict(N_("这个账号还能登录；请先停用，再删除"))
    last = session.scalar(sa.select(sa.func.max(Event.at)).where(Event.actor_id == account.id))
    if last is not None and last > now - LOGS_KEPT:
        raise Conflict(N_("日志依法至少留六个月，要写明是谁做的；%(day)s 以后可以删除"), day=(last + LOGS_KEPT).date())
