"""What a recall starts from (起因): a batch, a plot and its days, a supplier's goods, an input. Each cause leads to batches, and
everything else follows from them. A further kind of cause is a line in `CAUSES`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..access.visibility import find, visible
from ..codes.idnumber import spaced
from ..db.columns import Base
from ..errors import N_, Invalid, Message, NotFound, Numbered
from ..models import Batch, FarmEntry, Plot
from ..names import normal_form
from .roots import (
    Found,
    Lot,
    bought_by_lot,
    harvests_by_lot,
    known_uses,
    lots_like,
    of_lots,
    roots_of_batch,
    roots_of_plot,
)

Picked = TypeVar("Picked", bound=Base)
Picks = Sequence[str]
Typed = Mapping[str, str]


@dataclass(frozen=True)
class Cause:
    """The row numbers of the batches that a recall starts from, and the words for them."""

    roots: Sequence[int]
    words: Message
    short: str = ""  # for a narrow box of a picture; empty: the beginning of the words
    lots: frozenset[Lot] = frozenset()  # the names and lots that it starts from, in normal form


def of_batch(session: Session, actor: Actor, typed: Typed, picks: Picks = ()) -> Cause:
    """One batch. Raises Invalid for a number that is wrong, or that the officer may not know of."""
    number = fields.id_number("number", typed.get("number", ""), Numbered.BATCH)
    try:
        roots = roots_of_batch(session, actor, number)
    except NotFound:
        raise Invalid("number", N_("没有这个批次，或者不在您的辖区")) from None
    return Cause(roots, Message(N_("批次 %(number)s"), {"number": spaced(number)}), f"…{number[-4:]}")


def of_plot(session: Session, actor: Actor, typed: Typed, picks: Picks = ()) -> Cause:
    """What was harvested of plots, from one day to another or ever. Raises Invalid for the days, or without a plot."""
    days = fields.span(typed.get("first", ""), typed.get("last", "")) if typed.get("first") or typed.get("last") else ()
    plots: list[Plot] = [_picked(session, actor, Plot, "plot", ref) for ref in picks or [typed.get("plot", "")]]
    words: dict[str, object] = {"plots": "、".join(f"{plot.producer.name} “{plot.name}”" for plot in plots)}
    roots = [number for plot in plots for number in roots_of_plot(session, actor, plot, *days)]
    if not days:
        return Cause(roots, Message(N_("%(plots)s采收"), words))
    said = dict(zip(("first", "last"), days, strict=True))
    return Cause(roots, Message(N_("%(plots)s %(first)s至%(last)s采收"), words | said))


def of_supplier(session: Session, actor: Actor, typed: Typed, picks: Picks = ()) -> Cause:
    """What was bought of suppliers without a record here: ticked ones, or one by name, of one lot or of all.

    Raises Invalid for either name.
    """
    rows: list[Batch] = [_picked_batch(session, actor, ref) for ref in picks]
    lots = {(row.supplier_normal or "", row.supplier_lot_normal or "") for row in rows}
    if picks:
        said = _listed((row.supplier or "", row.supplier_lot) for row in rows)
        return _of_lots(bought_by_lot(session, actor, _names(lots)), lots, N_("供货人 %(name)s"), said)
    name, lot = _typed(typed, "supplier")
    found = bought_by_lot(session, actor, {normal_form(name)})
    words = N_("供货人 %(name)s，批号 %(lot)s") if lot else N_("供货人 %(name)s")
    return _of_lots(found, lots_like(found, lot), words, name, lot)


def of_input(session: Session, actor: Actor, typed: Typed, picks: Picks = ()) -> Cause:
    """What was harvested where pesticides or fertilisers had been used for it: ticked ones, or one by name, of one lot or of all.

    Raises Invalid for either name.
    """
    rows = [_picked_use(session, actor, ref) for ref in picks]
    lots = {(row.input_name_normal or "", row.lot_normal or "") for row in rows}
    if picks:
        said = _listed((row.input_name or "", row.lot) for row in rows)
        return _of_lots(harvests_by_lot(session, actor, _names(lots)), lots, N_("用过投入品 %(name)s"), said)
    name, lot = _typed(typed, "input")
    found = harvests_by_lot(session, actor, {normal_form(name)})
    words = N_("用过投入品 %(name)s，批号 %(lot)s") if lot else N_("用过投入品 %(name)s")
    return _of_lots(found, lots_like(found, lot), words, name, lot)


def _of_lots(found: Found, lots: Collection[Lot], words: str, name: str, lot: str = "") -> Cause:
    return Cause(sorted(of_lots(found, lots)), Message(words, {"name": name, "lot": lot}), lots=frozenset(lots))


def _names(lots: Iterable[Lot]) -> set[str]:
    return {name for name, _ in lots}


def _typed(typed: Typed, field: str) -> tuple[str, str]:
    """A name and a lot as an address says them."""
    return fields.name(field, typed.get(field, ""), least=2), fields.line("lot", typed.get("lot", ""), least=0)


def _listed(names: Iterable[tuple[str, str | None]]) -> str:
    """Names with their lots, as people read them: 阿维菌素 A-7、多菌灵."""
    return "、".join(dict.fromkeys(f"{name} {lot}" if lot else name for name, lot in names))


def _picked(session: Session, actor: Actor, kind: type[Picked], field: str, ref: str) -> Picked:
    try:
        return find(session, actor, kind, ref)
    except NotFound:
        raise Invalid(field, N_("请从列表里选一项")) from None


def _picked_batch(session: Session, actor: Actor, ref: str) -> Batch:
    rows = visible(actor, Batch).where(Batch.id == _number(ref), Batch.supplier.is_not(None))
    return _there(session.scalar(rows))


def _picked_use(session: Session, actor: Actor, ref: str) -> FarmEntry:
    return _there(session.scalar(sa.select(FarmEntry).where(FarmEntry.id == _number(ref), *known_uses(actor))))


def _number(ref: str) -> int:
    return int(ref) if ref.isascii() and ref.isdigit() and len(ref) <= 15 else 0


def _there(row: Picked | None) -> Picked:
    if row is None:
        raise Invalid("by", N_("请从列表里选一项"))
    return row


CAUSES: dict[str, Callable[[Session, Actor, Typed, Picks], Cause]] = {
    "batch": of_batch,
    "plot": of_plot,
    "supplier": of_supplier,
    "input": of_input,
}


def found(session: Session, actor: Actor, typed: Typed, picks: Picks = ()) -> Cause:
    """The cause as typed: `by` is a key of `CAUSES`, and the other fields belong to that kind of cause. `picks`: row numbers of what
    was ticked in a list of `recall.options`.

    Raises Invalid for any field, and where no batch fits.
    """
    if typed.get("by") not in CAUSES:
        raise Invalid("by", N_("请先选一个起因"))
    cause = CAUSES[typed["by"]](session, actor, typed, picks)
    if not cause.roots:
        raise Invalid("by", N_("没有符合的批次；请换一个条件"))
    return cause
