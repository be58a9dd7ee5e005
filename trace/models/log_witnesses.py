"""What other offices have seen of the public log: each witness as it answered last, and the checkpoints that enough of them signed."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Trouble(StrEnum):
    """Why a witness has not signed."""

    AWAY = "away"  # no connection
    SLOW = "slow"  # no answer in time
    REFUSED = "refused"  # another status, which `detail` is
    RUBBISH = "rubbish"  # an answer that is none
    BAD_SIGNATURE = "bad_signature"  # not of its keys, or not under this checkpoint
    CLOCK = "clock"  # it signed at a time that is not now: `detail` seconds off
    AHEAD = "ahead"  # it saw a longer log, of `detail` entries, than there is here
    FORK = "fork"  # what it saw is no beginning of this log

    @property
    def is_grave(self) -> bool:
        """Whether it contradicts the log itself."""
        return self in (Trouble.AHEAD, Trouble.FORK)


class LogWitness(Base):
    """A witness by the name of its keys. `size` and `cosigned_at` are of the checkpoint that it signed last; `trouble` is why it
    did not sign the one after, None when it did."""

    __tablename__ = "log_witnesses"

    name: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    size: Mapped[Big] = mapped_column(default=0)
    cosigned_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    trouble: Mapped[Trouble | None]
    detail: Mapped[Big | None]
    troubled_since: Mapped[datetime | None]


class LogWitnessed(Base):
    """A checkpoint that a quorum of witnesses signed, with their signatures that tell the time, and when the quorum was reached.
    A row is never changed: what a leaked key signed afterwards must not be dated back."""

    __tablename__ = "log_witnessed"

    size: Mapped[int] = mapped_column(WHOLE, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    note: Mapped[bytes]
