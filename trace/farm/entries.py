"""Writes the farm's record (生产记录), by plot and season, for the producer itself or for an attached farmer (挂靠农户).

An entry is never edited (农产品质量安全法第二十七条). A correction is a new entry with its reason, and it counts in the place
of the old one. Nothing is deleted, so everything is kept for longer than the two years that the law asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..audit.sure import NOTHING, Said, ask, told
from ..clock import day_of
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import Action, Batch, CropKind, EntryKind, FarmEntry, InputKind, Plot, Producer, Unit
from ..register.producers import own_row
from ..uploads.photographs import Photo
from . import entry_amounts, entry_pictures, rulings
from .farmers import farmer_id
from .interval import LONGEST

TEXTS = ("maker", "source", "target", "method", "dose", "registration", "lot")
REQUIRED = {"source", "method", "dose"}
REQUIRED_OF_PESTICIDES = REQUIRED | {"maker", "target"}


@dataclass(frozen=True)
class Recorded:
    """An entry, and the coded batches that it makes unfit: they are held, and an officer will decide."""

    entry: FarmEntry
    held: Sequence[Batch] = ()


@dataclass(frozen=True)
class EntryForm:
    """An entry as typed. `key` is the number of the draft: a draft that is sent twice becomes one entry."""

    key: str
    kind: str
    plot: str
    season: str
    day: str
    crop: str
    crop_kind: str
    operator: str
    farmer: str = ""
    what: str = ""
    last_day: str = ""
    input_kind: str = ""
    input_name: str = ""
    registration: str = ""
    maker: str = ""
    lot: str = ""
    source: str = ""
    target: str = ""
    method: str = ""
    dose: str = ""
    area_mu: str = ""
    interval_days: str = ""
    quantity: str = ""
    unit: str = ""
    said: Said = NOTHING  # the questions that were answered with yes


def record_entry(session: Session, actor: Actor, form: EntryForm, photos: Sequence[Photo] = ()) -> Recorded:
    """Write an entry with its photographs, and hold every coded batch that it makes unfit. The same draft sent again gives the
    entry it became.

    Raises Invalid for any field, Conflict while the producer is not approved, Unsure for an amount that looks like a slip.
    """
    producer = _locked(session, actor)
    if done := _written_before(session, producer, form.key):
        return Recorded(done)
    row = _written(session, actor, producer, form, photos)
    return Recorded(row, rulings.hold_unfit(session, actor, row))


def correct(
    session: Session, actor: Actor, entry: FarmEntry, form: EntryForm, reason: str, photos: Sequence[Photo] = ()
) -> Recorded:
    """Put a new entry in the place of an old one, with the reason. Both stay on record, and both have the photographs of the old
    one.

    Raises what `record_entry` raises, and Conflict when the old entry was corrected before.
    """
    producer = _locked(session, actor)
    if done := _written_before(session, producer, form.key):
        return Recorded(done)
    why = fields.reason(reason)
    _refuse_corrected(session, entry)
    row = _written(session, actor, producer, form, photos, entry, corrects_id=entry.id, reason=why)
    return Recorded(row, rulings.hold_unfit(session, actor, entry, row))


def withdraw(session: Session, actor: Actor, entry: FarmEntry, reason: str) -> Recorded:
    """Take out an entry that should never have been written, by a new entry that says so. Both stay on record. Without a harvest,
    the one after it has a longer cycle, so batches may be held here too.

    Raises Invalid without a reason, Conflict when the entry was corrected before.
    """
    _locked(session, actor)
    why = fields.reason(reason)
    _refuse_corrected(session, entry)
    same = {column.key: getattr(entry, column.key) for column in sa.inspect(FarmEntry).columns if column.key != "id"}
    row = FarmEntry(
        **same
        | {
            "corrects_id": entry.id,
            "reason": why,
            "withdrawn": True,
            "entry_key": f"out-{entry.id}",
            "recorded_at": actor.at,
            "recorded_by": actor.account_id,
        }
    )
    session.add(row)
    log.record(session, actor, Action.FARM_WITHDRAW, row, why, entry=entry.id)
    return Recorded(row, rulings.hold_unfit(session, actor, row))


def _locked(session: Session, actor: Actor) -> Producer:
    """The producer, locked: two copies of a draft that arrive at once wait here for each other."""
    producer = own_producer(session, actor)
    lock(session, producer)
    return producer


def _written_before(session: Session, producer: Producer, key: str) -> FarmEntry | None:
    if not 8 <= len(key) <= 64 or not key.isascii() or not key.replace("-", "").isalnum():
        raise Invalid("key", N_("这条记录没有编号，请刷新页面再填"))
    return session.scalar(sa.select(FarmEntry).where(FarmEntry.producer_id == producer.id, FarmEntry.entry_key == key))


def _refuse_corrected(session: Session, entry: FarmEntry) -> None:
    if entry.withdrawn or session.scalar(sa.select(FarmEntry.id).where(FarmEntry.corrects_id == entry.id)):
        raise Conflict(N_("这一条已经更正过；请更正最新的那一条"))


def _written(
    session: Session,
    actor: Actor,
    producer: Producer,
    form: EntryForm,
    photos: Sequence[Photo],
    old: FarmEntry | None = None,
    **more: object,
) -> FarmEntry:
    kind = fields.choice("kind", EntryKind, form.kind)
    with fields.Together() as read:
        read(entry_pictures.refuse, photos, old)
        values = read(_common, session, actor, producer, form, kind, old)
        special = read(_SPECIAL[kind], form) if kind in _SPECIAL else {}
    row = FarmEntry(
        producer_id=producer.id,
        entry_key=form.key,
        recorded_at=actor.at,
        recorded_by=actor.account_id,
        **values,
        **special,
        **more,
    )
    asked = ask(form.said, entry_amounts.questions(session, row, old.id if old else None))
    session.add(row)
    log.record(
        session,
        actor,
        Action.FARM_CORRECT if more else Action.FARM_WRITE,
        row,
        row.reason,
        plot=row.plot_id,
        day=row.day.isoformat(),
        kind=row.kind,
        **told(asked),
        **entry_pictures.told(photos),
    )
    entry_pictures.attach(session, actor, row, photos, old)
    return row


def _common(
    session: Session, actor: Actor, producer: Producer, form: EntryForm, kind: EntryKind, old: FarmEntry | None
) -> dict[str, object]:
    """What entries of every kind say. The plot and the farmer of an `old` entry stay choosable, archived or not."""
    told = 2 if kind in (EntryKind.WORK, EntryKind.PEST) else 0
    with fields.Together() as read:
        plot: Plot = read(own_row, session, producer, Plot, "plot", form.plot, old.plot_id if old else None)
        days = read(_days, form, day_of(actor.at))
        values = {
            "attached_farmer_id": read(
                farmer_id, session, producer, form.farmer, old.attached_farmer_id if old else None
            ),
            "crop": read(fields.name, "crop", form.crop, most=30),
            "crop_kind": read(fields.choice, "crop_kind", CropKind, form.crop_kind),
            "what": read(fields.story, "what", form.what, least=told),
            "operator": read(fields.name, "operator", form.operator, most=30),
        }
    day, last = days
    season = _season(form.season, day.year)
    return {"kind": kind, "plot_id": plot.id, "season": season, "day": day, "last_day": last, **values}


def _days(form: EntryForm, today: date) -> tuple[date, date]:
    """The first and the last day of the work."""
    day = fields.day("day", form.day)
    last = fields.day("last_day", form.last_day) if form.last_day.strip() else day
    for field, value in (("day", day), ("last_day", last)):
        if value > today:
            raise Invalid(field, N_("%(day)s还没到；记录写做过的事"), day=value)
    if last < day:
        raise Invalid("last_day", N_("停用日期不能早于使用日期"))
    return day, last


def _season(typed: str, year: int) -> int:
    """The year of the harvest: the year of the work, or the next."""
    season = fields.count("season", typed, 9999)
    if season not in (year, year + 1):
        raise Invalid("season", N_("生产季写采收的年份：%(year)s 或 %(next)s"), year=year, next=year + 1)
    return season


def _use(form: EntryForm) -> dict[str, object]:
    """What the law asks of a use (农产品质量安全法第二十七条): name, source, method, dose and days; for pesticides also maker,
    target and interval."""
    kind = fields.choice("input_kind", InputKind, form.input_kind)
    required = REQUIRED_OF_PESTICIDES if kind is InputKind.PESTICIDE else REQUIRED
    with fields.Together() as read:
        values: dict[str, object] = {
            "input_kind": kind,
            "input_name": read(fields.name, "input_name", form.input_name, least=2),
        }
        for name in TEXTS:
            values[name] = read(fields.line, name, getattr(form, name), least=int(name in required)) or None
        values["area_mu"] = read(fields.area, "area_mu", form.area_mu) if form.area_mu.strip() else None
        interval = read(fields.days, "interval_days", form.interval_days, LONGEST) if kind.has_interval else None
    return values | {"interval_days": interval}


def _picked(form: EntryForm) -> dict[str, object]:
    """How much was harvested."""
    with fields.Together() as read:
        unit = read(fields.choice, "unit", Unit, form.unit)
        return {"quantity": read(fields.amount, "quantity", form.quantity, unit), "unit": unit}


_SPECIAL = {EntryKind.INPUT: _use, EntryKind.HARVEST: _picked}
