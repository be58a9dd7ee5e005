"""Does work in groups: one thread takes everything that has arrived and does it together.

It is for work that costs hardly more for many items than for one, such as a commit to the disk.
"""

import logging
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

log = logging.getLogger("yipin.scan.batcher")
AT_ONCE = 200  # in one group at most
A_MOMENT, LONGEST_WAIT = 0.001, 0.01  # seconds

Item = TypeVar("Item")


class Batcher(Generic[Item]):
    """Calls `work` with one group after the other, in one thread called `name`.

    `work` should not raise. If it does, the error is logged and the thread goes on, because everyone waits for it.
    """

    def __init__(self, name: str, work: Callable[[list[Item]], None]) -> None:
        self._name, self._work = name, work
        self._queue: SimpleQueue[Item | None] = SimpleQueue()  # None ends the thread
        self._starting = Lock()
        self._thread: Thread | None = None

    def put(self, item: Item) -> None:
        """Hand an item to the thread. The first item starts the thread, because a server process forks before that."""
        if self._thread is None:
            self._start()
        self._queue.put(item)

    def close(self, within: float) -> bool:
        """Let the thread finish what was put, and end it. Returns whether it ended within so many seconds.

        Whoever closes it puts nothing afterwards.
        """
        with self._starting:
            thread = self._thread
        if thread is None:
            return True
        self._queue.put(None)
        thread.join(within)
        return not thread.is_alive()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                thread = Thread(target=self._run, name=self._name, daemon=True)
                thread.start()
                self._thread = thread  # set only once it runs: if no thread could start, the next item tries again

    def _run(self) -> None:
        is_open = True
        while is_open and (first := self._queue.get()) is not None:
            group, is_open = self._group(first)
            try:
                self._work(group)
            except Exception:
                log.exception("%s in the inbox %r were lost", len(group), self._name)

    def _group(self, first: Item) -> tuple[list[Item], bool]:
        """What is there, beginning with `first`, and whether more may come."""
        group = [first]
        self._gather()
        while len(group) < AT_ONCE and not self._queue.empty():
            if (item := self._queue.get()) is None:
                return group, False
            group.append(item)
        return group, True

    def _gather(self) -> None:
        """Wait while more items keep arriving, at most `LONGEST_WAIT`: a larger group takes hardly more time."""
        waited, before = 0.0, 0
        while before < (there := self._queue.qsize()) < AT_ONCE and waited < LONGEST_WAIT:
            before, waited = there, waited + A_MOMENT
            time.sleep(A_MOMENT)
