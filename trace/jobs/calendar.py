"""What the calendar brings, looked at once a day: certificates that end soon, and cases whose term is nearly over. Each becomes
an event, and whom it concerns is told as of any other act. The seed of the next draw for inspection is committed to as well,
and so is the log of sign-ins of the days before.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute, Session, aliased

from .. import clock
from ..access.actor import Actor
from ..accounts import access_log
from ..audit import log
from ..clock import day_of
from ..db import Database
from ..db.new_rows import add_first
from ..farm import draw_seeds
from ..models import Action, CalendarDay, CaseState, Certification, Claim, ClaimNotice, Complaint, Event

ENDING = timedelta(days=60)  # before the last day of a certificate
DUE = timedelta(days=1)  # before the last day of a case's term
AT_ONCE = 200  # things in one transaction: others write in between
Subject = Certification | Complaint | ClaimNotice
Due = tuple[Action, Subject, date]
Case = TypeVar("Case", Complaint, ClaimNotice)


def daily(db: Database) -> None:
    """Look at today's calendar, unless somebody has. Of many processes one does it: the day's row is locked while it does,
    and is written with the last of its events."""
    now = clock.now()
    today = day_of(now)
    with db.transaction(writes=False) as session:
        if _is_done(session, today):
            return
    while not db.run(lambda session: _told(session, Actor("calendar", now), today), writes=True):
        pass


def _is_done(session: Session, today: date) -> bool:
    found = session.get(CalendarDay, today)
    return found is not None and found.done


def _told(session: Session, actor: Actor, today: date) -> bool:
    """Tell of some of what is due. Whether that was the last of it."""
    add_first(session, CalendarDay(day=today, done=False))
    row = session.get_one(CalendarDay, today, with_for_update=True, populate_existing=True)
    if row.done:
        return True
    some = [due for due, _ in zip(_due(session, today), range(AT_ONCE), strict=False)]
    for action, subject, ends in some:
        log.record(session, actor, action, subject, None, ends=ends.isoformat())
    draw_seeds.ready(session, actor)
    row.done = len(some) < AT_ONCE
    if row.done:
        access_log.commit_before(session, actor, today)
    return row.done


def _due(session: Session, today: date) -> Iterator[Due]:
    """What is due and was not told of with this very last day."""
    for row in session.scalars(_ending(today)):
        assert row.valid_to is not None
        yield Action.CERTIFICATION_ENDING, row, row.valid_to
    for complaint in session.scalars(_late(Complaint, today)):
        yield Action.CASE_DUE, complaint, complaint.due_on
    for claim in session.scalars(_late(ClaimNotice, today)):
        yield Action.CASE_DUE, claim, claim.due_on


def _ending(today: date) -> sa.Select[Certification]:
    """Verified certificates that end soon, and that none was declared to follow."""
    row, next_one = Certification, aliased(Certification)
    renewed = sa.exists().where(next_one.renews_id == row.id, next_one.state != Claim.RETURNED)
    rows = sa.select(row).where(row.state == Claim.VERIFIED, row.ended_on.is_(None), ~renewed)
    return rows.where(
        row.valid_to.between(today, today + ENDING), ~_was_told(row, Action.CERTIFICATION_ENDING, row.valid_to)
    )


def _late(kind: type[Case], today: date) -> sa.Select[Case]:
    """Open cases whose term ends today or tomorrow, or is over."""
    rows = sa.select(kind).where(kind.state != CaseState.CLOSED, kind.due_on <= today + DUE)
    return rows.where(~_was_told(kind, Action.CASE_DUE, kind.due_on))


def _was_told(kind: type[Subject], action: Action, last: QueryableAttribute[Any]) -> sa.ColumnElement[bool]:
    """Whether an event told of a row with this last day; a case that was reopened has another one."""
    of_row = sa.and_(Event.object_kind == kind.__tablename__, Event.object_id == kind.id)
    same_day = Event.data["ends"].as_string() == sa.cast(last, sa.String)
    return sa.exists().where(of_row, Event.action == action, same_day)
