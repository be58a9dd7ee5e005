"""The catalogue: products with their ID numbers (一品一码)."""

import hashlib
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id, IdNumber, Name, Text, normal_of
from ..names import without
from .brands import Brand
from .events import Audited
from .producers import Producer, Review
from .scope import Scope, in_county, own


class Regime(StrEnum):
    """Which rules the goods are under: what a batch needs before it may be coded."""

    FRESH = "fresh"  # 承诺达标合格证: 蔬菜, 水果, 茶鲜叶, 畜禽, 禽蛋, 养殖水产品
    PROCESSED = "processed"  # 加工食品: food licence (SC), shelf life, inputs
    HERB = "herb"  # 中药材
    OTHER = "other"  # dry grain and whatever else is under none of these


class Product(Audited, Base):
    """A product of a producer. County officer, then city officer; then it has its ID number. `food_licence` is the
    SC number of who makes it, `shelf_life_days` how long it keeps from the day of making. `commodity` is a key of
    commodities.toml, None of an older product until an officer says it; `materials` are the keys, with a blank between them,
    of what it may be made of."""

    __tablename__ = "products"
    __table_args__ = (
        sa.UniqueConstraint("producer_id", "name"),
        sa.Index("ix_products_state", "state"),
        sa.Index("ix_products_producer_id_name_normal", "producer_id", "name_normal"),
        sa.Index("uq_products_producer_id_barcode", "producer_id", "barcode", unique=True),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brands.id"), index=True)
    id_number: Mapped[IdNumber | None] = mapped_column(unique=True)
    name: Mapped[Name]
    description: Mapped[Text] = mapped_column(default="")
    commodity: Mapped[str | None] = mapped_column(sa.String(40))
    materials: Mapped[Text | None]
    regime: Mapped[Regime] = mapped_column(default=Regime.OTHER, server_default="other")
    shelf_life_days: Mapped[int | None]
    food_licence: Mapped[str | None] = mapped_column(sa.String(16))
    barcode: Mapped[str | None] = mapped_column(sa.String(13), index=True)  # 商品条形码, EAN-13
    state: Mapped[Review] = mapped_column(default=Review.SUBMITTED)
    return_reason: Mapped[Text | None]
    submitted_at: Mapped[datetime]
    county_approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))  # None: nobody with an account
    approved_at: Mapped[datetime | None]
    name_normal: Mapped[str] = normal_of("name", needed=True)

    producer: Mapped[Producer] = relationship()
    brand: Mapped[Brand | None] = relationship()

    @property
    def made_of(self) -> tuple[str, ...]:
        """The commodities that the review lets it be made of."""
        return tuple((self.materials or "").split())

    def name_under(self, brand: Brand | None) -> str:
        """The name as it may stand on a label: a brand in it that may not be used gives way to what the produce is
        called without it."""
        if self.brand is None or brand is not None:
            return self.name
        return without(self.name, self.brand.name, self.brand.plain_name)

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.producer,), producer=own(cls.producer_id), officer=in_county(Producer.county))


class ProductPicture(Base):
    """A picture of the product, re-encoded by us: a JPEG small enough for a slow network. County officer, then city
    officer; then everybody sees it. A product has one approved picture at most, and beside it one that is not."""

    __tablename__ = "product_pictures"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(16), primary_key=True)  # start of its SHA-256, part of its address
    jpeg: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    state: Mapped[Review] = mapped_column(default=Review.SUBMITTED)
    return_reason: Mapped[Text | None]
    submitted_at: Mapped[datetime]
    county_approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))  # None: nobody with an account
    approved_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(
            joins=(cls.product, Product.producer), producer=own(Product.producer_id), officer=in_county(Producer.county)
        )


class ProductText(Base):
    """The description that was proposed last for an approved product. County officer, then city officer; then it is the product's."""

    __tablename__ = "product_texts"

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), unique=True)
    description: Mapped[Text]
    state: Mapped[Review] = mapped_column(default=Review.SUBMITTED)
    return_reason: Mapped[Text | None]
    submitted_at: Mapped[datetime]
    county_approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))  # None: nobody with an account
    approved_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship()

    @property
    def mark(self) -> str:
        """By which a form says which text was looked at."""
        return hashlib.sha256(self.description.encode()).hexdigest()[:16]

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(
            joins=(cls.product, Product.producer), producer=own(Product.producer_id), officer=in_county(Producer.county)
        )
