"""What lies in stores of its own, and the mark by which the record knows that a store is its own."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base


class StoreMark(Base):
    """The mark of one store, which the store carries too. On PostgreSQL looks lie in the record's own database."""

    __tablename__ = "stores"

    name: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(32))
