"""While thousands of rows are judged and enter, everybody else can write, and every look is counted."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.imported import confirm, confirmed, counted, table_of, taken_in
from world.pace import Took, in_time
from world.scans import look
from yipin.db import watch
from yipin.imports import engine, entering, judging, work
from yipin.models import Access, AccessNote, Event, ImportState, Scan, TableImport

MANY = 300


class Neighbour(threading.Thread):
    """Somebody who writes and scans all the time."""

    def __init__(self, world: World, digits: str) -> None:
        super().__init__()
        self.world, self.digits = world, digits
        self.waited: list[float] = []
        self.counts: list[int | None] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.02):
            began = time.monotonic()
            with self.world.db.transaction(writes=True) as session:
                session.add(AccessNote(kind=Access.SIGN_IN, browser="", network="-", at=NOW, last_at=NOW, times=1))
            self.counts.append(look(self.world, self.digits).scans)
            self.waited.append(time.monotonic() - began)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While the block runs."""
        self.start()
        try:
            yield
        finally:
            self.ended.set()
            self.join()


def test_nobody_waits_for_an_import(world: World, untraced: None, sold: Sold) -> None:
    """A write and a look, each on the disk before the next: together within a fifth of a second, but for a busy disk."""
    counts = list[int | None]()

    def waited_for(round_: int) -> list[Took]:
        neighbour, first = Neighbour(world, sold.digits[0]), 1001 + round_ * MANY
        with neighbour.at_work():
            row = taken_in(world, "products", *range(first, first + MANY))
            work.judge(world.db, world.installation, row.id)
            confirm(world, row)
            work.enter(world.db, world.installation, row.id)
        assert world.get(TableImport, row.id).state is ImportState.DONE
        counts.extend(neighbour.counts)
        with world.db.read.begin() as session:  # no look was lost, and none is without its count
            assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == len(counts) > counts.count(None) == 0
        waited = sorted(neighbour.waited)
        assert len(waited) > 10
        return [Took("half of them", waited[len(waited) // 2], 0.2), Took("the longest", waited[-1], 2)]

    in_time(waited_for)


def multiplied(trial: judging.Trial, times: int, name: str) -> None:  # type: ignore[type-arg]
    """Rows and events on trial as many times, each row with a name of its own."""
    rows, told = trial.kind.made.__table__, Event.__table__
    with trial.apart.step() as session:
        first = session.scalar(sa.select(sa.func.min(rows.c.id)))
        assert first is not None
        for number in range(1, times):
            new = {"id": rows.c.id + number, "name": sa.literal(f"{name} {number}")}
            columns = [column.name for column in rows.columns]
            copy = sa.select(*(new.get(name, rows.c[name]) for name in columns)).where(rows.c.id == first)
            session.connection().execute(sa.insert(rows).from_select(columns, copy))
            moved = {"id": told.c.id + number, "object_id": told.c.object_id + number}
            columns = [column.name for column in told.columns]
            copy = sa.select(*(moved.get(name, told.c[name]) for name in columns)).where(told.c.object_id == first)
            session.connection().execute(sa.insert(told).from_select(columns, copy))


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_five_thousand_rows_hold_the_lock_for_fifty_milliseconds_of_work(world: World, untraced: None) -> None:
    """Neighbours of a busy processor make the same work longer: one of three tables must show it."""
    tried = next((tried for tried in (1, 2, 3) if entered_without_complaint(world, 1000 + tried)), 0)
    assert tried and counted(world)["products"] == 2 + tried * engine.MOST_ROWS


def entered_without_complaint(world: World, number: int) -> bool:
    row, kind = confirmed(world, "products", number), work.KINDS["products"]
    with world.db.alone() as connection:
        apart = work.stood_apart(connection, *kind.writes)
        trial = judging.Trial(apart, kind, table_of(world, "products", number))
        job = work._Job(world.db, world.installation, row, world.ama, print)
        judging.judge(trial, job.sit, lambda done: None)
        multiplied(trial, engine.MOST_ROWS, f"茶 {number}")
        watch.complaints.clear()
        with watch.watching():
            entering.enter(trial, row.token, entering.watched(apart, kind))
    return watch.complaints == []


def test_a_step_that_waits_for_nobody_is_short(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step tries a hundred rows at most, and fewer when they take long."""
    row, steps = taken_in(world, "products", *range(1001, 1211)), list[int]()
    real: Callable[..., int] = judging._step

    def step(*args: object) -> int:
        steps.append(real(*args))
        return steps[-1]

    monkeypatch.setattr(judging, "_step", step)
    work.judge(world.db, world.installation, row.id)
    assert sum(steps) == 210 and max(steps) <= 100
