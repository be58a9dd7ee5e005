"""One reads for many: whoever wants what somebody is reading already, or has just read, waits for that and reads nothing."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

PATIENCE = 20.0  # seconds; then a waiting thread reads for itself
MOST_LANDED = 256  # readings that have ended and are held for those who asked before and arrive now

Value = TypeVar("Value")


@dataclass(eq=False)
class _Flight(Generic[Value]):
    since: int
    done: Event = field(default_factory=Event)
    landed: list[Value] = field(default_factory=list)  # one value, or none if reading failed

    def covers(self, since: int) -> bool:
        return bool(self.landed) and self.since >= since


class SingleFlight(Generic[Value]):
    """Readings in this process, by what is read: those under way, and the last that have ended.

    `is_known` tells whether the record, as it is now, has had a version. One that it has not had comes from before the
    record was put back to a former version, and says nothing of what a reading covers.
    """

    def __init__(self, is_known: Callable[[int], bool] = lambda version: True) -> None:
        self._lock, self._is_known = Lock(), is_known
        self._flights: dict[Hashable, _Flight[Value]] = {}
        self._landed: OrderedDict[Hashable, _Flight[Value]] = OrderedDict()

    def read(self, what: Hashable, since: int, read: Callable[[], Value]) -> Value:
        """The value of `read`, or of the same reading by another thread that began when the record had at least the
        version `since`. An error of `read` is its caller's own: the others read again."""
        while True:
            with self._lock:
                if not self._is_known(since):
                    break
                if (last := self._landed.get(what)) and last.covers(since):
                    return last.landed[0]
                flight = self._flights.get(what)
                if flight is None:
                    mine = self._flights[what] = _Flight(since)
            if flight is None:
                return self._fly(what, mine, read)
            if not flight.done.wait(PATIENCE):
                break
            if flight.covers(since):
                return flight.landed[0]
        return read()

    def forget(self) -> None:
        """The record was put back to a former version: nothing that was read before, or is being read, is given to
        anybody who comes from now on."""
        with self._lock:
            self._flights.clear()
            self._landed.clear()

    def _fly(self, what: Hashable, mine: _Flight[Value], read: Callable[[], Value]) -> Value:
        try:
            mine.landed.append(read())
            return mine.landed[0]
        finally:
            with self._lock:
                self._end(what, mine)
            mine.done.set()

    def _end(self, what: Hashable, mine: _Flight[Value]) -> None:
        if self._flights.get(what) is not mine:
            return  # forgotten meanwhile
        del self._flights[what]
        if mine.landed:
            self._landed[what] = mine
            self._landed.move_to_end(what)
        while len(self._landed) > MOST_LANDED:
            self._landed.popitem(last=False)
