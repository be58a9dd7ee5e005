"""Inspections of batches (检测), and the random draw of those to be inspected (随机抽查)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, County, Id, Name, Text, normal_of
from .batches import Batch
from .events import Audited
from .scope import Scope, everything, in_county, own


class InspectionKind(StrEnum):
    SELF = "self"  # 自检
    COMMISSIONED = "commissioned"  # 委托检测
    SAMPLING = "sampling"  # 监督抽检, by an officer


class Inspection(Audited, Base):
    """A report on a batch. `passed` is what the report concludes; one failed item is enough for it to have failed."""

    __tablename__ = "inspections"
    __table_args__ = (sa.UniqueConstraint("batch_id", "form_key", name="uq_inspections_batch_id_form_key"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"))
    kind: Mapped[InspectionKind]
    lab: Mapped[Name]
    report_number: Mapped[Name]
    sampled_on: Mapped[date]
    reported_on: Mapped[date]
    passed: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    form_key: Mapped[str | None] = mapped_column(sa.String(64))
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[Text | None]

    batch: Mapped[Batch] = relationship()
    items: Mapped[list["InspectionItem"]] = relationship(order_by="InspectionItem.id")

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=own(Batch.producer_id), officer=in_county(Batch.county))


class InspectionItem(Base):
    """One item of a report (检测项目), as on the paper; written with its inspection and never again."""

    __tablename__ = "inspection_items"

    id: Mapped[Id]
    inspection_id: Mapped[int] = mapped_column(sa.ForeignKey("inspections.id"), index=True)
    name: Mapped[Name]
    value: Mapped[Name]
    limit: Mapped[Name]
    passed: Mapped[bool]
    name_normal: Mapped[str] = normal_of("name", needed=True)


class InspectionDraw(Audited, Base):
    """A draw: its seed, everyone who was in it with weight and reasons, and how many were drawn. All of it is kept, so that
    anyone can draw again and find the same."""

    __tablename__ = "inspection_draws"

    id: Mapped[Id]
    county: Mapped[County | None]
    seed: Mapped[Name]
    rule: Mapped[Name]
    wanted: Mapped[int]
    pool: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    actor_name: Mapped[Name]

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(officer=everything)


class DrawSeed(Audited, Base):
    """A seed that the program made before the draw for which it stands, with the hash that is published of it at once. The
    `secret` is shown to nobody before the draw."""

    __tablename__ = "draw_seeds"

    id: Mapped[Id]
    secret: Mapped[str] = mapped_column(sa.String(64))
    commitment: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256 of the secret, in hexadecimal
    committed_at: Mapped[datetime]
    draw_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inspection_draws.id"), unique=True)

    draw: Mapped[InspectionDraw | None] = relationship()
