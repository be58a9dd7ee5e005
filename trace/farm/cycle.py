"""Crop cycles (茬): which entries of the record belong to a harvest. This is the one place that answers it. Clearance, bans, counts
of uses, certificates, tests, recalls and pages ask here, and none of them asks the calendar or the season that was typed.

To a harvest belongs everything on its plot since the previous harvest of that crop ended; of perennials (fruit trees, tea),
everything of the twelve months before. What was used on another crop of the plot belongs to it as well: it is the same
ground. In doubt an entry belongs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, groupby, pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clock import years_before
from ..models import Batch, EntryKind, FarmEntry, Origin, Product
from .crops import Crop, grown_as, stands_for_years
from .record import standing

APART = 30  # days: harvest days of one crop that are no farther apart belong to one harvest, picked on several days
AT_ONCE = 200  # plots that are read together


def harvest_of(day: date, harvested: Iterable[date]) -> tuple[date, date | None]:
    """The harvest that `day` belongs to: the day on which it began, and the last day of the harvest before it (None where there
    was none). `harvested`: the days on which the crop was harvested, in any order; later ones than `day` do not count."""
    days = sorted({day, *(each for each in harvested if each <= day)}, reverse=True)
    gap = next((pair for pair in pairwise(days) if pair[0] - pair[1] > timedelta(APART)), None)
    return gap or (days[-1], None)


@dataclass(frozen=True)
class Share:
    """What of a plot's record belongs to a harvest: the standing `entries` of every kind, oldest first, and the crops that it is
    of, as far as can be told. `earlier`: uses before, which do not belong to it but whose interval may still run. `since`: the
    day from which on everything belongs, None where no earlier harvest is on record."""

    entries: tuple[FarmEntry, ...] = ()
    earlier: tuple[FarmEntry, ...] = ()
    crops: frozenset[Crop] = frozenset()
    since: date | None = None

    @property
    def uses(self) -> list[FarmEntry]:
        """The uses of inputs among the entries."""
        return [entry for entry in self.entries if entry.kind is EntryKind.INPUT]


@dataclass(frozen=True)
class Harvested:
    """A batch that was harvested of a plot."""

    product_id: int
    product: str
    day: date


@dataclass(frozen=True)
class Ground:
    """The record of one plot: its standing entries by day, and its harvests that became batches."""

    entries: Sequence[FarmEntry] = ()
    batches: Sequence[Harvested] = ()

    @property
    def crops(self) -> frozenset[Crop]:
        """Every crop that the record names."""
        return _crops(self.entries)

    def of(self, product_id: int, product: str, day: date) -> Share:
        """What belongs to a harvest of this product on this day."""
        crops = grown_as(product, self.crops)
        days = [each.day for each in self.batches if each.product_id == product_id or grown_as(each.product, crops)]
        return self._share(day, crops, days)

    def next_harvest(self, day: date) -> Share:
        """What would belong to a harvest on this day of whatever has grown here within a year; its `entries` and `earlier` of all
        these crops together."""
        lately = _crops(each for each in self.entries if years_before(day, 1) <= each.last_day and each.day <= day)
        shares = [self._share(day, frozenset({crop}), self._batch_days(crop)) for crop in lately]
        belongs = {entry.id for share in shares for entry in share.entries}
        known = {entry.id: entry for share in shares for entry in (*share.entries, *share.earlier)}
        ordered = sorted(known.values(), key=lambda entry: (entry.day, entry.id))
        parts = {among: tuple(e for e in ordered if (e.id in belongs) is among) for among in (True, False)}
        return Share(parts[True], parts[False], lately)

    def _batch_days(self, crop: Crop) -> list[date]:
        return [each.day for each in self.batches if grown_as(each.product, [crop])]

    def _share(self, day: date, crops: frozenset[Crop], harvested: Iterable[date]) -> Share:
        own = {crop.name for crop in crops}
        picked = (e for e in self.entries if e.kind is EntryKind.HARVEST and e.crop_normal in own)
        start = self._start(day, crops, *harvest_of(day, chain(harvested, *map(_days, picked))))
        before = [entry for entry in self.entries if entry.day <= day]
        belongs = [entry for entry in before if entry.last_day >= (start or self._first(entry, own, day))]
        rest = (entry for entry in before if entry not in belongs and entry.kind is EntryKind.INPUT)
        return Share(tuple(belongs), tuple(rest), crops, start)

    def _start(self, day: date, crops: frozenset[Crop], began: date, previous: date | None) -> date | None:
        """The first day of the cycle; None where no earlier harvest is on record. What is picked without a pause for more than a
        year stands for years. Where that cannot be told, the longer of the two."""
        year = years_before(day, 1)
        stands = stands_for_years(crops or self.crops)
        if stands or began < year:
            return year
        return previous and min(previous, year) if stands is None else previous

    def _first(self, entry: FarmEntry, own: set[str], day: date) -> date:
        """Without an earlier harvest on record: how far back an entry counts. For the crop itself, or where it cannot be told which
        crop it is, from the beginning; for another crop twelve months, in which whatever is sown every year has grown."""
        return date.min if not own or entry.crop_normal in own else years_before(day, 1)


def _days(entry: FarmEntry) -> list[date]:
    """The days of a harvest as they are written; of one that went on for long, enough of them to see that it had no pause."""
    return [*(entry.day + timedelta(n) for n in range(0, (entry.last_day - entry.day).days, APART)), entry.last_day]


def _crops(entries: Iterable[FarmEntry]) -> frozenset[Crop]:
    return frozenset(Crop(entry.crop_normal, entry.crop_kind, entry.crop) for entry in entries)


def share(session: Session, harvest: Batch) -> Share:
    """What of the record belongs to a harvest: the one answer to that question."""
    return shares(session, [harvest])[harvest.id]


def shares(session: Session, harvests: Collection[Batch]) -> dict[int, Share]:
    """What of the record belongs to each of these harvests, by row number of the batch. Harvests of one product, plot and day have
    one share."""
    plots, made = grounds(session, {each.plot_id for each in harvests}), dict[tuple[int, int, date], Share]()
    for each in harvests:
        of = each.plot_id, each.product_id, each.harvest_date
        if of not in made:
            made[of] = plots[each.plot_id].of(each.product_id, each.product.name, each.harvest_date)
    return {each.id: made[each.plot_id, each.product_id, each.harvest_date] for each in harvests}


def grounds(session: Session, plots: Collection[int]) -> Mapping[int, Ground]:
    """The record of each of these plots, by row number."""
    wanted, found = sorted(plots), dict[int, Ground]()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        entries, batches = _entries(session, some), _batches(session, some)
        found |= {plot: Ground(entries.get(plot, ()), batches.get(plot, ())) for plot in some}
    return found


def _entries(session: Session, plots: Sequence[int]) -> dict[int, list[FarmEntry]]:
    rows = standing().where(FarmEntry.plot_id.in_(plots)).order_by(FarmEntry.plot_id, FarmEntry.day, FarmEntry.id)
    return {plot: list(some) for plot, some in groupby(session.scalars(rows), lambda entry: entry.plot_id)}


def _batches(session: Session, plots: Sequence[int]) -> dict[int, list[Harvested]]:
    rows = sa.select(Batch.plot_id, Batch.product_id, Product.name, Batch.harvest_date).join(Batch.product)
    rows = rows.where(Batch.plot_id.in_(plots), Batch.origin == Origin.HARVEST, Batch.counts())
    rows = rows.order_by(Batch.plot_id, Batch.id)
    return {
        plot: [Harvested(*row[1:]) for row in some] for plot, some in groupby(session.execute(rows), lambda row: row[0])
    }
