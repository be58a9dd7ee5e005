"""Cases (案件): complaints and insurance claims, which people file from a scan page and which want an answer.

A case has a number to note down, a day by which it is answered, and dated notes. Its contact is stored encrypted and is
destroyed some time after the case is closed. The person who filed it follows it on the status page (`status`).
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..accounts import attempts, budget
from ..accounts.attempts import Limit
from ..audit import log
from ..clock import day_of
from ..codes.casenumber import new_case_number
from ..db import lock
from ..db.new_rows import add_first
from ..errors import N_, Conflict, Invalid, ProofWanted, Throttled
from ..installation.installation import Installation
from ..installation.vault import Secrets
from ..models import Account, Action, CaseNote, CaseState, ClaimNotice, Complaint
from ..policy.policy import Policy

Case = Complaint | ClaimNotice
Row = TypeVar("Row", bound=Case)

CASE_WORDS = {CaseState.RECEIVED: N_("已收到"), CaseState.IN_HAND: N_("办理中"), CaseState.CLOSED: N_("已办结")}
NOTICE_WORDS = {
    CaseState.RECEIVED: N_("等保险机构接收"),
    CaseState.IN_HAND: N_("保险机构已接收"),
    CaseState.CLOSED: N_("保险机构已答复"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of case.

    `letter` begins its numbers, `term` names its deadline in the policy file, and `word` is its name. `states` are the
    words of its states. `received` and `taken` are the notes to the sender when it arrives and when it is taken over.
    """

    table: type[Case]
    letter: str
    term: str
    word: str
    states: Mapping[CaseState, str]
    received: str
    taken: str


KINDS = (
    Kind(Complaint, "J", "complaint", N_("投诉举报"), CASE_WORDS, N_("已收到，等待受理"), N_("已受理，正在办理")),
    Kind(
        ClaimNotice,
        "B",
        "claim",
        N_("保险报案"),
        NOTICE_WORDS,
        N_("已收到，转给保险机构"),
        N_("保险机构已接收，正在办理"),
    ),
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# For one client address, behind which a whole village may sit: what is free, and what may be filed with proofs of work.
FILING, MOST_FILED = Limit("file", 60, HOUR), 300


def kind_of(case: Case) -> Kind:
    """The kind of the case: complaint or insurance claim."""
    return next(kind for kind in KINDS if isinstance(case, kind.table))


@dataclass(frozen=True)
class Contact:
    """How to reach the person who filed a case, if they wish it: a name and a telephone."""

    name: str = ""
    phone: str = ""


def contact(name: str, phone: str, agreed: bool) -> Contact:
    """The contact as typed. With nothing typed the case is anonymous. Raises Invalid (contact, phone, consent)."""
    if not name.strip() and not phone.strip():
        return Contact()
    if not phone.strip():
        raise Invalid("phone", N_("只有称呼联系不上您；请填电话，或把称呼也空着"))
    with fields.Together() as read:
        found = Contact(read(fields.name, "contact", name, least=0, most=40), read(fields.phone, phone))
    if not agreed:
        raise Invalid("consent", N_("留了电话，就请勾选“同意”；不同意，请把电话空着，照样受理"))
    return found


def form_key(key: str, *content: str) -> str:
    """The mark of one sent form, SHA-256 in hex: of its key and what was typed. A form sent twice has one mark.

    Raises Invalid (key) if `key` is not 32 hexadecimal digits.
    """
    if not re.fullmatch(r"[0-9a-f]{32}", key, re.ASCII):
        raise Invalid("key", N_("页面已过期，没有提交。请返回上一页，刷新后再提交一次。"))
    return hashlib.sha256("\0".join((key, *content)).encode("utf-8", "replace")).hexdigest()


def sent_before(session: Session, table: type[Row], key: str) -> Row | None:
    """The case that this form made, if it was sent before. `key` is from `form_key`."""
    return session.scalar(sa.select(table).where(table.form_key == key))


def refuse_flood(
    session: Session, installation: Installation, client: str, now: datetime, is_paid: bool = False
) -> None:
    """Count a filing of this client address. Raises ProofWanted after 60 within the hour if it is not paid for, and
    Throttled after 300.
    """
    mark = attempts.mark(installation.secrets.session, FILING.name, client)
    before = attempts.counted(session, FILING, mark, now)
    if before >= MOST_FILED:
        raise Throttled(
            N_("这个网络刚刚提交了很多次，请 %(minutes)d 分钟后再提交；急事请直接打电话给当地农业农村局"),
            minutes=attempts.minutes_to_wait(session, FILING, mark, now),
        )
    if (bits := budget.bits_beyond(before - FILING.most)) and not is_paid:
        raise ProofWanted("file", bits, budget.TOO_MANY)
    attempts.count(session, FILING, mark, now)


def receive(session: Session, installation: Installation, actor: Actor, case: Row, reach: Contact, key: str) -> Row:
    """Enter a new case: gives the row its number, its deadline and its encrypted contact.

    `key` is from `form_key`. If the same form was sent before, its first case is returned and `case` is dropped.
    """
    if found := sent_before(session, type(case), key):
        return found
    kind, secrets = kind_of(case), installation.secrets
    case.form_key, case.number = key, new_case_number(kind.letter)
    case.state, case.received_at = CaseState.RECEIVED, actor.at
    case.due_on = installation.policy.cases.due(kind.term, day_of(actor.at))
    case.contact_sealed = secrets.seal_contact(json.dumps([reach.name, reach.phone])) if reach.phone else None
    case.contact_mark = secrets.case_mark(case.number, reach.phone[-4:] or secrets.case_digits(case.number))
    if not add_first(session, case):  # the same form was sent twice at the same moment
        return session.scalars(sa.select(type(case)).where(type(case).form_key == key)).one()
    log.record(session, actor, Action.CASE_RECEIVE, case, number=case.number, due=case.due_on.isoformat())
    _say(session, actor, case, kind.received, to_sender=True)
    return case


def digits_for(secrets: Secrets, case: Case) -> str | None:
    """The four digits for a person who left no telephone. None if the last four of their telephone are used."""
    digits = secrets.case_digits(case.number)
    return digits if secrets.case_mark(case.number, digits) == case.contact_mark else None


def _say(session: Session, actor: Actor, case: Case, text: str, *, to_sender: bool) -> None:
    session.add(
        CaseNote(
            object_kind=case.__tablename__,
            object_id=case.id,
            at=actor.at,
            author_id=actor.account_id,
            to_sender=to_sender,
            text=text,
        )
    )


def notes_of(session: Session, case: Case, to_sender: bool = False) -> Sequence[CaseNote]:
    """The notes of a case, oldest first. With `to_sender` only those that the status page shows."""
    rows = sa.select(CaseNote).where(CaseNote.object_kind == case.__tablename__, CaseNote.object_id == case.id)
    return session.scalars((rows.where(CaseNote.to_sender) if to_sender else rows).order_by(CaseNote.id)).all()


def _lock(session: Session, case: Case, *states: CaseState) -> None:
    lock(session, case)
    if case.state not in states:
        raise Conflict(
            N_("这个案件已经办结；要再办，请先重新打开") if case.state is CaseState.CLOSED else N_("这个案件还没有办结")
        )


OPEN = (CaseState.RECEIVED, CaseState.IN_HAND)


def take(session: Session, actor: Actor, case: Case, handler: Account | None = None) -> None:
    """Take a case over, or give it to `handler`. The caller checks that the handler may see the case.

    Raises Conflict if the case is closed.
    """
    _lock(session, case, *OPEN)
    if case.state is CaseState.RECEIVED:
        _say(session, actor, case, kind_of(case).taken, to_sender=True)
    case.state, case.handler_id = CaseState.IN_HAND, handler.id if handler else actor.account_id
    log.record(session, actor, Action.CASE_TAKE, case, handler=handler.name if handler else actor.name)


def note(session: Session, actor: Actor, case: Case, text: str, to_sender: bool) -> None:
    """Add a dated note. With `to_sender` the status page shows it too. Raises Invalid (text), or Conflict if closed."""
    _lock(session, case, *OPEN)
    said = fields.line("text", text, least=2, most=500)
    _say(session, actor, case, said, to_sender=to_sender)
    log.record(session, actor, Action.CASE_NOTE, case, said, to_sender=to_sender)


def close(session: Session, actor: Actor, case: Case, answer: str, **changes: object) -> None:
    """Close a case with an answer to the person who filed it.

    `changes` are further columns of the row to set; the event records them. Raises Invalid (reason), or Conflict if
    the case is closed already.
    """
    _lock(session, case, *OPEN)
    said = fields.reason(answer)
    case.state, case.closed_at = CaseState.CLOSED, actor.at
    case.handler_id = case.handler_id or actor.account_id
    _set(case, changes)
    _say(session, actor, case, said, to_sender=True)
    log.record(session, actor, Action.CASE_CLOSE, case, said, **changes)


def reopen(session: Session, policy: Policy, actor: Actor, case: Case, why: str, **changes: object) -> None:
    """Reopen a closed case, with a new deadline counted from today. `changes` are as in `close`.

    Raises Invalid (reason), or Conflict if the case is not closed.
    """
    _lock(session, case, CaseState.CLOSED)
    said = fields.reason(why)
    case.state, case.closed_at = CaseState.IN_HAND, None
    case.due_on = policy.cases.due(kind_of(case).term, day_of(actor.at))
    _set(case, changes)
    _say(session, actor, case, N_("重新办理"), to_sender=True)
    _say(session, actor, case, said, to_sender=False)
    log.record(session, actor, Action.CASE_REOPEN, case, said, due=case.due_on.isoformat(), **changes)


def _set(case: Case, changes: Mapping[str, object]) -> None:
    for column, value in changes.items():
        setattr(case, column, value)


def open_ones(actor: Actor, table: type[Row]) -> sa.Select[Row]:
    """The open cases of a kind that this actor may see."""
    return visible(actor, table).where(table.state != CaseState.CLOSED)


def contact_of(session: Session, secrets: Secrets, actor: Actor, case: Case) -> Contact | None:
    """Decrypt the contact and record who opened it. None if none was left, or if it has been destroyed."""
    if case.contact_sealed is None:
        return None
    name, phone = json.loads(secrets.open_contact(case.contact_sealed))
    log.record(session, actor, Action.CASE_CONTACT, case)
    return Contact(name, phone)


def forget_contacts(session: Session, policy: Policy, actor: Actor) -> int:
    """Destroy the contacts of cases that were closed longer ago than the policy file allows. Returns their number.

    The command `yipin cases forget` calls it, and so does every decision of a case.
    """
    before, gone = actor.at - policy.cases.keep_contact * DAY, 0
    for kind in KINDS:
        for case in _closed_with_contact(session, kind.table, before):
            case.contact_sealed, case.contact_gone_at = None, actor.at
            log.record(session, actor, Action.CASE_FORGET, case)
            gone += 1
    return gone


def _closed_with_contact(session: Session, table: type[Row], before: datetime) -> Sequence[Row]:
    rows = sa.select(table).where(table.contact_sealed.is_not(None), table.closed_at < before)
    return session.scalars(rows).all()
