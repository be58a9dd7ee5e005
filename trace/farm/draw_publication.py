"""When a draw for inspection is published: once the samples are in, so that nobody is warned of a visit.

Until then the public has the mark of the draw (`sampling.mark`), which stands in the clear in the public log from the day of the
draw on. It binds the seed, the pool and the weights: whoever gets them later computes the mark, and sees that nothing was changed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clock import day_of
from ..models import Batch, Inspection, InspectionDraw, InspectionKind
from . import sampling

LONGEST = timedelta(days=60)
"""After this a draw is published in any case, so that none can be kept back for ever. The program's own term, in no law."""

Samplings = Mapping[int, Sequence[tuple[date, datetime]]]
"""By the number of a producer: the day on which officers sampled it, and when that was entered (UTC)."""


def samplings(session: Session) -> Samplings:
    """All samplings by officers, in the order in which they were entered. A withdrawn report counts: its sample was taken."""
    rows = sa.select(Batch.producer_id, Inspection.sampled_on, Inspection.recorded_at).join(Inspection.batch)
    found = defaultdict[int, list[tuple[date, datetime]]](list)
    for number, day, entered in session.execute(
        rows.where(Inspection.kind == InspectionKind.SAMPLING).order_by(Inspection.recorded_at)
    ):
        found[number].append((day, entered))
    return found


def last_day(row: InspectionDraw) -> date:
    """The day (local) on which a draw is published at the latest."""
    return day_of(row.at) + LONGEST


def published_on(row: InspectionDraw, taken: Samplings) -> date:
    """The day (local) from which a draw is public: when the last of those drawn was entered as sampled, at the latest `last_day`."""
    drawn, latest = sampling.result(row), last_day(row)
    return min(latest, max((_entered(taken.get(each.id, ()), row.at) or latest for each in drawn), default=latest))


def _entered(taken: Sequence[tuple[date, datetime]], since: datetime) -> date | None:
    return next((day_of(entered) for day, entered in taken if day >= day_of(since) and entered >= since), None)
