"""The service is stopped and killed while it is used: it always ends, frees what it held, and has lost nothing."""

import os
import random
import secrets
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from world import Sold, World
from world.pace import ROUNDS
from world.service import Crowd, Service, Visitor, free_port, running, slow_lines
from yipin.models import Plot, Scan

STOPS = int(os.environ.get("SOAK_STOPS", "2"))
KILLS = max(1, STOPS // 4)
SEED = int(os.environ.get("SOAK_SEED", "0")) or secrets.randbits(32)
WITHIN, BUSY = 10.0, 60.0  # seconds: in which it ends, and in which a busy machine has started a process or ended one
BOTH_DATABASES = "SOAK_STOPS" in os.environ


def entered(world: World) -> Counter[str]:
    with world.db.read.begin() as session:
        return Counter(session.scalars(sa.select(Plot.name)))


class Trial:
    """One data directory on one port, whose service is started, used and ended many times."""

    def __init__(self, world: World, sold: Sold, folder: Path) -> None:
        self.world, self.sold, self.port, self.log = world, sold, free_port(), folder / "log"
        self.growers: list[Visitor] = []
        self.took: list[float] = []
        self.told: Counter[str] = Counter()
        self.chance = random.Random(SEED)

    def once(self, name: str, end: Callable[[Service], None]) -> None:
        """Start the service, use it, end it in this way while it is used, and look at what is left. One of three rounds must
        show that it ends in time: see `pace`."""
        for number in range(ROUNDS):
            self._round(f"{name}-{number}", end)
            if self.took[-1] < WITHIN:
                return
        raise AssertionError(f"too slow in each round: {self.took[-ROUNDS:]}")

    def _round(self, name: str, end: Callable[[Service], None]) -> None:
        with running(self.world.settings.data, self.log, self.port) as service:
            crowd = Crowd(self.port, self.sold.digits[0], self._signed_in(), name)
            with slow_lines(self.port):
                crowd.start()
                crowd.await_answers(BUSY)
                time.sleep(0.3 + self.chance.random())
                end(service)
                self.took.append(service.await_end(BUSY))
                crowd.end()
        self.told += crowd.told()
        assert crowd.faults(entered(self.world)) == []
        assert "Traceback" not in self.log.read_text("utf-8")

    def _signed_in(self) -> list[Visitor]:
        if not self.growers:
            self.growers = [Visitor(self.port), Visitor(self.port)]
            for grower in self.growers:
                grower.sign_in("ama")
        return self.growers

    def sum_up(self, how: str) -> None:
        """Print what happened, and look at the record: no look that a page told of is missing."""
        print(f"seed {SEED}, {len(self.took)} x {how}: at most {max(self.took):.1f} s; {dict(self.told)}")
        with self.world.db.looks.transaction(writes=False) as session:
            assert (session.scalar(sa.select(sa.func.count()).select_from(Scan)) or 0) >= self.told["200"] > 0
        assert self.told["done"] > 0


@pytest.fixture
def trial(world: World, sold: Sold, tmp_path: Path) -> Trial:
    return Trial(world, sold, tmp_path)


@pytest.mark.long
def test_it_stops_whatever_is_at_work(trial: Trial) -> None:
    for number in range(STOPS):
        trial.once(f"stop-{number}", lambda service: service.process.send_signal(signal.SIGTERM))
    trial.sum_up("SIGTERM")


@pytest.mark.soak
@pytest.mark.long
def test_its_workers_end_with_the_main_process_however_that_ends(trial: Trial) -> None:
    for number in range(KILLS):
        trial.once(f"kill-{number}", lambda service: service.process.kill())
    trial.sum_up("kill -9 of the main process")


@pytest.mark.long
def test_a_killed_worker_is_replaced_and_the_service_stops_as_ever(trial: Trial) -> None:
    def end(service: Service) -> None:
        lost = trial.chance.choice(service.workers())
        os.kill(lost, signal.SIGKILL)
        began = time.monotonic()
        while lost in service.workers() or len(service.workers()) < 2:
            assert time.monotonic() - began < BUSY
            time.sleep(0.05)
        service.await_answer()
        service.process.send_signal(signal.SIGTERM)

    for number in range(KILLS):
        trial.once(f"worker-{number}", end)
    trial.sum_up("kill -9 of a worker")


@pytest.mark.long
def test_a_second_service_on_the_directory_or_the_port_is_refused_in_one_line(world: World, tmp_path: Path) -> None:
    port, other = free_port(), tmp_path / "other"
    shutil.copytree(world.settings.data, other)
    with running(world.settings.data, tmp_path / "log", port) as service:
        for data, number in ((world.settings.data, free_port()), (other, port)):
            second = Service(data, tmp_path / f"log-{number}", number)
            try:
                assert second.process.wait(60) == 1
            finally:
                second.end()
            said = second.log.read_text("utf-8").partition("Error: ")[
                2
            ]  # before it, what is open to others on this disk
            assert said.count("\n") == 1 and str(service.process.pid) in said and "停止它" in said, said
        assert Visitor(port).ask("GET", "/healthz")[0] == 200
