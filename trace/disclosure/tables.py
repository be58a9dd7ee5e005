"""All tables of open data, and the day of which they may be asked."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..clock import day_of
from ..errors import N_, Invalid
from ..models import Event
from .certificates import CERTIFICATES
from .draws import DRAWS
from .recalls import RECALLS
from .reports import REPORTS
from .rewards import REWARDS

TABLES = (CERTIFICATES, RECALLS, DRAWS, REWARDS, REPORTS)


def day_asked(session: Session, typed: str, today: date) -> date:
    """The day that an address asks for; today where it asks for none. Raises Invalid for what is no day, for a day that has not
    come, and for one before the record began."""
    if not typed.strip():
        return today
    day = fields.day("day", typed)
    if day > today:
        raise Invalid("day", N_("%(day)s还没到；最晚看到今天"), day=day)
    began = session.scalar(sa.select(sa.func.min(Event.at)))
    if began is not None and day < day_of(began):
        raise Invalid("day", N_("记录从%(began)s开始；%(day)s还没有记录"), began=day_of(began), day=day)
    return day
