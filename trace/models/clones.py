"""What tells a copied label from its original: the bureau's table of networks, what shops sold, and the packs that officers look
into (可能被复制)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, County, Id, Text
from .batches import Batch
from .events import Audited
from .scope import Scope, everything, in_county, own


class NetworkList(Audited, Base):
    """A table of networks as it was uploaded; the last one is in force. `content`: a line each, "192.0.2.0/24,430225"."""

    __tablename__ = "network_lists"

    id: Mapped[Id]
    uploaded_at: Mapped[datetime]
    count: Mapped[Big]
    content: Mapped[str] = mapped_column(sa.UnicodeText)

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(officer=everything, administrator=everything)


class SoldUnit(Audited, Base):
    """A pack of which a shop said that it is sold (卖出了), by its account. `county` is the shop's."""

    __tablename__ = "sold_units"
    __table_args__ = (sa.UniqueConstraint("batch_id", "ordinal"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"))
    ordinal: Mapped[Big]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    county: Mapped[County]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=own(cls.producer_id), officer=in_county(Batch.county))


class CloneState(StrEnum):
    """How far officers are with a pack that may have been copied."""

    NEW = "new"  # 待核查
    LOOKING = "looking"  # 核查中
    EXPLAINED = "explained"  # 有合理解释: it comes back when many more have looked
    CLOSED = "closed"  # 已办结


class CloneCase(Audited, Base):
    """A pack whose label may have been copied. `readers` is how many had looked when it was raised, last."""

    __tablename__ = "clone_cases"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "ordinal"),
        sa.Index("ix_clone_cases_state", "state", "raised_at"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"))
    ordinal: Mapped[Big]
    raised_at: Mapped[datetime]
    state: Mapped[CloneState] = mapped_column(default=CloneState.NEW)
    state_since: Mapped[datetime]
    readers: Mapped[Big]
    places: Mapped[Big]
    points: Mapped[int]
    word: Mapped[Text | None]  # of the officer who spoke last

    batch: Mapped[Batch] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), officer=in_county(Batch.county))
