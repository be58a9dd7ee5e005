"""One service on a directory and a port: the second is refused, and what the dead held is free."""

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from world.service import free_port
from yipin.errors import Unavailable
from yipin.running import claims, owners


def held_by(data: Path) -> dict[str, object]:
    (lock,) = data.glob(".serve*.lock")
    found: dict[str, object] = json.loads(lock.read_text("utf-8"))
    return found


@pytest.mark.parametrize("of_all_machines", [True, False])
def test_a_directory_has_one_service(tmp_path: Path, of_all_machines: bool) -> None:
    with claims.directory(tmp_path, "127.0.0.1:8000", of_all_machines=of_all_machines):
        assert held_by(tmp_path)["pid"] == os.getpid()
        with (
            pytest.raises(Unavailable, match=f"进程 {os.getpid()}，.*127.0.0.1:8000.*kill {os.getpid()}"),
            claims.directory(tmp_path, "127.0.0.1:9000", of_all_machines=of_all_machines),
        ):
            pass
    with claims.directory(tmp_path, "127.0.0.1:9000", of_all_machines=of_all_machines):
        assert held_by(tmp_path)["address"] == "127.0.0.1:9000"


def test_two_machines_may_serve_one_directory_with_postgresql_and_not_with_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with claims.directory(tmp_path, "a", of_all_machines=False):
        monkeypatch.setattr("platform.node", lambda: "another")
        with claims.directory(tmp_path, "b", of_all_machines=False):
            pass
    with (
        claims.directory(tmp_path, "a", of_all_machines=True),
        pytest.raises(Unavailable),
        claims.directory(tmp_path, "b", of_all_machines=True),
    ):
        pass


def test_a_port_has_one_owner_who_is_named(tmp_path: Path) -> None:
    number = free_port()
    with socket.create_server(("127.0.0.1", number)):
        owner = owners.listening_on(number)
        assert owner is not None and owner.pid == os.getpid()
        with pytest.raises(Unavailable, match=f"进程 {os.getpid()} .*--port"), claims.port("127.0.0.1", number):
            pass
    with claims.port("127.0.0.1", number):
        pass


def test_the_workers_of_the_owner_listen_and_nobody_else(tmp_path: Path) -> None:
    number = free_port()
    with claims.port("127.0.0.1", number), ExitStack() as workers:
        for _ in range(2):
            worker = workers.enter_context(socket.socket())
            worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            worker.bind(("127.0.0.1", number))
            worker.listen(8)
        with socket.create_connection(("127.0.0.1", number), timeout=5):
            pass
        with pytest.raises(Unavailable), claims.port("127.0.0.1", number):
            pass
        with pytest.raises(OSError):
            socket.create_server(("127.0.0.1", number)).close()


def test_of_many_who_come_in_the_same_moment_one_gets_the_port() -> None:
    for _ in range(20):
        number, start, over, got = free_port(), threading.Barrier(8), threading.Barrier(8), list[int]()

        def come(
            number: int = number, start: threading.Barrier = start, over: threading.Barrier = over, got: list[int] = got
        ) -> None:
            start.wait(20)
            try:
                with claims.port("127.0.0.1", number):
                    got.append(1)
                    over.wait(20)
            except Unavailable:
                over.wait(20)

        threads = [threading.Thread(target=come) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [1]


def test_an_address_that_is_not_ours_is_refused_in_one_line() -> None:
    for host in ("192.0.2.1", "no.such.host.invalid"):
        with pytest.raises(Unavailable, match="不能在"), claims.port(host, free_port()):
            pass


HOLD = """
import os, sys, time
from pathlib import Path
from yipin.running import claims, parent
with claims.directory(Path(sys.argv[1]), "here", of_all_machines=True):
    lifeline = parent.Lifeline()
    if os.fork() == 0:
        lifeline.follow(5)
        time.sleep(60)
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_child_ends_with_its_killed_parent_and_the_directory_is_free(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as main:
        assert main.stdout is not None and main.stdout.readline() == b"held\n"
        main.kill()
        main.wait()
        with claims.directory(tmp_path, "there", of_all_machines=True):
            assert held_by(tmp_path)["address"] == "there"
