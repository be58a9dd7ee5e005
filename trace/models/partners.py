"""The address book of a producer: whom it supplies and of whom it buys (客户和供货人)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id, Name, Text, normal_of
from .events import Audited
from .producers import Producer
from .scope import Scope, own


class Partner(Audited, Base):
    """A customer or supplier, a person or a company, as one producer knows it; one entry for a name, in whatever spelling.

    Nobody else may look through the book. What was shipped or bought keeps the name that was written then.
    """

    __tablename__ = "partners"
    __table_args__ = (sa.UniqueConstraint("producer_id", "name_normal"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    name: Mapped[Name]
    uscc: Mapped[str | None] = mapped_column(sa.String(18))
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    note: Mapped[Text] = mapped_column(default="")
    added_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]  # no form offers it any more
    name_normal: Mapped[str] = normal_of("name", needed=True)

    producer: Mapped[Producer] = relationship()

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(producer=own(cls.producer_id))
