"""What has changed lately, as far as this process has asked: whether something that was read is still true."""

from collections.abc import Iterable

from ..models.changes import Key
from .question import Told

MOST_KEPT = 100_000  # keys, about 15 MB
NEVER_ASKED = 2**62  # higher than any version, so the first answer lists no change


class RecentChanges:
    """The last version in which each key changed. Not safe for threads: the caller holds its own lock."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.known = NEVER_ASKED  # the version up to which the changes are known
        self._most = most
        self._kept_from = 0  # what was read before this version may be out of date in any way
        self._last: dict[Key, int] = {}

    def add(self, told: Told, since: int) -> bool:
        """Take in an answer that was asked from the version `since`. Returns False if nothing remembered is good any more:
        the record was put back to a former version, or this is the first answer."""
        if told.version < since:
            self.known = self._kept_from = told.version
            self._last.clear()
            return False
        if since < told.kept_from:
            self._kept_from = max(self._kept_from, told.kept_from)
        if told.version > self.known:  # else another thread asked later and was answered before
            self.known = told.version
            self._last.update(told.changed)
            self._trim()
        return True

    def has_had(self, version: int) -> bool:
        """Whether the record is known to have had a version, since it was put back last."""
        return version <= self.known != NEVER_ASKED

    def unchanged(self, keys: Iterable[Key], since: int) -> bool:
        """Whether none of these keys has changed after the version `since`, as far as is known."""
        last = self._last
        return self._kept_from <= since <= self.known and not any(last.get(key, 0) > since for key in keys)

    def _trim(self) -> None:
        """Forget the older half of too many changes, and with it what was read before them."""
        if len(self._last) <= self._most:
            return
        middle = sorted(self._last.values())[len(self._last) // 2]
        self._kept_from = max(self._kept_from, middle)
        self._last = {key: version for key, version in self._last.items() if version > middle}
