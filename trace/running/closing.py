"""The one place where a process registers what must be closed before it ends."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread

log = logging.getLogger("yipin.closing")
Close = Callable[[float], None]  # it is told how many seconds it has


class Closing:
    """What is closed when this process stops: queues that are written out, processes that are ended.

    A service has one (`guard.Service.closing`). The main process of `yipin serve` has another, for what it starts itself.
    """

    def __init__(self) -> None:
        self._closers: dict[str, Close] = {}
        self._lock = Lock()

    def add(self, name: str, close: Close) -> None:
        """Have `close(seconds)` called at the stop, once no request is at work any more. `name` is for the log."""
        with self._lock:
            self._closers[name] = close

    def close(self, seconds: float) -> None:
        """Close everything at the same time, and wait so many seconds at most. A second call does nothing."""
        with self._lock:
            closers, self._closers = self._closers, {}
        end = time.monotonic() + seconds
        threads = [Thread(target=_close, args=(name, close, seconds), daemon=True) for name, close in closers.items()]
        for thread in threads:
            thread.start()
        for thread, name in zip(threads, closers, strict=True):
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                log.warning("%s could not be closed in %.1f s", name, seconds)

    @contextmanager
    def meanwhile(self, seconds: float) -> Iterator[None]:
        """Close everything while the block runs, and wait for both."""
        thread = Thread(target=self.close, args=(seconds,))
        thread.start()
        try:
            yield
        finally:
            thread.join()


def _close(name: str, close: Close, seconds: float) -> None:
    try:
        close(seconds)
    except Exception:
        log.exception("%s could not be closed", name)
