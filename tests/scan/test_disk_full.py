"""No room left on the disk while codes are issued and sheets are made: a clear word, nothing half done, nothing lost,
and everything goes on without a restart once there is room again.

Two kinds of full: a limit on the size of files, which any account can set and which may fall in the middle of a write,
and a small file system of its own, which only root can mount.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from world import Sold, World, signed_in
from world.scans import verdict
from yipin.cli import main
from yipin.codes.label.stock import stocks
from yipin.db import Database
from yipin.errors import Unavailable
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.models import Batch, CodeRange, Event, PrintRun, PrintState
from yipin.printing import plans, press, runs
from yipin.scan.verdicts import Verdict

DATABASE_WORDS = "数据库正忙或磁盘已满，没有保存"
PRESS_WORDS = "写不了标签文件"


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Every write of this process beyond `size` bytes of a file fails with EFBIG (Python ignores the signal)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def on_sqlite(kind: str) -> None:
    if kind != "sqlite":
        pytest.skip("PostgreSQL is a server of its own: its files are not written by this process")


def ranges(world: World, batch: Batch) -> list[int]:
    """The ranges of a batch, found to follow one another, to be summed up and told of."""
    with world.db.read.begin() as session:
        rows = session.scalars(sa.select(CodeRange).where(CodeRange.batch_id == batch.id).order_by(CodeRange.id)).all()
        assert [row.first for row in rows] == [sum(row.count for row in rows[:n]) for n in range(len(rows))]
        assert session.get_one(Batch, batch.id).reserved == sum(row.count for row in rows)
        told = session.scalars(sa.select(Event).where(Event.action == "codes.issue").order_by(Event.id))
        assert [one.object_id for one in told if one.data["batch"] == batch.id_number] == [row.id for row in rows]
        assert session.execute(sa.text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        return [row.id for row in rows]


def test_issuing_is_done_or_undone_wherever_in_the_file_the_room_ends(world: World, on_sqlite: None) -> None:
    batch = world.declare(quantity="400000", pack_size="1")
    issued, refused = [world.issue(batch, 1, "first").id], 0
    journal = Path(f"{world.settings.data / 'yipin.db'}-wal")
    for step in range(40):
        with no_file_beyond(journal.stat().st_size + step * 1500):
            try:
                issued.append(world.issue(batch, 2, f"form-{step}").id)
            except sa.exc.OperationalError:
                refused += 1
        assert ranges(world, batch) == issued
        again = world.issue(batch, 2, f"form-{step}").id  # the same form, now that there is room
        issued += [again] if again not in issued else []
        assert ranges(world, batch) == issued
    print(f"{refused} of 40 refused")
    assert 5 < refused < 40


def test_the_issue_page_says_that_the_disk_is_full_and_the_form_sent_again_issues_once(
    world: World, app: Flask, on_sqlite: None
) -> None:
    batch, browser = world.declare(), signed_in(app, "ama")

    def send() -> tuple[int, str]:
        answer = browser.post(f"/producer/batches/{batch.id_number}/codes", data={"count": "3", "key": "form-1"})
        return answer.status_code, answer.text

    with no_file_beyond(0):
        status, page = send()
    assert status == 503 and DATABASE_WORDS in page
    assert ranges(world, batch) == []
    assert [send()[0], send()[0]] == [302, 302]
    assert len(ranges(world, batch)) == 1


def command(world: World, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--data", str(world.settings.data)])


def test_the_command_line_says_in_one_line_that_the_disk_is_full(world: World, on_sqlite: None) -> None:
    batch = world.declare()
    words = ("issue", batch.id_number, "3", "--key", "order-1")
    assert command(world, "issue", batch.id_number, "1").exit_code == 0  # it works at all
    with no_file_beyond(0):
        refused = command(world, *words)
    assert refused.exit_code == 1 and DATABASE_WORDS in refused.output and len(refused.output.splitlines()) == 1
    assert command(world, *words).exit_code == 0
    assert len(ranges(world, batch)) == 2


def planned(world: World, labels: int = 3) -> PrintRun:
    codes = world.issue(world.declare(), labels)
    with world.db.write.begin() as session:
        order = plans.PrintOrder(stocks()["a4-24"], first=1, count=labels)
        return plans.plan_print(
            session, world.ama, world.installation, session.get_one(CodeRange, codes.id), order, "1"
        )


def sheets(world: World) -> list[str]:
    """What lies in the folder of the sheets, the press's own locks aside."""
    return sorted(path.name for path in world.settings.labels.iterdir() if path.suffix != ".lock")


def make_at_last(world: World, run: PrintRun) -> PrintRun:
    """Make the sheets now that there is room; a run whose failure could be written down is taken up by hand."""
    if world.get(PrintRun, run.id).state is PrintState.FAILED:
        with world.db.write.begin() as session:
            runs.retry(session, world.ama, session.get_one(PrintRun, run.id))
    press.make(world.db, world.installation, run.id)
    return world.get(PrintRun, run.id)


@pytest.mark.parametrize("size", [0, 5_000, 20_000])
def test_a_sheet_for_which_there_is_no_room_is_refused_and_made_later(world: World, kind: str, size: int) -> None:
    run = planned(world)
    with no_file_beyond(size), pytest.raises(Unavailable, match=PRESS_WORDS):
        press.make(world.db, world.installation, run.id)
    assert sheets(world) == []
    # SQLite lies on the same full disk: there the failure cannot be written down, and the run stays to be made.
    left = world.get(PrintRun, run.id)
    if kind == "postgresql":
        assert left.state is PrintState.FAILED and PRESS_WORDS in (left.failure or "")
    else:
        assert left.state is PrintState.PLANNED
    assert make_at_last(world, run).state is PrintState.READY
    assert sheets(world) == [press.sheet_path(world.installation, run.id).name]


def test_a_lost_sheet_that_cannot_be_drawn_again_is_refused_in_our_words(world: World, sold: Sold) -> None:
    path = press.sheet_path(world.installation, sold.run.id)
    whole = path.read_bytes()
    path.unlink()
    with world.db.read.begin() as session:
        run = session.get_one(PrintRun, sold.run.id)
        with no_file_beyond(0), pytest.raises(Unavailable, match=PRESS_WORDS):
            press.made_again(world.installation, run)
        assert sheets(world) == []
        assert press.made_again(world.installation, run).read_bytes() == whole


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system; the limit on file sizes is tested all the same")
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("this root may not mount anything (a container?)")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def fill(small_disk: Path) -> Callable[[], Path]:
    """Call it to take the last byte of the small disk; returns the file to delete."""

    def taken() -> Path:
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            for piece in (65536, 4096, 1):
                try:
                    while True:
                        file.write(bytes(piece))
                except OSError:
                    continue
        return filler

    return taken


def test_a_full_disk_stops_writing_only_and_only_as_long_as_it_is_full(
    world: World, sold: Sold, on_sqlite: None, small_disk: Path, fill: Callable[[], Path]
) -> None:
    world.db.dispose()
    shutil.copytree(world.settings.data, small_disk / "data")
    settings = Settings.load(small_disk / "data", {})
    small = World(settings, Installation.open(settings), Database(settings.database_url))
    run, filler = planned(small), fill()

    with pytest.raises(sa.exc.OperationalError, match="full|disk"):
        small.issue(small.get(Batch, run.batch_id), 2, "form-2")
    with pytest.raises(Unavailable, match=PRESS_WORDS):
        press.make(small.db, small.installation, run.id)
    assert verdict(small, sold.digits[0]) is Verdict.GENUINE  # what is known can still be told

    filler.unlink()
    assert small.issue(small.get(Batch, run.batch_id), 2, "form-2").first == 3
    assert make_at_last(small, run).state is PrintState.READY
    assert len(ranges(small, small.get(Batch, run.batch_id))) == 2
    assert ranges(small, sold.batch) == [sold.codes.id]
    small.db.dispose()
