"""Consumers: so many scans a second, each over a connection of its own, whether the last was answered or not.

python -m tests.bench.scanners PORT SECONDS PER_SECOND < paths: tells how long the answers took, and what they were.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field

REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: t.example.cn\r\nAccept: text/html\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 12)\r\nConnection: close\r\n\r\n"
)
PATIENCE = 30.0


@dataclass
class Told:
    """What came of the scans: milliseconds of the middle and of the slowest hundredth, and answers by status."""

    scans: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    worst_ms: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return self.statuses.get("200", 0)


async def scan(port: int, path: str, times: list[float], told: Told) -> None:
    start = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST.format(path=path).encode())
            status = (await reader.readline())[9:12].decode("latin-1") or "cut off"
            await reader.read()
            writer.close()
    except (OSError, TimeoutError) as error:
        status = type(error).__name__
    times.append(time.perf_counter() - start)
    told.statuses[status] = told.statuses.get(status, 0) + 1


async def scans(port: int, paths: list[str], seconds: float, per_second: float) -> Told:
    """Scan packs at random, evenly spread over the time."""
    times: list[float] = []
    told, start = Told(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * per_second)):
            await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
            group.create_task(scan(port, random.choice(paths), times, told))
    times.sort()
    told.scans = len(times)
    told.p50_ms, told.p99_ms = 1_000 * times[len(times) // 2], 1_000 * times[int(len(times) * 0.99)]
    told.worst_ms = 1_000 * times[-1]
    return told


if __name__ == "__main__":
    found = asyncio.run(scans(int(sys.argv[1]), sys.stdin.read().split(), float(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps(asdict(found)))
