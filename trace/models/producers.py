"""Producers (生产主体) and their plots (地块)."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, County, Degrees, Id, Name, Text, normal_of
from .events import Audited
from .scope import Scope, in_county, own


class ProducerKind(StrEnum):
    COMPANY = "company"
    COOPERATIVE = "cooperative"
    FAMILY_FARM = "family_farm"
    INDIVIDUAL = "individual"


class Review(StrEnum):
    """Where a producer or product stands in its review (审核)."""

    SUBMITTED = "submitted"
    COUNTY_APPROVED = "county_approved"  # products only: the county agreed, the city has not yet spoken
    APPROVED = "approved"
    RETURNED = "returned"


class Producer(Audited, Base):
    """A producer has a USCC, or, if an individual, an encrypted resident ID number that is never shown."""

    __tablename__ = "producers"
    __table_args__ = (
        sa.CheckConstraint("(uscc IS NULL) <> (identity_mark IS NULL)", name="one_identity"),
        sa.Index("ix_producers_county_state", "county", "state"),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    kind: Mapped[ProducerKind]
    uscc: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    identity_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    identity_mark: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    county: Mapped[County]
    township: Mapped[Name]
    contact: Mapped[Name]
    phone: Mapped[str] = mapped_column(sa.String(20))
    demonstration: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Review] = mapped_column(default=Review.SUBMITTED)
    return_reason: Mapped[Text | None]
    submitted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    name_normal: Mapped[str] = normal_of("name", index=True, needed=True)

    plots: Mapped[list["Plot"]] = relationship(back_populates="producer", order_by="Plot.id")

    @property
    def plots_in_use(self) -> list["Plot"]:
        """What forms offer: every plot and works that is not archived."""
        return [plot for plot in self.plots if not plot.is_archived]

    @property
    def fields_in_use(self) -> list["Plot"]:
        return [plot for plot in self.plots_in_use if plot.kind is PlotKind.FIELD]

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.id), officer=in_county(cls.county))


class PlotKind(StrEnum):
    FIELD = "field"  # 地块
    WORKS = "works"  # 加工场所


class PositionSource(StrEnum):
    """From where a position came, since a number does not say how good it is."""

    PHONE = "phone"  # measured on the spot
    TYPED = "typed"  # perhaps from a map that is drawn beside WGS-84
    SKETCH = "sketch"  # beside plots that have one


class Plot(Audited, Base):
    """Land of a producer, or the works where it processes. `place` is as fine as the public page may be: a village, no address.
    `latitude` and `longitude` are for its growers and officers: degrees of WGS-84, both or neither."""

    __tablename__ = "plots"
    __table_args__ = (sa.CheckConstraint("area_mu > 0", name="area"), sa.UniqueConstraint("producer_id", "name"))

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    name: Mapped[Name]
    county: Mapped[County]
    place: Mapped[Name]
    area_mu: Mapped[Decimal]  # 亩, 1/15 hectare
    kind: Mapped[PlotKind] = mapped_column(default=PlotKind.FIELD, server_default="field")
    latitude: Mapped[Decimal | None] = mapped_column(Degrees())
    longitude: Mapped[Decimal | None] = mapped_column(Degrees())
    position_from: Mapped[PositionSource | None]
    archived_at: Mapped[datetime | None]  # no form offers it any more
    name_normal: Mapped[str] = normal_of("name", needed=True)

    producer: Mapped[Producer] = relationship(back_populates="plots")

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(
            joins=(cls.producer,), producer=own(cls.producer_id), in_the_field=True, officer=in_county(Producer.county)
        )


class AttachedFarmer(Audited, Base):
    """A smallholder for whom a producer keeps the record (挂靠农户); it stays the one who answers for what it grew."""

    __tablename__ = "attached_farmers"
    __table_args__ = (sa.UniqueConstraint("producer_id", "name"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    name: Mapped[Name]
    place: Mapped[Name]  # as fine as a village
    added_at: Mapped[datetime]
    archived_at: Mapped[datetime | None] = mapped_column("left_at")  # no form offers it any more
    name_normal: Mapped[str] = normal_of("name", needed=True)

    producer: Mapped[Producer] = relationship()

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.producer,), producer=own(cls.producer_id), officer=in_county(Producer.county))
