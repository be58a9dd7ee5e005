"""How batches become one another (split, merged, processed) and where they went (shipped, received).

One step back and one step forward are rows; the whole way is found by walking them (`lineage`). A link always leads
into a batch that its own act made, so no way can lead back to where it began.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, Id, Name, Text
from .batches import Batch
from .events import Audited
from .partners import Partner
from .producers import Producer
from .scope import Reader, Scope, in_county, own


class ActKind(StrEnum):
    SPLIT = "split"  # 分批
    MERGE = "merge"  # 合批
    PROCESS = "process"  # 加工
    RECEIVE = "receive"  # 收货: a batch of another producer's comes in


class ChainAct(Audited, Base):
    """One act by which batches became others. `idempotency_key` is the form's: sent twice, it is one act."""

    __tablename__ = "chain_acts"
    __table_args__ = (sa.UniqueConstraint("producer_id", "idempotency_key"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    kind: Mapped[ActKind]
    day: Mapped[date]
    note: Mapped[Text] = mapped_column(default="")
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]

    links: Mapped[list["BatchLink"]] = relationship(back_populates="act", order_by="BatchLink.id")


class BatchLink(Base):
    """What of one batch went into another. `taken` (loss included) and `loss` in the unit of the batch it came from;
    `factor`: how many units of the new batch one unit makes at the most, as stated with the act."""

    __tablename__ = "batch_links"
    __table_args__ = (
        sa.UniqueConstraint("act_id", "from_id", "to_id"),
        sa.CheckConstraint("taken > 0 AND loss >= 0 AND loss <= taken", name="amounts"),
        sa.CheckConstraint("factor > 0", name="factor"),
        sa.CheckConstraint("from_id <> to_id", name="itself"),
    )

    id: Mapped[Id]
    act_id: Mapped[int] = mapped_column(sa.ForeignKey("chain_acts.id"))
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    taken: Mapped[Decimal]
    loss: Mapped[Decimal] = mapped_column(default=Decimal(0))
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1))

    act: Mapped[ChainAct] = relationship(back_populates="links")
    source: Mapped[Batch] = relationship(foreign_keys=from_id)
    result: Mapped[Batch] = relationship(foreign_keys=to_id)


class Shipment(Audited, Base):
    """What left of a batch, to whom: packs with codes (`first`, `count`), or loose goods (`first` None).

    `to_producer_id` where the receiver keeps its record here; it then takes the goods in as a batch of its own. Nobody else needs
    to say that it came. `customer` and `phone` stay as they were written; `partner_id` leads to what the book says today.
    """

    __tablename__ = "shipments"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "idempotency_key"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint(
            "(first IS NULL) = (count IS NULL) AND (first IS NULL OR first >= 0 AND count > 0)", name="packs"
        ),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    customer: Mapped[Name]
    place: Mapped[Name]
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    partner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("partners.id"), index=True)
    to_producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    shipped_on: Mapped[date]
    quantity: Mapped[Decimal]  # in the batch's unit
    first: Mapped[Big | None]
    count: Mapped[Big | None]
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship()
    to_producer: Mapped[Producer | None] = relationship()
    partner: Mapped[Partner | None] = relationship()

    @property
    def phones(self) -> tuple[str, ...]:
        """What to call, see `phones_of`."""
        return phones_of(self.partner.phone if self.partner else None, self.phone)

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=_sent_or_received, officer=in_county(Batch.county))


def _sent_or_received(reader: Reader) -> sa.ColumnElement[bool]:
    return sa.or_(own(Batch.producer_id)(reader), own(Shipment.to_producer_id)(reader))


def phones_of(today: str | None, written: str | None) -> tuple[str, ...]:
    """What to call a customer by: the number that the book has today, then the one written with the goods where it is another."""
    return tuple(dict.fromkeys(number for number in (today, written) if number))
