"""A worker: takes one job after the other, holds each on a lease, and writes how it ended."""

import logging
import socket
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .. import clock
from ..access.actor import Actor
from ..audit import log as log_of_acts
from ..db import Database
from ..errors import N_, Message, TraceError
from ..installation.installation import Installation
from ..models import Account, Action, Job, JobLane, JobState
from . import leases, registry
from .context import Context, Dropped, Later, Lost, fenced
from .leases import Lease

log = logging.getLogger("yipin.jobs")
BEAT = 1.0  # seconds between two looks at how far the work is
SOON = timedelta(seconds=5)
_UNEXPECTED = N_("出了意外，试了 %(n)s 次都没有做成。可以再试一次；还不行，请联系管理员。")


def new_name() -> str:
    """A name for a worker, which no other worker on any machine has."""
    return f"{socket.gethostname()[:80]}/{uuid.uuid4().hex}"


class Worker:
    """Does the jobs of one installation. `later` is asked to wake the lane again after so many seconds."""

    def __init__(
        self,
        db: Database,
        installation: Installation,
        name: str | None = None,
        later: Callable[[JobLane, float], None] = lambda lane, seconds: None,
    ) -> None:
        self._db, self._installation, self._later = db, installation, later
        self.name = name or new_name()
        self._held: Lease | None = None

    def work(self, lane: JobLane) -> int:
        """Do all jobs of the lane that can be done now. Returns how many it took."""
        count = 0
        while leases.waits(self._db, lane) and (lease := leases.claim(self._db, lane, self.name)):
            self._held = lease
            self._carry_out(lease)
            self._held, count = None, count + 1
        return count

    def let_go(self) -> None:
        """This worker ends: the job in its hands waits for the next one. What we would still write of it is refused."""
        if lease := self._held:
            leases.put_back(self._db, lease, counts=False)

    def _carry_out(self, lease: Lease) -> None:
        try:
            context = Context(fenced(self._db, lease), self._installation, lease, self._actor(lease))
            with _heartbeat(self._db, context):
                self._tried(context)
        except Lost:
            log.info("job %s is no longer ours", lease.job_id)
        except SQLAlchemyError as error:  # how it ended cannot be kept: the lease runs out, and it is done again
            log.error("job %s: %s", lease.job_id, error)

    def _tried(self, context: Context) -> None:
        lease = context.lease
        try:
            kind = registry.work_for(lease.kind)
            if lease.is_exhausted:
                self._give_up(context, Message(_UNEXPECTED, {"n": leases.MOST_ATTEMPTS}))
                return
            result = kind.work(context)
            if not context.completed:
                self._ended(context, JobState.DONE, result=result)
        except Later:
            self._put_back(lease, SOON, counts=False)
        except Dropped:
            self._ended(context, JobState.CANCELLED)
        except TraceError as error:
            log.warning("job %s: %s", lease.job_id, error)
            self._give_up(context, error.shown)
        except Lost:
            raise
        except Exception:
            log.exception("job %s", lease.job_id)
            self._try_again(context)

    def _try_again(self, context: Context) -> None:
        lease = context.lease
        if lease.attempts < leases.MOST_ATTEMPTS:
            self._put_back(lease, lease.back_off)
        else:
            self._give_up(context, Message(_UNEXPECTED, {"n": lease.attempts}))

    def _put_back(self, lease: Lease, rest: timedelta, counts: bool = True) -> None:
        leases.put_back(self._db, lease, rest, counts)
        self._later(lease.lane, rest.total_seconds())

    def _give_up(self, context: Context, why: Message) -> None:
        try:
            registry.work_for(context.lease.kind).gave_up(context, why)
        except TraceError as error:
            log.warning("job %s: %s", context.job_id, error)
        self._ended(context, JobState.FAILED, why)

    def _ended(
        self,
        context: Context,
        state: JobState,
        failure: Message | None = None,
        result: Mapping[str, object] | None = None,
    ) -> None:
        with self._db.transaction(writes=True) as session:
            if not leases.end(session, context.lease, state, failure, result):
                raise Lost
            if _is_news(context.lease, state):
                _tell(session, context.lease, state)

    def _actor(self, lease: Lease) -> Actor:
        with self._db.transaction(writes=False) as session:
            account = session.get(Account, lease.account_id) if lease.account_id else None
            return Actor.of(account, clock.now()) if account else Actor(lease.started_by, clock.now())


def _is_news(lease: Lease, state: JobState) -> bool:
    """Whether the person who asked is told how it ended: of a failure always, of what took long also when it is done. A
    short one is done while its page is looked at."""
    is_long = state is JobState.DONE and lease.lane is JobLane.SLOW
    return lease.account_id is not None and (is_long or state is JobState.FAILED)


def _tell(session: Session, lease: Lease, state: JobState) -> None:
    action = Action.JOB_DONE if state is JobState.DONE else Action.JOB_FAIL
    job = session.get_one(Job, lease.job_id)
    title = registry.title_of(job).as_data()
    log_of_acts.record(session, Actor("worker", clock.now()), action, job, None, title=title)


@contextmanager
def _heartbeat(db: Database, context: Context) -> Iterator[None]:
    """While the block runs, another thread renews the lease and writes down how far the work is."""
    ended = threading.Event()
    beating = threading.Thread(target=_beat, args=(db, context, ended), name="heartbeat", daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()


def _beat(db: Database, context: Context, ended: threading.Event) -> None:
    told, rest = (0, 0), 0.0
    while not ended.wait(BEAT):
        now, rest = (context.done, context.total), rest + BEAT
        if now == told and rest < leases.LEASE.total_seconds() / 6:
            continue
        try:
            if not leases.renew(db, context.lease, *now):
                context.lost = not ended.is_set()
                return
            told, rest = now, 0.0
        except SQLAlchemyError as error:  # the database is busy or away: asked again at the next beat
            log.warning("job %s: lease not renewed: %s", context.job_id, error)
