"""Servers for the look-up benches: each started with the settings of `yipin serve` and one worker, on one core."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORES = CORES[0], CORES[1:] or CORES
START = """
import sys
from yipin.web.serving.server import server
more = {"interface": "wsgi", "blocking_threads": 32} if sys.argv[1].startswith("tests.bench.hello") else {}
server(sys.argv[1], "127.0.0.1", int(sys.argv[2]), 1, **more).serve()
"""


@dataclass(frozen=True)
class Server:
    port: int
    process: "subprocess.Popen[bytes]"

    def spent(self) -> float:
        """Seconds of processor time of the server and of the workers that it started."""
        tick = os.sysconf("SC_CLK_TCK")
        return sum(_ticks(number) for number in _family(self.process.pid)) / tick

    def await_answer(self) -> None:
        """Wait for the first answer. Raises RuntimeError for a server that gives none within a minute."""
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=60).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start on port {self.port}")

    def settle(self) -> None:
        """From now on, all of its threads share one core."""
        for number in _family(self.process.pid):
            for thread in Path(f"/proc/{number}/task").iterdir():
                os.sched_setaffinity(int(thread.name), {SERVER_CORE})


def _family(number: int) -> list[int]:
    listed = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return [number, *(one for child in map(int, listed) for one in _family(child))]


def _ticks(number: int) -> int:
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@contextmanager
def serving(*wanted: tuple[str, Path]) -> Iterator[list[Server]]:
    """A server for each application with its data directory, until the block ends."""
    servers = [_started(target, data) for target, data in wanted]
    try:
        for server in servers:
            server.await_answer()
            server.settle()
        yield servers
    finally:
        for server in servers:
            os.killpg(server.process.pid, signal.SIGKILL)  # what it wrote is thrown away with it
            server.process.wait(20)


def _started(target: str, data: Path) -> Server:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", START, target, str(port)]
    return Server(
        port,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"YIPIN_DATA": str(data)},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ),
    )
