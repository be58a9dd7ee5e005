"""Cases (案件): what every case has, whether a complaint or an insurance claim, and what was said in it when."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big, Id, Text


class CaseState(StrEnum):
    RECEIVED = "received"  # 已收到
    IN_HAND = "in_hand"  # 办理中
    CLOSED = "closed"  # 已办结


class CaseColumns:
    """What every table of cases has. The contact is sealed and destroyed some time after closing; `contact_mark` is a
    keyed hash of number and last four digits, for the status page. `form_key` is of the form it came with."""

    number: Mapped[str] = mapped_column(sa.String(8), unique=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    state: Mapped[CaseState] = mapped_column(default=CaseState.RECEIVED)
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    contact_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    contact_mark: Mapped[str] = mapped_column(sa.String(64))
    contact_gone_at: Mapped[datetime | None]


class CaseNote(Base):
    """One dated thing said in a case; `to_sender`: the status page shows it. Written with the case's own event."""

    __tablename__ = "case_notes"
    __table_args__ = (sa.Index("ix_case_notes_object", "object_kind", "object_id"),)

    id: Mapped[Id]
    object_kind: Mapped[str] = mapped_column(sa.String(40))  # the table of the case
    object_id: Mapped[Big]
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    to_sender: Mapped[bool]
    text: Mapped[Text]
