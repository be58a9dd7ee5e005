"""Who may take a thread next. No network of readers takes all threads, and those who wait are served network by network."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ...errors import N_
from .refused import Refused

MOST_WAITING, MOST_OF_ONE = 1_000, 100  # requests that wait for a thread of one lane, in all and of one network
PATIENCE = 20  # seconds that a request waits for a thread
_CROWDED = N_("现在办事的人太多，这一次没有办成。请过几秒再试一次。")


class Lane:
    """The threads for one kind of requests. `share` is how many of them one network may hold at the same time."""

    def __init__(self, threads: int, share: int) -> None:
        self.threads, self._share = threads, share
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def place(self, network: str) -> AsyncIterator[None]:
        """Wait for a thread, and hold it while the block runs.

        Raises Refused when too many wait already, or when none became free in time.
        """
        await self._enter(network)
        try:
            yield
        finally:
            self._leave(network)

    async def _enter(self, network: str) -> None:
        if self._is_free(network):
            self._running[network] += 1
            return
        mine = self._waiting.setdefault(network, deque())
        if len(mine) >= MOST_OF_ONE or sum(map(len, self._waiting.values())) >= MOST_WAITING:
            raise Refused(503, _CROWDED)
        turn = asyncio.get_running_loop().create_future()
        mine.append(turn)
        await self._wait(turn, network)

    async def _wait(self, turn: "asyncio.Future[None]", network: str) -> None:
        try:
            await asyncio.wait({turn}, timeout=PATIENCE)
        except BaseException:  # the connection has ended meanwhile
            self._forget(turn, network)
            raise
        if not turn.done():
            self._forget(turn, network)
            raise Refused(503, _CROWDED)

    def _forget(self, turn: "asyncio.Future[None]", network: str) -> None:
        if turn.done():  # the thread was given already
            self._leave(network)
            return
        self._waiting[network].remove(turn)
        self._tidy(network)

    def _is_free(self, network: str) -> bool:
        return self._running.total() < self.threads and self._running[network] < self._share

    def _leave(self, network: str) -> None:
        self._running[network] -= 1
        if not self._running[network]:
            del self._running[network]
        able = [each for each in self._waiting if self._is_free(each)]
        if able:
            self._call(min(able, key=lambda each: self._running[each]))

    def _call(self, network: str) -> None:
        """Give the thread to the first that waits in this network. The others of the network go behind all networks."""
        mine = self._waiting.pop(network)
        self._running[network] += 1
        mine.popleft().set_result(None)
        if mine:
            self._waiting[network] = mine

    def _tidy(self, network: str) -> None:
        if not self._waiting[network]:
            del self._waiting[network]
