"""The days whose calendar was looked at: what ends soon is told once a day, by one process of many."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base


class CalendarDay(Base):
    """A day of which everything that is due was told, once `done`. Whoever tells of it holds the row meanwhile."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    done: Mapped[bool]
