"""Whether a batch may be coded, by the record of the plots that it comes from: what was used on them, what the list of inputs
says, and what officers and laboratories have said since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..chain.lineage import upstream_of
from ..errors import N_, Conflict, Message
from ..models import Batch, FarmCase, FarmEntry, Origin, Plot
from . import cycle, inspections, interval
from .cycle import Share
from .input_list import limits_of
from .interval import Doubt, Finding, Limit, Use


@dataclass(frozen=True)
class Clearance:
    """What stands against coding, and what an officer or a passed test has let go. `uses`: how many uses the record has; a
    record without uses proves nothing."""

    against: tuple[Finding, ...]
    let_go: tuple[Finding, ...]
    uses: int

    @property
    def final(self) -> bool:
        """Whether no officer can let it go while the entries stand."""
        return any(finding.doubt.final for finding in self.against)

    @property
    def unknown(self) -> bool:
        """Whether an interval is unknown and nothing final stands against coding."""
        return not self.final and any(finding.doubt is Doubt.UNKNOWN for finding in self.against)


def uses_of(session: Session, batch: Batch) -> Sequence[FarmEntry]:
    """The inputs used for a batch: what belongs to its harvests (`cycle.shares`), oldest first.

    For goods that were split, merged, processed or received, those of everything they were made of.
    """
    found = [entry for share in cycle.shares(session, harvests_of(session, batch)).values() for entry in share.uses]
    return sorted(dict.fromkeys(found), key=lambda entry: (entry.day, entry.id))


def drugs_of(session: Session, batch: Batch) -> dict[str, str]:
    """The pesticides and veterinary drugs used for a batch, in the order of their first use: the normal form of each name, and
    the name as it was written then."""
    found: dict[str, str] = {}
    for entry in uses_of(session, batch):
        if entry.input_kind and entry.input_kind.has_interval and entry.input_name_normal:
            found.setdefault(entry.input_name_normal, entry.input_name or "")
    return found


def harvests_of(session: Session, batch: Batch) -> Sequence[Batch]:
    """The harvests that a batch comes from, itself if it is one."""
    if batch.origin is Origin.HARVEST:
        return [batch]
    session.flush()
    rows = sa.select(Batch).join(reached := upstream_of([batch.id]), reached.c.id == Batch.id)
    return session.scalars(rows.where(Batch.origin == Origin.HARVEST).order_by(Batch.id)).all()


def clearance(session: Session, batch: Batch) -> Clearance:
    """Judge a batch by the record of its plots (农药管理条例第三十四条). An officer's release lets go what is not final, of the
    entries known then. A passed commissioned test or sampling lets go unknown intervals only."""
    limits, harvests = limits_of(session), harvests_of(session, batch)
    shares = cycle.shares(session, harvests)
    uses = sum(len(shares[harvest.id].uses) for harvest in harvests)
    found = {row: _judged(row.harvest_date, shares[row.id], limits) for row in harvests}
    gone = [each for row, doubts in found.items() if doubts for each in _let_go(session, doubts, {row, batch})]
    against = [each for doubts in found.values() for each in doubts if each not in gone]
    return Clearance(tuple(against), tuple(gone), uses)


def _let_go(session: Session, doubts: Sequence[Finding], goods: Collection[Batch]) -> list[Finding]:
    """The doubts about a harvest that were let go: of the harvest itself, which goes along with its goods, or of what is judged."""
    released = max(_released_up_to(session, batch) for batch in goods)
    tested = any(inspections.proofs(session, batch) for batch in goods)
    may_go = [each for each in doubts if not each.doubt.final]
    return [each for each in may_go if each.use.id <= released or tested and each.doubt is Doubt.UNKNOWN]


def _judged(day: date, share: Share, limits: Sequence[Limit]) -> list[Finding]:
    return interval.judge(day, _known(share), limits, sorted(share.crops, key=lambda crop: crop.name))


def _known(share: Share) -> list[Use]:
    """What the interval rule is told: the uses of the cycle, and earlier ones whose interval may still run."""
    return [use_of(entry) for entry in share.uses] + [use_of(entry, in_cycle=False) for entry in share.earlier]


@dataclass(frozen=True)
class Readiness:
    """What stands against harvesting a plot on a day. `wait`: days until the known intervals are over; `free`: the day on which
    they are over; `uses`: how many uses belong to that harvest."""

    against: tuple[Finding, ...]
    wait: int
    free: date | None
    uses: int

    @property
    def lasting(self) -> list[Finding]:
        """What waiting does not mend: an input is banned here or beside, or was used too often."""
        return [finding for finding in self.against if finding.doubt not in (Doubt.EARLY, Doubt.UNKNOWN)]

    @property
    def unknown(self) -> list[Finding]:
        """The uses whose interval is unknown."""
        return [finding for finding in self.against if finding.doubt is Doubt.UNKNOWN]


def readiness(session: Session, plots: Collection[Plot], day: date) -> dict[int, Readiness]:
    """Whether each plot may be harvested on a day, by what stands in its record; by row number of the plot. For use before the
    harvest."""
    limits, known = limits_of(session), cycle.grounds(session, [plot.id for plot in plots])
    return {plot.id: _readiness(known[plot.id].next_harvest(day), limits, day) for plot in plots}


def _readiness(share: Share, limits: Sequence[Limit], day: date) -> Readiness:
    free = interval.earliest_harvest(_known(share), limits, day)
    wait = max(0, (free - day).days) if free else 0
    return Readiness(tuple(_judged(day, share, limits)), wait, free, len(share.uses))


def refusal(judged: Clearance) -> Conflict | None:
    """What to answer where the record of the plots stands against coding a batch; None where it does not."""
    if not judged.against:
        return None
    if judged.final:
        return Conflict(N_("按生产记录，这个批次不能赋码：%(why)s。记录有误请更正并写明理由"), why=why(judged))
    return Conflict(
        N_("按生产记录，这个批次还不能赋码：%(why)s。请监管人员判定，或登记一份合格的检测报告"), why=why(judged)
    )


def _released_up_to(session: Session, batch: Batch) -> int:
    """The last entry that an officer's release of this batch covers."""
    last = sa.select(sa.func.max(FarmCase.last_entry_id)).where(
        FarmCase.batch_id == batch.id, FarmCase.granted.is_(True)
    )
    return session.scalar(last) or 0


def use_of(entry: FarmEntry, in_cycle: bool = True) -> Use:
    """An entry of an input as the interval rule reads it; `in_cycle`: it belongs to the harvest that is judged."""
    assert entry.input_kind is not None  # an entry of kind INPUT has one
    return Use(
        entry.id,
        entry.input_kind,
        entry.input_name or "",
        entry.crop,
        entry.input_name_normal or "",
        entry.registration_normal or "",
        entry.crop_normal,
        entry.crop_kind,
        entry.day,
        entry.last_day,
        entry.interval_days,
        in_cycle,
    )


def why(judged: Clearance) -> Message:
    """The gravest finding, in words."""
    return next((each for each in judged.against if each.doubt.final), judged.against[0]).message
