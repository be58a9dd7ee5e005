"""Certificates (两品一标 and their relatives)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, County, Id, Name
from .brands import Brand
from .catalogue import Product
from .events import Audited
from .producers import Producer
from .scope import Scope, in_county, own


class Scheme(StrEnum):
    GREEN = "green"  # 绿色食品
    ORGANIC = "organic"  # 有机产品
    ORGANIC_CONVERSION = "organic_conversion"  # 有机转换: on the way to organic, never to be shown as organic
    GEOGRAPHICAL = "geographical"  # 农产品地理标志
    GI_PRODUCT = "gi_product"  # 地理标志保护产品: an indicator of its own, not in 两品一标
    GI_MARK = "gi_mark"  # 地理标志证明商标: likewise
    GI_COLLECTIVE = "gi_collective"  # 地理标志集体商标


class Claim(StrEnum):
    """How far a claim has come. Only what is verified may be shown or counted."""

    DECLARED = "declared"  # 待核
    CHECKED = "checked"  # the county has compared it with the paper
    VERIFIED = "verified"  # 已核实
    RETURNED = "returned"


class Ending(StrEnum):
    """How a certificate ended before its last day."""

    REVOKED = "revoked"  # 撤销, by the body that issued it
    CANCELLED = "cancelled"  # 注销, at the holder's wish
    WITHDRAWN = "withdrawn"  # 撤下, from this record


class Certification(Audited, Base):
    """A certificate on paper, held by a producer or, for geographical indications, under a brand.

    It speaks of products through its `lines`. `declared_by` is None where the record does not know.
    """

    __tablename__ = "certifications"
    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        sa.CheckConstraint("producer_id IS NOT NULL OR brand_id IS NOT NULL", name="holder"),
        sa.CheckConstraint("(state = 'verified') = (verified_at IS NOT NULL)", name="verified"),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name="ended"),
        sa.Index("ix_certifications_scheme_number", "scheme", "number"),
        sa.Index("ix_certifications_county_state", "county", "state"),
    )

    id: Mapped[Id]
    scheme: Mapped[Scheme]
    number: Mapped[Name]
    mark_code: Mapped[str | None] = mapped_column(sa.String(40))  # GF…, AGI…-…-…: the code printed beside the mark
    holder: Mapped[Name]  # as on the paper
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brands.id"), index=True)
    county: Mapped[County]
    granted_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(index=True)
    issuer: Mapped[str | None] = mapped_column(sa.String(120))
    renews_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certifications.id"), index=True)
    state: Mapped[Claim] = mapped_column(default=Claim.DECLARED)
    return_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    declared_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    declared_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    checked_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    verified_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ended_how: Mapped[Ending | None]
    end_reason: Mapped[str | None] = mapped_column(sa.String(1000))

    producer: Mapped[Producer | None] = relationship()
    brand: Mapped[Brand | None] = relationship()
    renews: Mapped["Certification | None"] = relationship(remote_side="Certification.id")
    lines: Mapped[list["CertificationLine"]] = relationship(
        back_populates="certification", order_by="CertificationLine.id", cascade="all, delete-orphan"
    )

    def in_force_on(self, day: date) -> bool:
        """Whether it is verified and valid on a day: what may be shown and counted."""
        begun = self.state is Claim.VERIFIED and self.valid_from <= day
        return (
            begun and (self.valid_to is None or day <= self.valid_to) and (self.ended_on is None or day < self.ended_on)
        )

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id), officer=in_county(cls.county))


class CertificationLine(Base):
    """One product on a certificate (证书上的产品). Changed only together with its certificate and its event."""

    __tablename__ = "certification_lines"
    __table_args__ = (
        sa.UniqueConstraint("certification_id", "product_name"),
        sa.CheckConstraint("yearly_quantity > 0", name="quantity"),
        sa.CheckConstraint("(yearly_quantity IS NULL) = (unit IS NULL)", name="unit"),
    )

    id: Mapped[Id]
    certification_id: Mapped[int] = mapped_column(sa.ForeignKey("certifications.id"))
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"), index=True)
    product_name: Mapped[Name]  # as on the paper
    yearly_quantity: Mapped[Decimal | None]
    unit: Mapped[str | None] = mapped_column(sa.String(8))  # t or a unit of sale

    certification: Mapped[Certification] = relationship(back_populates="lines")
    product: Mapped[Product | None] = relationship()
