"""Claim notices (报案): a consumer reports from the scan page of an insured batch, and the insurer answers.

The notice, with its number and its deadline, goes to the list of the policy's insurer. Consumer and insurer settle the
payment between them; nothing here decides it. A policy accepts notices for every batch whose own days it covers, even
after its period is over. A policy that no officer has verified accepts none.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute, Session, joinedload

from .. import fields, paging
from ..access.actor import Actor
from ..clock import day_of
from ..errors import N_, Conflict, Invalid
from ..installation.installation import Installation
from ..insurance import coverage
from ..insurance.coverage import Cover
from ..models import Account, Batch, ClaimNotice, InsurancePolicy, Role
from ..scan.lookup import Gate
from ..uploads import attachments
from ..uploads.photographs import Photo
from . import case, complaints
from .complaints import Matter

NOT_COVERED = N_("这个批次的保险状态不是“承保中”，不能在这里报案")


@dataclass(frozen=True)
class ClaimForm:
    """The fields of the form, as typed. `policy` is the row number of a policy that covers the batch."""

    code: str = ""
    policy: str = ""
    happened_on: str = ""
    what: str = ""
    contact: str = ""
    phone: str = ""
    consent: bool = False


@dataclass(frozen=True)
class Insured:
    """What a code names, its insurance status, and the verified policies that cover it."""

    matter: Matter
    cover: Cover
    policies: tuple[InsurancePolicy, ...] = ()


def insured(session: Session, installation: Installation, actor: Actor, code: str, gate: Gate | None = None) -> Insured:
    """What a scanned or typed code names, and how it is insured. A code without a batch is not insured.

    Raises Throttled for a tiny code from a network that sent too many wrong ones; no other text makes it raise.
    """
    about = complaints.matter(session, installation, code, actor.at, gate)
    if about.batch is None:
        return Insured(about, Cover.NONE)
    status = coverage.of_batch(session, about.batch).status
    return Insured(about, status, tuple(coverage.covering(session, about.batch)))


def file(
    session: Session,
    installation: Installation,
    actor: Actor,
    form: ClaimForm,
    key: str,
    client: str,
    taken: Sequence[Photo] = (),
    gate: Gate | None = None,
    is_paid: bool = False,
) -> ClaimNotice:
    """File a claim notice with its photographs. If the same form is sent twice, the first notice is returned.

    Raises Invalid (the form's fields), Conflict if no policy covers the batch, Throttled if this client address sent
    too many within the hour.
    """
    form_key = case.form_key(key, *(str(value) for value in astuple(form)))
    if found := case.sent_before(session, ClaimNotice, form_key):
        return found
    if not form.phone.strip():
        raise Invalid("phone", N_("请填电话，保险机构要靠它联系您"))
    reach = case.contact(form.contact, form.phone, form.consent)
    row = _row(insured(session, installation, actor, form.code, gate), form, day_of(actor.at))
    case.refuse_flood(session, installation, client, actor.at, is_paid)
    filed = case.receive(session, installation, actor, row, reach, form_key)
    for name, made in taken:
        attachments.keep(session, actor, filed, name, made)
    return filed


def _row(about: Insured, form: ClaimForm, today: date) -> ClaimNotice:
    matter, policy = about.matter, _policy(about, form.policy)
    if matter.batch is None or matter.verdict is None:
        raise Conflict(NOT_COVERED)
    with fields.Together() as read:
        happened = read(_happened, form.happened_on, matter.batch, today)
        what = read(fields.story, "what", form.what, least=4)
    return ClaimNotice(
        insurer_id=policy.insurer_id,
        policy_id=policy.id,
        batch_id=matter.batch.id,
        ordinal=matter.ordinal,
        code=matter.code,
        verdict=matter.verdict,
        happened_on=happened,
        what=what,
    )


def _policy(about: Insured, chosen: str) -> InsurancePolicy:
    if not about.policies:
        raise Conflict(NOT_COVERED)
    found = about.policies[0] if len(about.policies) == 1 else {str(row.id): row for row in about.policies}.get(chosen)
    if found is None:
        raise Invalid("policy", N_("请从列表里选一项"))
    return found


def _happened(typed: str, batch: Batch, today: date) -> date:
    day = fields.day("happened_on", typed)
    if day > today:
        raise Invalid("happened_on", N_("%(day)s还没到；请填发现问题的那一天"), day=day)
    if day < batch.harvest_date:
        raise Invalid(
            "happened_on", N_("%(day)s早于这个批次的采收日 %(harvest)s；请核对"), day=day, harvest=batch.harvest_date
        )
    return day


def waiting(session: Session, actor: Actor) -> int:
    """The number of open notices that this actor may see."""
    return paging.count(session, case.open_ones(actor, ClaimNotice))


def to_answer(actor: Actor, today: date) -> sa.Select[ClaimNotice]:
    """The open notices that an officer has to see to, by deadline: those of insurers without an account, which the officer
    answers, and whoever's term is over."""
    answering = sa.exists().where(*_accounts_of(ClaimNotice.insurer_id))
    late = ClaimNotice.due_on < today
    rows = case.open_ones(actor, ClaimNotice).where(sa.or_(sa.not_(answering), late))
    return rows.order_by(ClaimNotice.due_on, ClaimNotice.id)


def about_producer(producer_id: int) -> sa.Select[ClaimNotice]:
    """The notices on a producer's batches. The producer is not told what was reported, nor by whom.
    The latest come first."""
    rows = sa.select(ClaimNotice).join(ClaimNotice.batch).where(Batch.producer_id == producer_id)
    wanted = rows.options(
        joinedload(ClaimNotice.policy).joinedload(InsurancePolicy.insurer), joinedload(ClaimNotice.batch)
    )
    return wanted.order_by(ClaimNotice.id.desc())


def may_answer(session: Session, actor: Actor, notice: ClaimNotice) -> bool:
    """Whether this actor answers the notice: an account of the insurer.

    If the insurer has no account, an officer who sees the notice forwards it and enters the insurer's answer.
    """
    if actor.role is Role.INSURER:
        return actor.insurer_id == notice.insurer_id
    return actor.role is Role.OFFICER and not has_account(session, notice.insurer_id)


def has_account(session: Session, insurer_id: int) -> bool:
    """Whether the insurer has an account that can sign in."""
    theirs = sa.select(Account.id).where(*_accounts_of(insurer_id))
    return session.scalar(theirs.limit(1)) is not None


def _accounts_of(insurer_id: int | QueryableAttribute[int]) -> tuple[sa.ColumnElement[bool], ...]:
    return Account.role == Role.INSURER, Account.insurer_id == insurer_id, Account.disabled_at.is_(None)


def _must_answer(session: Session, actor: Actor, notice: ClaimNotice) -> None:
    if not may_answer(session, actor, notice):
        raise Conflict(N_("这件报案由保险机构“%(name)s”的账号办理"), name=notice.policy.insurer.name)


def take(session: Session, actor: Actor, notice: ClaimNotice) -> None:
    """Record that the insurer has received the notice. Raises Conflict if it is closed, or others answer it."""
    _must_answer(session, actor, notice)
    case.take(session, actor, notice)


def note(session: Session, actor: Actor, notice: ClaimNotice, text: str, to_sender: bool) -> None:
    """Add a dated note, as `case.note`. Raises Invalid (text), or Conflict if it is closed or others answer it."""
    _must_answer(session, actor, notice)
    case.note(session, actor, notice, text, to_sender)


def close(session: Session, installation: Installation, actor: Actor, notice: ClaimNotice, answer: str) -> None:
    """Close a notice with the insurer's answer, word for word.

    Raises Invalid (reason), or Conflict if it is closed or others answer it.
    """
    _must_answer(session, actor, notice)
    case.close(session, actor, notice, answer)
    case.forget_contacts(session, installation.policy, actor)


def contact_of(session: Session, installation: Installation, actor: Actor, notice: ClaimNotice) -> case.Contact | None:
    """Decrypt the contact and record who opened it. Raises Conflict if others answer the notice."""
    _must_answer(session, actor, notice)
    return case.contact_of(session, installation.secrets, actor, notice)
