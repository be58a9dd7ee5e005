"""A clock that was set back: the record tells of moments that are still to come."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import clock
from ..errors import N_, NotNow
from ..models import Event, Fingerprint
from ..running.owners import written

BOUND = timedelta(minutes=5)  # between machines, and by which a clock may be corrected without a word
KNOWN = "clock"  # the name of the row with the last event whose moment somebody has looked at


class Early(NotNow):
    """This machine's clock is behind the record."""


def refuse_early(session: Session) -> None:
    """Raises Early while `early` finds one: codes would say a wrong day, and what came later would seem to have come before."""
    if found := early(session):
        raise found


def early(session: Session) -> Early | None:
    """The refusal while the newest moment of the record lies more than BOUND ahead of this machine's clock."""
    now = clock.now()
    newest = session.scalar(sa.select(sa.func.max(Event.at)))
    if newest is None or newest <= now + BOUND or (newest := _not_looked_at(session, now + BOUND)) is None:
        return None
    return Early(
        N_(
            "本机时钟是 %(now)s，登记库里已有 %(newest)s 的事：时钟被拨慢了，或者从前拨快过。现在不能赋码，扫码照常。"
            "请校正时钟；时钟现在是对的，请管理员运行 yipin recover 确认"
        ),
        now=written(now),
        newest=written(newest),
    )


def _not_looked_at(session: Session, after: datetime) -> datetime | None:
    """The newest moment of those that nobody has said to be a fast clock's."""
    known = session.scalar(sa.select(Fingerprint.mark).where(Fingerprint.name == KNOWN)) or "0"
    return session.scalar(sa.select(sa.func.max(Event.at)).where(Event.at > after, Event.id > int(known)))


def accept(session: Session) -> None:
    """The clock is right: the moments that are in the record were written while it was fast."""
    last = session.scalar(sa.select(sa.func.max(Event.id))) or 0
    row = session.get(Fingerprint, KNOWN)
    if row is None:
        session.add(Fingerprint(name=KNOWN, mark=str(last)))
    else:
        row.mark = str(last)
