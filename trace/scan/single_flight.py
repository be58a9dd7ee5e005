"""One reads for many: whoever wants what somebody is reading already waits for that, and reads nothing."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

PATIENCE = 20.0  # seconds; then a waiting thread reads for itself

Value = TypeVar("Value")


@dataclass(eq=False)
class _Flight(Generic[Value]):
    since: int
    done: Event = field(default_factory=Event)
    landed: list[Value] = field(default_factory=list)  # one value, or none if reading failed


class SingleFlight(Generic[Value]):
    """Readings under way in this process, by what is read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._flights: dict[Hashable, _Flight[Value]] = {}

    def read(self, what: Hashable, since: int, read: Callable[[], Value]) -> Value:
        """The value of `read`, or of the same reading by another thread that began when the record had at least the
        version `since`. An error of `read` is its caller's own: the others read again."""
        while True:
            with self._lock:
                flight = self._flights.get(what)
                if flight is None:
                    mine = self._flights[what] = _Flight(since)
                    break
            came = flight.done.wait(PATIENCE)
            if not came:
                return read()
            if flight.landed and flight.since >= since:
                return flight.landed[0]
        try:
            mine.landed.append(read())
            return mine.landed[0]
        finally:
            with self._lock:
                del self._flights[what]
            mine.done.set()
