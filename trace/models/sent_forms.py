"""What was sent by forms today: so that the same content sent again is asked about, and makes no silent twin."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base


class SentForm(Base):
    """A form of somebody (`who`: an account, or anybody) with one content on one day. `mark` is a keyed hash of page, content and
    day, `key` a hash of the hidden key of the form that came last. Kept for two days."""

    __tablename__ = "sent_forms"

    who: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
