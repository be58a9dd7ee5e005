"""Amounts of a farm entry that look like a slip: a harvest, the area that was treated, and a dose in the wrong unit."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..audit.plausible import LATEST, figure, question, unusual
from ..audit.sure import Question
from ..errors import N_, Message
from ..models import EntryKind, FarmEntry, Plot
from ..names import normal_form
from .record import standing

# What doses are written in, by the kind of measure and in its smallest unit: milligrams and microlitres.
UNITS = {
    **dict.fromkeys(("毫克", "mg"), ("mass", 1)),
    **dict.fromkeys(("千克", "公斤", "kg"), ("mass", 1_000_000)),
    **dict.fromkeys(("克", "g"), ("mass", 1_000)),
    "斤": ("mass", 500_000),
    "两": ("mass", 50_000),
    **dict.fromkeys(("吨", "t"), ("mass", 1_000_000_000)),
    **dict.fromkeys(("毫升", "ml"), ("volume", 1_000)),
    **dict.fromkeys(("升", "l"), ("volume", 1_000_000)),
}
DOSE = re.compile(rf"(\d{{1,12}}(?:\.\d{{1,6}})?)\s*({'|'.join(UNITS)})(?![a-z])(.*)", re.ASCII)


def questions(session: Session, row: FarmEntry, instead_of: int | None = None) -> list[Question | None]:
    """What is to be asked about an entry that is not written yet; `instead_of` is the entry that it corrects."""
    if row.kind is EntryKind.HARVEST:
        return [_harvest(session, row, instead_of)]
    if row.kind is EntryKind.INPUT:
        return [_area(session, row), _dose(session, row, instead_of)]
    return []


def _harvest(session: Session, row: FarmEntry, instead_of: int | None) -> Question | None:
    same = (FarmEntry.crop_normal == normal_form(row.crop), FarmEntry.unit == row.unit)
    earlier = (entry.quantity for entry in _earlier(session, row, instead_of, *same) if entry.quantity is not None)
    return unusual(Message(N_("采收多少")), row.quantity, earlier, str(row.unit))


def _area(session: Session, row: FarmEntry) -> Question | None:
    plot = session.get_one(Plot, row.plot_id)
    if row.area_mu is None or row.area_mu <= plot.area_mu:
        return None
    says = N_("写的面积是 %(stated)s 亩，“%(plot)s”只有 %(area)s 亩。")
    return question(Message(says, {"stated": figure(row.area_mu), "plot": plot.name, "area": figure(plot.area_mu)}))


def _dose(session: Session, row: FarmEntry, instead_of: int | None) -> Question | None:
    """A dose beside the producer's own doses of the same input, in whatever unit these were written."""
    if (stated := measured(row.dose or "")) is None:
        return None
    kind, amount = stated
    earlier = _earlier(session, row, instead_of, FarmEntry.input_name_normal == normal_form(row.input_name or ""))
    known = (measured(entry.dose or "") for entry in earlier)
    return unusual(
        Message(N_("用量")), amount, (each[1] for each in known if each and each[0] == kind), _smallest(kind)
    )


def measured(dose: str) -> tuple[str, Decimal] | None:
    """The kind of measure with what it is for (`mass/亩`), and how much in grams or millilitres; None where no unit is known."""
    text = unicodedata.normalize("NFKC", dose).lower()
    if (found := DOSE.search(text)) is None:
        return None
    kind, factor = UNITS[found[2]]
    return kind + "".join(found[3].split()), Decimal(found[1]) * factor / 1000


def _smallest(kind: str) -> str:
    return "g" if kind.startswith("mass") else "mL"


def _earlier(
    session: Session, row: FarmEntry, instead_of: int | None, *same: sa.ColumnElement[bool]
) -> Iterator[FarmEntry]:
    """The producer's standing entries of the kind, the latest first, without the one that is being corrected."""
    rows = standing().where(FarmEntry.producer_id == row.producer_id, FarmEntry.kind == row.kind, *same)
    if instead_of is not None:
        rows = rows.where(FarmEntry.id != instead_of)
    yield from session.scalars(rows.order_by(FarmEntry.id.desc()).limit(LATEST))
