"""Batches, their codes and labels, and their way through splits, mergers, works and shipments."""

from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW
from world.acts.doing import Act, Doing
from yipin.access.actor import Actor
from yipin.audit import holds, log
from yipin.chain import acts, shipping
from yipin.codes.kinds import CodeKind
from yipin.codes.label.stock import stocks
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import (
    Action,
    Batch,
    BatchState,
    CodeRange,
    PrintRun,
    PrintState,
    Product,
    Shipment,
    StoppedBy,
    change_many,
)
from yipin.printing import plans, runs
from yipin.recall import acts as recalls
from yipin.register import batches


def _declare(do: Doing) -> None:
    who = do.grower
    product, plot = do.any(Product, Product.producer_id == who.producer_id), _plot(do, who)
    form = batches.BatchForm(str(product.id), str(plot), do.word("2026-07-10", "2026-07-18"), "100", "kg", "1")
    farmer = do.session.scalar(sa.text(f"SELECT min(id) FROM attached_farmers WHERE producer_id = {who.producer_id}"))
    batches.declare_batch(do.session, who, replace(form, farmer=str(farmer) if farmer and do.number() % 2 else ""))


def _plot(do: Doing, who: Actor) -> int:
    found = do.session.scalar(
        sa.text(f"SELECT min(id) FROM plots WHERE kind <> 'works' AND producer_id = {who.producer_id}")
    )
    return int(found or 0)


def _works(do: Doing, who: Actor) -> str:
    found = do.session.scalar(
        sa.text(f"SELECT min(id) FROM plots WHERE kind = 'works' AND producer_id = {who.producer_id}")
    )
    return str(found or 0)


def _issue(do: Doing) -> None:
    row = do.any(Batch)
    order = CodeOrder(
        do.random.randint(1, 4), f"f{do.number()}", do.random.choice([CodeKind.FULL, CodeKind.TINY]), True
    )
    issue_codes(do.session, do.owner(row.producer_id), do.world.installation, row, order)


def _release_labels(do: Doing) -> None:
    run = do.any(PrintRun, PrintRun.state == PrintState.READY)
    runs.release_run(do.session, do.owner(run.batch.producer_id), run)


def _plan(do: Doing) -> None:
    codes = do.any(CodeRange, CodeRange.kind == CodeKind.FULL)
    order = plans.PrintOrder(stock=stocks()["a4-24"], first=codes.first + 1, count=codes.count)
    who = do.owner(codes.batch.producer_id)
    run = plans.plan_print(do.session, who, do.world.installation, codes, order, f"p{do.number()}")
    run.state = PrintState.READY  # as the press leaves it, which would take a second here
    log.record(do.session, who, Action.PRINT_READY, run)


def _of_run(act: Callable[[Session, Actor, PrintRun, str], object]) -> Act:
    def work(do: Doing) -> None:
        run = do.any(PrintRun)
        act(do.session, do.owner(run.batch.producer_id), run, "贴错了标签")

    return work


def _void_units(do: Doing) -> None:
    run = do.any(PrintRun)
    numbers = str(run.first + 1 + do.random.randrange(run.count))
    runs.void_units(do.session, do.owner(run.batch.producer_id), run.batch, numbers, "撕坏了")


def _move(act: Callable[[Session, Actor, Batch, str], None]) -> Act:
    def work(do: Doing) -> None:
        act(do.session, do.chen, do.any(Batch), f"抽检{do.number()}")

    return work


def _recall_many(do: Doing) -> None:
    kind = do.random.choice(list(recalls.RecallKind))
    recalls.act(do.session, do.chen, kind, [do.any(Batch).id], cause="batch", reason="农残超标")


def _change_many(do: Doing) -> None:
    """One statement over several rows, as a recall of thousands makes it."""
    rows = {do.any(Batch, Batch.state != BatchState.RECALLED).id for _ in range(3)}
    held = do.random.choice([True, False])
    values = {
        "state": BatchState.ON_HOLD if held else BatchState.ON_SALE,
        "stopped_by": StoppedBy.OFFICER if held else None,
        "state_since": NOW,
        "state_reason": f"一次{do.number()}",
    }
    change_many(do.session, Batch, sorted(rows), values, log.event(do.chen, Action.BATCH_HOLD, "一次"))


def _split(do: Doing) -> None:
    row = do.any(Batch)
    acts.split(do.session, do.owner(row.producer_id), row.id_number, [("10", "1"), ("5", "1")], key=f"s{do.number()}")


def _merge(do: Doing) -> None:
    who = do.grower
    rows = {do.any(Batch, Batch.producer_id == who.producer_id).id_number for _ in range(2)}
    acts.merge(do.session, who, [acts.Taken(number, "3") for number in sorted(rows)], pack_size="1")


def _process(do: Doing) -> None:
    who = do.grower
    source = do.any(Batch, Batch.producer_id == who.producer_id)
    product = do.any(Product, Product.producer_id == who.producer_id)
    made = acts.Made(str(product.id), _works(do, who), "2026-07-19", "2", "kg", "0.5")
    acts.process(do.session, who, [acts.Taken(source.id_number, "4")], made)


def _purchase(do: Doing) -> None:
    who = do.grower
    product = do.any(Product, Product.producer_id == who.producer_id)
    made = acts.Made(str(product.id), _works(do, who), "2026-07-19", "9", "kg", "1")
    acts.purchase(do.session, who, made, acts.Seller("外地农户", "L1"))


def _ship(do: Doing) -> None:
    row = do.any(Batch)
    form = shipping.ShippingForm("演示超市", do.word("天元区", "芦淞区"), "2026-07-20", key=f"k{do.number()}")
    if do.number() % 2:
        form = replace(form, first="1", last="1")
    else:
        form = replace(form, quantity="2", uscc=do.word("", "93430225000000002C", "934302250000000019"))
    shipping.ship(do.session, do.owner(row.producer_id), row, form)


def _cancel_shipment(do: Doing) -> None:
    row = do.any(Shipment)
    shipping.cancel(do.session, do.owner(row.batch.producer_id), row, "发错了")


def _receive(do: Doing) -> None:
    row = do.any(Shipment, Shipment.to_producer_id.is_not(None))
    who = do.owner(row.to_producer_id)
    product = do.any(Product, Product.producer_id == who.producer_id)
    acts.receive(do.session, who, row, product=str(product.id), pack_size="1")


ACTS: tuple[Act, ...] = (
    *(_declare, _issue, _plan, _release_labels) * 4,
    *(_void_units, _split, _merge, _process, _purchase),
    *(_of_run(runs.void_run), _of_run(runs.cancel_run), _of_run(runs.record_reprint)),
    *(_move(holds.hold), _move(holds.release), _move(holds.release), _recall_many, _change_many),
    *(_ship, _cancel_shipment, _receive),
)
