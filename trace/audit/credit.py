"""The credit record (信用记录) of a producer: dated, sourced facts, good and bad, that anyone may hold against the source.

Recalls and founded complaints are read where they were decided; everything else an officer enters. Nothing is edited:
a counter-entry takes back what was wrong. The producer sees all of it and may answer (申辩); the public sees a count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..clock import day_of, start_of, years_before
from ..db import lock
from ..db.columns import UTCDateTime
from ..errors import N_, Conflict, Invalid
from ..models import Action, Batch, BatchState, Complaint, CreditAnswer, CreditEntry, Outcome, Producer, Product
from ..policy.policy import Policy
from . import log


@dataclass(frozen=True)
class Credit:
    """The public summary of the producer's credit record: decided facts of the last `years`, from `since` on."""

    years: int
    since: date
    recalls: int
    complaints: int  # founded, and the producer's own doing


RECALL, COMPLAINT, COUNTER = N_("召回"), N_("投诉查实"), N_("更正")


@dataclass(frozen=True)
class Line:
    """One fact of the record, with what the producer answered. `mark` names it in the form of an answer.

    `taken_back`: a counter-entry says that it does not hold; both stay.
    """

    day: date
    word: str  # a msgid or a name of the policy file
    good: bool
    source: str
    what: str
    mark: str
    entry: CreditEntry | None = None
    taken_back: CreditEntry | None = None
    answers: Sequence[CreditAnswer] = field(default=())


def enter(
    session: Session, policy: Policy, actor: Actor, producer: Producer, *, kind: str, day: str, source: str, what: str
) -> CreditEntry:
    """Enter a fact from the document before the officer. Raises Invalid (kind, day, source, what)."""
    if kind not in policy.credit.kinds:
        raise Invalid("kind", N_("请从列表里选一项"))
    on = fields.day("day", day)
    if on > day_of(actor.at):
        raise Invalid("day", N_("这一天还没到；请填事实发生的日期"))
    row = CreditEntry(
        producer_id=producer.id,
        kind=kind,
        day=on,
        source=fields.line("source", source, 2, 100),
        what=fields.line("what", what, 2, 300),
        entered_at=actor.at,
        entered_by=actor.account_id,
    )
    session.add(row)
    log.record(session, actor, Action.CREDIT_ENTER, row, row.what, kind=kind, day=on.isoformat(), source=row.source)
    return row


def counter(session: Session, actor: Actor, entry: CreditEntry, reason: str) -> CreditEntry:
    """Take back an entry that was wrong, by an entry of its own. Raises Invalid (reason), Conflict when it was
    taken back before, or is itself such an entry."""
    why = fields.reason(reason)
    lock(session, entry)
    taken = session.scalar(sa.select(CreditEntry.id).where(CreditEntry.counters_id == entry.id))
    if taken is not None or entry.counters_id is not None:
        raise Conflict(N_("这一条已经更正过，或者本身就是更正；请另记一条"))
    row = CreditEntry(
        producer_id=entry.producer_id,
        kind=entry.kind,
        day=day_of(actor.at),
        source=entry.source,
        what=why,
        entered_at=actor.at,
        entered_by=actor.account_id,
        counters_id=entry.id,
    )
    session.add(row)
    log.record(session, actor, Action.CREDIT_COUNTER, row, why, counters=entry.id)
    return row


def answer(session: Session, policy: Policy, actor: Actor, producer: Producer, mark: str, text: str) -> CreditAnswer:
    """What the producer says to a line of its own record. Raises Invalid (entry, text)."""
    said = fields.line("text", text, least=4, most=500)
    if mark not in {line.mark for line in record_of(session, policy, producer)}:
        raise Invalid("entry", N_("请选择要申辩的那一条"))
    table, _, number = mark.rpartition("-")
    row = CreditAnswer(
        producer_id=producer.id, object_kind=table, object_id=int(number), at=actor.at, by=actor.account_id, text=said
    )
    session.add(row)
    log.record(session, actor, Action.CREDIT_ANSWER, row, said, of=mark)
    return row


def reply(session: Session, actor: Actor, said: CreditAnswer, text: str) -> None:
    """What an officer says to an answer of a producer, once: the producer sees it. Raises Invalid (text), Conflict when there is
    a reply already."""
    words = fields.line("text", text, least=2, most=500)
    lock(session, said)
    if said.replied_at is not None:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    said.reply, said.replied_at, said.replied_by_name = words, actor.at, actor.name
    log.record(session, actor, Action.CREDIT_REPLY, said, words)


def unanswered(actor: Actor) -> sa.Select[CreditAnswer]:
    """What producers said to their record and no officer has replied to, longest first."""
    return (
        visible(actor, CreditAnswer).where(CreditAnswer.replied_at.is_(None)).order_by(CreditAnswer.at, CreditAnswer.id)
    )


def record_of(session: Session, policy: Policy, producer: Producer) -> list[Line]:
    """The whole record, newest first."""
    answers: dict[str, list[CreditAnswer]] = {}
    for row in session.scalars(
        sa.select(CreditAnswer).where(CreditAnswer.producer_id == producer.id).order_by(CreditAnswer.id)
    ):
        answers.setdefault(f"{row.object_kind}-{row.object_id}", []).append(row)
    lines = (
        *_entered(session, policy, producer.id, answers),
        *_recalls(session, producer.id, answers),
        *_complaints(session, producer.id, answers),
    )
    return sorted(lines, key=lambda line: (line.day, line.mark), reverse=True)


Answers = dict[str, list[CreditAnswer]]


def _mark(row: Any) -> str:
    return f"{row.__tablename__}-{row.id}"


def _entered(session: Session, policy: Policy, producer_id: int, answers: Answers) -> Iterator[Line]:
    rows = session.scalars(sa.select(CreditEntry).where(CreditEntry.producer_id == producer_id)).all()
    back = {row.counters_id: row for row in rows if row.counters_id is not None}
    for row in rows:
        kind, mark = policy.credit.kinds.get(row.kind), _mark(row)
        word = COUNTER if row.counters_id else kind.name if kind else row.kind
        yield Line(
            row.day,
            word,
            bool(kind and kind.good) != bool(row.counters_id),
            row.source,
            row.what,
            mark,
            row,
            back.get(row.id),
            answers.get(mark, ()),
        )


def _recalls(session: Session, producer_id: int, answers: Answers) -> Iterator[Line]:
    for row in session.scalars(_recalled(producer_id).options(joinedload(Batch.product))):
        yield Line(
            day_of(row.state_since),
            RECALL,
            False,
            row.id_number,
            row.state_reason or "",
            _mark(row),
            answers=answers.get(_mark(row), ()),
        )


def _complaints(session: Session, producer_id: int, answers: Answers) -> Iterator[Line]:
    for row in session.scalars(_founded(producer_id)):
        day = day_of(row.closed_at or row.received_at)
        yield Line(
            day, COMPLAINT, False, row.number, row.outcome_reason or "", _mark(row), answers=answers.get(_mark(row), ())
        )


ProducerId = int | sa.BindParameter[int]


def _recalled(producer_id: ProducerId) -> sa.Select[Any]:
    return sa.select(Batch).where(Batch.producer_id == producer_id, Batch.state == BatchState.RECALLED)


def _founded(producer_id: ProducerId) -> sa.Select[Any]:
    rows = (
        sa.select(Complaint).join(Product, Complaint.product_id == Product.id).where(Product.producer_id == producer_id)
    )
    return rows.where(Complaint.outcome == Outcome.FOUNDED, Complaint.against_producer)


def _summary() -> sa.Select[int, int]:
    """One statement for both counts; built once, because every batch that is looked at first asks it."""
    who, start, number = (
        sa.bindparam("producer", type_=sa.BigInteger),
        sa.bindparam("start", type_=UTCDateTime()),
        sa.func.count(),
    )
    recalls = _recalled(who).where(Batch.state_since >= start).with_only_columns(number)
    complaints = _founded(who).where(Complaint.closed_at >= start).with_only_columns(number)
    return sa.select(recalls.scalar_subquery(), complaints.scalar_subquery())


_SUMMARY = _summary()


def summary(session: Session, policy: Policy, producer_id: int, today: date) -> Credit:
    """What the public is told: recalls and founded complaints of the last years, counted from decided facts alone."""
    since = years_before(today, policy.credit.years)
    recalls, complaints = session.execute(_SUMMARY, {"producer": producer_id, "start": start_of(since)}).one()
    return Credit(policy.credit.years, since, recalls, complaints)
