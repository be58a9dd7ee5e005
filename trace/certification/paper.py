"""What stands on a certificate's paper, as it was typed, turned into the record's own kinds. The rules of its fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit.plausible import LATEST, unusual
from ..audit.sure import NOTHING, Question, Said
from ..clock import day_of
from ..codes import certnumbers
from ..db import lock
from ..errors import N_, Invalid, Message
from ..models import Brand, Certification, CertificationLine, Claim, Producer, Product, Scheme, Unit
from ..names import normal_form
from .schemes import BRAND_SCHEMES

TONNE = "t"
QUANTITY_UNITS = (TONNE, *(unit.value for unit in Unit))  # what the papers state a year's quantity in


@dataclass(frozen=True)
class Line:
    """One product on the paper. `product` is the number of a product in this record, if it has one; `quantity` and
    `unit` are what the certificate allows in a year, if it states it."""

    product: str = ""
    name: str = ""
    quantity: str = ""
    unit: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(part.strip() for part in (self.product, self.name, self.quantity))


@dataclass(frozen=True)
class DeclaredCertificate:
    """A certificate as typed. Empty `valid_to`: a term without end; empty `granted_on`: the first day of validity;
    empty `holder`: the producer's own name."""

    scheme: str
    number: str
    valid_from: str
    valid_to: str = ""
    granted_on: str = ""
    holder: str = ""
    issuer: str = ""
    mark_code: str = ""
    lines: tuple[Line, ...] = ()
    said: Said = NOTHING  # the questions that were answered with yes


def write(
    session: Session,
    actor: Actor,
    row: Certification,
    paper: DeclaredCertificate,
    producer: Producer | None,
    brand: Brand | None,
) -> None:
    """Put the paper's words into a row. Raises Invalid for the first that is wrong; the row is then unusable."""
    scheme = fields.choice("scheme", Scheme, paper.scheme)
    with fields.Together() as read:
        number = read(_number, scheme, paper)
        code = read(_mark_code, scheme, paper)
        days = read(_days, paper, day_of(actor.at))
        holder = read(fields.name, "holder", paper.holder or (producer.name if producer else ""), least=2)
        issuer = read(fields.line, "issuer", paper.issuer, least=0) or None
    granted, start, end = days
    if producer is None and (brand is None or scheme not in BRAND_SCHEMES):
        raise Invalid("holder", N_("请选持证主体；只有地理标志类证书可以登记在品牌名下"))
    row.holder, row.issuer = holder, issuer
    row.scheme, row.number, row.mark_code = scheme, number, code
    row.granted_on, row.valid_from, row.valid_to = granted, start, end
    row.producer, row.brand = producer, brand
    row.county = _county(producer, brand, actor)
    _refuse_twice(session, row)
    row.lines = _lines(session, paper.lines, row)


def _number(scheme: Scheme, paper: DeclaredCertificate) -> str:
    return certnumbers.number(scheme, fields.line("number", paper.number, least=0, most=60))


def _mark_code(scheme: Scheme, paper: DeclaredCertificate) -> str | None:
    return certnumbers.mark_code(scheme, fields.line("mark_code", paper.mark_code, least=0, most=40))


def _days(paper: DeclaredCertificate, today: date) -> tuple[date, date, date | None]:
    start = fields.day("valid_from", paper.valid_from)
    end = fields.day("valid_to", paper.valid_to) if paper.valid_to.strip() else None
    if end and end < start:
        raise Invalid("valid_to", N_("截止日 %(end)s早于起始日 %(start)s"), end=end, start=start)
    granted = fields.day("granted_on", paper.granted_on) if paper.granted_on.strip() else start
    if paper.granted_on.strip() and granted > today:
        raise Invalid("granted_on", N_("发证日期 %(day)s还没到；最晚填今天 %(today)s"), day=granted, today=today)
    if end and granted > end:
        raise Invalid("granted_on", N_("发证日期 %(day)s晚于截止日 %(end)s"), day=granted, end=end)
    return granted, start, end


def _county(producer: Producer | None, brand: Brand | None, actor: Actor) -> str:
    county = (producer.county if producer else None) or (brand.county if brand else None) or actor.county
    if county is None:
        raise Invalid("brand", N_("这个品牌没有所在县市区，证书请由县级监管人员登记"))
    return county


def _refuse_twice(session: Session, row: Certification) -> None:
    """The same number of the same holder, for days that overlap, is the same certificate. A renewal that keeps its
    number begins after the one before. Looked for under the holder's lock, so that two at once do not both pass."""
    other = Certification
    whose = other.producer_id == row.producer.id if row.producer else other.brand == row.brand
    with session.no_autoflush:
        holder = row.producer or row.brand
        assert holder is not None  # a certificate has a holder
        lock(session, holder)
        same = sa.select(other.id).where(whose, says_the_same(other, row))
        if session.scalar(same.where(other.id != row.id) if row.id else same):
            raise entered_already()


def says_the_same(other: type[Certification], row: Certification | type[Certification]) -> sa.ColumnElement[bool]:
    """Whether a live row of the record is of the same number and scheme as `row`, for days that overlap.

    `row` is one certificate, or stands for all rows of a query. Whose they are is asked beside this.
    """
    last = date.max if row.valid_to is None else sa.func.coalesce(row.valid_to, date.max)
    return sa.and_(
        other.scheme == row.scheme,
        other.number == row.number,
        other.state != Claim.RETURNED,
        other.ended_on.is_(None),
        other.valid_from <= last,
        sa.or_(other.valid_to.is_(None), other.valid_to >= row.valid_from),
    )


def entered_already() -> Invalid:
    """The refusal of a certificate that stands in the record."""
    return Invalid("number", N_("这张证书已经登记过"))


def _lines(session: Session, typed: tuple[Line, ...], row: Certification) -> list[CertificationLine]:
    lines = [_line(session, number, line, row) for number, line in enumerate(typed) if not line.is_empty]
    if not lines:
        raise Invalid("name-0", N_("请至少填一个证书上的产品"))
    for number, line in enumerate(lines):
        if normal_form(line.product_name) in {normal_form(other.product_name) for other in lines[:number]}:
            raise Invalid(f"name-{number}", N_("“%(name)s”填了两次"), name=line.product_name)
    return _kept(row, lines)


def _kept(row: Certification, lines: list[CertificationLine]) -> list[CertificationLine]:
    """The lines as they are to be, in the rows that are there already for the same words."""
    there = {line.product_name: line for line in row.lines}
    for line in lines:
        if old := there.get(line.product_name):
            old.product, old.yearly_quantity, old.unit = line.product, line.yearly_quantity, line.unit
    return [there.get(line.product_name, line) for line in lines]


def _line(session: Session, number: int, typed: Line, row: Certification) -> CertificationLine:
    product = _product(session, number, typed.product, row)
    name = fields.name(f"name-{number}", typed.name or (product.name if product else ""))
    if not typed.quantity.strip():
        return CertificationLine(product=product, product_name=name)
    if typed.unit not in QUANTITY_UNITS:
        raise Invalid(f"unit-{number}", N_("请从列表里选一项"))
    most = fields.LARGEST_AMOUNT / 1000 if typed.unit == TONNE else fields.LARGEST_AMOUNT
    amount = fields.amount(f"quantity-{number}", typed.quantity, typed.unit, most)
    return CertificationLine(product=product, product_name=name, yearly_quantity=amount, unit=typed.unit)


def questions(session: Session, row: Certification) -> Iterator[Question | None]:
    """What is to be asked about the quantities of a year that a paper states: each beside those of the holder's other papers."""
    whose = Certification.producer_id == row.producer.id if row.producer else Certification.brand == row.brand
    rows = sa.select(CertificationLine.yearly_quantity, CertificationLine.unit).join(
        Certification, Certification.id == CertificationLine.certification_id
    )
    rows = rows.where(whose, CertificationLine.yearly_quantity.is_not(None), Certification.id != (row.id or 0))
    with session.no_autoflush:
        found = session.execute(rows.order_by(CertificationLine.id.desc()).limit(LATEST)).all()
    known = [(amount, unit) for amount, unit in found if amount is not None]
    for line in row.lines:
        if line.yearly_quantity is not None:
            earlier = [_in(line.unit, amount, unit) for amount, unit in known if _comparable(line.unit, unit)]
            yield unusual(Message(N_("年产量")), line.yearly_quantity, earlier, line.unit or "")


def _comparable(one: str | None, other: str | None) -> bool:
    return one == other or {one, other} == {TONNE, Unit.KILOGRAM.value}


def _in(unit: str | None, amount: Decimal, of: str | None) -> Decimal:
    """An amount in another unit of the same goods: kg and t."""
    return amount if unit == of else amount * 1000 if of == TONNE else amount / 1000


def _product(session: Session, number: int, typed: str, row: Certification) -> Product | None:
    if not typed.strip():
        return None
    key = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    product = session.get(Product, key)
    if product is None or row.producer is None or product.producer_id != row.producer.id:
        raise Invalid(f"product-{number}", N_("请从列表里选一项"))
    return product
