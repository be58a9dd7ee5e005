"""The entrance of every harvest that becomes a batch, and how plausible the amounts are that are said to have grown.

A harvest is held against what its plot bears in the crop's season (`cycle` says what belongs to it, not the calendar), and against
the producer's own usual harvest. Where neither is known, against the number of packs. Beyond that it is asked about; far beyond, the
batch waits for the county.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit.plausible import LATEST, Measure, Weighed, by_custom, by_packs, figure, question, stated, usual_of
from ..errors import N_, Message
from ..models import Batch, BatchState, Origin, Plot, Product, Unit
from ..policy import commodities
from ..policy.commodities import Commodity
from ..policy.policy import AmountRules, Policy
from ..register import batch_corrections, batches
from . import cycle
from .amounts import DOUBTED
from .cycle import Ground, Harvested

Books = Sequence[type[Batch]]  # the tables in which batches stand: more than one while a file is on trial


def declare(session: Session, actor: Actor, policy: Policy, form: batches.BatchForm, books: Books = (Batch,)) -> Batch:
    """A harvest becomes a batch, as `batches.declare_batch` makes it, and its amount is weighed.

    Raises what `declare_batch` raises, and Unsure for an amount that is beyond what is plausible.
    """
    return batches.declare_batch(session, actor, form, partial(_weighed, session, policy.amounts, books))


def correct(session: Session, actor: Actor, policy: Policy, batch: Batch, form: batches.BatchForm, reason: str) -> None:
    """Mend what was typed of a harvest that has no codes yet, as `batch_corrections.correct_batch` does; its amount is weighed anew."""
    weigh = partial(_weighed, session, policy.amounts, (Batch,))
    batch_corrections.correct_batch(session, actor, batch, form, reason, weigh)


def goods_of(key: str | None, product: str) -> Commodity | None:
    """The commodity of a product, which says what a 亩 bears of it; until an officer has confirmed one, that of its name."""
    return commodities.named(key) or commodities.likely(product)


@dataclass(frozen=True, slots=True)
class _Picked:
    """What was harvested of a plot on a day, in kg."""

    of: Harvested
    goods: Commodity | None
    kg: Decimal


def _weighed(session: Session, rules: AmountRules, books: Books, batch: Batch) -> Weighed:
    product, plot = session.get_one(Product, batch.product_id), session.get_one(Plot, batch.plot_id)
    picked = [
        *_picked(session, books, batch),
        _Picked(
            Harvested(product.id, product.name, batch.harvest_date),
            goods_of(product.commodity, product.name),
            batch.quantity,
        ),
    ]
    measures = [
        _by_plot(session, plot, product, batch, picked) if batch.unit is Unit.KILOGRAM else None,
        by_custom(batch.quantity, str(batch.unit), usual_of(_earlier(session, books, batch))),
    ]
    known = [each for each in measures if each is not None]
    return _judged(
        batch.quantity,
        batch.unit,
        known or [by_packs(batch.quantity, batch.pack_size, str(batch.unit), rules.packs)],
        rules.hold_factor,
    )


def _judged(quantity: Decimal, unit: Unit, measures: Sequence[Measure], hold_factor: Decimal) -> Weighed:
    odd = [each.says for each in measures if each.exceeded()]
    if not odd:
        return Weighed()
    said = stated(quantity, str(unit), odd)
    if not any(each.exceeded(hold_factor) for each in measures):
        return Weighed(question(said))
    waits = N_("%(said)s数量超出太多：登记以后要等县市区农业农村局核实，核实前不能赋码。")
    return Weighed(question(Message(waits, {"said": said})), said)


def _by_plot(session: Session, plot: Plot, product: Product, batch: Batch, picked: Sequence[_Picked]) -> Measure | None:
    goods = goods_of(product.commodity, product.name)
    if goods is None or goods.yield_kg_per_mu is None:
        return None
    ground = Ground(cycle.grounds(session, [plot.id])[plot.id].entries, [each.of for each in picked])
    own = [each for each in picked if each.of.product_id == product.id or each.goods == goods]
    return _of_plot(plot, goods, _season_kg(ground, product, batch.harvest_date, own))


def _of_plot(plot: Plot, goods: Commodity, total: Decimal) -> Measure:
    """The plot's area and what a 亩 bears, beside the whole season's harvest."""
    bears = plot.area_mu * Decimal(goods.yield_kg_per_mu or 0)
    said = {
        "plot": plot.name,
        "area": figure(plot.area_mu),
        "goods": goods.says,
        "yield": figure(Decimal(goods.yield_kg_per_mu or 0)),
        "bears": figure(bears),
        "total": figure(total),
    }
    says = N_(
        "“%(plot)s”%(area)s 亩，%(goods)s一亩一年大约产 %(yield)s kg，共约 %(bears)s kg；这一季连这次一共 %(total)s kg。"
    )
    return Measure(Message(says, said), total, bears)


def _season_kg(ground: Ground, product: Product, day: date, own: Sequence[_Picked]) -> Decimal:
    """The most that any season which this harvest belongs to has brought. A harvest may be declared after later ones."""
    within = day + timedelta(days=366)
    ends = sorted({each.of.day for each in own if day <= each.of.day <= within})
    return max(_between(own, ground.of(product.id, product.name, end).since, day, end) for end in ends)


def _between(own: Sequence[_Picked], since: date | None, day: date, end: date) -> Decimal:
    """What was harvested after the day `since` and up to `end`; nothing where `day` itself does not belong."""
    if since is not None and since >= day:
        return Decimal(0)
    return sum((each.kg for each in own if (since is None or since < each.of.day) and each.of.day <= end), Decimal(0))


def _picked(session: Session, books: Books, batch: Batch) -> Iterator[_Picked]:
    """What was harvested of a batch's plot besides it so far, as far as its amount is believed."""
    for book in books:
        of = (book.product_id, Product.name, book.harvest_date, Product.commodity)
        rows = sa.select(*of, sa.func.sum(book.quantity))
        rows = rows.join(Product, Product.id == book.product_id).where(
            book.plot_id == batch.plot_id, book.unit == Unit.KILOGRAM
        )
        rows = rows.where(*_believed(book, batch)).group_by(*of)
        yield from (_Picked(Harvested(*row[:3]), goods_of(row[3], row[1]), row[4]) for row in session.execute(rows))


def _earlier(session: Session, books: Books, batch: Batch) -> Iterator[Decimal]:
    """The producer's earlier harvests of the product in the same unit, the latest first."""
    for book in books:
        rows = sa.select(book.quantity).where(
            book.producer_id == batch.producer_id, book.product_id == batch.product_id
        )
        rows = rows.where(book.unit == batch.unit, *_believed(book, batch))
        yield from session.scalars(rows.order_by(book.id.desc()).limit(LATEST))


def _believed(book: type[Batch], batch: Batch) -> tuple[sa.ColumnElement[bool], ...]:
    """A harvest whose amount waits for the county, was refused by it, or that was withdrawn, tells nothing of what grows;
    nor does the batch itself as it was before it is corrected."""
    sure = sa.or_(book.amount_state.is_(None), book.amount_state.not_in(DOUBTED))
    return book.origin == Origin.HARVEST, sure, book.state != BatchState.WITHDRAWN, book.id.is_distinct_from(batch.id)
