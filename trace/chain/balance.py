"""The goods of batches as a ledger: what is asked for is looked up and locked, weighed against what is left, and booked
out. Amounts are exact hundredths of the batch's own unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..audit.holds import Use, refuse_stopped
from ..errors import N_, Invalid, Numbered
from ..models import Batch, BatchState, Origin, Producer, Shipment

MOST_PARTS = 50
LARGEST_FACTOR = Decimal(1000)


@dataclass(frozen=True)
class Taken:
    """What goes in, as typed: an ID number, how much of it (loss included), how much of that is lost, and how many
    units of the result one unit makes at the most (得率), in hundredths."""

    batch: str
    taken: str
    loss: str = ""
    factor: str = "1"


@dataclass(frozen=True)
class Part:
    """What goes in, as values, with its batch locked."""

    batch: Batch
    taken: Decimal
    loss: Decimal
    factor: Decimal

    @property
    def most(self) -> Decimal:
        """What may come of it at the most, in units of the result."""
        return (self.taken - self.loss) * self.factor


def locked(session: Session, producer: Producer, numbers: Iterable[str]) -> list[Batch]:
    """The producer's batches of these ID numbers, locked in one order for all, in the order given.

    Raises Invalid for a number that is written twice or is not the producer's, Conflict for a batch held or recalled.
    """
    wanted = [fields.id_number("batch", typed, Numbered.BATCH) for typed in numbers]
    if len(set(wanted)) < len(wanted):
        raise Invalid("batch", N_("同一个批次只能写一行"))
    rows = sa.select(Batch).where(Batch.id_number.in_(wanted), Batch.producer_id == producer.id)
    found = session.scalars(rows.order_by(Batch.id).with_for_update(), execution_options={"populate_existing": True})
    by_number = {batch.id_number: batch for batch in found}
    for number in wanted:
        if number not in by_number:
            raise Invalid("batch", N_("您没有身份证号为 %(number)s 的批次"), number=number)
        refuse_stopped(by_number[number], Use.GOODS)
    return [by_number[number] for number in wanted]


def parts_of(session: Session, producer: Producer, parts: Sequence[Taken], least: int) -> list[Part]:
    """What goes in, as values, with the batches locked. Raises Invalid for fewer than `least` or too many, and as `locked`."""
    if not least <= len(parts) <= MOST_PARTS:
        raise Invalid("batch", N_("请写 %(least)d 到 %(most)d 个批次"), least=least, most=MOST_PARTS)
    batches = locked(session, producer, [part.batch for part in parts])
    return [_part(batch, part) for batch, part in zip(batches, parts, strict=True)]


def _part(batch: Batch, typed: Taken) -> Part:
    with fields.Together() as read:
        taken, loss = read(fields.amount, "taken", typed.taken, batch.unit), read(loss_of, typed.loss, batch.unit)
        factor = read(fields.number, "factor", typed.factor, LARGEST_FACTOR)
    if loss > taken:
        raise Invalid("loss", N_("损耗 %(loss)s 大于用量 %(taken)s"), loss=f"{loss:f}", taken=f"{taken:f}")
    return Part(batch, taken, loss, factor)


def loss_of(typed: str, unit: str) -> Decimal:
    """A loss as typed, in the batch's unit; empty is none."""
    return Decimal(0) if typed.strip() in ("", "0", "0.0", "0.00") else fields.amount("loss", typed, unit)


def balanced(parts: Sequence[Part], typed: str, unit: str) -> Decimal:
    """What comes out, in `unit`, if the parts can make so much. Exact: amounts are hundredths, factors too.

    Raises Invalid("quantity") for more.
    """
    most = sum((part.most for part in parts), Decimal(0))
    out = fields.amount("quantity", typed, unit) if typed.strip() else most.quantize(Decimal("0.01"))
    if out > most or out <= 0:
        raise Invalid(
            "quantity",
            N_("产出 %(out)s 多于原料所能做出的 %(most)s（用量减损耗，乘得率）"),
            out=f"{out:f}",
            most=fields.plain(most),
        )
    return out


def take(batch: Batch, amount: Decimal) -> None:
    """Book goods out of a locked batch. Raises Invalid when less is left."""
    if amount > batch.left:
        raise Invalid(
            "taken",
            N_("批次 %(number)s 只剩 %(left)s %(unit)s，不够 %(amount)s"),
            number=batch.id_number,
            left=fields.plain(batch.left),
            unit=str(batch.unit),
            amount=f"{amount:f}",
        )
    batch.used += amount


@dataclass(frozen=True)
class Balance:
    """Where a batch's goods are, in its own unit: in packs with codes, in other batches, shipped loose, or left."""

    total: Decimal
    coded: Decimal
    used: Decimal
    loose: Decimal
    left: Decimal


def ledger(session: Session, batch: Batch) -> Balance:
    """The four shares of a batch; they add up to the whole, to the hundredth."""
    gone = sa.select(sa.func.sum(Shipment.quantity)).where(Shipment.batch_id == batch.id)
    loose = session.scalar(gone.where(Shipment.first.is_(None), Shipment.cancelled_at.is_(None))) or Decimal(0)
    loose = loose.quantize(Decimal("0.01"))
    return Balance(batch.quantity, batch.reserved * batch.pack_size, batch.used - loose, loose, batch.left)


def usable(session: Session, found: Batch, most: int, same_product: bool) -> list[Batch]:
    """The producer's other batches on sale of which something is left, latest first; of one product and unit if asked."""
    left = Batch.quantity - Batch.used - Batch.reserved * Batch.pack_size
    rows = sa.select(Batch).where(
        Batch.producer_id == found.producer_id, Batch.id != found.id, left > 0, Batch.state == BatchState.ON_SALE
    )
    if same_product:
        rows = rows.where(Batch.product_id == found.product_id, Batch.unit == found.unit)
    rows = rows.order_by(Batch.harvest_date.desc(), Batch.id.desc()).limit(most).options(joinedload(Batch.product))
    return list(session.scalars(rows))


def last_of(session: Session, producer_id: int, origin: Origin) -> Batch | None:
    """The producer's latest batch that came to be in this way, which the next one is likely to resemble."""
    rows = sa.select(Batch).where(Batch.producer_id == producer_id, Batch.origin == origin)
    return session.scalar(rows.order_by(Batch.id.desc()).limit(1))
