"""Times that a test asks for. The work of others makes everything slower and never faster, so one of three rounds must show
that it goes in time; what else a round asserts holds in each of them."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ROUNDS = 3


@dataclass(frozen=True)
class Took:
    """What took so many seconds (or is another figure that only grows on a busy machine) and how much is allowed."""

    what: str
    found: float
    at_most: float

    def __str__(self) -> str:
        return f"{self.what} {self.found:.3f} of {self.at_most:.3f}"


def in_time(trial: Callable[[int], Iterable[Took]]) -> None:
    """Refuse what is too slow in each of three rounds. `trial` is told the number of the round, from 0."""
    told = []
    for number in range(ROUNDS):
        found = list(trial(number))
        told.append(", ".join(map(str, found)))
        if all(each.found <= each.at_most for each in found):
            print(told[-1])
            return
    raise AssertionError("too slow in each round: " + "; ".join(told))


def worked(act: Callable[[], object]) -> float:
    """Seconds of this process's processor time in which `act` is done."""
    before = time.process_time()
    act()
    return time.process_time() - before
