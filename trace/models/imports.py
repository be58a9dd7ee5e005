"""Tables that are being imported: what has been uploaded, how far it is, what was found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Id, Name


class ImportState(StrEnum):
    CHECKING = "checking"  # each row is being tried
    JUDGED = "judged"  # rows could enter; it waits for the person's confirmation
    REFUSED = "refused"  # some row cannot enter, so none has
    ENTERING = "entering"  # confirmed
    DONE = "done"  # the rows that were wanted have entered, `done` of them


class TableImport(Base):
    """An uploaded table, kept for an hour. Its rows enter the record with the same act by which the state becomes `done`.

    `found` holds the outcome as the page shows it, `done` how many of `rows` have been looked at. `changed_at` moves
    while somebody works on it.
    """

    __tablename__ = "imports"

    id: Mapped[Id]
    token: Mapped[str] = mapped_column(sa.String(32), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    name: Mapped[Name]  # of the file
    digest: Mapped[str] = mapped_column(sa.String(64))
    approve: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ImportState] = mapped_column(default=ImportState.CHECKING)
    rows: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    found: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
