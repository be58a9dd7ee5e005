"""Where a recall begins: the batches to which a batch, a plot, a supplier's goods or an input lead. Names are compared by their
normal forms, and what an input was used for is `farm.cycle`'s to say."""

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor
from ..access.visibility import find, visible
from ..farm import cycle
from ..farm.record import standing
from ..models import Batch, EntryKind, FarmEntry, Origin, Plot
from ..names import normal_form

Lot = tuple[str, str]
"""A name and a lot, in normal form; the lot is empty where none was written."""
Found = Mapping[Lot, Collection[int]]
"""The row numbers of batches, by what leads to them."""


def roots_of_batch(session: Session, actor: Actor, number: str) -> list[int]:
    """The batch of an ID number. Raises NotFound for one that the officer may not know of."""
    return [find(session, actor, Batch, number).id]


def roots_of_plot(
    session: Session, actor: Actor, plot: Plot, first: date = date.min, last: date = date.max
) -> list[int]:
    """What was harvested of a plot from the day `first` to the day `last`, both included."""
    rows = visible(actor, Batch).with_only_columns(Batch.id).where(Batch.plot_id == plot.id)
    rows = rows.where(Batch.origin == Origin.HARVEST, Batch.harvest_date.between(first, last), Batch.counts())
    return list(session.scalars(rows))


def roots_of_supplier(session: Session, actor: Actor, supplier: str, lot: str = "") -> list[int]:
    """What was bought of a supplier without a record here, of one lot or of all; in whatever spelling the two were written.

    Raises Invalid for a name of less than two characters.
    """
    name = normal_form(fields.line("supplier", supplier, least=2))
    return _of_lot(bought_by_lot(session, actor, {name}), lot)


def roots_of_input(session: Session, actor: Actor, name: str, lot: str = "") -> list[int]:
    """The harvests to which a use of an input, of one lot or of all, belongs (`farm.cycle`); in whatever spelling input and lot
    were written.

    Raises Invalid for a name of less than two characters.
    """
    wanted = normal_form(fields.line("name", name, least=2))
    return _of_lot(harvests_by_lot(session, actor, {wanted}), lot)


def _of_lot(found: Found, lot: str) -> list[int]:
    return sorted(of_lots(found, lots_like(found, lot)))


def lots_like(found: Found, lot: str) -> list[Lot]:
    """Those that are of a lot, in whatever spelling; all of them without one."""
    wanted = normal_form(lot) if lot.strip() else None
    return [key for key in found if wanted in (None, key[1])]


def bought_by_lot(session: Session, actor: Actor, names: Collection[str]) -> dict[Lot, set[int]]:
    """The batches bought of these suppliers (normal forms), by supplier and lot."""
    rows = visible(actor, Batch).with_only_columns(Batch.id, Batch.supplier_normal, Batch.supplier_lot_normal)
    found: dict[Lot, set[int]] = {}
    for number, name, lot in session.execute(rows.where(Batch.supplier_normal.in_(names))):
        found.setdefault((name or "", lot or ""), set()).add(number)
    return found


def harvests_by_lot(session: Session, actor: Actor, names: Collection[str]) -> dict[Lot, set[int]]:
    """The harvests to which uses of these inputs (normal forms) belong, by input and lot."""
    where = (FarmEntry.kind == EntryKind.INPUT, FarmEntry.input_name_normal.in_(names))
    used = standing().where(*where).with_only_columns(FarmEntry.plot_id)
    rows = visible(actor, Batch).where(Batch.origin == Origin.HARVEST, Batch.plot_id.in_(used), Batch.counts())
    found: dict[Lot, set[int]] = {}
    batches = session.scalars(rows.options(joinedload(Batch.product))).all()
    for number, share in cycle.shares(session, batches).items():
        for use in share.uses:
            if (name := use.input_name_normal or "") in names:
                found.setdefault((name, use.lot_normal or ""), set()).add(number)
    return found


def known_uses(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """The uses of inputs that an officer may start a recall from: of producers, or for batches, of its area."""
    mine = visible(actor, FarmEntry).with_only_columns(FarmEntry.id)
    plots = visible(actor, Batch).with_only_columns(Batch.plot_id)
    return FarmEntry.kind == EntryKind.INPUT, sa.or_(FarmEntry.id.in_(mine), FarmEntry.plot_id.in_(plots))


def of_lots(found: Found, lots: Collection[Lot]) -> set[int]:
    """The batches that any of these lots leads to."""
    return {number for key in lots for number in found.get(key, ())}
