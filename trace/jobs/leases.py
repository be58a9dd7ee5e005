"""Who may do a job now: a worker takes it on a lease, renews the lease while it works, and ends it.

Every write names the token that the worker was given. A worker that was stopped and comes back later holds an old
token, and changes nothing. On PostgreSQL the moments are the server's, so that machines need not agree on the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from .. import clock
from ..db import Database
from ..errors import Message
from ..models import Job, JobLane, JobState

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3
BACK_OFF = timedelta(seconds=10)  # before the second attempt; four times as long before each further one
LONGEST_WAIT = BACK_OFF * 4**MOST_ATTEMPTS


@dataclass(frozen=True)
class Lease:
    """One job in the hands of one worker."""

    job_id: int
    token: int
    kind: str
    lane: JobLane
    attempts: int
    account_id: int | None
    started_by: str
    data: Mapping[str, object]

    @property
    def is_exhausted(self) -> bool:
        """Whether every attempt has ended with the worker, so that this one may only tell of it."""
        return self.attempts > MOST_ATTEMPTS

    @property
    def back_off(self) -> timedelta:
        """How long the job rests after this attempt has failed."""
        return BACK_OFF * int(4 ** (self.attempts - 1))

    def holds(self) -> sa.ColumnElement[bool]:
        """The condition that the row is still in the hands of this worker."""
        return sa.and_(Job.id == self.job_id, Job.token == self.token, Job.state == JobState.RUNNING)


def claim(db: Database, lane: JobLane, worker: str) -> Lease | None:
    """Take the oldest job of the lane that waits, or whose worker has let its lease run out. None when there is none."""
    with db.transaction(writes=True) as session:
        now = _now(session)
        wanted = sa.select(Job).where(Job.lane == lane, _free(now)).order_by(Job.id).limit(1)
        job = session.scalar(wanted.with_for_update(skip_locked=True))
        if job is None:
            return None
        job.state, job.worker, job.lease_until = JobState.RUNNING, worker, now + LEASE
        job.token, job.attempts = job.token + 1, job.attempts + 1
        job.started_at = job.started_at or now
        return Lease(job.id, job.token, job.kind, lane, job.attempts, job.account_id, job.started_by, job.data)


def _free(now: datetime) -> sa.ColumnElement[bool]:
    """Waiting and due, or left by its worker. A moment that lies further off than any that we write is not believed:
    the clock was wrong then."""
    due = sa.or_(Job.due_at <= now, Job.due_at > now + LONGEST_WAIT)
    out = sa.or_(Job.lease_until <= now, Job.lease_until > now + 2 * LEASE)
    return sa.or_(sa.and_(Job.state == JobState.WAITING, due), sa.and_(Job.state == JobState.RUNNING, out))


def waits(db: Database, lane: JobLane) -> bool:
    """Whether there is a job that a worker could take; asked without the write lock."""
    with db.transaction(writes=False) as session:
        return session.scalar(sa.select(Job.id).where(Job.lane == lane, _free(_now(session))).limit(1)) is not None


def renew(db: Database, lease: Lease, done: int, total: int) -> bool:
    """Hold the job for another while, and keep how far it is. False when it is no longer ours."""
    with db.transaction(writes=True) as session:
        return _changed(session, lease, lease_until=_now(session) + LEASE, done=done, total=total)


def end(
    session: Session,
    lease: Lease,
    state: JobState,
    failure: Message | None = None,
    result: Mapping[str, object] | None = None,
) -> bool:
    """Write how the job ended. False, and nothing is written, when it is no longer ours."""
    return _changed(
        session,
        lease,
        state=state,
        lease_until=None,
        ended_at=_now(session),
        failure=None if failure is None else failure.as_data(),
        result=None if result is None else dict(result),
    )


def put_back(db: Database, lease: Lease, rest: timedelta = timedelta(0), counts: bool = True) -> bool:
    """Let the job wait again, for another attempt after a rest. `counts`: whether this was an attempt at all."""
    with db.transaction(writes=True) as session:
        return _changed(
            session,
            lease,
            state=JobState.WAITING,
            lease_until=None,
            due_at=_now(session) + rest,
            attempts=lease.attempts if counts else lease.attempts - 1,
        )


def free_all_of(db: Database, worker: str) -> None:
    """Let the jobs of a worker that is known to have ended wait again, before their leases run out."""
    with db.transaction(writes=True) as session:
        left = sa.update(Job).where(Job.worker == worker, Job.state == JobState.RUNNING)
        session.execute(left.values(state=JobState.WAITING, lease_until=None, token=Job.token + 1))


def _changed(session: Session, lease: Lease, **values: object) -> bool:
    done = session.execute(sa.update(Job).where(lease.holds()).values(**values))
    return isinstance(done, CursorResult) and done.rowcount == 1


def _now(session: Session) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        return clock.now()
    found: datetime = session.scalars(sa.select(sa.func.clock_timestamp())).one()
    return found
