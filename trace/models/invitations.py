"""Invitations: by a link on paper a further person gets an account of a producer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id, Name
from .accounts import Account, Position
from .events import Audited
from .producers import Producer
from .scope import Scope, own


class Invitation(Audited, Base):
    """A person `name` is asked by an owner to be a producer's `position`. Good once and until `until`, unless it is withdrawn;
    `mark` is the SHA-256 of the word in the link, which itself is kept nowhere."""

    __tablename__ = "invitations"

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"), index=True)
    name: Mapped[Name]
    position: Mapped[Position]
    mark: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    producer: Mapped[Producer] = relationship()
    maker: Mapped[Account] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id))
