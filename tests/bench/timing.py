"""Fair measuring: contenders take turns within a round, so that what slows the machine slows them alike."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Contender:
    """Does `things` of its work each time it is called."""

    name: str
    work: Callable[[], object]
    things: int


def rates(contenders: list[Contender], rounds: int) -> dict[str, list[float]]:
    """Things a second of each contender in each round, after one that is not counted."""
    found: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for turn in range(rounds + 1):
        for contender in contenders:
            start = time.perf_counter()
            contender.work()
            rate = contender.things / (time.perf_counter() - start)
            if turn:
                found[contender.name].append(rate)
    return found


def over(found: dict[str, list[float]], one: str, other: str) -> float:
    """How many times as fast: the median of what each round says, since both ran in it one after the other."""
    return statistics.median(a / b for a, b in zip(found[one], found[other], strict=True))


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Only so many of the cores that this process may use."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(before)[-count:]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
