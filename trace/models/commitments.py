"""Commitment certificates (承诺达标合格证) of batches, and those that buyers have collected."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id, Name, Text
from .batches import Batch, Unit
from .events import Audited
from .producers import Producer
from .scope import Scope, in_county, own


class CommitmentCertificate(Audited, Base):
    """One certificate as it was issued. Never edited: what is wrong is voided and issued anew.

    `template` is a key of data/commitments.toml. What the paper says is kept in its own words (`product` to `contact`),
    whatever becomes of the record. `report` names the test report that a test basis rests on. Until `kept_until` the
    database itself refuses to delete the row; it refuses every change but the voiding.
    """

    __tablename__ = "commitment_certificates"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("by_control OR by_self_test OR by_commissioned_test", name="basis"),
        sa.CheckConstraint("report IS NOT NULL OR NOT (by_self_test OR by_commissioned_test)", name="report"),
        sa.CheckConstraint("voided_at IS NOT NULL OR void_reason IS NULL", name="void"),
        sa.UniqueConstraint("batch_id", "idempotency_key"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(sa.String(12), unique=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    template: Mapped[str] = mapped_column(sa.String(24))
    product: Mapped[Name]
    quantity: Mapped[Decimal]
    unit: Mapped[Unit]
    place: Mapped[Name]
    subject: Mapped[Name]  # 承诺主体
    contact: Mapped[Name]
    by_control: Mapped[bool]
    by_self_test: Mapped[bool]
    by_commissioned_test: Mapped[bool]
    report: Mapped[Name | None]
    report_id: Mapped[int | None] = mapped_column(sa.BigInteger)  # row of the inspection that `report` names
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]  # in Shanghai
    kept_until: Mapped[date]
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(64))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[Text | None]

    batch: Mapped[Batch] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=own(Batch.producer_id), officer=in_county(Batch.county))


class CollectedCertificate(Audited, Base):
    """A certificate that a buyer has collected and keeps (收取、保存)."""

    __tablename__ = "collected_certificates"
    __table_args__ = (sa.UniqueConstraint("producer_id", "certificate_id"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment_certificates.id"), index=True)
    collected_at: Mapped[datetime]
    kept_until: Mapped[date]

    producer: Mapped[Producer] = relationship()
    certificate: Mapped[CommitmentCertificate] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.producer,), producer=own(cls.producer_id), officer=in_county(Producer.county))
