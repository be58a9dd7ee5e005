"""Batches (批次): one harvest of one product from one plot, with its ID number (一批一码)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, County, Id, IdNumber, Name, Text, normal_of
from .brands import Brand
from .catalogue import Product
from .events import Audited
from .partners import Partner
from .producers import AttachedFarmer, Plot, Producer
from .scope import Scope, in_county, own


class BatchState(StrEnum):
    """How the batch stands today: by the word of an officer, or withdrawn by its own producer."""

    ON_SALE = "on_sale"
    ON_HOLD = "on_hold"  # 冻结: can be released again
    RECALLED = "recalled"  # 召回: final
    WITHDRAWN = "withdrawn"  # 撤销: it should not have been declared; it counts nowhere


class StoppedBy(StrEnum):
    """Who holds, recalled or withdrew a batch."""

    OFFICER = "officer"
    RECORD = "record"  # the program, by the farm's record; an officer has not spoken yet
    TEST = "test"  # the program, by a failed test; an officer has not spoken yet
    PRODUCER = "producer"  # its own producer withdrew it


class AmountState(StrEnum):
    """Where the county stands with an amount that is far beyond what is plausible (数量待核实)."""

    WAITING = "waiting"  # no codes yet
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # no codes ever; the harvest is declared anew


class Origin(StrEnum):
    """How the batch came to be."""

    HARVEST = "harvest"  # 采收
    SPLIT = "split"  # 分批
    MERGED = "merged"  # 合批
    PROCESSED = "processed"  # 加工
    RECEIVED = "received"  # 收货: from another producer, or bought from someone without a record here


class Unit(StrEnum):
    """Units in which a batch is measured; the pack size is in the same unit."""

    KILOGRAM = "kg"
    LITRE = "L"
    PIECE = "个"
    BIRD = "只"
    BUNCH = "把"


@dataclass(frozen=True, slots=True)
class Packed:
    """What packing makes of goods: how many packs, each with its code, and what is `left` over, in the goods' unit."""

    packs: int
    left: Decimal


def packed(quantity: Decimal, pack_size: Decimal) -> Packed:
    """What comes of so much in packs of this size: the one rule of how many codes goods may have."""
    packs, left = divmod(quantity, pack_size)
    return Packed(int(packs), left)


class Batch(Audited, Base):
    """`used` is what went into other batches or left loose; `quota` how many packs the rest fills: floor((quantity −
    used) / pack size); `reserved` how many of them have a code. Codes are issued, and goods taken, under the lock of
    this row. `harvest_date` is the day of making where the batch was processed, and the earliest day of what was merged."""

    __tablename__ = "batches"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("pack_size > 0", name="pack_size"),
        sa.CheckConstraint("reserved >= 0 AND reserved <= quantity / pack_size", name="quota"),
        sa.CheckConstraint("used >= 0 AND used + reserved * pack_size <= quantity", name="ledger"),
        sa.CheckConstraint("certified >= 0 AND certified <= quantity", name="certified"),
        sa.Index("ix_batches_producer_id_idempotency_key", "producer_id", "idempotency_key", unique=True),
        sa.Index("ix_batches_county_state", "county", "state"),
        sa.Index("ix_batches_amount_state", "amount_state"),
        sa.Index("ix_batches_producer_id_declared_at", "producer_id", "declared_at"),
        sa.Index("ix_batches_county_declared_at", "county", "declared_at"),
        sa.Index("ix_batches_declared_at_id", "declared_at", "id"),
    )

    id: Mapped[Id]
    id_number: Mapped[IdNumber] = mapped_column(unique=True)
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    plot_id: Mapped[int] = mapped_column(sa.ForeignKey("plots.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brands.id"), index=True)  # declared under it
    brand_reason: Mapped[Text | None]  # why an officer lets it carry the name all the same
    county: Mapped[County]  # of the plot: where it grew
    place: Mapped[Name] = mapped_column(
        server_default=sa.text("''")
    )  # of the plot, as it was called when the batch came to be
    harvest_date: Mapped[date]
    quantity: Mapped[Decimal]
    unit: Mapped[Unit]
    pack_size: Mapped[Decimal]
    reserved: Mapped[Big] = mapped_column(default=0)
    used: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    certified: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")  # on live 合格证
    origin: Mapped[Origin] = mapped_column(default=Origin.HARVEST, server_default="harvest")
    act_id: Mapped[int | None] = mapped_column(sa.ForeignKey("chain_acts.id"), index=True)  # by which it came to be
    supplier: Mapped[Name | None]  # of goods bought from someone without a record here
    supplier_lot: Mapped[Name | None]
    partner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("partners.id"), index=True
    )  # the supplier, in the book
    supplier_normal: Mapped[str | None] = normal_of("supplier", index=True)  # what a recall searches by
    supplier_lot_normal: Mapped[str | None] = normal_of("supplier_lot", index=True)
    attached_farmer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("attached_farmers.id")
    )  # 挂靠农户, who grew it
    farmer_name: Mapped[Name | None]  # of the attached farmer, when the batch came to be
    declared_at: Mapped[datetime]
    state: Mapped[BatchState] = mapped_column(default=BatchState.ON_SALE)
    state_since: Mapped[datetime]
    state_reason: Mapped[Text | None]
    stopped_by: Mapped[StoppedBy | None]  # None while on sale
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(64))  # of the form it was declared with
    amount_state: Mapped[AmountState | None]  # None: nothing odd about the amount
    amount_why: Mapped[dict[str, Any] | None]  # what is odd, a message as data
    amount_at: Mapped[datetime | None]  # since when
    amount_word: Mapped[Text | None]  # of the officer who decided

    producer: Mapped[Producer] = relationship()
    product: Mapped[Product] = relationship()
    plot: Mapped[Plot] = relationship()
    attached_farmer: Mapped[AttachedFarmer | None] = relationship()
    brand: Mapped[Brand | None] = relationship()
    partner: Mapped[Partner | None] = relationship()

    @property
    def quota(self) -> int:
        return packed(self.quantity - self.used, self.pack_size).packs

    @property
    def left(self) -> Decimal:
        """What is neither in coded packs nor used nor shipped loose, in the batch's unit."""
        return self.quantity - self.used - self.reserved * self.pack_size

    @property
    def net_content(self) -> str:
        """What one pack holds, as the label says it: "2.5 kg"."""
        return f"{self.pack_size.normalize():f} {self.unit}"

    @property
    def room(self) -> int:
        """How many more codes the harvest allows."""
        return self.quota - self.reserved

    @classmethod
    def counts(cls) -> sa.ColumnElement[bool]:
        """The batches that are counted and built upon anywhere: all but those that were withdrawn."""
        return cls.state != BatchState.WITHDRAWN

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id), officer=in_county(cls.county))
