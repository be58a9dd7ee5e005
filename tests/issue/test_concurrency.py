"""Many at once: clerks who issue codes of one batch in the same moment, and phones that scan one pack.

Every thread has a session of its own on the real database, as every request has.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from world import Sold, World, scans
from yipin.codes.label.stock import stocks
from yipin.errors import Conflict, Invalid
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import Batch, CodeRange, Event, PrintRun, Scan, ScanKey, UnitScans, Visitor
from yipin.printing import plans, runs
from yipin.scan.looks import Reader
from yipin.scan.verdicts import Verdict

TRIES = 4  # on a machine where 64 clerks do not get through within the 15 s that one waits
CLERKS, RUNS, PACKS = 64, 32, 3
ROUNDS = int(os.environ.get("SOAK_ROUNDS", "1"))
Out = TypeVar("Out")


def all_at_once(many: int, act: Callable[[int], Out]) -> list[Out | Exception]:
    """What `act` gave or raised in each of so many threads that start in the same moment."""
    start = Barrier(many)

    def one(number: int) -> Out | Exception:
        start.wait(30)
        try:
            return act(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def clerk(world: World, batch: Batch, key: Callable[[int], str], count: int = PACKS) -> Callable[[int], CodeRange]:
    """One clerk's click: the batch is looked up and coded in a transaction of its own.

    Whoever is told that the database is busy (503) sends the same form again, as the page asks.
    """
    who = world.ama

    def click(number: int) -> CodeRange:
        for _ in range(TRIES):
            with contextlib.suppress(sa.exc.OperationalError):
                return once(number)
        return once(number)

    def once(number: int) -> CodeRange:
        with world.db.write.begin() as session:
            return issue_codes(
                session, who, world.installation, session.get_one(Batch, batch.id), CodeOrder(count, key(number))
            )

    return click


def ranges_of(world: World, batch: Batch) -> list[CodeRange]:
    with world.db.read.begin() as session:
        rows = sa.select(CodeRange).where(CodeRange.batch_id == batch.id)
        return list(session.scalars(rows.order_by(CodeRange.first)))


def events_of(world: World, action: str) -> list[dict[str, Any]]:
    with world.db.read.begin() as session:
        return list(session.scalars(sa.select(Event.data).where(Event.action == action).order_by(Event.id)))


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_64_clerks_issue_at_once_and_the_harvest_is_never_overrun(world: World, turn: int) -> None:
    batch = world.declare(quantity="245")  # 98 packs: 32 runs of 3, and 2 left over
    answers = all_at_once(CLERKS, clerk(world, batch, lambda number: f"form-{number}"))

    assert Counter(type(answer) for answer in answers) == {CodeRange: RUNS, Invalid: CLERKS - RUNS}, answers
    assert {answer.field for answer in answers if isinstance(answer, Invalid)} == {"count"}
    rows = ranges_of(world, batch)
    assert [(row.first, row.count) for row in rows] == [(first, PACKS) for first in range(0, RUNS * PACKS, PACKS)]
    assert {row.id for row in rows} == {answer.id for answer in answers if isinstance(answer, CodeRange)}
    assert world.get(Batch, batch.id).reserved == RUNS * PACKS
    assert [told["first"] for told in events_of(world, "codes.issue")] == [row.first + 1 for row in rows]
    codes = [digits for row in rows for digits in world.codes(row)]
    assert len(set(codes)) == RUNS * PACKS


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_one_form_sent_64_times_at_once_issues_once(world: World, turn: int) -> None:
    batch = world.declare()
    answers = all_at_once(CLERKS, clerk(world, batch, lambda number: "the same form"))

    assert Counter(type(answer) for answer in answers) == {CodeRange: CLERKS}, answers
    rows = ranges_of(world, batch)
    assert [(row.first, row.count) for row in rows] == [(0, PACKS)]
    assert {answer.id for answer in answers if isinstance(answer, CodeRange)} == {rows[0].id}
    assert world.get(Batch, batch.id).reserved == PACKS
    assert len(events_of(world, "codes.issue")) == 1


def test_the_last_pack_goes_to_one_clerk_however_often_each_form_is_sent(world: World) -> None:
    batch = world.declare(quantity="2.5")
    answers = all_at_once(CLERKS, clerk(world, batch, lambda number: f"form-{number % 8}", count=1))

    granted = [answer for answer in answers if isinstance(answer, CodeRange)]
    assert Counter(type(answer) for answer in answers) == {CodeRange: CLERKS // 8, Invalid: CLERKS - CLERKS // 8}, (
        answers
    )
    assert len({answer.idempotency_key for answer in granted}) == 1
    assert [(row.first, row.count) for row in ranges_of(world, batch)] == [(0, 1)]


def test_units_planned_by_many_at_once_go_into_one_print_run(world: World) -> None:
    codes = world.issue(world.declare(), 6)
    who = world.ama

    def plan(number: int) -> PrintRun:
        with world.db.write.begin() as session:
            row = session.get_one(CodeRange, codes.id)
            order = plans.PrintOrder(stocks()["a4-24"], first=1 + number % 2, count=5)
            return plans.plan_print(session, who, world.installation, row, order, f"print-{number}")

    answers = all_at_once(8, plan)
    assert Counter(type(answer) for answer in answers) == {PrintRun: 1, Conflict: 7}, answers


def test_a_run_is_either_released_or_cancelled_never_both(world: World) -> None:
    run, who = planned(world), world.ama

    def act(number: int) -> str:
        with world.db.write.begin() as session:
            row = session.get_one(PrintRun, run.id)
            if number:
                runs.cancel_run(session, who, row, "打印机卡纸")
            else:
                runs.release_run(session, who, row)
            return row.state.value

    for _ in range(20):
        set_state(world, run, "ready")
        answers = all_at_once(2, act)
        assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "str"], answers
        assert world.get(PrintRun, run.id).state in answers


def planned(world: World) -> PrintRun:
    """A run of three labels, not made."""
    codes = world.issue(world.declare(), 3)
    with world.db.write.begin() as session:
        order = plans.PrintOrder(stocks()["a4-24"], first=1, count=3)
        return plans.plan_print(
            session, world.ama, world.installation, session.get_one(CodeRange, codes.id), order, "1"
        )


def set_state(world: World, run: PrintRun, state: str) -> None:
    """Put a run where only the press or an accident puts it."""
    with world.db.write.begin() as session:
        session.execute(sa.text(f"UPDATE print_runs SET state = '{state}' WHERE id = {run.id}"))


def test_a_failed_run_is_not_taken_up_again_once_its_units_are_in_another(world: World) -> None:
    failed = planned(world)
    set_state(world, failed, "failed")
    with world.db.write.begin() as session:
        order = plans.PrintOrder(stocks()["a4-24"], first=2, count=2)
        plans.plan_print(
            session, world.ama, world.installation, session.get_one(CodeRange, failed.range_id), order, "2"
        )
    with pytest.raises(Conflict), world.db.write.begin() as session:
        runs.retry(session, world.ama, session.get_one(PrintRun, failed.id))


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_400_scans_of_one_pack_from_8_phones_in_4_networks_are_400_looks_by_4_readers(
    world: World, sold: Sold, turn: int
) -> None:
    phones, looks = 8, 50

    def look(number: int) -> list[int]:
        # Two of the phones share a network, as a family does.
        reader = Reader(Visitor.PERSON, f"203.0.{number // 2}", "android")
        seen = []
        for _ in range(looks):
            answer = scans.look(world, sold.digits[1], reader)
            assert answer.verdict is Verdict.GENUINE
            seen.append(answer.scans)
        return seen

    answers = all_at_once(phones, look)
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert not errors
    told = {number for answer in answers for number in answer}  # type: ignore[union-attr]
    assert told <= {1, 2, 3, 4} and 4 in told
    with world.db.read.begin() as session:
        total = session.get_one(UnitScans, (sold.batch.id, 1))
        assert (total.scans, total.readers, total.days) == (4, 4, 1)
        assert session.scalar(sa.select(sa.func.count()).select_from(UnitScans)) == 1
        written = sa.select(Scan.ordinal, Scan.verdict, Scan.visitor, sa.func.count()).group_by(
            Scan.ordinal, Scan.verdict, Scan.visitor
        )
        assert session.execute(written).all() == [(1, "genuine", Visitor.PERSON, phones * looks)]
        assert session.scalar(sa.select(sa.func.count(sa.distinct(Scan.client)))) == phones // 2
        assert session.scalar(sa.select(sa.func.count()).select_from(ScanKey)) == 1
