"""How fast a unit's page is: against a Flask hello through the same server and client, and in a large record against a
small one.

Each page is the real one: signature checked, and the look written down for good before the answer. The server, one
worker, has one core and the client the rest. The contenders take turns; a ratio is the median of what the rounds say.
"""

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .figures import Figure
from .servers import CLIENT_CORES, ROOT, Server, serving
from .stall import FEW, large, small

CONNECTIONS = 64
FIRST_LOOKS = 200  # batches that nobody has looked at before


@dataclass(frozen=True)
class Looks:
    """How much is asked for in a round, and of what records."""

    requests: int
    batches: int
    codes: int  # in each batch
    scans: int


@dataclass(frozen=True)
class Asked:
    """One server, what it is asked for, and what came of it in each round: seconds, and processor seconds, a request."""

    server: Server
    paths: list[str]
    times: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)  # share of the time in which the client was at work

    def ask(self, requests: int) -> None:
        before = self.server.spent()
        told = answers(self.server, random.choices(self.paths, k=requests), CONNECTIONS)
        self.times.append(told["seconds"] / requests)
        self.client.append(told["own"] / told["seconds"])
        self.spent.append((self.server.spent() - before) / requests)


def answers(server: Server, paths: list[str], connections: int) -> dict[str, float]:
    """What the client tells. Raises RuntimeError if an answer was not good."""
    command = [
        sys.executable,
        "-m",
        f"{__package__}.client",
        str(server.port),
        str(min(connections, len(paths))),
        ",".join(map(str, CLIENT_CORES)),
    ]
    done = subprocess.run(command, cwd=ROOT, input="\n".join(paths), stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    if told["good"] != len(paths):
        raise RuntimeError(f"{told['good']} of {len(paths)} answers were good")
    return told


def lookups(folder: Path, looks: Looks, rounds: int) -> Iterator[Figure]:
    """All figures of looking up, out of one run."""
    ten = small(folder / "ten", looks.codes)
    many = large(ten, folder / "many", looks.batches, looks.scans)
    ours, units = "yipin.web.serving.asgi:app", min(looks.codes, looks.requests)
    with serving(("tests.bench.hello:app", ten.data), (ours, ten.data), (ours, many.data)) as servers:
        hello, few, much = (
            Asked(server, paths)
            for server, paths in zip(servers, (["/"], ten.paths(FEW, units), many.paths(FEW, units)), strict=True)
        )
        for turn in range(rounds + 1):
            for one in (hello, few, much):
                one.ask(looks.requests)
                if not turn:  # nothing is kept yet
                    one.times.clear(), one.spent.clear(), one.client.clear()
        first = many.paths(min(FIRST_LOOKS, looks.batches - FEW), 1, skip=1)
        told = answers(much.server, first, 1)
    yield from _figures(hello, few, much)
    yield Figure("lookup_first_ms", 1_000 * told["seconds"] / len(first), "ms")


def _figures(hello: Asked, few: Asked, much: Asked) -> Iterator[Figure]:
    yield Figure("lookup_over_hello", _ratio(hello.times, few.times), "ratio", "a Flask hello through the same server")
    yield Figure("lookup_over_hello_cpu", _ratio(hello.spent, few.spent), "ratio", "processor time of a Flask hello")
    yield Figure("lookup_growth", _ratio(much.times, few.times), "ratio", "a record of ten batches")
    yield Figure("lookup_per_s", 1 / statistics.median(few.times), "pages/s")
    yield Figure("hello_per_s", 1 / statistics.median(hello.times), "answers/s")
    yield Figure("client_share", statistics.median(hello.client), "of the time of a hello")


def _ratio(ones: list[float], others: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ones, others, strict=True) if b) if any(others) else 0.0
