"""The producer's own paper: label stocks by millimetres, and printers with their offset, scale and dpi."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..codes.label.job import Output, Printer
from ..codes.label.stock import Stock, own_stock, stocks
from ..errors import N_, Invalid
from ..models import Action, LabelPrinter, LabelStock
from ..names import normal_form


def stocks_of(session: Session, producer_id: int) -> dict[str, Stock]:
    """Every stock a producer can choose: the common ones, then its own under "own-<number>"."""
    rows = session.scalars(sa.select(LabelStock).where(LabelStock.producer_id == producer_id).order_by(LabelStock.id))
    return dict(stocks()) | {f"own-{row.id}": Stock.from_dict(row.measures) for row in rows}


def add_stock(session: Session, actor: Actor, name: str, measures: Mapping[str, str], roll: bool) -> LabelStock:
    """A stock of the producer's own; `measures` in mm as typed; of a roll only the page's are needed.

    Raises Invalid for what does not fit on the page.
    """
    producer = own_producer(session, actor)
    called = fields.name("name", name, most=30)
    if session.scalar(
        sa.select(LabelStock.id).where(
            LabelStock.producer_id == producer.id, LabelStock.name_normal == normal_form(called)
        )
    ):
        raise Invalid("name", N_("已经有叫“%(name)s”的标签纸"), name=called)
    needed = ("page_width", "page_height") if roll else tuple(measures)
    with fields.Together() as read:
        given: dict[str, Any] = {
            key: read(_millimetres, key, typed) for key, typed in measures.items() if typed.strip() or key in needed
        }
    stock = own_stock(called, roll=roll, **given)
    row = LabelStock(producer_id=producer.id, name=called, measures=stock.as_dict())
    session.add(row)
    log.record(session, actor, Action.STOCK_ADD, row, name=called)
    return row


WHOLE = ("columns", "rows")


def _millimetres(field: str, typed: str) -> float | int:
    if field in WHOLE:
        return fields.count(field, typed, 100)
    return number(field, typed)


def number(field: str, typed: str) -> float:
    """A number that may be negative or a fraction: an offset in mm, a scale. Raises Invalid, naming `field`."""
    text = typed.strip().replace("，", ".").replace("．", ".").replace("−", "-")
    try:
        value = float(text) if len(text) < 12 else float("nan")
    except ValueError:
        value = float("nan")
    if not abs(value) < 10_000:  # also refuses NaN
        raise Invalid(field, N_("“%(typed)s”不是数"), typed=typed.strip()[:24])
    return value


def printers_of(session: Session, producer_id: int) -> Sequence[LabelPrinter]:
    """The producer's printers, oldest first."""
    return session.scalars(
        sa.select(LabelPrinter).where(LabelPrinter.producer_id == producer_id).order_by(LabelPrinter.id)
    ).all()


def add_printer(session: Session, actor: Actor, name: str) -> LabelPrinter:
    """A printer by name, not yet calibrated. Raises Invalid for a name that the producer has used."""
    producer = own_producer(session, actor)
    called = fields.name("name", name, most=30)
    mine = sa.select(LabelPrinter.id).where(LabelPrinter.producer_id == producer.id)
    if session.scalar(mine.where(LabelPrinter.name_normal == normal_form(called))):
        raise Invalid("name", N_("已经有叫“%(name)s”的打印机"), name=called)
    row = LabelPrinter(producer_id=producer.id, name=called, settings={})
    session.add(row)
    log.record(session, actor, Action.PRINTER_ADD, row, name=called)
    return row


def calibrate(session: Session, actor: Actor, row: LabelPrinter, typed: Mapping[str, str]) -> None:
    """Keep what was measured on the calibration page: offsets in mm, scales as ratios, dpi, and its language.

    Raises Invalid for what no printer is.
    """
    with fields.Together() as read:
        x, y = read(number, "offset_x", typed["offset_x"]), read(number, "offset_y", typed["offset_y"])
        wide, high = read(number, "scale_x", typed["scale_x"]), read(number, "scale_y", typed["scale_y"])
        dpi = read(fields.count, "dpi", typed["dpi"], 2400)
    printer = Printer(row.name, x, y, wide, high, dpi, typed.get("language") or Output.PDF.value)
    values = asdict(printer)
    del values["name"]
    row.settings = values
    log.record(session, actor, Action.PRINTER_CALIBRATE, row, **values)


def remove(session: Session, actor: Actor, row: LabelStock | LabelPrinter) -> None:
    """Take away a stock or printer that was typed wrongly or is there no more. The event keeps it; prints have what they were made
    with of their own."""
    session.delete(row)
    if isinstance(row, LabelStock):
        log.record(session, actor, Action.STOCK_REMOVE, row, name=row.name, was=row.measures)
    else:
        log.record(session, actor, Action.PRINTER_REMOVE, row, name=row.name, was=row.settings)


def as_printer(row: LabelPrinter | None) -> Printer:
    """A printer's row as what the drawing knows; without a row, one that shifts and scales nothing."""
    return Printer(name=row.name, **row.settings) if row else Printer()
