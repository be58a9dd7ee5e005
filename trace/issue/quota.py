"""The yearly quantity of a certificate caps the codes of its product (a certificate allows so much in a year).

The year is the certificate's own, from its first day or an anniversary to the day before the next. What counts are codes
issued in that year that claim the scheme in their facts: packs × pack size, void ones included, whoever sells them; none of a
batch that was withdrawn. Of what was put together or received it is the share that was grown or made as the product. Tonnes and
kilograms are converted; units that cannot be (a paper in tonnes, a batch in pieces) cannot be compared, and the issue is refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..certification.lists import anniversary
from ..certification.schemes import FACT_OF
from ..clock import start_of
from ..codes.payload import Fact
from ..errors import N_, Conflict, Invalid
from ..fields import plain
from ..models import Batch, BatchLink, Certification, CertificationLine, CodeRange, Scheme, Unit
from ..provenance.claims import Claims
from ..provenance.goods import MADE, shares, way_among

TONNE_KG = 1000


@dataclass(frozen=True)
class Allowance:
    """What a certificate allows of a product in its year, in the paper's unit, and what codes have used of it."""

    certification: Certification
    first: date
    last: date
    allowed: Decimal
    used: Decimal
    unit: str

    @property
    def left(self) -> Decimal:
        """What codes may still claim in the year."""
        return max(Decimal(0), self.allowed - self.used)


def year_of(row: Certification, day: date) -> tuple[date, date]:
    """First and last day of the certificate's year that holds `day` (within its validity)."""
    years = day.year - row.valid_from.year
    if anniversary(row.valid_from, years) > day:
        years -= 1
    last = anniversary(row.valid_from, years + 1) - timedelta(days=1)
    return anniversary(row.valid_from, years), min(last, row.valid_to or last)


def of_line(session: Session, line: CertificationLine, fact: Fact, day: date) -> Allowance | None:
    """How much of a line's quantity codes have used in the year of `day`; None where the paper states no quantity or the
    line names no product of this record."""
    if line.yearly_quantity is None or line.unit is None or line.product_id is None:
        return None
    first, last = year_of(line.certification, day)
    coded = _coded(fact, first, last)
    issued = (*_made(session, line.product_id, coded), *_moved(session, line.product_id, coded))
    factors = ((amount, _factor(unit, line.unit)) for unit, amount in issued)
    used = sum((amount * factor for amount, factor in factors if factor is not None), Decimal(0))
    return Allowance(line.certification, first, last, line.yearly_quantity, used, line.unit)


_AMOUNT = sa.func.sum(CodeRange.count * sa.type_coerce(Batch.pack_size, sa.BigInteger))  # hundredths


def _coded(fact: Fact, first: date, last: date) -> list[sa.ColumnElement[bool]]:
    """Codes of batches that count, issued with a fact from `first` to `last`."""
    since, until = start_of(first), start_of(last + timedelta(days=1))
    claims = CodeRange.facts.bitwise_and(int(fact)) != 0
    return [CodeRange.issued_at >= since, CodeRange.issued_at < until, claims, Batch.counts()]


def _made(session: Session, product_id: int, coded: list[sa.ColumnElement[bool]]) -> list[tuple[str, Decimal]]:
    """What was coded of goods that were grown or made as a product, by the unit of its batches."""
    rows = sa.select(Batch.unit, _AMOUNT).join(CodeRange, CodeRange.batch_id == Batch.id).group_by(Batch.unit)
    made = rows.where(Batch.product_id == product_id, Batch.origin.in_(MADE), *coded)
    return [(unit.value, Decimal(int(amount)) / 100) for unit, amount in session.execute(made)]


def _moved(session: Session, product_id: int, coded: list[sa.ColumnElement[bool]]) -> list[tuple[str, Decimal]]:
    """What was coded of batches that such goods went into without becoming anything else: their share of it."""
    start = sa.select(BatchLink.from_id).join(Batch, Batch.id == BatchLink.from_id)
    reached = start.where(Batch.product_id == product_id, Batch.origin.in_(MADE)).cte("reached", recursive=True)
    step = sa.select(BatchLink.to_id).join(reached, reached.c.from_id == BatchLink.from_id)
    reached = reached.union(step.join(Batch, Batch.id == BatchLink.to_id).where(Batch.origin.not_in(MADE)))
    rows = sa.select(Batch.id, Batch.unit, _AMOUNT).join(CodeRange, CodeRange.batch_id == Batch.id)
    rows = rows.join(reached, reached.c.from_id == Batch.id).where(Batch.origin.not_in(MADE), *coded)
    found = session.execute(rows.group_by(Batch.id, Batch.unit)).all()
    if not found:
        return []
    of = shares(way_among(session, [row.id for row in found]))
    return [
        (unit.value, Decimal(int(sum_)) / 100 * of[number].get(product_id, Decimal(0))) for number, unit, sum_ in found
    ]


def _factor(unit: str, wanted: str) -> Decimal | None:
    """How many of `wanted` one `unit` is; None where they measure different things."""
    if unit == wanted:
        return Decimal(1)
    if (unit, wanted) == (Unit.KILOGRAM.value, "t"):
        return Decimal(1) / TONNE_KG
    return None


def lock(session: Session, said: Claims) -> None:
    """Let batches of the same products wait for each other before they count what the certificates have left."""
    session.scalars(_lines_of(said.shares).with_for_update()).all()


def refusal(session: Session, batch: Batch, count: int, day: date, said: Claims) -> Invalid | Conflict | None:
    """What to answer where `count` more codes of a batch would claim more than the certificates of its goods allow in the year
    of `day` (Shanghai); None where they allow it. `said`: what the batch may claim on that day.

    Certificates of one scheme of one product help each other out (the old and its renewal). One without a quantity caps nothing.
    The answer is Invalid("count") with what is left, or Conflict where the units cannot be compared.
    """
    schemes = {row.id: row.scheme for row in said.certificates if FACT_OF[row.scheme]}
    rows = _lines_of(said.shares).where(CertificationLine.certification_id.in_(schemes))
    lines: dict[tuple[Scheme, int], list[CertificationLine]] = {}
    for line in session.scalars(rows):
        lines.setdefault((schemes[line.certification_id], line.product_id or 0), []).append(line)
    refusals = (_beyond(session, batch, count, day, mine, said.shares[product]) for (_, product), mine in lines.items())
    return next((each for each in refusals if each), None)


def _lines_of(products: Iterable[int]) -> sa.Select[CertificationLine]:
    row = CertificationLine
    return sa.select(row).where(row.product_id.in_([*products])).order_by(row.id)


def _beyond(
    session: Session, batch: Batch, count: int, day: date, lines: Sequence[CertificationLine], share: Decimal
) -> Invalid | Conflict | None:
    """As `refusal`, for the lines of one scheme and one product, of which the batch has a share."""
    if any(line.yearly_quantity is None for line in lines):
        return None
    allowances = [found for line in lines if (found := of_line(session, line, FACT_OF[line.certification.scheme], day))]
    for allowance in allowances:
        if _factor(batch.unit.value, allowance.unit) is None:
            return _incomparable(batch, allowance)
    rooms = [(_packs(batch, allowance, share), allowance) for allowance in allowances]
    most = max(rooms, key=lambda room: room[0], default=None)
    return _too_many(*most) if most and most[0] < count else None


def _packs(batch: Batch, allowance: Allowance, share: Decimal) -> int:
    """How many more packs of the batch the certificate allows."""
    factor = _factor(batch.unit.value, allowance.unit)
    assert factor is not None
    return int(allowance.left // (batch.pack_size * factor * share))


def _incomparable(batch: Batch, allowance: Allowance) -> Conflict:
    return Conflict(
        N_(
            "证书 %(number)s 的年度数量以 %(paper)s 计，这个批次以 %(batch)s 计，无法核对；"
            "请用能换算的单位登记批次（吨和千克可以换算）"
        ),
        number=allowance.certification.number,
        paper=allowance.unit,
        batch=batch.unit.value,
    )


def _too_many(packs: int, allowance: Allowance) -> Invalid:
    return Invalid(
        "count",
        N_(
            "证书 %(number)s 在 %(first)s至 %(last)s核定 %(allowed)s %(unit)s，已赋码 %(used)s %(unit)s，最多还能赋 %(packs)s 件"
        ),
        number=allowance.certification.number,
        first=allowance.first,
        last=allowance.last,
        unit=allowance.unit,
        allowed=plain(allowance.allowed),
        used=plain(allowance.used),
        packs=f"{packs:,}",
    )
