"""Reads the farm's record: by plot and season, what was written last, which inputs were used before, and what the next entry
may start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from ..access.actor import Actor
from ..access.visibility import visible
from ..fields import plain
from ..models import CropKind, EntryKind, FarmEntry, FarmInput, InputKind, Plot, Producer
from .input_list import limit_of
from .interval import Use

REMEMBERED = 40  # inputs offered for a new entry
USE_FIELDS = (
    "input_kind",
    "input_name",
    "registration",
    "maker",
    "lot",
    "source",
    "target",
    "method",
    "dose",
    "area_mu",
    "interval_days",
)


@dataclass(frozen=True, slots=True)
class Season:
    """A plot in one season: how many entries stand, and the day of the latest work."""

    plot_id: int
    year: int
    entries: int
    latest: date


def seasons(session: Session, producer: Producer) -> dict[int, list[Season]]:
    """By plot, newest season first."""
    kept = standing().where(FarmEntry.producer_id == producer.id).subquery()
    rows = sa.select(kept.c.plot_id, kept.c.season, sa.func.count(), sa.func.max(kept.c.day))
    found: dict[int, list[Season]] = {}
    for row in session.execute(rows.group_by(kept.c.plot_id, kept.c.season).order_by(kept.c.season.desc())):
        found.setdefault(row[0], []).append(Season(*row))
    return found


def latest(producer: Producer) -> sa.Select[FarmEntry]:
    """What was written last and stands, newest first."""
    rows = standing().where(FarmEntry.producer_id == producer.id)
    with_it = (FarmEntry.plot, FarmEntry.attached_farmer, FarmEntry.recorder)
    rows = rows.options(*(joinedload(each) for each in with_it), selectinload(FarmEntry.pictures))
    return rows.order_by(FarmEntry.id.desc())


def corrections(entries: Sequence[FarmEntry]) -> dict[int, FarmEntry]:
    """The entries that correct others, by the number of the corrected entry."""
    return {entry.corrects_id: entry for entry in entries if entry.corrects_id is not None}


def used_before(session: Session, producer: Producer) -> list[FarmEntry]:
    """The latest use of every input, newest first: what the next use of it starts from. One input in two spellings is one."""
    rows = standing().where(FarmEntry.producer_id == producer.id, FarmEntry.kind == EntryKind.INPUT)
    found: dict[str, FarmEntry] = {}
    for entry in session.scalars(rows.order_by(FarmEntry.id.desc()).limit(10 * REMEMBERED)):
        found.setdefault(entry.input_name_normal or "", entry)
    return list(found.values())[:REMEMBERED]


def uses_found(actor: Actor) -> sa.Select[FarmEntry]:
    """The uses of inputs that stand and that an officer may know of, newest first."""
    kept = standing().with_only_columns(FarmEntry.id)
    rows = visible(actor, FarmEntry).where(FarmEntry.kind == EntryKind.INPUT, FarmEntry.id.in_(kept))
    rows = rows.options(
        joinedload(FarmEntry.plot), joinedload(FarmEntry.producer), joinedload(FarmEntry.attached_farmer)
    )
    return rows.order_by(FarmEntry.day.desc(), FarmEntry.id.desc())


@dataclass(frozen=True, slots=True)
class Used:
    """An input on a crop, both as they stand in the record: how often, and until when."""

    name: str
    registration: str
    crop: str
    times: int
    last: date


def spoken_of(session: Session, actor: Actor, row: FarmInput) -> list[Used]:
    """The uses on record that a line of the list speaks of, as far as an officer may know of them, latest first."""
    limit, last = limit_of(row), sa.func.max(FarmEntry.last_day)
    written = (FarmEntry.input_name, FarmEntry.registration, FarmEntry.crop, FarmEntry.crop_kind)
    normal = (FarmEntry.input_name_normal, FarmEntry.registration_normal, FarmEntry.crop_normal)
    uses = visible(actor, FarmEntry).where(FarmEntry.kind == EntryKind.INPUT)
    uses = uses.where(FarmEntry.id.in_(standing().with_only_columns(FarmEntry.id))).group_by(*written, *normal)
    found = uses.with_only_columns(*written, *normal, sa.func.count(), last).order_by(last.desc(), *written)
    return [
        Used(name or "", number or "", crop, times, day)
        for name, number, crop, kind, *normals, times, day in session.execute(found)
        if limit.fits(_as_use(name or "", crop, kind, [each or "" for each in normals], day))
    ]


def _as_use(name: str, crop: str, kind: CropKind, normal: Sequence[str], day: date) -> Use:
    """Uses of one name, as far as the list of inputs looks at them; `normal`: of name, registration and crop."""
    return Use(0, InputKind.OTHER, name, crop, normal[0], normal[1], normal[2], kind, day, day, None)


def book(session: Session, producer: Producer, season: int) -> dict[Plot, list[FarmEntry]]:
    """Every entry of a season, corrected ones and corrections too, by plot and day."""
    rows = sa.select(FarmEntry).where(FarmEntry.producer_id == producer.id, FarmEntry.season == season)
    with_it = (FarmEntry.plot, FarmEntry.attached_farmer, FarmEntry.recorder)
    rows = rows.options(*(joinedload(each) for each in with_it), selectinload(FarmEntry.pictures))
    found: dict[Plot, list[FarmEntry]] = {}
    for entry in session.scalars(rows.order_by(FarmEntry.plot_id, FarmEntry.day, FarmEntry.id)):
        found.setdefault(entry.plot, []).append(entry)
    return found


def start(like: FarmEntry | None, today: date, whole: bool) -> dict[str, str]:
    """What a new entry starts from: today, and the plot, crop and people of an earlier entry. `whole`: everything of it, for a
    copy."""
    values = {"day": today.isoformat(), "season": str(today.year), "kind": str(EntryKind.WORK)}
    if like is None:
        return values
    names = ["plot_id", "crop", "crop_kind", "operator", "attached_farmer_id"]
    names += ["kind", "what", "quantity", "unit", *USE_FIELDS] if whole else []
    values |= typed(like, names)
    if like.season in (today.year, today.year + 1):
        values["season"] = str(like.season)
    return values


def as_typed(entry: FarmEntry) -> dict[str, str]:
    """An entry as it would be typed, for a correction."""
    names = [
        "plot_id",
        "season",
        "day",
        "crop",
        "crop_kind",
        "operator",
        "attached_farmer_id",
        "kind",
        "what",
        "quantity",
        "unit",
        *USE_FIELDS,
    ]
    last = {"last_day": entry.last_day.isoformat()} if entry.last_day != entry.day else {}
    return typed(entry, names) | last


def typed(entry: FarmEntry, names: Sequence[str]) -> dict[str, str]:
    """Values of an entry as text, under the names that the form has for them; empty ones are left out."""
    said = {"plot_id": "plot", "attached_farmer_id": "farmer"}
    found = {said.get(name, name): getattr(entry, name) for name in names}
    return {name: plain(value) for name, value in found.items() if value is not None}


def free_from(entry: FarmEntry) -> date | None:
    """The first day on which harvest is allowed after a use, as far as the entry itself says."""
    return None if entry.interval_days is None else entry.last_day + timedelta(entry.interval_days)


@cache
def standing() -> sa.Select[FarmEntry]:
    """The entries that count: not corrected by a later one, not taken out. The statement is made once: it takes milliseconds."""
    later = aliased(FarmEntry)
    corrected = sa.exists().where(later.corrects_id == FarmEntry.id)
    return sa.select(FarmEntry).where(~corrected, FarmEntry.withdrawn.is_(False))


def history(session: Session, plot: Plot, season: int) -> Sequence[FarmEntry]:
    """Every entry of a plot and season, corrected ones and corrections too, by the day of the work."""
    rows = sa.select(FarmEntry).where(FarmEntry.plot_id == plot.id, FarmEntry.season == season)
    with_it = joinedload(FarmEntry.attached_farmer), joinedload(FarmEntry.recorder), selectinload(FarmEntry.pictures)
    return session.scalars(rows.options(*with_it).order_by(FarmEntry.day, FarmEntry.id)).all()


def seasons_of(session: Session, plot: Plot) -> Sequence[int]:
    """The seasons that a plot has entries of, newest first."""
    rows = sa.select(FarmEntry.season).where(FarmEntry.plot_id == plot.id).distinct()
    return session.scalars(rows.order_by(FarmEntry.season.desc())).all()


def last_entry(session: Session, producer: Producer) -> FarmEntry | None:
    """The entry written last, which the next one starts from."""
    rows = standing().where(FarmEntry.producer_id == producer.id).order_by(FarmEntry.id.desc()).limit(1)
    return session.scalar(rows)
