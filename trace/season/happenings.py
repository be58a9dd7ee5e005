"""What happens on a producer's days: entries of the record and the end of their intervals, harvests that became batches, and the last
days of certificates, licences and policies. Only what stands, is verified and is known to the reader; nothing is planned here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor
from ..access.visibility import visible
from ..certification.schemes import SCHEME_WORDS
from ..errors import N_, Message
from ..farm import free_day, interval
from ..farm.input_list import limits_of
from ..farm.record import standing
from ..farm.words import ENTRY_WORDS
from ..fields import plain
from ..models import (
    Batch,
    BrandLicence,
    Certification,
    Claim,
    EntryKind,
    FarmEntry,
    InsurancePolicy,
    Origin,
    PolicyState,
    Producer,
)

AHEAD = 180  # days that are looked ahead for what comes next


class Kind(StrEnum):
    """What happens, as far as a calendar tells it apart."""

    DONE = "done"  # an entry of the record
    FREE = "free"  # an interval is over
    UNKNOWN = "unknown"  # a use whose interval nobody knows
    BATCH = "batch"
    ENDS = "ends"  # the last day of a paper


_ORDER = list(Kind)


@dataclass(frozen=True)
class Happening:
    """Something on a day, what it says, and the row that says so; `plot` is its plot's name."""

    day: date
    kind: Kind
    said: Message
    row: FarmEntry | Batch | Certification | BrandLicence | InsurancePolicy
    plot: str = ""


@dataclass(frozen=True)
class Span:
    """The days and, if one is asked for, the plot that a calendar shows; both days included."""

    first: date
    last: date
    plot: int | None = None

    def has(self, day: date | None) -> bool:
        """Whether a day is among them."""
        return day is not None and self.first <= day <= self.last


def happenings(session: Session, actor: Actor, producer: Producer, span: Span) -> list[Happening]:
    """What happens in these days, oldest first; of a plot alone without papers, which are the producer's."""
    found = [*_record(session, producer, span), *_batches(session, actor, producer, span)]
    if span.plot is None:
        found += _papers(session, actor, producer, span)
    return sorted(found, key=lambda each: (each.day, _ORDER.index(each.kind), each.row.id))


def coming(session: Session, actor: Actor, producer: Producer, today: date, plot: int | None) -> list[Happening]:
    """What comes next: intervals that end and papers that expire, from today on."""
    ahead = happenings(session, actor, producer, Span(today, today + timedelta(AHEAD), plot))
    return [each for each in ahead if each.kind in (Kind.FREE, Kind.ENDS)]


def _record(session: Session, producer: Producer, span: Span) -> Iterator[Happening]:
    """Entries of these days, and of uses before them whose interval ends in them."""
    limits, longest = limits_of(session), timedelta(interval.LONGEST)
    rows = standing().where(FarmEntry.producer_id == producer.id, FarmEntry.day <= span.last)
    rows = rows.where(FarmEntry.last_day >= span.first - longest).options(joinedload(FarmEntry.plot))
    if span.plot is not None:
        rows = rows.where(FarmEntry.plot_id == span.plot)
    for entry in session.scalars(rows):
        wait = free_day.after(entry, limits)
        if span.has(entry.day):
            yield _doing(entry, wait is not None and wait.days is None)
        if wait is not None and wait.free is not None and span.has(wait.free):
            over = Message(N_("%(name)s的间隔期满"), {"name": entry.input_name or ""})
            yield Happening(wait.free, Kind.FREE, over, entry, entry.plot.name)


def _doing(entry: FarmEntry, is_unknown: bool) -> Happening:
    said = _done(entry)
    if is_unknown:
        said = Message(N_("%(done)s（间隔期不明）"), {"done": said})
    return Happening(entry.day, Kind.UNKNOWN if is_unknown else Kind.DONE, said, entry, entry.plot.name)


def _done(entry: FarmEntry) -> Message:
    kind = Message(ENTRY_WORDS[entry.kind])
    if entry.kind is EntryKind.HARVEST:
        return Message("%(kind)s %(crop)s %(amount)s %(unit)s", {"kind": kind, **_picked(entry)})
    told = entry.input_name if entry.kind is EntryKind.INPUT else entry.what.partition("\n")[0]
    return Message("%(kind)s %(what)s", {"kind": kind, "what": told or ""})


def _picked(entry: FarmEntry) -> dict[str, object]:
    unit = Message(str(entry.unit)) if entry.unit else ""
    return {"crop": entry.crop, "amount": plain(entry.quantity), "unit": unit}


def _batches(session: Session, actor: Actor, producer: Producer, span: Span) -> Iterator[Happening]:
    rows = visible(actor, Batch).where(Batch.producer_id == producer.id, Batch.origin == Origin.HARVEST, Batch.counts())
    rows = rows.where(Batch.harvest_date.between(span.first, span.last))
    if span.plot is not None:
        rows = rows.where(Batch.plot_id == span.plot)
    for batch in session.scalars(rows.options(joinedload(Batch.product), joinedload(Batch.plot))):
        told = {"product": batch.product.name, "amount": plain(batch.quantity), "unit": Message(str(batch.unit))}
        said = Message(N_("批次：%(product)s %(amount)s %(unit)s"), told)
        yield Happening(batch.harvest_date, Kind.BATCH, said, batch, batch.plot.name)


def _papers(session: Session, actor: Actor, producer: Producer, span: Span) -> Iterator[Happening]:
    """The last days of what is verified and was not ended before."""
    certificate, licence, policy = Certification, BrandLicence, InsurancePolicy
    certificates = visible(actor, certificate).where(
        certificate.producer_id == producer.id, certificate.state == Claim.VERIFIED, certificate.ended_on.is_(None)
    )
    for row in session.scalars(certificates.where(certificate.valid_to.between(span.first, span.last))):
        told: dict[str, object] = {"scheme": Message(SCHEME_WORDS[row.scheme]), "number": row.number}
        yield from _ending(row, row.valid_to, N_("%(scheme)s证书 %(number)s 到期"), told)
    licences = visible(actor, licence).where(
        licence.producer_id == producer.id, licence.granted_at.is_not(None), licence.ended_on.is_(None)
    )
    for held in session.scalars(licences.where(licence.valid_to.between(span.first, span.last))):
        yield from _ending(held, held.valid_to, N_("品牌“%(brand)s”的使用许可到期"), {"brand": held.brand.name})
    policies = visible(actor, policy).where(policy.producer_id == producer.id, policy.state == PolicyState.VERIFIED)
    for cover in session.scalars(policies.where(policy.valid_to.between(span.first, span.last))):
        yield from _ending(cover, cover.valid_to, N_("保单 %(number)s 到期"), {"number": cover.number})


def _ending(
    row: Certification | BrandLicence | InsurancePolicy, day: date | None, says: str, told: Mapping[str, object]
) -> Iterator[Happening]:
    if day is not None:
        yield Happening(day, Kind.ENDS, Message(says, told), row)
