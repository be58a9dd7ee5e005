"""The log of who came in and who was refused at the door (登录记录). It is not of the trade, and no event: nobody but the administrator
reads it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id
from .accounts import Account
from .scope import Scope, everything


class Access(StrEnum):
    """What happened at the door."""

    SIGN_IN = "sign_in"
    REFUSED = "refused"  # a wrong password, or no such account
    PASSWORD = "password"  # a new one, by its owner
    RESET = "reset"  # a new one, by a code from another hand
    JOIN = "join"  # a new account
    SIGN_OUT = "sign_out"


class AccessNote(Base):
    """One line. Refusals of an account from one network within an hour are one line with their number (`times`), so that whoever
    tries ten thousand passwords fills no disk. `account_id` is None of a log-in name that no account has; what was typed is
    not kept, since it may be a password. `network` is never a whole address."""

    __tablename__ = "access_log"
    __table_args__ = (sa.Index("ix_access_log_refusals", "kind", "network", "account_id", "at"),)

    id: Mapped[Id]
    kind: Mapped[Access] = mapped_column(sa.String(16))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    browser: Mapped[str] = mapped_column(sa.String(80))
    network: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime]
    times: Mapped[int]

    account: Mapped[Account | None] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(administrator=everything)
