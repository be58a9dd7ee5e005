"""Work that costs little more for many at once: one thread takes all that has come in meanwhile, and works it off together."""

import logging
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

log = logging.getLogger("yipin.inbox")
AT_ONCE = 200  # in one group at most
A_MOMENT, LONGEST_WAIT = 0.001, 0.01  # seconds

Item = TypeVar("Item")


class Batcher(Generic[Item]):
    """`work` is called with one group after the other, in a thread of that name. It should not raise; if it does all the
    same, the thread lives on, for without it nobody would be answered any more."""

    def __init__(self, name: str, work: Callable[[list[Item]], None]) -> None:
        self._name, self._work = name, work
        self._queue: SimpleQueue[Item] = SimpleQueue()
        self._starting = Lock()
        self._thread: Thread | None = None

    def put(self, item: Item) -> None:
        """Leave it to the thread, which begins with the first: a server process forks before that."""
        if self._thread is None:
            self._start()
        self._queue.put(item)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                thread = Thread(target=self._run, name=self._name, daemon=True)
                thread.start()
                self._thread = thread  # not before it runs: where no thread can be had, the next who comes tries again

    def _run(self) -> None:
        while True:
            group = [self._queue.get()]
            self._gather()
            while len(group) < AT_ONCE and not self._queue.empty():
                group.append(self._queue.get())
            try:
                self._work(group)
            except Exception:
                log.exception("%s in the inbox %r were lost", len(group), self._name)

    def _gather(self) -> None:
        """Where many are coming, wait as long as more of them come: twice as many are worked off in hardly more time."""
        waited, before = 0.0, 0
        while before < (there := self._queue.qsize()) < AT_ONCE and waited < LONGEST_WAIT:
            before, waited = there, waited + A_MOMENT
            time.sleep(A_MOMENT)
