"""Watches how long one transaction holds the write lock, and what slow work is done inside one.

SQLite has one writer. While a transaction writes, every other act waits, and so does a scan that must be counted.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

log = logging.getLogger("yipin.db.watch")
LONGEST = 0.05  # seconds of processor time in which a transaction should be done
P = ParamSpec("P")
R = TypeVar("R")


class _Held(threading.local):
    watching = False  # commands may take their time: nobody else works on their database
    by: object = None  # the connection that writes; another of the same thread may read meanwhile
    since: float = 0  # processor seconds of this thread


_held = _Held()
complaints: list[str] = []  # what the tests read; the log tells an operator the same


@contextmanager
def watching() -> Iterator[None]:
    """A request, in which others wait for the lock: what is done inside the block is watched."""
    before, _held.watching = _held.watching, True
    try:
        yield
    finally:
        _held.watching = before


def taken(connection: object) -> None:
    """This thread now holds the write lock, by this connection."""
    _held.by, _held.since = connection, time.thread_time()


def given_back(connection: object) -> None:
    """This connection's transaction has ended. A lock that was held longer than `LONGEST` is told to the log."""
    if _held.by is not connection:
        return
    _held.by = None
    if _held.watching and (spent := time.thread_time() - _held.since) > LONGEST:
        _complain(f"the write lock was held for {spent * 1000:.0f} ms of work")


def slow(work: Callable[P, R]) -> Callable[P, R]:
    """Mark of work that takes long: a password hash, a picture, a spreadsheet. It is told to the log when it is done
    while this thread holds the write lock."""

    @wraps(work)
    def watched(*args: P.args, **kwargs: P.kwargs) -> R:
        if _held.watching and _held.by is not None:
            _complain(f"{work.__module__}.{work.__qualname__} under the write lock")
        return work(*args, **kwargs)

    return watched


def _complain(what: str) -> None:
    log.warning("%s", what)
    complaints.append(what)
    del complaints[:-100]
