"""Step 3: print runs are planned, released, cancelled, printed again."""

from typing import Any

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa

from world import NOW, Sold, World, reviewed
from world.scans import verdict
from yipin.audit import holds, log
from yipin.codes.label.job import Printer
from yipin.codes.label.stock import Stock, own_stock, stocks
from yipin.commitment import certificates
from yipin.errors import Conflict, Invalid
from yipin.models import Action, Batch, CodeRange, Event, PrintRun, PrintState, Product
from yipin.printing import equipment, plans, press, runs
from yipin.register import products
from yipin.register.commodities import ProductGoods
from yipin.scan.verdicts import Verdict

POSTGRESQL_IN_SOAK = True  # what it plans, tests/issue/test_crash.py and tests/jobs print on both


def plan(
    world: World, codes: CodeRange, key: str = "print-1", stock: str | Stock = "a4-24", **order: object
) -> PrintRun:
    """Plan a run of a range without making it."""
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        parts = {
            "stock": stocks()[stock] if isinstance(stock, str) else stock,
            "first": row.first + 1,
            "count": row.count,
        } | order
        wanted = plans.PrintOrder(**parts)  # type: ignore[arg-type]
        return plans.plan_print(session, world.ama, world.installation, row, wanted, key)


def act(world: World, do: object, run: PrintRun, *reason: str) -> None:
    """One of printing's acts on a run, by Ama."""
    with world.db.write.begin() as session:
        do(session, world.ama, session.get_one(PrintRun, run.id), *reason)  # type: ignore[operator]


def officer(world: World, do: object, batch: Batch, reason: str = "抽检不合格") -> None:
    with world.db.write.begin() as session:
        do(session, world.chen, session.get_one(Batch, batch.id), reason)  # type: ignore[operator]


def actions(world: World, run: PrintRun) -> list[str]:
    with world.db.read.begin() as session:
        return [event.action for event in log.events_of(session, run)]


def test_what_is_drawn_is_frozen_when_the_run_is_planned(world: World) -> None:
    codes = world.issue(world.declare(), 3)
    run = plan(world, codes)
    with world.db.write.begin() as session:
        product = session.get_one(Product, session.get_one(Batch, run.batch_id).product_id)
        product.name = "改了名的黄桃"
        log.record(session, world.chen, Action.CASE_NOTE, product)
    job = plans.job_from_dict(world.get(PrintRun, run.id).job)
    assert job.text.name == "炎陵黄桃" and job.text.brand == "炎陵黄桃" and job.text.producer == "Ama 黄桃合作社"
    assert (job.text.county, job.text.net_content, job.text.host) == ("湖南省株洲市炎陵县", "2.5 kg", "t.example.cn")
    assert (job.stock, job.prefix, job.symbol_mm) == (stocks()["a4-24"], "https://t.example.cn/", 25.0)
    press.make(world.db, world.installation, run.id)
    assert world.get(PrintRun, run.id).state is PrintState.READY


def test_the_same_form_sent_twice_plans_one_run(world: World) -> None:
    codes = world.issue(world.declare(), 3)
    once, twice = plan(world, codes, "form-1"), plan(world, codes, "form-1")
    assert once.id == twice.id
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PrintRun)) == 1


@pytest.mark.parametrize("state", ["planned", "ready", "released"])
def test_a_unit_is_in_one_live_run_only(world: World, state: str) -> None:
    codes = world.issue(world.declare(), 5)
    run = plan(world, codes, first=2, count=3)  # units 2, 3, 4
    if state != "planned":
        press.make(world.db, world.installation, run.id)
    if state == "released":
        world.release(run)
    for first, count in ((1, 5), (2, 1), (4, 1), (1, 2), (4, 2)):
        with pytest.raises(Conflict, match=f"第 2 到 4 枚已经在第 {run.id} 次打印里"):
            plan(world, codes, "again", first=first, count=count)
    plan(world, codes, "before", first=1, count=1)
    plan(world, codes, "after", first=5, count=1)


def test_a_run_stays_within_its_range(world: World) -> None:
    codes = world.issue(world.declare(), 3)
    for first, count in ((1, 4), (0, 1), (4, 1), (-1, 2), (1, 0), (1, -1), (10**12, 1), (1, 10**12)):
        with pytest.raises(Invalid, match="第 1 到 3 枚") as answer:
            plan(world, codes, first=first, count=count)
        assert answer.value.field == "count"


def test_a_held_or_recalled_batch_is_neither_printed_nor_released_nor_printed_again(world: World) -> None:
    batch = world.declare()
    codes = world.issue(batch, 4)
    ready = world.print(codes, first=1, count=2)
    failed = plan(world, codes, "fails", first=3, count=1)
    with world.db.write.begin() as session:
        row = session.get_one(PrintRun, failed.id)
        row.state = PrintState.FAILED
        log.record(session, world.chen, Action.CASE_NOTE, row)
    for stop, says in ((holds.hold, "已经冻结"), (holds.recall, "已经召回")):
        officer(world, stop, batch)
        for refused in (
            lambda: plan(world, codes, "new", first=4, count=1),
            lambda: world.release(ready),
            lambda: act(world, runs.record_reprint, ready, "打印机卡纸"),
            lambda: act(world, runs.retry, failed),
        ):
            with pytest.raises(Conflict, match=says):
                refused()
    assert world.get(PrintRun, ready.id).state is PrintState.READY
    assert world.get(PrintRun, ready.id).reprints == 0
    act(world, runs.cancel_run, ready, "批次召回")  # throwing labels away is always allowed


def test_a_batch_released_from_hold_prints_again(world: World) -> None:
    batch = world.declare()
    run = world.print(world.issue(batch, 2))
    officer(world, holds.hold, batch)
    officer(world, holds.release, batch, "复检合格")
    world.release(run)
    assert world.get(PrintRun, run.id).state is PrintState.RELEASED


def test_a_release_is_an_act_of_its_own(world: World) -> None:
    codes = world.issue(world.declare(), 2)
    digits = world.codes(codes)[0]
    assert verdict(world, digits) is Verdict.NOT_RELEASED
    run = plan(world, codes)
    with pytest.raises(Conflict, match="还在生成"):
        world.release(run)
    press.make(world.db, world.installation, run.id)
    assert verdict(world, digits) is Verdict.NOT_RELEASED
    world.release(run)
    released = world.get(PrintRun, run.id)
    assert (released.state, released.released_at) == (PrintState.RELEASED, NOW)
    assert verdict(world, digits) is Verdict.GENUINE
    with pytest.raises(Conflict, match="已经确认上市"):
        world.release(run)
    assert actions(world, run) == ["print.plan", "print.ready", "print.release"]


def test_a_release_covers_the_units_of_its_run_and_no_others(world: World) -> None:
    codes = world.issue(world.declare(), 4)
    world.release(world.print(codes, first=2, count=2))
    found = [verdict(world, digits) for digits in world.codes(codes)]
    assert found == [Verdict.NOT_RELEASED, Verdict.GENUINE, Verdict.GENUINE, Verdict.NOT_RELEASED]


def test_a_cancelled_run_is_printed_anew_with_the_same_codes(world: World) -> None:
    codes = world.issue(world.declare(), 2)
    run = world.print(codes)
    with pytest.raises(Invalid):
        act(world, runs.cancel_run, run, "")
    act(world, runs.cancel_run, run, "纸装反了")
    for refused in (lambda: world.release(run), lambda: act(world, runs.cancel_run, run, "再取消一次")):
        with pytest.raises(Conflict, match="已经取消"):
            refused()
    again = world.print(codes, key="print-2", stock="roll-50x30")
    world.release(again)
    assert verdict(world, world.codes(codes)[0]) is Verdict.GENUINE


def test_what_is_on_sale_cannot_be_cancelled(world: World, sold: Sold) -> None:
    with pytest.raises(Conflict, match="已经确认上市"):
        act(world, runs.cancel_run, sold.run, "不想要了")


def test_a_run_cancelled_before_it_is_made_is_not_made(world: World) -> None:
    run = plan(world, world.issue(world.declare(), 2))
    act(world, runs.cancel_run, run, "选错了纸")
    with pytest.raises(Conflict, match="已经做过"):
        press.make(world.db, world.installation, run.id)
    assert not press.sheet_path(world.installation, run.id).exists()


def test_a_failed_run_does_not_come_back_once_its_units_are_in_another(world: World) -> None:
    """Two packs would carry one code."""
    codes = world.issue(world.declare(), 2)
    failed = plan(world, codes, "one")
    with world.db.write.begin() as session:
        row = session.get_one(PrintRun, failed.id)
        row.state, row.failure = PrintState.FAILED, "磁盘满"
        log.record(session, world.chen, Action.CASE_NOTE, row)
    other = plan(world, codes, "two")
    with pytest.raises(Conflict, match=f"第 {other.id} 次打印"):
        act(world, runs.retry, failed)
    act(world, runs.cancel_run, other, "换一台打印机")
    act(world, runs.retry, failed)
    retried = world.get(PrintRun, failed.id)
    assert (retried.state, retried.failure) == (PrintState.PLANNED, None)


def test_only_a_failed_run_is_retried(world: World, sold: Sold) -> None:
    with pytest.raises(Conflict, match="没有失败"):
        act(world, runs.retry, sold.run)


def test_a_reprint_needs_a_reason_and_is_told(world: World, sold: Sold) -> None:
    with pytest.raises(Invalid) as answer:
        act(world, runs.record_reprint, sold.run, " ")
    assert answer.value.field == "reason"
    act(world, runs.record_reprint, sold.run, "箱子淋湿了")
    act(world, runs.record_reprint, sold.run, "又淋湿了")
    assert world.get(PrintRun, sold.run.id).reprints == 2
    with world.db.read.begin() as session:
        reasons = session.scalars(
            sa.select(Event.reason).where(Event.action == "print.reprint").order_by(Event.id)
        ).all()
    assert reasons == ["箱子淋湿了", "又淋湿了"]


def test_a_run_without_sheets_has_no_reprint(world: World) -> None:
    codes = world.issue(world.declare(), 2)
    run = plan(world, codes)
    with pytest.raises(Conflict, match="还在生成"):
        act(world, runs.record_reprint, run, "打印机卡纸")
    act(world, runs.cancel_run, run, "选错了纸")
    with pytest.raises(Conflict, match="已经取消"):
        act(world, runs.record_reprint, run, "打印机卡纸")


WRONG: dict[str, list[tuple[dict[str, Any], str]]] = {
    "start_at": [({"start_at": 25}, "1 到 24"), ({"start_at": 0}, "1 到 24"), ({"start_at": -1}, "1 到 24")],
    "stock": [
        ({"symbol_mm": 19.9}, "太小"),
        ({"symbol_mm": 40.0}, "放不进"),
        ({"stock": own_stock("小", 30, 20)}, "放不下"),
    ],
    "offset_x": [({"printer": Printer(offset_x=-20)}, "印到纸外")],
    "offset_y": [({"printer": Printer(offset_y=-20)}, "印到纸外")],
}


def test_what_could_not_be_drawn_is_refused_when_it_is_planned(world: World) -> None:
    codes = world.issue(world.declare(), 2)
    for field, cases in WRONG.items():
        for order, says in cases:
            with pytest.raises(Invalid, match=says) as answer:
                plan(world, codes, **order)
            assert answer.value.field == field
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(PrintRun.id)) is None


def test_a_character_that_the_font_lacks_is_refused_by_name_when_it_is_planned(world: World) -> None:
    with world.db.write.begin() as session:
        product = products.submit_product(
            session, world.ama, name="黄桃㸆果干", brand="", goods=ProductGoods("dried-peach")
        )
        reviewed(session, world.chen, product)
    codes = world.issue(world.declare(product=str(product.id)), 2)
    with pytest.raises(Invalid, match="㸆.*U\\+3E06"):
        plan(world, codes)


def test_a_long_name_is_refused_on_a_small_label_and_fits_a_larger_one(world: World) -> None:
    with world.db.write.begin() as session:
        product = products.submit_product(
            session,
            world.ama,
            name="炎陵县霞阳镇山垄村高山锦绣黄桃二级大果礼盒装（送礼佳品）",
            brand="",
            goods=ProductGoods("yellow-peach"),
        )
        reviewed(session, world.chen, product)
    codes = world.issue(world.declare(product=str(product.id)), 1)
    with pytest.raises(Invalid) as answer:
        plan(world, codes, stock="a4-65")
    assert answer.value.field == "stock"
    assert plan(world, codes, stock="roll-70x50").state is PrintState.PLANNED


def test_a_demonstration_says_so_on_its_labels(world: World) -> None:
    with world.db.write.begin() as session:
        batch = session.get_one(Batch, world.declare().id)
        batch.producer.demonstration = True
        log.record(session, world.chen, Action.CASE_NOTE, batch.producer)
    run = plan(world, world.issue(batch, 1))
    assert plans.job_from_dict(run.job).text.extra == ("演示数据 · 非真实产品",)


def test_a_producers_own_stock_and_printer_go_into_the_run(world: World) -> None:
    with world.db.write.begin() as session:
        own = equipment.add_stock(session, world.ama, "礼盒", {"page_width": "80", "page_height": "60"}, roll=True)
        printer = equipment.add_printer(session, world.ama, "包装间")
        typed = {"offset_x": "0.5", "offset_y": "-1.2", "scale_x": "1.01", "scale_y": "0.99", "dpi": "300"}
        equipment.calibrate(session, world.ama, printer, typed)
        stock, as_printer = (
            equipment.stocks_of(session, own.producer_id)[f"own-{own.id}"],
            equipment.as_printer(printer),
        )
    run = plan(world, world.issue(world.declare(), 2), stock=stock, printer=as_printer)
    job = plans.job_from_dict(run.job)
    assert job.printer == Printer("包装间", 0.5, -1.2, 1.01, 0.99, 300)
    assert (job.stock.name, job.stock.page_width, job.stock.page_height, job.stock.per_page) == ("礼盒", 80, 60, 1)


def test_runs_and_ranges_are_listed_for_their_batch_alone(world: World, sold: Sold) -> None:
    more = world.issue(sold.batch, 1, "form-2")
    run = world.print(more, key="print-2")
    world.issue(world.declare(world.ben), 1, who=world.ben)
    with world.db.read.begin() as session:
        assert [row.id for row in plans.runs_of(session, sold.batch)] == [run.id, sold.run.id]
        assert [row.id for row in plans.ranges_of(session, sold.batch)] == [sold.codes.id, more.id]


def test_labels_name_the_certificate_as_far_as_it_goes_and_read_back(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        certificates.issue(
            session, world.ama, world.installation.policy, row, certificates.CommitmentForm("10", ["control"])
        )
    codes = world.issue(batch, 6)
    covered, beyond = (
        world.print(codes, "roll-50x30", count=4),
        world.print(codes, "roll-50x30", first=5, count=2, key="p2"),
    )
    assert (covered.job["text"]["commitment"], beyond.job["text"]["commitment"]) == ("承诺达标合格证", None)
    assert {covered.state, beyond.state} == {PrintState.READY}
    with pdfium.PdfDocument(str(press.path_of(world.installation, covered))) as document:
        assert "承诺达标合格证" in document[0].get_textpage().get_text_bounded()
