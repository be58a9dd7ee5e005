"""Jobs as people meet them: asked for, listed, cancelled, tried again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, aliased

from .. import paging
from ..access.actor import Actor
from ..access.visibility import visible
from ..db import lock
from ..errors import N_, Conflict, Message
from ..models import Job, JobLane, JobState
from . import registry

Waiting = aliased(Job)
LIVE = (JobState.WAITING, JobState.RUNNING)
MOST_LIVE = 50
"""Jobs of one account that may wait at a time."""

LONG = timedelta(minutes=3)
"""A job that waits longer than this, with nobody at work in its lane, is told of as not begun."""

SHOWN = timedelta(days=7)
"""How long a job is listed and its file kept."""


def add(session: Session, actor: Actor, kind: str, *, about: str | None = None, **data: object) -> Job:
    """Ask for a job: its row is written in this transaction, and the workers are woken when it commits.

    `about` names the thing that it is for; while a job of the kind is live for it, that one is returned and none added.
    Raises Conflict when the account has as many jobs waiting as it may.
    """
    if about and (same := live(session, kind, about)):
        return same
    _refuse_too_many(session, actor)
    lane = registry.work_for(kind).lane(data)
    job = Job(
        kind=kind,
        lane=lane,
        account_id=actor.account_id,
        started_by=actor.name,
        about=about,
        data=data,
        state=JobState.WAITING,
        due_at=actor.at,
        created_at=actor.at,
    )
    session.add(job)
    session.flush()
    session.info.setdefault("lanes", set()).add(lane)
    return job


def live(session: Session, kind: str, about: str) -> Job | None:
    """The job of a kind that is still to be done for a thing."""
    wanted = sa.select(Job).where(Job.kind == kind, Job.about == about, Job.state.in_(LIVE))
    return session.scalars(wanted.order_by(Job.id)).first()


def _refuse_too_many(session: Session, actor: Actor) -> None:
    waiting = sa.select(sa.func.count()).where(Job.account_id == actor.account_id, Job.state.in_(LIVE))
    if actor.account_id and (session.scalar(waiting) or 0) >= MOST_LIVE:
        raise Conflict(N_("您已有 %(n)s 件任务在排队；请等它们做完，或先取消几件"), n=MOST_LIVE)


def cancel(session: Session, actor: Actor, job: Job) -> None:
    """Cancel a job that is not yet done. A worker that is at it ends, and what it still writes is refused.

    Raises Conflict for a job that has ended.
    """
    lock(session, job)
    if not job.is_live:
        raise Conflict(N_("这件任务已经结束，不用取消"))
    job.state, job.lease_until, job.ended_at = JobState.CANCELLED, None, actor.at
    job.cancelled_by = actor.account_id
    registry.work_for(job.kind).cancelled(session, actor, job)


def again(session: Session, actor: Actor, job: Job) -> Job:
    """Ask once more for a job that failed or was cancelled. The old row stays. Raises Conflict for any other."""
    lock(session, job)
    if not may_repeat(job):
        raise Conflict(N_("这件任务没有失败，也没有取消，不用重来"))
    registry.work_for(job.kind).again(session, actor, job)
    return add(session, actor, job.kind, about=job.about, **job.data)


def may_repeat(job: Job) -> bool:
    """Whether a job has ended without being done."""
    return job.state in (JobState.FAILED, JobState.CANCELLED)


def recent(session: Session, actor: Actor, page: int) -> paging.Page[Job]:
    """A page of the jobs of the last days that this person may know of, newest first; live ones however old."""
    fresh = sa.or_(Job.created_at > actor.at - SHOWN, Job.state.in_(LIVE))
    return paging.page_of(session, visible(actor, Job).where(fresh).order_by(Job.id.desc()), page)


def is_stalled(session: Session, now: datetime) -> bool:
    """Whether a job waits for long while nobody is at work in its lane: the workers are probably not running."""
    running = sa.select(Job.id).where(Job.state == JobState.RUNNING, Job.lane == Waiting.lane).exists()
    waits = sa.select(Waiting.id).where(Waiting.state == JobState.WAITING, Waiting.due_at < now - LONG)
    return session.scalar(waits.where(~running).limit(1)) is not None


def failure_of(job: Job) -> Message | None:
    """Why a job failed, to be said in the reader's language."""
    return None if job.failure is None else Message.from_data(job.failure)


Wake = Callable[[JobLane], None]


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    """The workers hear of new jobs when these are there to be read, and not before."""
    if session.in_nested_transaction():
        return
    wake: Wake | None = session.info.get("wake")
    for lane in session.info.pop("lanes", ()):
        if wake:
            wake(lane)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop("lanes", None)
