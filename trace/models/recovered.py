"""What the public log alone still tells of labels and batches after a restore: their own rows were lost with the acts."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big, IdNumber, Text


class Told(StrEnum):
    """What a line tells."""

    ISSUED = "issued"  # units that were given out, with which words nobody knows
    PLANNED = "planned"  # labels that were printed, or may have been
    RELEASED = "released"  # labels that are on packs
    DECLARED = "declared"  # of a batch whose own row is lost, as the rest
    ON_SALE = "on_sale"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"


class RecoveredLine(Base):
    """One leaf of the log, counted from 0, by which units or a batch (its ID number) are known. `batch_id` is None for a batch whose row is
    lost. Units count from 0; of a batch
    there are none."""

    __tablename__ = "recovered_lines"

    leaf: Mapped[Big] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[IdNumber] = mapped_column(index=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    told: Mapped[Told]
    first: Mapped[Big] = mapped_column(default=0)
    count: Mapped[Big] = mapped_column(default=0)
    at: Mapped[datetime]
    reason: Mapped[Text | None]
