"""A table is judged by the use-cases themselves, and nobody sees a row of it or waits for it."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from world import World
from world.imported import MADE, counted, table_of, taken_in
from yipin.db.apart import Stray
from yipin.errors import Message
from yipin.imports import judging, staging, work
from yipin.imports.engine import Desk, Fault
from yipin.imports.outcome import found, kept
from yipin.models import Account, ImportState, Producer, TableImport


def state_of(world: World, row: TableImport) -> ImportState:
    return world.get(TableImport, row.id).state


@pytest.mark.parametrize("what", MADE)
def test_a_good_table_is_judged_good_and_the_record_stays_as_it_was(world: World, what: str) -> None:
    before = counted(world)
    row = taken_in(world, what, 1001, 1002, 1003)
    told: list[int] = []
    work.judge(world.db, world.installation, row.id, told.append)
    assert state_of(world, row) is ImportState.JUDGED
    assert counted(world) == before and (told[0], told[-1]) == (0, 3)


@pytest.mark.parametrize("what", MADE)
def test_the_same_row_twice_is_told_of_the_second(world: World, what: str) -> None:
    row = taken_in(world, what, 1001, 1002, 1001)
    work.judge(world.db, world.installation, row.id)
    outcome = found(world.get(TableImport, row.id).found)
    assert state_of(world, row) is ImportState.JUDGED
    assert (outcome.wrong, outcome.new, [each.fault.row for each in outcome.known]) == (0, 2, [8])


def test_faults_come_in_the_order_of_the_rows_and_only_the_first_are_kept(world: World) -> None:
    row = taken_in(world, "inputs", *range(1, 251), interval_days="many")
    work.judge(world.db, world.installation, row.id)
    outcome = found(world.get(TableImport, row.id).found)
    assert (outcome.wrong, len(outcome.faults), outcome.is_cut) == (250, 200, True)
    assert found(kept(outcome)) == outcome
    assert [fault.row for fault in outcome.faults] == list(range(6, 206))


def test_all_that_is_wrong_with_a_row_is_told_at_once(world: World) -> None:
    row = taken_in(world, "producers", 1001, name="<>", phone="12", contact="")
    work.judge(world.db, world.installation, row.id)
    outcome = found(world.get(TableImport, row.id).found)
    assert outcome.wrong == 1
    assert {fault.column for fault in outcome.faults} == {"名称", "联系人", "电话"}


def test_what_else_is_wrong_is_told_of_a_row_with_a_cell_that_cannot_be_read(world: World) -> None:
    """The cell itself is told of once, and nothing of the row is tried for good."""
    unread = Fault(6, "B6", "类型", Message("请从列表里选一项"))
    table = table_of(world, "producers", 1001, 1002, phone="12")
    first, *others = table.lines
    table = replace(table, lines=[replace(first, faults=(unread,)), *others])
    with world.db.alone() as connection:
        trial = judging.Trial(work.stood_apart(connection, Producer), work.KINDS["producers"], table)
        sit = lambda session: Desk(session, world.chen, world.installation)  # noqa: E731
        outcome = judging.judge(trial, sit, lambda done: None)
    assert [(fault.row, fault.column) for fault in outcome.faults if fault.row == first.number] == [
        (first.number, "类型"),
        (first.number, "电话"),
    ]
    assert trial.rows == {}


def test_a_table_is_judged_while_another_program_holds_the_write_lock(world: World) -> None:
    row = taken_in(world, "producers", 1001, 1002)
    with world.db.alone() as connection:
        apart = work.stood_apart(connection, Producer)
        table = staging.load(world.settings, row.account_id, row.kind, row.token)
        trial = judging.Trial(apart, work.KINDS["producers"], table)
        job = work._Job(world.db, world.installation, row, world.chen, print)
        with world.db.engine.connect() as other, other.begin() as held:  # BEGIN IMMEDIATE on SQLite
            other.execute(sa.update(Account).values(epoch=7))
            outcome = judging.judge(trial, job.sit, lambda done: None)
            held.rollback()
    assert (outcome.rows, outcome.wrong) == (2, 0)


def test_a_trial_cannot_change_a_table_of_the_record(world: World) -> None:
    with world.db.alone() as connection:
        apart = work.stood_apart(connection, Producer)
        with pytest.raises(Stray, match="accounts"), apart.step() as session:
            session.scalars(sa.select(Account)).first().name = "Mallory"  # type: ignore[union-attr]
    assert "Mallory" not in {world.ama.name, world.ben.name, world.chen.name}


def test_a_table_whose_file_is_lost_is_refused_with_words(world: World) -> None:
    row = taken_in(world, "producers", 1001)
    staging.delete(world.settings, row.account_id, row.kind, row.token)
    work.judge(world.db, world.installation, row.id)
    (fault,) = found(world.get(TableImport, row.id).found).faults
    assert state_of(world, row) is ImportState.REFUSED and "重新上传" in str(fault.message)
