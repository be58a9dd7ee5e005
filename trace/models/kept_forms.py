"""Forms whose sender's session was over when they came: kept until the person has signed in again."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base


class KeptForm(Base):
    """A form that somebody sent to `path` after the session had ended. `mark` is a hash of what the browser remembers it by, and
    `content` is sealed: all that was typed, and the files."""

    __tablename__ = "kept_forms"

    mark: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(1_000))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    at: Mapped[datetime] = mapped_column(index=True)
