"""Takes over from a package what another installation can keep: plots, attached farmers, customers and suppliers, products, which
wait for their review like any other, and the farm's record. Every row enters by the use-case by which a person would enter it, with
all its rules.

What is here already, by its name or by its number in the source, is known again, so a package may be taken over twice. Each row
has a line that says what became of it; what cannot move is told with the reason, never dropped in silence.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit.sure import Said, Unsure
from ..errors import N_, Invalid, Message, TraceError
from ..farm import entries, farmers
from ..installation.installation import Installation
from ..models import AttachedFarmer, FarmEntry, Partner, Plot, Producer, Product
from ..names import normal_form
from ..register import archiving, partners, plot_positions, plots, products
from ..register.commodities import ProductGoods
from ..register.product_kinds import ProductKind
from . import package
from .farm_parts import ENTRIES, FARMERS, PARTNERS, PLOTS
from .goods_parts import PRODUCTS
from .package import Json, Package
from .part import Part
from .parts import PARTS

Row = Json
NAMED: Mapping[str, type[Plot | AttachedFarmer | Partner | Product]] = {
    PLOTS.key: Plot,
    FARMERS.key: AttachedFarmer,
    PARTNERS.key: Partner,
    PRODUCTS.key: Product,
}
ASKED = 8  # questions about one row; a record that was kept elsewhere is taken as it was kept
TAKEN = (PLOTS, FARMERS, PARTNERS, PRODUCTS, ENTRIES)  # in the order in which they name each other


class Fate(StrEnum):
    """What becomes of a row."""

    TAKE = "take"
    THERE = "there"
    STAYS = "stays"


FATE_WORDS = {Fate.TAKE: N_("移入"), Fate.THERE: N_("已有"), Fate.STAYS: N_("没有移入")}


@dataclass(frozen=True)
class Line:
    """What becomes of one row of the package: its number there, its name, and why."""

    part: Part
    number: str
    name: str
    fate: Fate
    why: Message | None = None


@dataclass
class Taker:
    """One taking over. `ours` holds the number that a row of the package has here, by part and by its number there."""

    producer_id: int
    installation: Installation
    package: Package
    ours: dict[tuple[str, str], int] = field(default_factory=dict)

    def judge(self, session: Session, part: Part, row: Row) -> Line:
        """What would become of a row, without writing. The use-case may refuse it all the same."""
        if part.stays:
            return _staying(part, row)
        number = self._known(session, part, row)
        return self._line(part, row, Fate.TAKE if number is None else Fate.THERE, number or 0)

    def take(self, session: Session, actor: Actor, part: Part, row: Row) -> Line:
        """Let a row enter, in a savepoint of its own; one that a rule refuses leaves nothing."""
        if part.stays:
            return _staying(part, row)
        if (number := self._known(session, part, row)) is not None:
            return self._line(part, row, Fate.THERE, number)
        try:
            with session.begin_nested():
                made, asked = self._asked(lambda said: _ENTER[part.key](self, session, actor, row, said))
        except TraceError as error:
            return self._line(part, row, Fate.STAYS, why=error.shown)
        return self._line(part, row, Fate.TAKE, made, ODD if asked else PICTURES_STAY if row.get("pictures") else None)

    def _asked(self, act: Callable[[Said], int]) -> tuple[int, bool]:
        """Do it, with a yes to what it asks about odd amounts."""
        said = frozenset[str]()
        for _ in range(ASKED):
            try:
                return act(said), bool(said)
            except Unsure as error:
                said |= {each.key for each in error.questions}
        return act(said), True

    def _line(self, part: Part, row: Row, fate: Fate, number: int = 0, why: Message | None = None) -> Line:
        if number:
            self.ours[part.key, text(row, "id")] = number
        name = text(row, "name") or " ".join(
            filter(None, (text(row, "day"), text(row, "crop"), text(row, "input_name")))
        )
        return Line(part, text(row, "id"), name, fate, why)

    def _known(self, session: Session, part: Part, row: Row) -> int | None:
        if part is ENTRIES:
            keys = FarmEntry.entry_key.in_(self._keys(row))
            return session.scalar(sa.select(FarmEntry.id).where(FarmEntry.producer_id == self.producer_id, keys))
        kind = NAMED[part.key]
        same = kind.producer_id == self.producer_id, kind.name_normal == normal_form(text(row, "name"))
        return session.scalar(sa.select(kind.id).where(*same).limit(1))

    def _keys(self, row: Row) -> tuple[str, ...]:
        """The keys under which an entry may stand here: its own, or that of a line struck out."""
        struck = self.ours.get((ENTRIES.key, text(row, "corrects_id"))) if row.get("withdrawn") else None
        return (f"out-{struck}",) if struck else (self.key_of(row),)

    def key_of(self, row: Row) -> str:
        """The same row of the same source is the same entry, however often it comes."""
        return "moved-" + hashlib.sha256(f"{self.package.source}\0{text(row, 'id')}".encode()).hexdigest()[:32]

    def named(self, part: Part, number: str, missing: str) -> int:
        """The number here of what a row names. Raises Invalid when that has not come along."""
        found = self.ours.get((part.key, number))
        if not found:
            raise Invalid(part.key, missing)
        return found


ODD = Message(N_("数量反常，按原记录移入"))
PICTURES_STAY = Message(N_("照片没有移入，在资料包里"))


def refuse_others(package: Package, producer: Producer, here: str) -> None:
    """A package enters the record of the producer whose it is, on another installation than the one at `here` that made it.

    Raises Invalid("file") for another one's, for our own, in which every entry would stand twice, and for a demonstration.
    """
    if package.source.rstrip("/") == here.rstrip("/"):
        raise Invalid("file", N_("这个资料包就是从本平台导出的，里面的都在这里"))
    same = package.uscc == producer.uscc if producer.uscc else normal_form(package.producer) == producer.name_normal
    if not same:
        raise Invalid("file", N_("这是“%(name)s”的资料包，不是这个主体的"), name=package.producer)
    if package.demonstration and not producer.demonstration:
        raise Invalid("file", N_("这是演示数据，不能移入真实的主体"))


def rows_of(file: IO[bytes]) -> Iterator[tuple[Part, Row]]:
    """Every row of a package: first of what can move, in the order in which it can, then of what stays."""
    for part in (*TAKEN, *(each for each in PARTS if each.stays)):
        for row in package.rows(file, part.key):
            yield part, row


def _staying(part: Part, row: Row) -> Line:
    return Line(part, _number(row), text(row, "name"), Fate.STAYS, Message(part.stays))


def _number(row: Row) -> str:
    return text(row, "id_number") or text(row, "number") or text(row, "id")


def text(row: Row, name: str) -> str:
    """A value as it would be typed. What is no text and no number is nothing."""
    value = row.get(name)
    return str(value)[:2_000] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _plot(taker: Taker, session: Session, actor: Actor, row: Row, said: Said) -> int:
    typed = {name: text(row, name) for name in ("name", "county", "place", "area_mu", "kind")}
    policy = taker.installation.policy
    made = plots.add_plot(session, actor, policy, **typed, said=said)
    if where := text(row, "position"):
        session.flush()
        plot_positions.place(session, actor, policy, made, where, text(row, "position_from"), said)
    return _archived(session, actor, made, row)


def _farmer(taker: Taker, session: Session, actor: Actor, row: Row, said: Said) -> int:
    made = farmers.add_farmer(session, actor, name=text(row, "name"), place=text(row, "place"))
    return _archived(session, actor, made, row)


def _partner(taker: Taker, session: Session, actor: Actor, row: Row, said: Said) -> int:
    typed = {name: text(row, name) for name in ("name", "uscc", "phone", "note")}
    return _archived(session, actor, partners.add(session, actor, partners.PartnerForm(**typed)), row)


def _archived(session: Session, actor: Actor, made: archiving.Archived, row: Row) -> int:
    session.flush()
    if row.get("archived_at"):
        archiving.archive(session, actor, made)
    return made.id


def _product(taker: Taker, session: Session, actor: Actor, row: Row, said: Said) -> int:
    kind = ProductKind(text(row, "regime"), text(row, "shelf_life_days"), text(row, "food_licence"))
    goods = ProductGoods(text(row, "commodity"), text(row, "materials"))
    name, about, brand = (text(row, each) for each in ("name", "description", "brand_key"))
    shops = text(row, "barcode")
    made = products.submit_product(
        session, actor, name=name, description=about, brand=brand, kind=kind, goods=goods, barcode=shops
    )
    session.flush()
    return made.id


SAME = (
    *("kind", "season", "day", "crop", "crop_kind", "operator", "what", "input_kind", "input_name", "registration"),
    *("maker", "lot", "source", "target", "method", "dose", "area_mu", "interval_days", "quantity", "unit"),
)


def _entry(taker: Taker, session: Session, actor: Actor, row: Row, said: Said) -> int:
    plot = taker.named(PLOTS, text(row, "plot_id"), N_("它的地块没有移入"))
    corrects = text(row, "corrects_id")
    old = taker.named(ENTRIES, corrects, N_("它更正的那一条没有移入")) if corrects else None
    whose = text(row, "attached_farmer_id")
    farmer = taker.named(FARMERS, whose, N_("它的挂靠农户没有移入")) if whose else None
    last = text(row, "last_day") if row.get("last_day") != row.get("day") else ""
    typed = {name: text(row, name) for name in SAME} | {
        "plot": str(plot),
        "farmer": str(farmer or ""),
        "last_day": last,
    }
    form = entries.EntryForm(key=taker.key_of(row), said=said, **typed)
    if old is None:
        return _number_of(session, entries.record_entry(session, actor, form))
    standing, why = session.get_one(FarmEntry, old), text(row, "reason")
    if row.get("withdrawn") is True:
        return _number_of(session, entries.withdraw(session, actor, standing, why))
    return _number_of(session, entries.correct(session, actor, standing, form, why))


def _number_of(session: Session, done: entries.Recorded) -> int:
    session.flush()
    return done.entry.id


_ENTER: dict[str, Callable[[Taker, Session, Actor, Row, Said], int]] = {
    PLOTS.key: _plot,
    FARMERS.key: _farmer,
    PARTNERS.key: _partner,
    PRODUCTS.key: _product,
    ENTRIES.key: _entry,
}
