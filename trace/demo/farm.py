"""The demonstration of a farm's record, and of the list of inputs that it is checked against.

It is a season of one plot, with an attached farmer, a spray whose interval was kept, and a correction.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..clock import day_of
from ..farm import entries, farmers, input_list, inspections, rulings, sampling
from ..models import Batch, FarmEntry, Plot
from ..policy.policy import Policy
from ..register import batches, plots

SPRAY = {
    "input_kind": "pesticide",
    "input_name": "演示杀虫剂 10% 乳油",
    "registration": "PD00000000",
    "maker": "演示农药厂",
    "lot": "演示-01",
    "source": "演示农资店，票号 0001",
    "target": "梨小食心虫",
    "method": "喷雾",
    "dose": "30 毫升/亩",
    "area_mu": "20",
    "interval_days": "14",
}
MANURE = {
    "input_kind": "fertiliser",
    "input_name": "演示有机肥",
    "source": "演示农资店",
    "method": "沟施",
    "dose": "500 公斤/亩",
}
ENTRIES: tuple[tuple[int, str, dict[str, str]], ...] = (  # days before harvest, kind, what else is written
    (120, "work", {"what": "演示：清园，冬剪后的枝条运出"}),
    (100, "input", MANURE),
    (60, "work", {"what": "演示：疏果、套袋"}),
    (40, "pest", {"what": "演示：梨小食心虫，挂迷向丝"}),
    (30, "input", SPRAY),
    (0, "harvest", {"quantity": "10", "unit": "kg"}),
)


def add(session: Session, policy: Policy, signed_in: Callable[[Session, str], Actor]) -> None:
    """The record of the first grower's batch, written as it would be in the field."""
    grower = signed_in(session, "grower")
    _listed(session, signed_in(session, "officer"))
    plots.add_plot(session, grower, policy, name="演示新园", county="430225", place="演示乡演示村", area_mu="20")
    mine = sa.select(Batch).where(Batch.producer_id == grower.producer_id).order_by(Batch.id).limit(1)
    batch = session.scalars(mine).one()
    farmer = farmers.add_farmer(session, grower, name="演示农户甲", place="演示乡演示村")
    for number, (days, kind, more) in enumerate(ENTRIES):
        last = entries.record_entry(
            session, grower, _form(batch, number, days, kind, more | {"farmer": str(farmer.id)})
        )
        if kind == "pest":
            _corrected(session, grower, batch, last.entry)
    _doubt(session, signed_in)
    _tested(session, signed_in, batch)


def _listed(session: Session, officer: Actor) -> None:
    """A limit that the record keeps, a ban that nobody met, and a line that was taken off again."""
    enter = partial(input_list.enter, session, officer, True)
    label = partial(
        enter, name=SPRAY["input_name"], crop="黄桃", crop_kind="fruit", source="演示：照“演示杀虫剂”标签填写"
    )
    label(registration=SPRAY["registration"], max_uses="2", interval_days="14")
    enter(name="演示禁用成分", crop_kind="fruit", banned=True, source="演示：某公告，文号从略")
    input_list.end(session, officer, label(interval_days="41"), "演示：间隔期填错了，应是 14 天")


def _tested(session: Session, signed_in: Callable[[Session, str], Actor], batch: Batch) -> None:
    """A passed test of what was used, and a draw of those to be inspected."""
    grower, officer = signed_in(session, "grower"), signed_in(session, "officer")
    today = day_of(grower.at)
    report = inspections.InspectionForm(
        "commissioned",
        "演示检测中心",
        "演示-检-01",
        (today - timedelta(days=2)).isoformat(),
        (today - timedelta(days=1)).isoformat(),
        [inspections.Item("演示杀虫剂", "未检出", "0.05 mg/kg")],
        passed=True,
    )
    inspections.enter(session, grower, batch, report)
    sampling.draw(session, officer, "2", "演示 2026-07-20 528")


def _doubt(session: Session, signed_in: Callable[[Session, str], Actor]) -> None:
    """A second batch, after a spray whose interval nobody wrote down: the grower asks the officers."""
    grower = signed_in(session, "grower")
    old = session.scalars(
        sa.select(Batch).where(Batch.producer_id == grower.producer_id).order_by(Batch.id).limit(1)
    ).one()
    plot = sa.select(Plot.id).where(Plot.producer_id == grower.producer_id, Plot.name == "演示新园")
    day = old.harvest_date.isoformat()
    batch = batches.declare_batch(
        session, grower, batches.BatchForm(str(old.product_id), str(session.scalar(plot)), day, "100", "kg", "2.5")
    )
    unknown = SPRAY | {"input_name": "演示杀菌剂（标签已撕）", "registration": "", "interval_days": ""}
    entries.record_entry(session, grower, _form(batch, 50, 20, "input", unknown))
    rulings.ask(session, grower, batch)


def _corrected(session: Session, grower: Actor, batch: Batch, entry: FarmEntry) -> None:
    again = _form(batch, 99, 38, "pest", {"what": "演示：梨小食心虫，挂迷向丝，每亩 30 根"})
    entries.correct(session, grower, entry, again, "演示：日期记错了，补写数量")


def _form(batch: Batch, number: int, days: int, kind: str, more: dict[str, str]) -> entries.EntryForm:
    day = batch.harvest_date - timedelta(days=days)
    return entries.EntryForm(
        f"demo-entry-{number}",
        kind,
        str(batch.plot_id),
        str(batch.harvest_date.year),
        day.isoformat(),
        "黄桃",
        "fruit",
        "演示种植户",
        **more,
    )
