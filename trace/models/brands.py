"""The brand directory (农产品品牌目录): brands, their levels and lists with dates, and who may use them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, County, Id, Name, Text, normal_of
from .events import Audited
from .producers import Producer, Review
from .scope import Scope, in_county, own

MonthDay = sa.String(5)  # "07-15", each year


class BrandKind(StrEnum):
    REGIONAL = "regional"  # 区域公用品牌
    ENTERPRISE = "enterprise"  # 企业品牌
    PRODUCT = "product"  # 产品品牌


class Brand(Audited, Base):
    """A brand of the directory; `county` is None where the policy names none. `clause` is its source.

    A regional brand has a holder and may have a season; the name may be used on what is harvested in it. Another is
    its producer's own (`producer_id`): declared, then verified by an officer. What is unknown is None.
    """

    __tablename__ = "brands"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[Name] = mapped_column(unique=True)
    kind: Mapped[BrandKind]
    county: Mapped[County | None]
    flagship: Mapped[bool] = mapped_column(default=False)  # 一县一特
    clause: Mapped[Text]
    plain_name: Mapped[Name | None]  # what the produce is called without the brand: 黄桃
    commodity: Mapped[str | None] = mapped_column(sa.String(40))  # what its goods are: a key of commodities.toml
    holder: Mapped[Name | None]
    holder_source: Mapped[Text | None]
    season_from: Mapped[str | None] = mapped_column(MonthDay)
    season_to: Mapped[str | None] = mapped_column(MonthDay)
    season_source: Mapped[Text | None]
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    recognised_on: Mapped[date | None]  # by whom and in which paper stands in `clause`
    submitted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    return_reason: Mapped[Text | None]
    demonstration: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    name_normal: Mapped[str] = normal_of("name", index=True, needed=True)

    producer: Mapped[Producer | None] = relationship()
    levels: Mapped[list["BrandLevel"]] = relationship(order_by="BrandLevel.since, BrandLevel.id")
    selections: Mapped[list["BrandSelection"]] = relationship(order_by="BrandSelection.year, BrandSelection.id")

    @property
    def state(self) -> Review:
        """Where a producer's own brand stands; a regional one is in the directory by an officer's hand."""
        if self.kind is BrandKind.REGIONAL or self.verified_at:
            return Review.APPROVED
        return Review.RETURNED if self.return_reason else Review.SUBMITTED

    def in_season(self, day: date) -> bool:
        """Whether what is harvested on that day may carry the name. A season may go over the new year."""
        today, first, last = f"{day:%m-%d}", self.season_from or "01-01", self.season_to or "12-31"
        return first <= today <= last if first <= last else today >= first or today <= last

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id), officer=in_county(cls.county))


class Level(StrEnum):
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATION = "nation"


class BrandLevel(Audited, Base):
    """The day on which a brand was recognised at a level. Rows are added, never changed: the last one stands."""

    __tablename__ = "brand_levels"

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(sa.ForeignKey("brands.id"), index=True)
    level: Mapped[Level]
    since: Mapped[date]
    source: Mapped[Text]


class SelectionList(StrEnum):
    CHINA_GRAIN_AND_OIL = "china_grain_oil"  # 中国好粮油
    HUNAN_GRAIN_AND_OIL = "hunan_grain_oil"  # 湖南好粮油


class BrandSelection(Audited, Base):
    """A brand on a selection list of a year."""

    __tablename__ = "brand_selections"
    __table_args__ = (sa.UniqueConstraint("brand_id", "list", "year"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(sa.ForeignKey("brands.id"))
    list: Mapped[SelectionList]
    year: Mapped[int]
    source: Mapped[Text]


class BrandLicence(Audited, Base):
    """A producer's licence to use a regional brand: applied for, granted by the holder and entered by an officer, or
    returned; ended with a reason. In force from `valid_from` to `valid_to` (None: open), both days included."""

    __tablename__ = "brand_licences"
    __table_args__ = (sa.Index("ix_brand_licences_brand_id_producer_id", "brand_id", "producer_id"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(sa.ForeignKey("brands.id"))
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    number: Mapped[Name | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    applied_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    return_reason: Mapped[Text | None]
    ended_on: Mapped[date | None]  # the first day without it
    end_reason: Mapped[Text | None]

    brand: Mapped[Brand] = relationship()
    producer: Mapped[Producer] = relationship()

    @property
    def state(self) -> Review:
        if self.granted_at:
            return Review.APPROVED
        return Review.RETURNED if self.return_reason else Review.SUBMITTED

    def in_force(self, day: date) -> bool:
        return (
            self.valid_from is not None
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
            and (self.ended_on is None or day < self.ended_on)
        )

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.brand,), producer=own(cls.producer_id), officer=in_county(Brand.county))
