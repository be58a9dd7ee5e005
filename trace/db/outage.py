"""Tells a database that is away or busy from a fault of ours, and says so in the log once and not at every request."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock

import psycopg
import sqlalchemy as sa

log = logging.getLogger("yipin.db")
QUIET = 30.0  # seconds in which the log is not told the same again


def _drivers() -> list[type[Exception]]:
    found: list[type[Exception]] = [psycopg.OperationalError, psycopg.InterfaceError, sqlite3.OperationalError]
    with suppress(ImportError):
        import pysqlite3

        found.append(pysqlite3.OperationalError)
    return found


BUSY: tuple[type[Exception], ...] = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError, *_drivers())
"""What a database raises, or its driver, when it is away, locked, full, or has ended a transaction that was in another's way."""

_GONE = ("08", "57P01", "57P02", "57P03", "57P05")  # SQLSTATE: no connection, shut down, crashed, starting up, cut


def is_gone(error: BaseException) -> bool:
    """Whether an error, or one that led to it, says that the connection to the database is lost."""
    return any(_says_gone(each) for each in _chain(error))


def _says_gone(error: BaseException) -> bool:
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return error.sqlstate is None or error.sqlstate.startswith(_GONE)
    return False


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
            yield error.orig
        error = error.__cause__ or error.__context__


def first_line(error: BaseException) -> str:
    """What the driver said, on one line."""
    told = getattr(error, "orig", None) or error
    return (str(told).strip() or type(told).__name__).split("\n")[0]


class Outage:
    """Since when a database has not answered. All threads of a process share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: float | None = None
        self._told = float("-inf")

    def began(self, error: BaseException) -> float:
        """Note that the database does not answer. Returns since when, in seconds of `time.monotonic`."""
        with self._lock:
            if self._since is None:
                self._since = time.monotonic()
                if self._since - self._told > QUIET:
                    self._told = self._since
                    log.error("the database does not answer: %s", first_line(error))
            return self._since

    def ended(self) -> None:
        """Note that the database answers."""
        if self._since is None:
            return
        with self._lock:
            if self._since is not None and self._since >= self._told:
                log.warning("the database answers again, after %.1f s", time.monotonic() - self._since)
            self._since = None


class Told:
    """Keeps a log short while the same happens again and again: the first is told, then how many others there were."""

    def __init__(self) -> None:
        self._lock, self._at, self._others = Lock(), float("-inf"), 0

    def tell(self, logger: logging.Logger, what: str, error: BaseException) -> None:
        """Log an error on one line, unless one was logged a short while ago."""
        with self._lock:
            now = time.monotonic()
            if now - self._at < QUIET:
                self._others += 1
                return
            others, self._at, self._others = self._others, now, 0
        logger.error("%s: %s%s", what, first_line(error), f" (and {others} times before)" if others else "")
