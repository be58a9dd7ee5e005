"""What leaves the service: the addresses of an account, and the queue of what is to be delivered."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id
from .accounts import Account
from .notifications import Notification
from .scope import Scope, everything


class Reached:
    """An address of an account, of one channel. Changed only together with an event of the account, which does not name it.

    A code that is sent to it confirms it; `asked_at` is when, and part of the code. `since`: from when on what the account
    is told is sent at once; None: not at all.
    """

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(8))
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)  # wrong codes that were typed
    confirmed_at: Mapped[datetime | None]
    since: Mapped[datetime | None]


class MailAddress(Reached, Base):
    """The e-mail address of an account."""

    __tablename__ = "mail_addresses"


class PhoneNumber(Reached, Base):
    """The telephone of an account, for the text messages of the bureau's own gateway."""

    __tablename__ = "phone_numbers"


class WebHook(Base):
    """The address of a program to which an account has its notices posted. The secret that signs them is sealed. It needs no
    code: nobody but who has the secret can make use of what comes. `since` as above."""

    __tablename__ = "web_hooks"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    url: Mapped[str] = mapped_column(sa.String(500))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    language: Mapped[str] = mapped_column(sa.String(8))
    made_at: Mapped[datetime]
    since: Mapped[datetime | None]


class Channel(StrEnum):
    MAIL = "mail"
    HOOK = "hook"
    PHONE = "phone"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"  # no longer wanted: read meanwhile, the address removed, the account disabled


class Delivery(Base):
    """One thing to deliver by one channel: a line of the inbox, or (`notification_id` None) the code of an address,
    or what tries a web hook.

    `due_at` is when it may be tried next. Whoever takes it puts that off and raises `attempts`, which is the lease: what
    an earlier taker still writes names another number and changes nothing.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("notification_id", "channel"),
        sa.Index("ix_deliveries_state_due_at", "state", "due_at"),
        sa.Index("ix_deliveries_account_id_created_at", "account_id", "created_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    notification_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notifications.id"))
    channel: Mapped[Channel]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(sa.String(300))

    account: Mapped[Account] = relationship()
    notification: Mapped[Notification | None] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(administrator=everything)
