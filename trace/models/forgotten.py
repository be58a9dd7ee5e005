"""Which rows that nobody may change were blanked at a person's request, and by which act."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big, Id


class ForgottenRow(Base):
    """A row `row_id` of the table `kind`, blanked by the act that the event tells of. Only such a row of an append-only table can be
    written to, and only in the columns that may hold what was deleted: the triggers ask here."""

    __tablename__ = "forgotten_rows"
    __table_args__ = (sa.Index("ix_forgotten_rows_row", "kind", "row_id"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("events.id")
    )
    kind: Mapped[str] = mapped_column(sa.String(40))
    row_id: Mapped[Big]
