"""How scans fare while growers work: pages a second with real acts against pages a second at rest, how long the growers'
forms take meanwhile, and how long the first look takes after a hold of that very batch. On both databases.
"""

import http.client
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from yipin.access.actor import Actor
from yipin.audit import holds
from yipin.db import Database
from yipin.installation.settings import Settings
from yipin.models import Account, Batch, Role

from .figures import Figure
from .lookups import CONNECTIONS, answers
from .market import market
from .servers import CLIENT_CORES, ROOT, Server, serving
from .stall import Stall
from .tracing import databases

RATE = 20.0  # acts a second
UNITS = 2  # of each batch are asked for
DRAWN_AT_ONCE = 8  # pages that nobody has seen; none of them waits so long that the service sends it away


@dataclass(frozen=True)
class Alive:
    """How much is asked for."""

    batches: int = 1_000
    requests: int = 6_000  # in each part of a round
    rounds: int = 3
    touched: int = 100  # batches that are held and looked at
    connections: int = CONNECTIONS
    growers: int = 20


def alive(folder: Path, size: Alive) -> Iterator[Figure]:
    """All figures of both databases."""
    with databases() as urls:
        for kind, url in urls.items():
            address = url.replace("postgresql://", "postgresql+psycopg://")
            stall = market(folder / kind, size.growers, size.batches, 4, address)
            with serving(("yipin.web.serving.asgi:app", stall.data)) as (server,):
                yield from _while_they_work(kind, server, stall, size)
                yield Figure(f"lookup_touched_ms_{kind}", _touched(stall, server, size.touched), "ms")


def _while_they_work(kind: str, server: Server, stall: Stall, size: Alive) -> Iterator[Figure]:
    paths, ratios, took, sent, good = stall.paths(size.batches, UNITS), [], [], 0, 0
    with _growers(server, stall.data, size.growers) as growers:
        answers(server, paths, DRAWN_AT_ONCE)  # every batch is drawn once
        for _ in range(size.rounds):
            rest = answers(server, random.choices(paths, k=size.requests), size.connections)
            _say(growers, 1.3 * rest["seconds"] + 1)
            time.sleep(0.5)
            at_work = answers(server, random.choices(paths, k=size.requests), size.connections)
            told = json.loads(_line(growers))
            ratios.append(rest["seconds"] / at_work["seconds"])
            took += told["took"]
            sent, good = sent + told["sent"], good + told["good"]
    if good < sent:
        raise RuntimeError(f"{sent - good} of {sent} forms were not taken in: {told['statuses']}")
    yield Figure(f"lookup_alive_{kind}", statistics.median(ratios), "ratio", "the same pages while nobody works")
    yield Figure(f"forms_p99_ms_{kind}", sorted(took)[int(0.99 * len(took))], "ms")


@contextmanager
def _growers(server: Server, data: Path, count: int) -> Iterator["subprocess.Popen[str]"]:
    words = [str(server.port), str(count), str(RATE), ",".join(map(str, CLIENT_CORES)), str(data)]
    command = [sys.executable, "-m", f"{__package__}.growers", *words]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            if _line(process).strip() != "ready":
                raise RuntimeError("the growers could not sign in")
            yield process
        finally:
            process.kill()


def _say(process: "subprocess.Popen[str]", seconds: float) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _touched(stall: Stall, server: Server, count: int) -> float:
    """The median of the first look at a batch after a hold of it, in ms; before, its page was drawn."""
    db = Database(Settings.load(stall.data).database_url)
    with db.read.begin() as session:
        chen = session.scalars(sa.select(Account).where(Account.role == Role.OFFICER)).one()
        numbers = session.scalars(sa.select(Batch.id).order_by(Batch.id)).all()
    paths, times = stall.paths(len(numbers), 1)[:count], []
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for number, path in zip(numbers, paths, strict=False):
        _look(line, path)
        with db.write.begin() as session:
            holds.hold(session, Actor.of(chen, datetime.now(UTC)), session.get_one(Batch, number), "抽检")
        begun = time.perf_counter()
        page = _look(line, path)
        times.append(time.perf_counter() - begun)
        if "is-on_hold" not in page:
            raise RuntimeError("a hold was not seen by the next scan")
    db.dispose()
    return 1_000 * statistics.median(times)


def _look(line: http.client.HTTPConnection, path: str) -> str:
    headers = {"Host": "t.example.cn", "Accept": "text/html", "User-Agent": "Mozilla/5.0 (Linux; Android 12)"}
    line.request("GET", path, headers=headers)
    return line.getresponse().read().decode()
