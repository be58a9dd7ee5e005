"""The officer's desk for complaints: the queue by deadline, the handlers, and the outcome, which may hold the batch."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..clock import day_of, start_of
from ..errors import N_, Invalid
from ..installation.installation import Installation
from ..models import Account, Action, Complaint, Outcome, RecallKind, Role, Scan, Visitor
from ..policy.policy import Policy
from ..recall import acts
from ..scan.visits import Visit, added
from . import case


def handlers(session: Session, complaint: Complaint) -> Sequence[Account]:
    """The officers who may be given a complaint: those of its county and of the city."""
    mine = sa.or_(Account.county.is_(None), Account.county == complaint.county)
    rows = sa.select(Account).where(Account.role == Role.OFFICER, Account.disabled_at.is_(None), mine)
    return session.scalars(rows.order_by(Account.county, Account.id)).all()


def assign(session: Session, actor: Actor, complaint: Complaint, handler: str) -> Account:
    """Give a complaint to one of its `handlers`, by row number. Raises Invalid (handler), or Conflict if closed."""
    chosen = next((account for account in handlers(session, complaint) if str(account.id) == handler), None)
    if chosen is None:
        raise Invalid("handler", N_("请从列表里选一项"))
    case.take(session, actor, complaint, chosen)
    return chosen


def refer(session: Session, policy: Policy, actor: Actor, complaint: Complaint, county: str, reason: str) -> None:
    """Move a complaint into another county's queue, or into the city's if `county` is empty. Raises Invalid."""
    to = policy.county(county) if county else None
    if to == complaint.county:
        raise Invalid("county", N_("已经在这里了；请选别的县市区，或“市级”"))
    why, before = fields.reason(reason), complaint.county
    complaint.county, complaint.handler_id = to, None
    log.record(session, actor, Action.CASE_REFER, complaint, why, before=before, after=to)


@dataclass(frozen=True)
class Decision:
    """An officer's decision, as typed. `reason` answers the person who complained. `hold_reason` is shown to everyone
    who scans the batch."""

    outcome: str
    reason: str
    hold: bool = False
    hold_reason: str = ""
    against_producer: bool = False


def decide(session: Session, installation: Installation, actor: Actor, complaint: Complaint, wanted: Decision) -> None:
    """Close a complaint with its outcome and, if wanted, hold its batch in the same transaction, with all that was made of it; each
    producer is told.

    `against_producer` puts it on the producer's credit record; leave it off if others counterfeited the label. Raises
    Invalid, or Conflict if the complaint is closed, or if nothing is left to hold.
    """
    outcome = fields.choice("outcome", Outcome, wanted.outcome)
    blames = _checked(complaint, outcome, wanted)
    if wanted.hold and complaint.batch:
        cause = f"投诉举报 {complaint.number}"
        acts.act(session, actor, RecallKind.HOLD, [complaint.batch.id], cause=cause, reason=wanted.hold_reason)
    case.close(
        session,
        actor,
        complaint,
        wanted.reason,
        outcome=outcome,
        outcome_reason=fields.reason(wanted.reason),
        against_producer=blames,
    )
    case.forget_contacts(session, installation.policy, actor)


def _checked(complaint: Complaint, outcome: Outcome, wanted: Decision) -> bool:
    if wanted.hold and complaint.batch is None:
        raise Invalid("hold", N_("这件投诉没有对应的批次，不能冻结"))
    if wanted.hold:
        fields.line("hold_reason", wanted.hold_reason, least=2, most=300)
    if wanted.against_producer and (outcome is not Outcome.FOUNDED or complaint.product_id is None):
        raise Invalid("against_producer", N_("只有查实的、对应到产品的投诉才能记入信用记录"))
    return wanted.against_producer


def reopen(session: Session, installation: Installation, actor: Actor, complaint: Complaint, reason: str) -> None:
    """Reopen a closed complaint. Its outcome and its entry on the credit record are removed."""
    case.reopen(
        session,
        installation.policy,
        actor,
        complaint,
        reason,
        outcome=None,
        outcome_reason=None,
        against_producer=False,
    )


def scans_by_day(session: Session, complaint: Complaint, today: date, days: int = 30) -> list[tuple[date, int]]:
    """How often people looked at the complaint's pack (`visits`), for each of the last `days` days of Shanghai.

    Empty if nobody looked in that time, or if the complaint names no single pack.
    """
    if complaint.batch_id is None or complaint.ordinal is None:
        return []
    first = today - timedelta(days=days - 1)
    unit = complaint.batch_id, complaint.ordinal
    rows = sa.select(Scan.at, Scan.client).where(
        Scan.batch_id == unit[0],
        Scan.ordinal == unit[1],
        Scan.visitor == Visitor.PERSON,
        Scan.at >= start_of(first),  # a pseudonym lives for a day, so no look of that day goes on with an earlier one
    )
    looks = [Visit(unit, at, client, client) for at, client in session.execute(rows.order_by(Scan.at))]
    seen = Counter(day_of(look.at) for look, one in zip(looks, added(looks, {}), strict=True) if one.scans)
    if not any(day >= first for day in seen):
        return []
    return [(day, seen[day]) for day in (first + timedelta(days=n) for n in range(days))]
