"""Complaints of consumers and reports of counterfeits (投诉、举报)."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, County, Id, Name, Text
from .accounts import Account
from .batches import Batch
from .cases import CaseColumns
from .catalogue import Product
from .events import Audited
from .scope import Scope, in_county


class ComplaintKind(StrEnum):
    FAKE = "fake"  # 假冒
    QUALITY = "quality"  # 质量
    LABEL = "label"  # 标签
    OTHER = "other"


class Platform(StrEnum):
    """Where it was bought."""

    SHOP = "shop"  # 实体店、市场
    ALIBABA = "alibaba"  # 阿里巴巴, 淘宝, 天猫
    JD = "jd"  # 京东
    PDD = "pdd"  # 拼多多
    OTHER = "other"
    UNSAID = "unsaid"


class Outcome(StrEnum):
    FOUNDED = "founded"  # 属实
    UNFOUNDED = "unfounded"  # 不属实
    UNTRACEABLE = "untraceable"  # 无法查实
    PASSED_ON = "passed_on"  # 已转交


class Complaint(CaseColumns, Audited, Base):
    """A complaint. `code` is what was scanned or typed, as it came, cut; `verdict` what the scan said at that moment.

    `county` is whose queue it is in: of the batch or product, else the chosen one; None is the city's.
    `against_producer`: founded, and the producer's own doing, so that it enters its credit record.
    """

    __tablename__ = "complaints"
    __table_args__ = (sa.Index("ix_complaints_state_county_due_on", "state", "county", "due_on"),)

    id: Mapped[Id]
    kind: Mapped[ComplaintKind]
    what: Mapped[Text]
    code: Mapped[str] = mapped_column(sa.String(400))
    verdict: Mapped[str | None] = mapped_column(sa.String(24))
    verdict_reason: Mapped[Text | None]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"), index=True)
    ordinal: Mapped[Big | None]
    county: Mapped[County | None]
    place_county: Mapped[County | None]
    place: Mapped[Name]
    platform: Mapped[Platform]
    shop: Mapped[Name]
    link: Mapped[Text]
    outcome: Mapped[Outcome | None]
    outcome_reason: Mapped[Text | None]
    against_producer: Mapped[bool] = mapped_column(default=False)
    demonstration: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    batch: Mapped[Batch | None] = relationship()
    product: Mapped[Product | None] = relationship()
    handler: Mapped[Account | None] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(officer=in_county(cls.county))
