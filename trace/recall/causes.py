"""What a recall starts from (起因): a batch, a plot and its days, a supplier's goods, an input. Each cause leads to batches, and
everything else follows from them. A further kind of cause is a line in `CAUSES`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor
from ..access.visibility import find, visible
from ..codes.idnumber import spaced
from ..errors import N_, Invalid, Message, NotFound
from ..farm.record import standing
from ..models import Batch, EntryKind, FarmEntry, Origin, Plot, Producer
from ..names import normal_form

MOST_PLOTS = 20
Typed = Mapping[str, str]


@dataclass(frozen=True)
class Cause:
    """The row numbers of the batches that a recall starts from, and the words for them."""

    roots: Sequence[int]
    words: Message
    short: str = ""  # for a narrow box of a picture; empty: the beginning of the words


def of_batch(session: Session, actor: Actor, typed: Typed) -> Cause:
    """One batch. Raises Invalid for a number that is wrong, or that the officer may not know of."""
    number = fields.id_number("number", typed.get("number", ""))
    try:
        roots = roots_of_batch(session, actor, number)
    except NotFound:
        raise Invalid("number", N_("没有这个批次，或者不在您的辖区")) from None
    return Cause(roots, Message(N_("批次 %(number)s"), {"number": spaced(number)}), f"…{number[-4:]}")


def of_plot(session: Session, actor: Actor, typed: Typed) -> Cause:
    """What was harvested of a plot from one day to another. Raises Invalid for the days, or without a plot of the list."""
    first, last = fields.span(typed.get("first", ""), typed.get("last", ""))
    try:
        plot: Plot = find(session, actor, Plot, typed.get("plot", ""))
    except NotFound:
        raise Invalid("plot", N_("请先找到地块，再从列表里选一块")) from None
    words = {"producer": plot.producer.name, "plot": plot.name, "first": first, "last": last}
    return Cause(
        roots_of_plot(session, actor, plot, first, last),
        Message(N_("%(producer)s “%(plot)s” %(first)s至%(last)s采收"), words),
    )


def of_supplier(session: Session, actor: Actor, typed: Typed) -> Cause:
    """What was bought of a supplier without a record here, of one lot or of all. Raises Invalid for either name."""
    supplier, lot = typed.get("supplier", ""), fields.line("lot", typed.get("lot", ""), least=0)
    roots = roots_of_supplier(session, actor, supplier, lot)
    words = {"supplier": fields.name("supplier", supplier), "lot": lot}
    return Cause(roots, Message(N_("供货人 %(supplier)s，批号 %(lot)s") if lot else N_("供货人 %(supplier)s"), words))


def of_input(session: Session, actor: Actor, typed: Typed) -> Cause:
    """What was harvested where a pesticide or fertiliser, of one lot or of all, had been used in the season.

    Raises Invalid for either name.
    """
    name, lot = fields.name("input", typed.get("input", ""), least=2), fields.line("lot", typed.get("lot", ""), least=0)
    words = N_("用过投入品 %(input)s，批号 %(lot)s") if lot else N_("用过投入品 %(input)s")
    return Cause(roots_of_input(session, actor, name, lot), Message(words, {"input": name, "lot": lot}))


CAUSES: dict[str, Callable[[Session, Actor, Typed], Cause]] = {
    "batch": of_batch,
    "plot": of_plot,
    "supplier": of_supplier,
    "input": of_input,
}


def found(session: Session, actor: Actor, typed: Typed) -> Cause:
    """The cause as typed: `by` is a key of `CAUSES`, and the other fields belong to that kind of cause.

    Raises Invalid for any field, and where no batch fits.
    """
    if typed.get("by") not in CAUSES:
        raise Invalid("by", N_("请先选一个起因"))
    cause = CAUSES[typed["by"]](session, actor, typed)
    if not cause.roots:
        raise Invalid("by", N_("没有符合的批次；请换一个条件"))
    return cause


def plots_like(session: Session, actor: Actor, typed: str) -> Sequence[Plot]:
    """Plots that have these words in their own name or in the name of their producer; at most twenty."""
    words = typed.strip()[:40]
    if not words:
        return []
    rows = visible(actor, Plot).where(
        sa.or_(
            *(each.contains(normal_form(words), autoescape=True) for each in (Plot.name_normal, Producer.name_normal))
        )
    )
    return session.scalars(
        rows.options(joinedload(Plot.producer)).order_by(Producer.name, Plot.id).limit(MOST_PLOTS)
    ).all()


def roots_of_batch(session: Session, actor: Actor, number: str) -> list[int]:
    """The batch of an ID number. Raises NotFound for one that the officer may not know of."""
    return [find(session, actor, Batch, number).id]


def roots_of_plot(session: Session, actor: Actor, plot: Plot, first: date, last: date) -> list[int]:
    """What was harvested of a plot from the day `first` to the day `last`, both included."""
    rows = visible(actor, Batch).with_only_columns(Batch.id).where(Batch.plot_id == plot.id)
    rows = rows.where(Batch.origin == Origin.HARVEST, Batch.harvest_date.between(first, last))
    return list(session.scalars(rows))


def roots_of_supplier(session: Session, actor: Actor, supplier: str, lot: str = "") -> list[int]:
    """What was bought of a supplier without a record here, of one lot or of all; in whatever spelling the two were written.

    Raises Invalid for a name of less than two characters.
    """
    rows = visible(actor, Batch).with_only_columns(Batch.id)
    rows = rows.where(Batch.supplier_normal == normal_form(fields.name("supplier", supplier, least=2)))
    return list(session.scalars(rows.where(Batch.supplier_lot_normal == normal_form(lot)) if lot.strip() else rows))


def roots_of_input(session: Session, actor: Actor, name: str, lot: str = "") -> list[int]:
    """What was harvested of the plots on which an input, of one lot or of all, was used in the season, on that day or later;
    in whatever spelling input and lot were written.

    Raises Invalid for a name of less than two characters.
    """
    wanted = normal_form(fields.name("name", name, least=2))
    uses = standing().where(FarmEntry.kind == EntryKind.INPUT, FarmEntry.input_name_normal == wanted)
    if lot.strip():
        uses = uses.where(FarmEntry.lot_normal == normal_form(lot))
    rows = visible(actor, Batch).with_only_columns(Batch.id, Batch.plot_id, Batch.harvest_date).order_by(Batch.id)
    found = session.execute(
        rows.where(Batch.origin == Origin.HARVEST, Batch.plot_id.in_(uses.with_only_columns(FarmEntry.plot_id)))
    )
    used = session.execute(uses.with_only_columns(FarmEntry.plot_id, FarmEntry.season, FarmEntry.day)).all()
    return [
        number
        for number, plot, day in found
        if any(plot == where and day >= since and day.year == season for where, season, since in used)
    ]
