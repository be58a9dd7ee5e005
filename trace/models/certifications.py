"""Certificates (两品一标 and their relatives) and policies of the quality-insurance pilot."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, Id, Name, Text
from .catalogue import Product
from .events import Audited


class Scheme(StrEnum):
    GREEN = "green"  # 绿色食品
    ORGANIC = "organic"  # 有机产品
    GEOGRAPHICAL = "geographical"  # 农产品地理标志
    GI_PRODUCT = "gi_product"  # 地理标志保护产品: an indicator of its own, not in 两品一标
    GI_MARK = "gi_mark"  # 地理标志证明商标: likewise


class Certification(Audited, Base):
    """A certificate of a product, entered by an officer from the document before them."""

    __tablename__ = "certifications"
    __table_args__ = (
        sa.UniqueConstraint("scheme", "number", "product_id"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    scheme: Mapped[Scheme]
    number: Mapped[Name]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    verified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    verified_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship()


class InsurancePolicy(Audited, Base):
    """A policy of the pilot 品牌+第二代农产品“身份证”质量保险 for one product."""

    __tablename__ = "insurance_policies"
    __table_args__ = (
        sa.UniqueConstraint("insurer", "number", "product_id"),
        sa.CheckConstraint("valid_to >= valid_from", name="validity"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    insurer: Mapped[Name]
    number: Mapped[Name]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    hotline: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[Text | None]
    verified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    verified_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship()
