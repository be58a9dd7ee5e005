"""Work that takes longer than a page: one row for each job, from the moment it is asked for."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big, Id, Name
from .scope import Reader, Scope, everything


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobLane(StrEnum):
    """Each lane has its worker, so that a small job never waits behind a large one."""

    QUICK = "quick"
    SLOW = "slow"


def _own(reader: Reader) -> sa.ColumnElement[bool]:
    """Jobs that the reader's own account has started."""
    return sa.false() if reader.account_id is None else Job.account_id == reader.account_id


class Job(Base):
    """A job, who started it, and how far it is. The row is the truth; the queue only wakes the workers.

    A worker holds a running job until `lease_until`. Each worker that takes the job raises `token`, and what an earlier
    one still writes is refused by it. `about` names the thing that a job is for: one live job of a kind is enough for it.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_state_lane_id", "state", "lane", "id"),
        sa.Index("ix_jobs_account_id_created_at", "account_id", "created_at"),
        sa.Index("ix_jobs_kind_about", "kind", "about"),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(24))
    lane: Mapped[JobLane]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))  # None: the command line
    started_by: Mapped[Name]
    about: Mapped[str | None] = mapped_column(sa.String(400))
    data: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    state: Mapped[JobState]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(sa.String(120))
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime]
    done: Mapped[Big] = mapped_column(default=0)
    total: Mapped[Big] = mapped_column(default=0)
    failure: Mapped[dict[str, object] | None] = mapped_column(sa.JSON(none_as_null=True))  # template and values
    result: Mapped[dict[str, object] | None] = mapped_column(sa.JSON(none_as_null=True))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancelled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))

    @property
    def is_live(self) -> bool:
        """Whether the job is still to be done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def percent(self) -> int:
        """The share of the work that is done, 0 to 100."""
        if self.state is JobState.DONE:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else 0

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=_own, officer=_own, insurer=_own, administrator=everything)
