"""The catalogue: brands of the directory (品牌目录) and products with their ID numbers (一品一码)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, County, Id, IdNumber, Name, Text
from .events import Audited
from .producers import Producer, Review


class BrandKind(StrEnum):
    REGIONAL = "regional"  # 区域公用品牌
    ENTERPRISE = "enterprise"  # 企业品牌
    PRODUCT = "product"  # 产品品牌


class Brand(Audited, Base):
    """A brand of the directory; `county` is None where the policy names none. `clause` is its source."""

    __tablename__ = "brands"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[Name] = mapped_column(unique=True)
    kind: Mapped[BrandKind]
    county: Mapped[County | None]
    flagship: Mapped[bool] = mapped_column(default=False)  # 一县一特
    clause: Mapped[Text]


class Product(Audited, Base):
    """A product of a producer. County officer, then city officer; then it has its ID number."""

    __tablename__ = "products"
    __table_args__ = (sa.UniqueConstraint("producer_id", "name"), sa.Index("ix_products_state", "state"))

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brands.id"), index=True)
    id_number: Mapped[IdNumber | None] = mapped_column(unique=True)
    name: Mapped[Name]
    description: Mapped[Text] = mapped_column(default="")
    state: Mapped[Review] = mapped_column(default=Review.SUBMITTED)
    return_reason: Mapped[Text | None]
    submitted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]

    producer: Mapped[Producer] = relationship()
    brand: Mapped[Brand | None] = relationship()


class ProductPicture(Base):
    """The product's picture, re-encoded by us: a JPEG small enough for a slow network."""

    __tablename__ = "product_pictures"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    jpeg: Mapped[bytes] = mapped_column(sa.LargeBinary)
    mark: Mapped[str] = mapped_column(sa.String(16))  # start of its SHA-256, part of its address
