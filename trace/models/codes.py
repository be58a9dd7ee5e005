"""Codes as ranges, and the labels printed of them. A unit has a row only when something happened to it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..codes.kinds import CodeKind
from ..db.columns import Base, Big, Id, Name, Text, normal_of
from .batches import Batch
from .events import Audited
from .producers import Producer
from .scope import Scope, in_county, own


class CodeRange(Audited, Base):
    """A run of units reserved for a batch: ordinals `first` … `first + count - 1`, counted from 0, all of one kind of code.

    Key, harvest day and facts are kept as they were signed, so that the same code comes out for ever. Of tiny codes,
    which say neither and bear no signature, the key number is 0.
    """

    __tablename__ = "code_ranges"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "first"),
        sa.UniqueConstraint("batch_id", "idempotency_key"),
        sa.CheckConstraint("count > 0 AND first >= 0 AND first + count <= 134217728", name="units"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"))
    first: Mapped[Big]
    count: Mapped[Big]
    key_number: Mapped[int]
    harvest_date: Mapped[date]
    facts: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    idempotency_key: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[CodeKind] = mapped_column(default=CodeKind.FULL, server_default="full")

    batch: Mapped[Batch] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=own(Batch.producer_id), officer=in_county(Batch.county))


class PrintState(StrEnum):
    PLANNED = "planned"  # content frozen, sheets not yet made
    READY = "ready"  # sheets made and read back
    RELEASED = "released"  # labels are on packs: a scan may now say 正品
    FAILED = "failed"  # the read-back or the disk refused; nothing was released
    STOPPED = "stopped"  # by somebody, while it was made; nothing was left, and it can be made again
    VOID = "void"  # all its labels are void: scans say 已作废, and its units are never printed again
    CANCELLED = "cancelled"  # thrown away before release; its units may be printed anew


class PrintRun(Audited, Base):
    """One print of a run of labels. `job` is all that was drawn, frozen; `sha256` is the file's."""

    __tablename__ = "print_runs"
    __table_args__ = (
        sa.Index("ix_print_runs_batch_id_first", "batch_id", "first"),
        sa.UniqueConstraint("range_id", "idempotency_key"),
        sa.CheckConstraint("count > 0", name="count"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"))
    range_id: Mapped[int] = mapped_column(sa.ForeignKey("code_ranges.id"), index=True)
    first: Mapped[Big]
    count: Mapped[Big]
    job: Mapped[dict[str, Any]]
    state: Mapped[PrintState] = mapped_column(default=PrintState.PLANNED)
    failure: Mapped[Text | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    pages: Mapped[int | None]
    read_back: Mapped[dict[str, Any] | None]
    reprints: Mapped[int] = mapped_column(default=0)
    planned_at: Mapped[datetime]
    planned_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    released_at: Mapped[datetime | None]
    idempotency_key: Mapped[str] = mapped_column(sa.String(64))
    given_out: Mapped[int] = mapped_column(default=0, server_default="0")  # how often its list of codes was downloaded
    password_shown_at: Mapped[datetime | None]
    void_reason: Mapped[Text | None]

    batch: Mapped[Batch] = relationship()
    range: Mapped[CodeRange] = relationship()

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=own(Batch.producer_id), officer=in_county(Batch.county))


class VoidUnit(Audited, Base):
    """A unit whose label was spoiled: its code says 已作废 from then on."""

    __tablename__ = "void_units"
    __table_args__ = (sa.UniqueConstraint("batch_id", "ordinal"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"))
    ordinal: Mapped[Big]
    at: Mapped[datetime]
    reason: Mapped[Text]

    batch: Mapped[Batch] = relationship()


class LabelStock(Audited, Base):
    """A producer's own label stock, in millimetres (`measures` as codes.stock writes it)."""

    __tablename__ = "label_stocks"
    __table_args__ = (sa.UniqueConstraint("producer_id", "name"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    name: Mapped[Name]
    measures: Mapped[dict[str, Any]]
    name_normal: Mapped[str] = normal_of("name", needed=True)

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id))


class LabelPrinter(Audited, Base):
    """A producer's printer: how far off it prints (mm), how much too large or small, and its dpi."""

    __tablename__ = "label_printers"
    __table_args__ = (sa.UniqueConstraint("producer_id", "name"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    name: Mapped[Name]
    settings: Mapped[dict[str, Any]]
    name_normal: Mapped[str] = normal_of("name", needed=True)

    producer: Mapped[Producer] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id))
