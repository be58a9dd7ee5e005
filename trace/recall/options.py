"""What is on record to start a recall from: inputs and their lots, suppliers and their lots, plots; each with how many batches it
leads to and its last day. A search looks at normal forms, and shows what is near as well: nothing is left out without a word."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor
from ..access.visibility import visible
from ..farm.record import standing
from ..models import Batch, FarmEntry, Origin, Plot, PlotKind
from ..names import normal_form
from ..paging import PAGE
from .near import near_any
from .roots import Lot, bought_by_lot, harvests_by_lot, known_uses


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be ticked. `ref` is the row number that stands for it, `key` its name and lot in normal form. `last`: the
    last day on which it was used, bought or harvested. `near`: it is not what was looked for, but near it."""

    ref: int
    name: str
    lot: str
    key: Lot
    last: date | None
    batches: int = 0
    near: bool = False


@dataclass(frozen=True)
class Found:
    """One page of the options, those that are near last, and how many there are on all pages."""

    options: Sequence[Option]
    total: int


def found(session: Session, actor: Actor, by: str, words: str, page: int = 1) -> Found:
    """What can be ticked for a kind of cause, the latest first; with `words`, what has them in its name or lot, and then what is
    near them. `page` counts from 1."""
    if by not in _KNOWN:
        return Found((), 0)
    wanted = normal_form(words.strip()[:60]) if words.strip() else ""
    known = _looked_for(_KNOWN[by](session, actor), wanted)
    shown = known[(page - 1) * PAGE : page * PAGE]
    return Found(_counted(session, actor, by, shown), len(known))


def beside(session: Session, actor: Actor, by: str, ticked: Collection[Lot]) -> Sequence[Option]:
    """What was not ticked and is near what was: other lots of the same name, and names that are like it."""
    if by not in ("input", "supplier"):
        return ()
    wanted = {name for name, _ in ticked}
    left = [each for each in _KNOWN[by](session, actor) if each.key not in ticked and near_any(each.key[0], wanted)]
    return [each for each in _counted(session, actor, by, left) if each.batches]


def _looked_for(known: Iterable[Option], wanted: str) -> list[Option]:
    latest = sorted(known, key=lambda each: (each.last or date.min, each.ref), reverse=True)
    if not wanted:
        return latest
    exact = [each for each in latest if any(wanted in part for part in each.key)]
    rest = [each for each in latest if each not in exact and near_any(wanted, [part for part in each.key if part])]
    return [*exact, *(replace(each, near=True) for each in rest)]


def _inputs(session: Session, actor: Actor) -> list[Option]:
    kept = standing().with_only_columns(FarmEntry.id)
    lot = sa.func.coalesce(FarmEntry.lot_normal, "")
    last = sa.select(sa.func.max(FarmEntry.id).label("ref"), sa.func.max(FarmEntry.last_day).label("last"))
    last = last.where(FarmEntry.id.in_(kept), *known_uses(actor)).group_by(FarmEntry.input_name_normal, lot)
    each = last.subquery()
    rows = sa.select(FarmEntry, each.c.last).join(each, each.c.ref == FarmEntry.id)
    return [
        Option(
            row.id, row.input_name or "", row.lot or "", (row.input_name_normal or "", row.lot_normal or ""), last_day
        )
        for row, last_day in session.execute(rows)
    ]


def _suppliers(session: Session, actor: Actor) -> list[Option]:
    lot = sa.func.coalesce(Batch.supplier_lot_normal, "")
    last = visible(actor, Batch).where(Batch.supplier.is_not(None)).group_by(Batch.supplier_normal, lot)
    each = last.with_only_columns(
        sa.func.max(Batch.id).label("ref"), sa.func.max(Batch.harvest_date).label("last")
    ).subquery()
    rows = sa.select(Batch, each.c.last).join(each, each.c.ref == Batch.id)
    return [
        Option(
            row.id,
            row.supplier or "",
            row.supplier_lot or "",
            (row.supplier_normal or "", row.supplier_lot_normal or ""),
            last_day,
        )
        for row, last_day in session.execute(rows)
    ]


def _plots(session: Session, actor: Actor) -> list[Option]:
    """Plots with their harvests; the producer stands before the plot's name."""
    of_plot = visible(actor, Batch).where(Batch.origin == Origin.HARVEST, Batch.counts()).group_by(Batch.plot_id)
    each = of_plot.with_only_columns(
        Batch.plot_id, sa.func.count().label("n"), sa.func.max(Batch.harvest_date).label("last")
    ).subquery()
    mine = visible(actor, Plot).with_only_columns(Plot.id).where(Plot.kind == PlotKind.FIELD)
    rows = sa.select(Plot, each.c.last, each.c.n).outerjoin(each, each.c.plot_id == Plot.id).where(Plot.id.in_(mine))
    return [
        Option(
            row.id,
            f"{row.producer.name} · {row.name}",
            row.place,
            (normal_form(f"{row.producer.name}{row.name}"), normal_form(row.place)),
            last,
            harvests or 0,
        )
        for row, last, harvests in session.execute(rows.options(joinedload(Plot.producer)))
    ]


_KNOWN: dict[str, Callable[[Session, Actor], list[Option]]] = {"input": _inputs, "supplier": _suppliers, "plot": _plots}


def _counted(session: Session, actor: Actor, by: str, options: Sequence[Option]) -> Sequence[Option]:
    """The options with how many batches each leads to."""
    if by == "plot":
        return options
    count = harvests_by_lot if by == "input" else bought_by_lot
    found = count(session, actor, {each.key[0] for each in options})
    return [replace(each, batches=len(found.get(each.key, ()))) for each in options]
