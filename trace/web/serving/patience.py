"""Notes who has waited too long. All wait equally long, so one timer of their loop serves for all of them."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Answer(Protocol):
    """What somebody waits for: a future."""

    def done(self) -> bool: ...
    def get_loop(self) -> asyncio.AbstractEventLoop: ...


class Waiting(Protocol):
    """Somebody who waits for an answer."""

    @property
    def opened(self) -> Answer: ...


STEP = 0.01  # seconds between two looks at who waits
One = TypeVar("One", bound=Waiting)


class Patience(Generic[One]):
    """Calls `late` for each of those who have no answer after `seconds`, in the loop that they wait in."""

    def __init__(self, seconds: Callable[[], float], late: Callable[[One], None]) -> None:
        self._seconds, self._late = seconds, late
        # By loop, first come first: until when each waits. While a loop stands here, a timer of it is set.
        self._waiting: dict[asyncio.AbstractEventLoop, deque[tuple[float, One]]] = {}

    def wait(self, one: One) -> None:
        """Begin to wait, from now on."""
        loop = one.opened.get_loop()
        until = loop.time() + self._seconds()
        if loop not in self._waiting:
            self._waiting[loop] = deque()
            loop.call_at(until, self._look, loop)
        self._waiting[loop].append((until, one))

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting, now = self._waiting[loop], loop.time()
        while waiting and waiting[0][0] <= now:
            _, one = waiting.popleft()
            if not one.opened.done():
                self._late(one)
        if waiting:
            loop.call_at(max(waiting[0][0], now + STEP), self._look, loop)
        else:
            del self._waiting[loop]
