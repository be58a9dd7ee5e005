"""How scans are answered while the service is attacked, in each of its ways, on both databases.

Three hundred scans a second come over connections of their own. After each attack, the looks in the record must be as
many as the answers were. python -m tests.bench.attacked SECONDS [sqlite|postgresql] prints the table.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .attacks import ATTACKS
from .figures import Figure
from .scanners import Told
from .tracing import databases
from .victim import Stock, Victim, victim

ROOT = Path(__file__).parents[2]
PER_SECOND = 300
SETTLED = 30.0  # seconds in which looks that wait in memory must be written


@dataclass(frozen=True)
class Outcome:
    """What came of one attack. `uncounted` are scans that were answered and are not in the record."""

    kind: str
    attack: str
    scans: Told
    uncounted: int
    highest_mb: float
    answers: dict[str, int]


def attacked(kind: str, service: Victim, attack: str, seconds: float, per_second: float = PER_SECOND) -> Outcome:
    """Attack the service for so many seconds, while packs are scanned."""
    before = service.looks()
    service.forget_height()
    attacker = subprocess.Popen(
        [sys.executable, "-m", f"{__package__}.attacks", attack, str(service.port), service.large, str(seconds + 1)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(1)
    command = [sys.executable, "-m", f"{__package__}.scanners", str(service.port), str(seconds), str(per_second)]
    done = subprocess.run(command, cwd=ROOT, input="\n".join(service.paths), capture_output=True, text=True, check=True)
    told = Told(**json.loads(done.stdout))
    said, _ = attacker.communicate(timeout=120)
    return Outcome(
        kind, attack, told, _uncounted(service, before + told.answered), service.highest_mb(), json.loads(said or "{}")
    )


def _uncounted(service: Victim, wanted: int) -> int:
    """How many looks are missing when those that waited have been written."""
    end = time.monotonic() + SETTLED
    while (missing := wanted - service.looks()) > 0 and time.monotonic() < end:
        time.sleep(0.5)
    return missing


def outcomes(seconds: float, kinds: Sequence[str], attacks: Sequence[str], stock: Stock) -> Iterator[Outcome]:
    """Every attack on a service of each kind of database."""
    with databases() as urls:
        for kind in kinds:
            with tempfile.TemporaryDirectory(prefix="yipin-attacked-") as folder:
                address = None if kind == "sqlite" else urls[kind]
                with victim(Path(folder), address, stock) as service:
                    attacked(kind, service, "rest", 2)  # the first pages are drawn, which is another bench's figure
                    for attack in attacks:
                        yield attacked(kind, service, attack, seconds)


def attacking(seconds: float, attacks: Sequence[str], stock: Stock) -> Iterator[Figure]:
    """The figures of the bench: the worst of all attacks, and each one's."""
    worst: dict[str, float] = {}
    for one in outcomes(seconds, ["sqlite", "postgresql"], attacks, stock):
        yield Figure(f"attacked_{one.attack}_p99_ms_{one.kind}", one.scans.p99_ms, "ms")
        lost = one.uncounted + one.scans.scans - one.scans.answered
        worst["attacked_lost"] = worst.get("attacked_lost", 0) + lost
        worst["attacked_mb"] = max(worst.get("attacked_mb", 0), one.highest_mb)
    yield Figure("attacked_lost", worst["attacked_lost"], "scans")
    yield Figure("attacked_mb", worst["attacked_mb"], "MB")


def table(seconds: float, kinds: list[str]) -> None:
    """Print a line for each attack as soon as it is over."""
    print(
        f"{'database':11}{'attack':17}{'scans':>7}{'p50 ms':>8}{'p99 ms':>8}{'worst':>8}{'lost':>6}{'MB':>6}  answers"
    )
    for one in outcomes(seconds, kinds, list(ATTACKS), Stock()):
        lost = one.uncounted + one.scans.scans - one.scans.answered
        told = one.scans
        print(
            f"{one.kind:11}{one.attack:17}{told.scans:>7}{told.p50_ms:>8.1f}{told.p99_ms:>8.1f}{told.worst_ms:>8.0f}"
            f"{lost:>6}{one.highest_mb:>6.0f}  {one.answers}",
            flush=True,
        )


if __name__ == "__main__":
    table(float(sys.argv[1]), sys.argv[2:] or ["sqlite", "postgresql"])
