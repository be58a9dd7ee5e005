"""The next batch of what was harvested before, in one act: declared, coded, and its labels planned.

It is for a farmer with two minutes: what is as it was last time is not asked again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor, own_producer
from ..audit.plausible import figure
from ..audit.sure import NOTHING, Question, Said, ask
from ..codes.kinds import CodeKind
from ..codes.label.stock import Stock, suits
from ..errors import N_, Invalid, Message
from ..farm import harvests
from ..installation.installation import Installation
from ..issue.codes import CodeOrder, issue_codes
from ..models import AmountState, AttachedFarmer, Batch, Origin, Plot, PrintRun, PrintState, Product, Review, packed
from ..register import batches
from . import equipment, plans
from .plans import PrintOrder

SHOWN = 8  # kinds of harvest to choose from; for others there is the full form


@dataclass(frozen=True)
class NextForm:
    """What a grower says of today's harvest, as typed. `like`: the ID number of an earlier batch, of which product,
    plot, farmer, unit and pack size are taken; `key`: the form's own, sent twice it does its work once; `promise`: ticked,
    the commitment certificate of all of it is issued as well."""

    like: str
    harvest_date: str
    quantity: str
    stock: str
    key: str
    promise: bool = False
    said: Said = NOTHING
    counted: str | None = (
        None  # how many labels the page has told; "" of a page that could not, None where nobody looks at one
    )


@dataclass(frozen=True)
class Started:
    """What one act made of a harvest: its batch, and the labels; no labels where the county confirms the amount first."""

    batch: Batch
    run: PrintRun | None


def earlier(session: Session, producer_id: int) -> Sequence[Batch]:
    """The kinds of harvest there were: the latest batch of each product, plot, farmer, unit and pack size, newest first."""
    kinds = (Batch.product_id, Batch.plot_id, Batch.attached_farmer_id, Batch.unit, Batch.pack_size)
    newest = _harvests(producer_id).with_only_columns(sa.func.max(Batch.id)).group_by(*kinds)
    rows = sa.select(Batch).where(Batch.id.in_(newest)).order_by(Batch.id.desc()).limit(SHOWN)
    return session.scalars(rows.options(joinedload(Batch.product), joinedload(Batch.plot))).all()


def _harvests(producer_id: int) -> sa.Select[Batch]:
    """The producer's own harvests of products that may be labelled, from plots and by farmers that are not archived."""
    mine = sa.select(Batch).where(Batch.producer_id == producer_id, Batch.origin == Origin.HARVEST, Batch.counts())
    mine = mine.join(Batch.product).join(Batch.plot).outerjoin(Batch.attached_farmer)
    return mine.where(
        Product.state == Review.APPROVED, Plot.archived_at.is_(None), AttachedFarmer.archived_at.is_(None)
    )


def start(session: Session, actor: Actor, installation: Installation, form: NextForm) -> Started:
    """Declare the batch, issue a code for each of its packs, and plan the labels as they were printed last time. A batch whose
    amount waits for the county is declared and no more.

    All or nothing. Raises Invalid for an unknown `like` or stock, and what `harvests.declare`, `issue_codes` and `plan_print`
    raise.
    """
    producer = own_producer(session, actor)
    like = session.scalar(_harvests(producer.id).where(Batch.id_number == form.like))
    if like is None:
        raise Invalid("like", N_("请从列表里选一项"))
    order = _order(session, producer.id, form.stock)
    batch = harvests.declare(session, actor, installation.policy, _as_before(like, form))
    if batch.amount_state is AmountState.WAITING:
        return Started(batch, None)
    ask(form.said, [_packs(batch, form.counted)])
    wanted = CodeOrder(batch.quota, form.key, promise=form.promise)
    codes = issue_codes(session, actor, installation, batch, wanted)
    ordered = replace(order, first=codes.first + 1, count=codes.count)
    return Started(batch, plans.plan_print(session, actor, installation, codes, ordered, form.key))


def _packs(batch: Batch, counted: str | None) -> Question | None:
    """Nobody gets labels without having been told how many: where the page could not tell while the amount was typed, it asks."""
    if counted is None or counted == str(batch.quota):
        return None
    coming = packed(batch.quantity, batch.pack_size)
    said = {"total": figure(batch.quantity), "size": figure(batch.pack_size), "unit": Message(str(batch.unit))}
    says = N_("%(total)s %(unit)s = %(packs)s 枚标签，每件 %(size)s %(unit)s，剩 %(left)s %(unit)s。")
    told = said | {"packs": f"{coming.packs:,}", "left": figure(coming.left)}
    return Question("packs", Message(says, told), Message(N_("对，就打这么多枚")))


def _as_before(like: Batch, form: NextForm) -> batches.BatchForm:
    farmer = str(like.attached_farmer_id) if like.attached_farmer_id else ""
    return batches.BatchForm(
        product=str(like.product_id),
        plot=str(like.plot_id),
        harvest_date=form.harvest_date,
        quantity=form.quantity,
        unit=str(like.unit),
        pack_size=f"{like.pack_size:f}",
        key=form.key,
        farmer=farmer,
        said=form.said,
    )


def papers(session: Session, producer_id: int) -> dict[str, Stock]:
    """The stocks on which full codes can be printed, the one used last first."""
    stocks = {key: row for key, row in equipment.stocks_of(session, producer_id).items() if suits(row, CodeKind.FULL)}
    last = _last_order(session, producer_id)
    used = [key for key, row in stocks.items() if last and row == last.stock]
    return {key: stocks[key] for key in dict.fromkeys((*used, *stocks))}


def usual_order(session: Session, producer_id: int) -> PrintOrder:
    """How the producer prints: as last time, or on the first of its stocks with the usual sizes."""
    return _last_order(session, producer_id) or PrintOrder(next(iter(papers(session, producer_id).values())), 1, 1)


def _order(session: Session, producer_id: int, key: str) -> PrintOrder:
    """What to print on: of the stock used last with its printer and size, of another with the usual ones."""
    stocks: Mapping[str, Stock] = papers(session, producer_id)
    if key not in stocks:
        raise Invalid("stock", N_("请从列表里选一项"))
    last = _last_order(session, producer_id)
    return last if last and last.stock == stocks[key] else PrintOrder(stocks[key], 1, 1)


def _last_order(session: Session, producer_id: int) -> PrintOrder | None:
    """How the producer's latest labels of full codes were printed, on a stock and a printer that are still there."""
    stocks = equipment.stocks_of(session, producer_id).values()
    printers = {"", *(row.name for row in equipment.printers_of(session, producer_id))}
    runs = sa.select(PrintRun).join(PrintRun.batch).where(Batch.producer_id == producer_id)
    latest = runs.where(PrintRun.state.in_((PrintState.READY, PrintState.RELEASED))).order_by(PrintRun.id.desc())
    for run in session.scalars(latest.limit(10)):
        job = plans.job_from_dict(run.job)
        is_there = job.stock in stocks and job.printer.name in printers
        if job.kind is CodeKind.FULL and not job.output.listed and is_there:
            return PrintOrder(job.stock, 1, 1, 1, job.printer, job.symbol_mm, job.output)
    return None
