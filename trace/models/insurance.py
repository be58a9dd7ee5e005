"""Quality insurance: insurers, and the policies that cover a producer, a product or a batch."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id, Name, Text, normal_of
from .batches import Batch
from .brands import Brand
from .catalogue import Product
from .events import Audited
from .producers import Producer
from .scope import Reader, Scope, in_county, insured_by, own


class PolicyKind(StrEnum):
    LIABILITY = "liability"  # 责任: harm to people or property
    RECALL = "recall"  # 召回费用
    QUALITY = "quality"  # 品质: a promised property of the product is missing


class PolicyScope(StrEnum):
    """What a policy covers: all of a producer, all of a product, or one batch."""

    PRODUCER = "producer"
    PRODUCT = "product"
    BATCH = "batch"


class PolicyState(StrEnum):
    ENTERED = "entered"  # 待核: waits for an officer who did not enter it
    VERIFIED = "verified"
    RETURNED = "returned"


class PolicyEnding(StrEnum):
    """How a policy left the record before its last day."""

    WITHDRAWN = "withdrawn"  # 撤下: it should not have been entered; it covers nothing
    CANCELLED = "cancelled"  # 解除: the contract ended on `ended_on`; the days before stay covered


class Insurer(Audited, Base):
    """An insurance company (保险机构). Its accounts and its policies point here, so a name is typed once and means one
    company."""

    __tablename__ = "insurers"

    id: Mapped[Id]
    name: Mapped[Name] = mapped_column(unique=True)
    uscc: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    name_normal: Mapped[str] = normal_of("name", index=True, needed=True)


class InsurancePolicy(Audited, Base):
    """A policy of the pilot 品牌+第二代农产品“身份证”质量保险. Amounts are in yuan, `subsidy_share` in percent of the premium.

    `entered_by` is whoever last typed its content (None: the command line, or before this was kept); the database
    itself refuses that the same person verifies it.
    """

    __tablename__ = "insurance_policies"
    __table_args__ = (
        sa.CheckConstraint("valid_to >= valid_from", name="validity"),
        sa.CheckConstraint("retroactive_from IS NULL OR retroactive_from <= valid_from", name="retroactive"),
        sa.CheckConstraint("entered_by IS NULL OR verified_by IS NULL OR entered_by <> verified_by", name="four_eyes"),
        sa.CheckConstraint("(state = 'verified') = (verified_at IS NOT NULL)", name="verified"),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name="ended"),
        sa.CheckConstraint(
            "(scope = 'producer' AND product_id IS NULL AND batch_id IS NULL)"
            " OR (scope = 'product' AND product_id IS NOT NULL AND batch_id IS NULL)"
            " OR (scope = 'batch' AND product_id IS NULL AND batch_id IS NOT NULL)",
            name="scope",
        ),
        sa.Index("ix_insurance_policies_insurer_id_number", "insurer_id", "number"),
    )

    id: Mapped[Id]
    insurer_id: Mapped[int] = mapped_column(sa.ForeignKey("insurers.id"))
    kind: Mapped[PolicyKind]
    scope: Mapped[PolicyScope]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    number: Mapped[Name]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    retroactive_from: Mapped[date | None]
    limit_cumulative: Mapped[Decimal | None]
    limit_per_incident: Mapped[Decimal | None]
    limit_per_person: Mapped[Decimal | None]
    premium: Mapped[Decimal | None]
    subsidy_share: Mapped[Decimal | None]
    hotline: Mapped[str | None] = mapped_column(sa.String(40))
    claim_url: Mapped[str | None] = mapped_column(sa.String(300))
    exclusions: Mapped[str | None] = mapped_column(sa.String(1000))
    state: Mapped[PolicyState] = mapped_column(default=PolicyState.ENTERED)
    return_reason: Mapped[Text | None]
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    entered_at: Mapped[datetime]
    verified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    verified_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ended_how: Mapped[PolicyEnding | None]
    end_reason: Mapped[Text | None]

    insurer: Mapped[Insurer] = relationship()
    producer: Mapped[Producer] = relationship()
    product: Mapped[Product | None] = relationship()
    batch: Mapped[Batch | None] = relationship()

    @property
    def first_day(self) -> date:
        """The first day of harvest or sale that it covers."""
        return self.retroactive_from or self.valid_from

    @property
    def last_day(self) -> date:
        """The last day that it covers: the day before the contract was ended, if it was."""
        return self.valid_to if self.ended_on is None else min(self.valid_to, self.ended_on - timedelta(days=1))

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(
            joins=(cls.producer,),
            producer=own(cls.producer_id),
            officer=in_county(Producer.county),
            insurer=insured_by(cls.insurer_id),
        )


class PilotMember(Audited, Base):
    """A product or a brand in the pilot, from `joined_on` until the day before `left_on`."""

    __tablename__ = "pilot_members"
    __table_args__ = (
        sa.CheckConstraint("(product_id IS NULL) <> (brand_id IS NULL)", name="one_subject"),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="days"),
    )

    id: Mapped[Id]
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brands.id"), index=True)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[Text | None]

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(officer=_in_pilot_of_county)


def _in_pilot_of_county(reader: Reader) -> sa.ColumnElement[bool]:
    """A county's officer knows of a member of the pilot whose producer or brand is of the county."""
    products = sa.select(Product.id).join(Product.producer).where(Producer.county == reader.county)
    brands = sa.select(Brand.id).where(Brand.county == reader.county)
    theirs = sa.or_(PilotMember.product_id.in_(products), PilotMember.brand_id.in_(brands))
    return sa.true() if reader.county is None else theirs
