"""What a job's work is given: database, installation, its data, the person it is for, and a way to tell how far it is."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from ..access.actor import Actor
from ..db import Database
from ..installation.installation import Installation
from ..models import Job, JobState
from . import leases
from .leases import Lease


class Lost(Exception):
    """The job is no longer ours: it was cancelled, or its lease ran out and another worker has it. Work ends at once."""


class Later(Exception):
    """Somebody else is at this very thing; the job waits a moment, and this was no attempt."""


class Dropped(Exception):
    """What the job was for is no longer wanted."""


@dataclass
class Context:
    """One attempt at one job. Each write transaction of `db` begins with the question whether the job is still ours:
    it raises Lost, and writes nothing, when it is not."""

    db: Database
    installation: Installation
    lease: Lease
    actor: Actor
    done: int = 0
    total: int = 0
    lost: bool = False
    completed: bool = field(default=False, init=False)

    @property
    def data(self) -> Mapping[str, object]:
        """What was given to `desk.add`."""
        return self.lease.data

    @property
    def job_id(self) -> int:
        """The number of the job's row."""
        return self.lease.job_id

    def tell(self, done: float, total: float) -> None:
        """So much of the work is done. The heartbeat writes it down. Raises Lost when the work should end."""
        self.done, self.total = int(done), int(total)
        if self.lost:
            raise Lost

    def cancelled(self) -> bool:
        """Whether the work should end, for code that cannot be ended by an exception of `tell`."""
        return self.lost

    def complete(self, session: Session, **result: object) -> None:
        """End the job as done in the same transaction as its last write, so that neither is there without the other.
        Raises Lost when it is no longer ours."""
        self.completed = leases.end(session, self.lease, JobState.DONE, result=result)
        if not self.completed:
            raise Lost


def fenced(db: Database, lease: Lease) -> Database:
    """The same database, but each write transaction raises Lost unless this lease still holds its job."""

    def ask(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
        held = sa.select(Job.id).where(lease.holds()).with_for_update()
        if connection.scalar(held) is None:
            raise Lost

    found = copy.copy(db)
    found.write = sessionmaker(class_=db.write.class_, **db.write.kw)
    event.listen(found.write, "after_begin", ask)
    return found
