"""What is said to have grown is held against the plot, the season and the producer's own custom: asked about when it is beyond, and
left to the county when it is far beyond."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from world import World
from world.bearing import bearing
from world.chains import product_of
from yipin.audit import log
from yipin.audit.sure import EVERYTHING, NOTHING, Said, Unsure
from yipin.farm import amounts, harvests
from yipin.models import AmountState, Batch, Event

CODE = Path(__file__).parents[2] / "trace"


@pytest.fixture
def peaches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A 亩 bears 1,000 kg of peaches, in this test's own list: Ama's plot of 20 亩 bears 20,000 kg."""
    with bearing(monkeypatch, yellow_peach=1000):
        yield


def declare(world: World, quantity: str, day: str = "2026-07-18", said: Said = NOTHING, **changes: str) -> Batch:
    form = replace(world.batch_form(world.ama, quantity=quantity, harvest_date=day, **changes), said=said)
    with world.db.write.begin() as session:
        return harvests.declare(session, world.ama, world.installation.policy, form)


def asked(world: World, quantity: str, day: str = "2026-07-18", **changes: str) -> str:
    """The words of the question; "" where nothing is asked."""
    try:
        with world.db.write.begin() as session:
            form = world.batch_form(world.ama, quantity=quantity, harvest_date=day, **changes)
            harvests.declare(session, world.ama, world.installation.policy, form)
            session.rollback()
    except Unsure as unsure:
        (question,) = unsure.questions
        return str(question.message)
    return ""


def events(world: World, batch: Batch) -> Sequence[Event]:
    with world.db.read.begin() as session:
        return log.events_of(session, batch)


def test_what_the_plot_can_bear_is_not_asked_about(world: World, peaches: None) -> None:
    assert asked(world, "20000") == ""


def test_more_than_the_plot_bears_is_asked_about_with_the_figures_in_words(world: World, peaches: None) -> None:
    assert asked(world, "20000.01") == (
        "这一批写的是 20,000.01 kg。“屋后坡”20 亩，黄桃一亩一年大约产 1,000 kg，共约 20,000 kg；"
        "这一季连这次一共 20,000.01 kg。"
    )


def test_the_harvests_of_a_season_count_together(world: World, peaches: None) -> None:
    declare(world, "15000", "2026-07-10")
    assert asked(world, "5000", "2026-07-18") == ""
    assert "这一季连这次一共 20,001 kg" in asked(world, "5001", "2026-07-18")


def test_a_harvest_that_is_declared_after_later_ones_counts_with_them(world: World, peaches: None) -> None:
    declare(world, "15000", "2026-07-18")
    assert "这一季连这次一共 20,001 kg" in asked(world, "5001", "2026-07-10")


def test_a_season_goes_by_the_crop_and_not_by_the_calendar(world: World, peaches: None) -> None:
    """Of trees everything of twelve months is one season, across the turn of the year; what was before is another."""
    declare(world, "15000", "2025-12-20")
    assert "一共 30,000 kg" in asked(world, "15000", "2026-07-18")
    declare(world, "15000", "2025-07-01", said=EVERYTHING)
    assert "一共 30,000 kg" in asked(world, "15000", "2026-07-18")


def test_another_crop_of_the_plot_does_not_count(world: World, peaches: None) -> None:
    beans = product_of(world, world.ama, "八月黄豆")
    declare(world, "19000", product=beans)
    assert asked(world, "20000") == ""


def test_an_unknown_yield_asks_nothing_of_the_area(world: World) -> None:
    assert asked(world, "249999") == ""


def test_ten_times_the_usual_is_not_asked_about_and_more_is(world: World) -> None:
    for quantity in ("200", "250", "900"):
        declare(world, quantity)
    assert asked(world, "2500") == ""
    assert asked(world, "2500.01") == (
        "这一批写的是 2,500.01 kg。您平常一次是 250 kg（以前 3 次的中位数），这次是它的 10 倍。"
    )


def test_two_harvests_do_not_tell_what_is_usual_nor_do_those_of_other_goods_or_units(world: World) -> None:
    declare(world, "250")
    declare(world, "250")
    declare(world, "250", product=product_of(world, world.ama, "八月黄豆"))
    declare(world, "250", unit="个", pack_size="1")
    assert asked(world, "99999") == ""


def test_where_nothing_else_can_tell_the_number_of_packs_speaks(world: World) -> None:
    """The very harvest that reserved four million codes without a word."""
    assert asked(world, "250000") == ""  # 100,000 packs
    assert asked(world, "10000000") == (
        "这一批写的是 10,000,000 kg。每件 2.5 kg，要分成 4,000,000 件，也就是 4,000,000 枚标签。"
        "数量超出太多：登记以后要等县市区农业农村局核实，核实前不能赋码。"
    )


def test_a_yes_is_for_the_very_amount_and_stands_in_the_log(world: World, peaches: None) -> None:
    with pytest.raises(Unsure) as first:
        declare(world, "30000")
    yes = frozenset(each.key for each in first.value.questions)
    with pytest.raises(Unsure):
        declare(world, "300000", said=yes)
    batch = declare(world, "30000", said=yes)
    assert batch.amount_state is None
    (event,) = events(world, batch)
    (told,) = event.data["confirmed"]
    assert "这一季连这次一共" in str(told)


def test_far_beyond_the_batch_waits_for_the_county_and_does_not_spoil_what_is_usual(
    world: World, peaches: None
) -> None:
    assert declare(world, "60000", said=EVERYTHING).amount_state is None
    batch = declare(world, "60000", said=EVERYTHING)
    assert batch.amount_state is AmountState.WAITING and "一共 120,000 kg" in str(amounts.why(batch))
    assert [each.action for each in events(world, batch)] == ["batch.declare", "batch.doubt"]
    assert "一共 60,001 kg" in asked(world, "1")  # what waits is not believed yet


def test_people_declare_by_no_other_way() -> None:
    """Whoever declares a harvest for a person does it by the entrance that weighs it. The demonstration tells its own story."""
    callers = {
        path.relative_to(CODE).as_posix()
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "declare_batch"
    }
    assert {path for path in callers if not path.startswith("demo/")} == {"farm/harvests.py"}
