"""Where an account is signed in: a row for each session of a browser."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id
from .accounts import Account
from .scope import Reader, Scope


def _own(reader: Reader) -> sa.ColumnElement[bool]:
    return sa.false() if reader.account_id is None else SignIn.account_id == reader.account_id


class SignIn(Base):
    """A session of a browser. It is good while it has not ended, its account's `epoch` is the one it began with, and its role's
    limits (`accounts.sessions`) are kept.

    `mark`: SHA-256 of the random number in the cookie, so whoever reads the record cannot sign in with it. `browser`: its kind in a
    few words. `network`: the network it came from, as looks are cut; never a whole address. `proved_at`: when the person last showed
    a password or a factor.
    """

    __tablename__ = "sign_ins"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    mark: Mapped[str] = mapped_column(sa.String(64), unique=True)
    epoch: Mapped[int]
    browser: Mapped[str] = mapped_column(sa.String(80))
    network: Mapped[str] = mapped_column(sa.String(64))
    started_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=_own, in_the_field=True, officer=_own, insurer=_own, administrator=_own)
