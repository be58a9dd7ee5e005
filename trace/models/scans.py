"""Scans: every answered look at a unit code, and the running total of each unit.

They lie in a store of their own (`Database.looks`), so no foreign key leads from here to a batch.
"""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Big, Id, LookBase


class Visitor(StrEnum):
    PERSON = "person"
    PREVIEW = "preview"  # a messenger's link preview: kept apart, never counted


class Scan(LookBase):
    """One look. `client` is a pseudonym that cannot be traced once the day's key is gone; no address is kept."""

    __tablename__ = "scans"
    __table_args__ = (sa.Index("ix_scans_unit", "batch_id", "ordinal", "at"),)

    id: Mapped[Id]
    batch_id: Mapped[Big]
    ordinal: Mapped[Big]
    at: Mapped[datetime]
    visitor: Mapped[Visitor]
    client: Mapped[str] = mapped_column(sa.String(16))
    verdict: Mapped[str] = mapped_column(sa.String(24))


class UnitScans(LookBase):
    """How often a unit was looked at by people, and when first; by how many, each counted once a day, and on how many days.

    Survives the purge of single scans.
    """

    __tablename__ = "unit_scans"

    batch_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    ordinal: Mapped[Big] = mapped_column(primary_key=True)
    scans: Mapped[Big]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    readers: Mapped[Big]
    days: Mapped[Big]


class UnitReader(LookBase):
    """A reader of a unit on one day, whom `client` stands for, and when this one looked last (aware UTC) and before that.

    `region`: the county of the city (code) or other place (name) where this one is, by the bureau's table of networks or by
    what the reader said; "" where neither is known. It names a place of many thousands, and no address is kept.
    """

    __tablename__ = "unit_readers"
    __table_args__ = (sa.Index("ix_unit_readers_at", "batch_id", "ordinal", "at"),)

    batch_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    ordinal: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    client: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    at: Mapped[datetime]
    before_at: Mapped[datetime | None]
    region: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")


class ScanKey(LookBase):
    """The key of a day's client pseudonyms; destroyed two days later."""

    __tablename__ = "scan_keys"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(sa.LargeBinary)
