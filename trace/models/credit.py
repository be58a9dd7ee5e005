"""The credit record (信用记录) of a producer: what officers entered, and what the producer answered."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, Id, Name, Text
from .events import Audited
from .producers import Producer
from .scope import Scope, in_county


class CreditEntry(Audited, Base):
    """One dated, sourced fact. Never edited: what was wrong is taken back by a counter-entry (`counters_id`).

    Recalls and founded complaints are not entered here; the record reads them where they were decided.
    """

    __tablename__ = "credit_entries"
    __table_args__ = (sa.Index("ix_credit_entries_producer_id_day", "producer_id", "day"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # a key of the policy file
    day: Mapped[date]
    source: Mapped[Name]
    what: Mapped[Text]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    counters_id: Mapped[int | None] = mapped_column(sa.ForeignKey("credit_entries.id"), unique=True)

    producer: Mapped[Producer] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.producer,), officer=in_county(Producer.county))


class CreditAnswer(Audited, Base):
    """What the producer says to an entry of its record (申辩), by the table and row of the fact."""

    __tablename__ = "credit_answers"
    __table_args__ = (sa.Index("ix_credit_answers_producer_id", "producer_id"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    object_kind: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[Big]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    text: Mapped[Text]
    reply: Mapped[Text | None]  # of an officer who has heard it
    replied_at: Mapped[datetime | None]
    replied_by_name: Mapped[Name | None]

    producer: Mapped[Producer] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.producer,), officer=in_county(Producer.county))
