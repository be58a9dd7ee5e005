"""Who signs in: accounts, and the memory of failed attempts."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big, County, Id, Name, normal_of
from .events import Audited
from .scope import Scope, everything, own


class Role(StrEnum):
    PRODUCER = "producer"
    OFFICER = "officer"
    INSURER = "insurer"
    ADMINISTRATOR = "administrator"


class Position(StrEnum):
    """What a person of a producer is there. What each may do stands in the table of rights (`web.rights`)."""

    OWNER = "owner"  # 负责人
    CLERK = "clerk"  # 办事员
    FIELD_HAND = "field_hand"  # 记录员: writes the farm's record


class Account(Audited, Base):
    """A person's log-in. `county` is an officer's scope (None: the whole city), `insurer_id` the company that
    an insurer's account acts for, `position` what a grower is at the producer; raising `epoch` ends
    every session (`SignIn`) at once."""

    __tablename__ = "accounts"
    __table_args__ = (sa.Index("ix_accounts_role_county", "role", "county"),)

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[Name]
    role: Mapped[Role]
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    county: Mapped[County | None]
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    position: Mapped[Position | None]
    insurer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("insurers.id"), index=True)
    epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    login_normal: Mapped[str] = normal_of("login", index=True, needed=True)
    reset_mark: Mapped[str | None] = mapped_column(sa.String(64))  # SHA-256 of a code that sets a new password, once
    reset_until: Mapped[datetime | None]

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id), administrator=everything)


class LoginFailure(Base):
    """Attempts of one login, client address or case (keyed hashes, not the values) since `since`: see `throttle`."""

    __tablename__ = "login_failures"

    mark: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[Big]
    since: Mapped[datetime]
