"""Frozen reports of the count, and decisions on rewards."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id, Name, Text
from .brands import Brand
from .certifications import Certification
from .events import Audited
from .producers import Producer
from .scope import Scope, everything


class Report(Audited, Base):
    """A snapshot of all indicators as of one day. The database refuses to change it; a correction is a further one."""

    __tablename__ = "reports"
    __table_args__ = (
        sa.UniqueConstraint("quarter", "number"),
        sa.CheckConstraint("(replaces_id IS NULL) = (reason IS NULL)", name="reason"),
    )

    id: Mapped[Id]
    quarter: Mapped[str] = mapped_column(sa.String(6))  # 2026Q3
    number: Mapped[int]  # 1, and one more for each correction
    as_of: Mapped[date]
    rule_version: Mapped[str] = mapped_column(sa.String(16))
    content: Mapped[str] = mapped_column(sa.Text, deferred=True)  # canonical JSON: sorted keys, no spaces, UTF-8
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of those bytes
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    made_by_name: Mapped[Name]
    made_at: Mapped[datetime]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reports.id"))
    reason: Mapped[Text | None]

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(officer=everything)


class RewardOutcome(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"


class RewardDecision(Audited, Base):
    """What the city decided on one enterprise under one clause. `granted_once` lets no second grant in."""

    __tablename__ = "reward_decisions"
    __table_args__ = (
        sa.CheckConstraint("producer_id IS NOT NULL OR brand_id IS NOT NULL", name="holder"),
        sa.CheckConstraint("(outcome = 'granted') = (amount IS NOT NULL)", name="amount"),
        sa.CheckConstraint("(outcome = 'granted') = (granted_once IS NOT NULL)", name="once"),
        sa.CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[Id]
    reward: Mapped[str] = mapped_column(sa.String(64), index=True)  # its key in the policy
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brands.id"), index=True)
    certification_id: Mapped[int] = mapped_column(sa.ForeignKey("certifications.id"), index=True)  # the first one
    outcome: Mapped[RewardOutcome]
    amount: Mapped[Decimal | None]  # yuan
    ceiling: Mapped[int]  # yuan, as the policy had it on the day
    reason: Mapped[Text]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    decided_by_name: Mapped[Name]
    decided_at: Mapped[datetime]
    granted_once: Mapped[str | None] = mapped_column(sa.String(120), unique=True)  # reward and holder, if granted

    producer: Mapped[Producer | None] = relationship()
    brand: Mapped[Brand | None] = relationship()
    certification: Mapped[Certification] = relationship()
