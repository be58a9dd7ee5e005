"""Recalls of many batches in one act: what was looked at, what was done, and who was told."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, Id, Name, Text
from .batches import Batch
from .events import Audited
from .producers import Producer
from .scope import Reader, Scope, in_county, own


class RecallKind(StrEnum):
    HOLD = "hold"
    RECALL = "recall"
    DRILL = "drill"  # 演练: measured, and nothing changed


class RecallAct(Audited, Base):
    """One decision over all batches that a cause reaches. Durations in milliseconds; `cause` in the officer's words.

    A hold is lifted in one act as well (`lifted_at`). What was followed up ends with a `report` (`closed_at`); `missing_reason`:
    why it was closed although figures were missing.
    """

    __tablename__ = "recall_acts"

    id: Mapped[Id]
    kind: Mapped[RecallKind]
    cause: Mapped[Name]
    reason: Mapped[Text]
    at: Mapped[datetime]
    actor_name: Mapped[Name]
    batches: Mapped[Big]
    units: Mapped[Big]
    scans: Mapped[Big]
    milliseconds: Mapped[Big]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[Text | None]
    closed_at: Mapped[datetime | None]
    closed_by_name: Mapped[Name | None]
    report: Mapped[Text | None]
    missing_reason: Mapped[Text | None]

    lines: Mapped[list["RecallLine"]] = relationship(back_populates="recall", order_by="RecallLine.batch_id")

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(officer=_reached_county)


class RecallLine(Base):
    """A batch that a recall act reached; `changed` tells whether the act stopped it, and not another one before."""

    __tablename__ = "recall_lines"

    recall_id: Mapped[int] = mapped_column(sa.ForeignKey("recall_acts.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), primary_key=True, index=True)
    depth: Mapped[int]
    changed: Mapped[bool]

    recall: Mapped[RecallAct] = relationship(back_populates="lines")
    batch: Mapped[Batch] = relationship()


class Notice(Base):
    """What a producer is told of a recall act, until it says that it has read it."""

    __tablename__ = "notices"
    __table_args__ = (sa.UniqueConstraint("producer_id", "recall_id"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    recall_id: Mapped[int] = mapped_column(sa.ForeignKey("recall_acts.id"))
    read_at: Mapped[datetime | None]

    producer: Mapped[Producer] = relationship()
    recall: Mapped[RecallAct] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id))


class RecallFigure(Audited, Base):
    """What came back of a batch that an act stopped, and where it went, in the batch's unit; None: not reported.

    `destroyed`, `returned` (to who had supplied it) and `kept` (sealed) are parts of `recovered`.
    """

    __tablename__ = "recall_figures"
    __table_args__ = (
        sa.UniqueConstraint("recall_id", "batch_id"),
        sa.CheckConstraint("recovered >= 0 AND destroyed >= 0 AND returned >= 0 AND kept >= 0", name="amounts"),
    )

    id: Mapped[Id]
    recall_id: Mapped[int] = mapped_column(sa.ForeignKey("recall_acts.id"))
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    recovered: Mapped[Decimal]
    destroyed: Mapped[Decimal | None]
    returned: Mapped[Decimal | None]
    kept: Mapped[Decimal | None]
    remark: Mapped[Text] = mapped_column(default="")
    reported_at: Mapped[datetime]
    reported_by_name: Mapped[Name]

    recall: Mapped[RecallAct] = relationship()
    batch: Mapped[Batch] = relationship()

    @property
    def unaccounted(self) -> Decimal:
        """What came back and of which nobody has said where it went."""
        return self.recovered - sum(
            (part or Decimal(0) for part in (self.destroyed, self.returned, self.kept)), Decimal(0)
        )

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=own(Batch.producer_id), officer=in_county(Batch.county))


def _reached_county(reader: Reader) -> sa.ColumnElement[bool]:
    """A county's officer knows of a recall that reached a batch of the county."""
    reached = sa.exists().where(
        RecallLine.recall_id == RecallAct.id, Batch.id == RecallLine.batch_id, Batch.county == reader.county
    )
    return sa.true() if reader.county is None else reached
