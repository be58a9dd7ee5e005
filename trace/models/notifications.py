"""What the record tells people: a line of the inbox (消息) for each act and each account that it concerns."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id
from .events import Event
from .scope import Reader, Scope


def _own(reader: Reader) -> sa.ColumnElement[bool]:
    """What the reader's own account was told."""
    return sa.false() if reader.account_id is None else Notification.account_id == reader.account_id


class Notification(Base):
    """One account is told of one event. Written in the transaction of the act; what it says is read from the event.

    It is the outbox too: the channels, such as e-mail, take from here what they deliver.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "event_id"),
        sa.Index(
            "ix_notifications_unread",
            "account_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"))
    read_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=_own, in_the_field=True, officer=_own, insurer=_own, administrator=_own)
