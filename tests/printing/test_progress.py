"""How far a run is: told while it is made, stopped, taken up again; one press at a time."""

import fcntl
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from world import World
from world.prints import files, on_one_database, plan, sha256
from yipin.audit import holds
from yipin.codes.label.job import Output
from yipin.codes.label.sheet import Stopped
from yipin.errors import Conflict
from yipin.models import Batch, PrintRun, PrintState
from yipin.printing import press, progress, runs

POSTGRESQL_IN_SOAK = True  # the files are the same


def test_a_run_cancelled_while_it_is_made_stays_cancelled(world: World) -> None:
    run = plan(world, 2)

    def cancel(_done: int) -> None:
        with world.db.write.begin() as session:
            runs.cancel_run(session, world.ama, session.get_one(PrintRun, run.id), "选错了纸")

    with pytest.raises(Stopped):
        press.make(world.db, world.installation, run.id, cancel)
    assert world.get(PrintRun, run.id).state is PrintState.CANCELLED and files(world) == []


@pytest.mark.parametrize("stock", ["a4-24", "roll-40x30"])
def test_a_run_stopped_while_it_is_made_leaves_nothing_and_can_be_made_again(
    world: World, stock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "ASK_AFTER", 0)
    run = plan(world, 70, stock, output=Output.TSPL if stock.startswith("roll") else Output.PDF)
    heard: list[int] = []

    def stop(done: int) -> None:
        heard.append(done)
        with world.db.write.begin() as session:
            runs.stop_run(session, world.ama, session.get_one(PrintRun, run.id))

    with pytest.raises(Stopped):
        press.make(world.db, world.installation, run.id, stop)
    assert heard == [24 if stock == "a4-24" else 64]  # at once, not when all is done
    assert world.get(PrintRun, run.id).state is PrintState.STOPPED and files(world) == []
    with pytest.raises(Conflict, match="停在半路"):
        world.release(run)
    with world.db.write.begin() as session:
        runs.retry(session, world.ama, session.get_one(PrintRun, run.id))
    again = press.make(world.db, world.installation, run.id)
    assert again is not None and world.get(PrintRun, run.id).state is PrintState.READY


def test_a_run_broken_off_while_it_is_read_back_leaves_no_file(world: World) -> None:
    """Ctrl-C, when the file is whole already but not yet passed."""
    run, seen = plan(world, 26), []

    def interrupt(way: progress.PrintProgress) -> None:
        seen.append(way)
        if way.done > 26:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        press.make(world.db, world.installation, run.id, hear=interrupt)
    assert files(world) == [] and world.get(PrintRun, run.id).state is PrintState.PLANNED
    assert [way.percent for way in seen] == sorted(way.percent for way in seen)
    assert press.make(world.db, world.installation, run.id) is not None


def test_the_time_left_is_told_by_the_work_done_so_far() -> None:
    assert progress.PrintProgress(25, 100, 10).rest == 30 and progress.PrintProgress(25, 100, 10).percent == 25
    assert progress.PrintProgress().rest is None and progress.PrintProgress().percent == 0


def test_a_run_held_while_it_is_made_is_made_but_not_released(world: World) -> None:
    run = plan(world, 2)

    def hold(_done: int) -> None:
        with world.db.write.begin() as session:  # the press holds no lock while it draws
            holds.hold(session, world.chen, session.get_one(Batch, run.batch_id), "抽检")

    press.make(world.db, world.installation, run.id, hold)
    assert world.get(PrintRun, run.id).state is PrintState.READY
    with pytest.raises(Conflict, match="已经冻结"):
        world.release(run)


def test_one_press_at_a_time_makes_a_run(world: World) -> None:
    run, others = plan(world, 2), []

    def other(_done: int) -> None:
        others.append(press.make(world.db, world.installation, run.id))

    assert press.make(world.db, world.installation, run.id, other) is not None
    assert others == [None]


def test_a_lock_left_by_a_killed_process_does_not_stop_the_next(world: World) -> None:
    run = plan(world, 2)
    world.settings.labels.mkdir(exist_ok=True)
    with progress.lock_path(world.installation, run.id).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert press.make(world.db, world.installation, run.id) is None
    assert press.make(world.db, world.installation, run.id) is not None


def test_nothing_is_counted_of_a_run_not_begun(world: World) -> None:
    assert progress.of(world.installation, 999) == progress.PrintProgress()


@on_one_database
def test_control_c_stops_a_run_of_the_command_line_which_can_then_be_made_with_the_same_bytes(world: World) -> None:
    codes = world.issue(world.declare(quantity="6000"), 2400)  # work enough for the signal to find it at work
    yipin = [sys.executable, "-m", "yipin"]
    data = ["--data", str(world.settings.data)]
    # A shell starts what runs in the background deaf to Control-C, and whatever that starts is deaf as well.
    hearing = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        [*yipin, "labels", str(codes.id), *data], stderr=subprocess.PIPE, text=True, preexec_fn=hearing
    ) as made:
        until = time.monotonic() + 60
        while progress.of(world.installation, 1).done < 24 and time.monotonic() < until:
            time.sleep(0.01)
        made.send_signal(signal.SIGINT)
        _, told = made.communicate(timeout=60)
    assert (made.returncode, "yipin press 1" in told) == (130, True), told
    assert files(world) == [] and world.get(PrintRun, 1).state is PrintState.STOPPED
    again = subprocess.run([*yipin, "press", "1", *data], capture_output=True, text=True, check=True)
    run = world.get(PrintRun, 1)
    assert again.stdout.strip() == str(press.path_of(world.installation, run)) and run.state is PrintState.READY
    assert sha256(press.path_of(world.installation, run)) == run.sha256
