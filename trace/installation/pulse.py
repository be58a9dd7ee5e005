"""Whether the stores of the service can be written and read, asked as often as anyone likes and tried once a second at most.

Each store is tried in a thread of its own, so that one that does not answer keeps no other waiting, and whoever asks gets an
answer in time. All who ask within a second share it.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import sqlalchemy as sa

from ..db import Store
from ..db.damage import is_damage
from ..db.probe import Probe
from ..errors import TraceError

log = logging.getLogger("yipin.health")
FRESH = 1.0  # seconds for which an answer serves all who ask
PATIENCE = 1.8  # seconds in which an answer is given in any case
SOUND = "ok"
T = TypeVar("T")
Stores = Mapping[str, Store]  # by the name under which `/healthz` tells of them


class Pulse:
    """The health of some stores, and of what else may be tried quickly. A store that comes later is given in the same way."""

    def __init__(self, stores: Stores, others: Mapping[str, Callable[[], str]] | None = None) -> None:
        self.stores = stores
        trials = {name: _trial(name, db) for name, db in stores.items()} | dict(others or {})
        self._shared = {name: Shared(trial, FRESH, PATIENCE) for name, trial in trials.items()}

    def states(self) -> dict[str, str]:
        """A word for each store: `ok`, `busy`, `damaged`, `missing`, `failing`, or `silent` when it did not answer."""
        for shared in self._shared.values():
            shared.start()
        return {name: shared.answer() or "silent" for name, shared in self._shared.items()}


class Shared(Generic[T]):
    """One answer for all who ask within `fresh` seconds. Never two trials at the same time, and none awaited for longer
    than `patience` seconds from its beginning."""

    def __init__(self, trial: Callable[[], T], fresh: float, patience: float) -> None:
        self._trial, self._fresh, self._patience = trial, fresh, patience
        self._changed = threading.Condition()
        self._answer: T | None = None
        self._at, self._began, self._is_busy = float("-inf"), 0.0, False

    def start(self) -> None:
        """Begin a trial, unless one is under way or the last answer is fresh."""
        with self._changed:
            if self._is_busy or time.monotonic() - self._at < self._fresh:
                return
            self._is_busy, self._began = True, time.monotonic()
        threading.Thread(target=self._try, name="health", daemon=True).start()

    def answer(self) -> T | None:
        """The newest answer; None when the trial under way takes too long.

        An answer that was fresh a moment ago serves while the next trial is under way: few threads ever wait here.
        """
        with self._changed:
            if not self._is_busy or time.monotonic() - self._at < 2 * self._fresh:
                return self._answer
            self._changed.wait_for(lambda: not self._is_busy, max(0, self._began + self._patience - time.monotonic()))
            return None if self._is_busy else self._answer

    def _try(self) -> None:
        found = None
        try:
            found = self._trial()
        finally:
            with self._changed:
                self._answer, self._at, self._is_busy = found, time.monotonic(), False
                self._changed.notify_all()


def _trial(name: str, db: Store) -> Callable[[], str]:
    probe, last = Probe(db), [SOUND]

    def told() -> str:
        found, why = _tried(db, probe)
        if found != last[0]:
            log.log(
                logging.INFO if found == SOUND else logging.ERROR, "store %s is %s: %s", name, found, why or "again"
            )
            last[0] = found
        return found

    return told


def _tried(db: Store, probe: Probe) -> tuple[str, str]:
    """The word for the state, and for the log what is behind it."""
    if db.damage.seen:
        return "damaged", db.damage.seen
    try:
        probe.try_out()
    except TraceError as error:
        return "missing", str(error)
    except sa.exc.SQLAlchemyError as error:
        told = str(getattr(error, "orig", error)).strip().split("\n")[0]
        return _word(told), told
    return SOUND, ""


def _word(told: str) -> str:
    if is_damage(told):
        return "damaged"
    return "busy" if "locked" in told or "timeout" in told else "failing"
