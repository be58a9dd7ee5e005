"""The farm's record (生产记录), per plot and season, kept by the producer for itself or for an attached farmer (挂靠农户).

Written once and never edited (农产品质量安全法第二十七条): a correction is a new entry with its reason, which stands in the
place of the old one. Nothing is ever deleted, so everything is there for longer than the two years the law asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..clock import day_of
from ..errors import N_, Conflict, Invalid
from ..models import AttachedFarmer, CropKind, EntryKind, FarmEntry, InputKind, Plot, Producer, Unit
from ..register.producers import own_row
from . import input_list, rulings
from .record import standing


@dataclass(frozen=True)
class EntryForm:
    """An entry as typed. `key` is the draft's own: sent twice, it is one entry."""

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


def record_entry(session: Session, actor: Actor, form: EntryForm) -> FarmEntry:
    """Write an entry; the same draft sent again gives the entry it became. A coded batch that it makes unfit is held.

    Raises Invalid for any field, Conflict while the producer is not approved.
    """
    producer = _locked(session, actor)
    if done := _written_before(session, producer, form.key):
        return done
    return _written(session, actor, producer, form)


def correct(session: Session, actor: Actor, entry: FarmEntry, form: EntryForm, reason: str) -> FarmEntry:
    """Put a new entry in the place of an old one, with the reason. Both stay.

    Raises as `record_entry`, and Conflict when the old one was corrected before.
    """
    producer = _locked(session, actor)
    if done := _written_before(session, producer, form.key):
        return done
    why = fields.reason(reason)
    _refuse_corrected(session, entry)
    return _written(session, actor, producer, form, corrects_id=entry.id, reason=why)


def withdraw(session: Session, actor: Actor, entry: FarmEntry, reason: str) -> FarmEntry:
    """Take out an entry that should never have been written: by a new one that says so. Both stay."""
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
    log.record(session, actor, "farm.withdraw", row, why, entry=entry.id)
    return row


def _locked(session: Session, actor: Actor) -> Producer:
    """The producer, locked: drafts sent twice at once wait here."""
    producer = own_producer(session, actor)
    session.refresh(producer, with_for_update=True)
    return producer


def _written_before(session: Session, producer: Producer, key: str) -> FarmEntry | None:
    if not 8 <= len(key) <= 64 or not key.isascii() or not key.replace("-", "").isalnum():
        raise Invalid("key", N_("这条记录没有编号，请刷新页面再填"))
    return session.scalar(sa.select(FarmEntry).where(FarmEntry.producer_id == producer.id, FarmEntry.entry_key == key))


def _refuse_corrected(session: Session, entry: FarmEntry) -> None:
    if entry.withdrawn or session.scalar(sa.select(FarmEntry.id).where(FarmEntry.corrects_id == entry.id)):
        raise Conflict(N_("这一条已经更正过；请更正最新的那一条"))


def _written(session: Session, actor: Actor, producer: Producer, form: EntryForm, **more: Any) -> FarmEntry:
    values = _common(session, actor, producer, form)
    if values["kind"] is EntryKind.INPUT:
        values |= _use(form)
    if values["kind"] is EntryKind.HARVEST:
        values |= {"quantity": fields.amount("quantity", form.quantity), "unit": fields.choice("unit", Unit, form.unit)}
    row = FarmEntry(
        producer_id=producer.id,
        entry_key=form.key,
        recorded_at=actor.at,
        recorded_by=actor.account_id,
        **values,
        **more,
    )
    session.add(row)
    log.record(
        session,
        actor,
        "farm.correct" if more else "farm.write",
        row,
        row.reason,
        plot=row.plot_id,
        day=row.day.isoformat(),
        kind=row.kind,
    )
    rulings.hold_unfit(session, actor, row)
    return row


def _common(session: Session, actor: Actor, producer: Producer, form: EntryForm) -> dict[str, Any]:
    kind, today = fields.choice("kind", EntryKind, form.kind), day_of(actor.at)
    plot: Plot = own_row(session, producer, Plot, "plot", form.plot)
    day = fields.day("day", form.day)
    last = fields.day("last_day", form.last_day) if form.last_day.strip() else day
    for field, value in (("day", day), ("last_day", last)):
        if value > today:
            raise Invalid(field, N_("%(day)s还没到；记录写做过的事"), day=value)
    if last < day:
        raise Invalid("last_day", N_("停用日期不能早于使用日期"))
    return {
        "kind": kind,
        "plot_id": plot.id,
        "season": _season(form.season, day.year),
        "day": day,
        "last_day": last,
        "attached_farmer_id": farmer_id(session, producer, form.farmer),
        "crop": fields.line("crop", form.crop, most=30),
        "crop_kind": fields.choice("crop_kind", CropKind, form.crop_kind),
        "what": fields.story("what", form.what, least=2 if kind in (EntryKind.WORK, EntryKind.PEST) else 0),
        "operator": fields.line("operator", form.operator, most=30),
    }


def _season(typed: str, year: int) -> int:
    """The year of the harvest: that of the work, or the next."""
    season = fields.count("season", typed, 9999)
    if season not in (year, year + 1):
        raise Invalid("season", N_("生产季写采收的年份：%(year)s 或 %(next)s"), year=year, next=year + 1)
    return season


def _use(form: EntryForm) -> dict[str, Any]:
    """What the law asks of a use: name, source, way, amount, days; for pesticides also maker, target and interval."""
    kind = fields.choice("input_kind", InputKind, form.input_kind)
    texts = {
        "maker": kind is InputKind.PESTICIDE,
        "source": True,
        "target": kind is InputKind.PESTICIDE,
        "method": True,
        "dose": True,
        "registration": False,
        "lot": False,
    }
    values: dict[str, Any] = {"input_kind": kind, "input_name": fields.line("input_name", form.input_name, least=2)}
    for name, needed in texts.items():
        values[name] = fields.line(name, getattr(form, name), least=1 if needed else 0) or None
    values["area_mu"] = fields.amount("area_mu", form.area_mu) if form.area_mu.strip() else None
    values["interval_days"] = input_list.interval(form.interval_days) if kind.has_interval else None
    return values


def add_farmer(session: Session, actor: Actor, *, name: str, place: str) -> AttachedFarmer:
    """A smallholder for whom the actor's producer keeps the record. `place` is as fine as a village."""
    producer = own_producer(session, actor)
    farmer = AttachedFarmer(
        producer_id=producer.id,
        name=fields.line("name", name, least=2, most=30),
        place=fields.line("place", place, most=40),
        added_at=actor.at,
    )
    if session.scalar(
        sa.select(AttachedFarmer.id).where(
            AttachedFarmer.producer_id == producer.id, AttachedFarmer.name == farmer.name
        )
    ):
        raise Invalid(
            "name", N_("已经有一位叫“%(name)s”的挂靠农户，请加以区别，如“%(name)s（坡上）”"), name=farmer.name
        )
    session.add(farmer)
    log.record(session, actor, "farmer.add", farmer, name=farmer.name)
    return farmer


def farmers_of(session: Session, producer: Producer) -> Sequence[AttachedFarmer]:
    rows = sa.select(AttachedFarmer).where(AttachedFarmer.producer_id == producer.id, AttachedFarmer.left_at.is_(None))
    return session.scalars(rows.order_by(AttachedFarmer.id)).all()


def farmer_id(session: Session, producer: Producer, typed: str) -> int | None:
    """The attached farmer chosen in a form; None for the producer itself. Raises Invalid (`farmer`)."""
    if not typed:
        return None
    row: AttachedFarmer = own_row(session, producer, AttachedFarmer, "farmer", typed)
    return row.id


def history(session: Session, plot: Plot, season: int) -> Sequence[FarmEntry]:
    """Every entry of a plot and season, corrected ones and corrections too, by the day of the work."""
    rows = sa.select(FarmEntry).where(FarmEntry.plot_id == plot.id, FarmEntry.season == season)
    rows = rows.options(joinedload(FarmEntry.attached_farmer))
    return session.scalars(rows.order_by(FarmEntry.day, FarmEntry.id)).all()


def seasons_of(session: Session, plot: Plot) -> Sequence[int]:
    """The seasons that a plot has entries of, newest first."""
    rows = sa.select(FarmEntry.season).where(FarmEntry.plot_id == plot.id).distinct()
    return session.scalars(rows.order_by(FarmEntry.season.desc())).all()


def last_entry(session: Session, producer: Producer) -> FarmEntry | None:
    """The entry written last, which the next one starts from."""
    rows = standing().where(FarmEntry.producer_id == producer.id).order_by(FarmEntry.id.desc()).limit(1)
    return session.scalar(rows)
