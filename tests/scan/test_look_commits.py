"""Looks whose commit is not answered: the server is asked what became of it, and each look is counted once."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.postgres import Line
from yipin.db import Database
from yipin.db.postgres import CommitUnknown, Fate
from yipin.models import Scan, UnitScans
from yipin.scan.look_commits import LookCommits
from yipin.scan.looks import Look, Reader
from yipin.scan.verdicts import Verdict


def looks(sold: Sold) -> list[Look]:
    reader = Reader.of("203.0.113.9", "Android")
    return [Look(reader, (sold.batch.id, ordinal), Verdict.GENUINE, NOW) for ordinal in (2, 0, 1)]


def written(world: World) -> list[int]:
    """The units that were looked at, in the order in which the looks were written."""
    with world.db.read.begin() as session:
        units = list(session.scalars(sa.select(Scan.ordinal).order_by(Scan.id)))
        assert session.scalar(sa.select(sa.func.coalesce(sa.func.sum(UnitScans.scans), 0))) == len(units)
        return units


@pytest.fixture
def line(kind: str, postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    if kind != "postgresql":
        pytest.skip("SQLite is no server: there is no line that could break, and it knows at once whether it committed")
    made = Line(Path(str(sa.make_url(postgres).query["host"])), tmp_path_factory.mktemp("line"))
    yield made
    made.listening.close()


@pytest.fixture
def behind(world: World, postgres: str, line: Line) -> Iterator[Database]:
    """The test's record at the end of a line that can be cut."""
    made = Database(world.db.url.replace(str(sa.make_url(postgres).query["host"]), str(line.folder)))
    yield made
    made.dispose()


def test_looks_whose_commit_arrived_while_its_answer_was_lost_are_counted_once(
    world: World, sold: Sold, line: Line, behind: Database
) -> None:
    line.cut_after_commit = True
    assert LookCommits(behind.looks, world.installation.policy.clone).write(looks(sold))
    assert written(world) == [2, 0, 1]


def test_looks_whose_commit_never_arrived_are_written_again(
    world: World, sold: Sold, line: Line, behind: Database
) -> None:
    begun: list[str] = []

    def begins(_connection: object) -> None:
        begun.append("a transaction")
        line.cut_before_commit = len(begun) == 1

    sa.event.listen(behind.looks.engine, "begin", begins)
    assert LookCommits(behind.looks, world.installation.policy.clone).write(looks(sold))
    assert written(world) == [2, 0, 1] and len(begun) == 2


def test_looks_whose_commit_nobody_could_ask_after_for_a_while_are_counted_once(
    world: World, sold: Sold, line: Line, behind: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yipin.db.postgres.PATIENCE", 0.2)
    commits = LookCommits(behind.looks, world.installation.policy.clone)

    def cuts(_connection: object) -> None:
        line.cut_after_commit = line.is_cut = True

    def mends() -> None:
        while not written(world):
            time.sleep(0.05)
        time.sleep(0.5)  # while which they are in doubt
        line.is_cut = line.cut_after_commit = False

    sa.event.listen(behind.looks.engine, "commit", cuts, once=True)
    mending = threading.Thread(target=mends)
    mending.start()
    assert commits.write(looks(sold))
    mending.join()
    assert written(world) == [2, 0, 1]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (["committed"], True),
        (["aborted"], False),
        (["lost sight of"], False),
        (["in progress", "in progress", "committed"], True),
        (["in progress", "aborted"], False),
        ([psycopg.OperationalError("the server is away")] * 12 + ["committed"], True),
    ],
    ids=str,
)
def test_looks_in_doubt_are_asked_after_until_the_answer_is_certain(
    world: World, sold: Sold, told: list[Fate | psycopg.Error], kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server has lost sight of is written again: a look is rather counted twice than lost."""
    monkeypatch.setattr("yipin.scan.look_commits.LONGEST_PAUSE", 0.02)
    answers = iter(told)

    def fate() -> Fate:
        answer = next(answers)
        if isinstance(answer, psycopg.Error):
            raise answer
        return answer

    sa.event.listen(world.db.looks.engine, "commit", _in_doubt(kept, fate), once=True)
    assert LookCommits(world.db.looks, world.installation.policy.clone).write(looks(sold))
    assert written(world) == [2, 0, 1] and not [*answers]


def _in_doubt(kept: bool, fate: Callable[[], Fate]) -> Callable[[sa.Connection], None]:
    def commit(connection: sa.Connection) -> None:
        if kept:
            connection.connection.cursor().execute("COMMIT")
        raise CommitUnknown(fate)

    return commit
