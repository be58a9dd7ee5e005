"""Looks now and then whether labels may have been copied, and puts such packs before the officers."""

from datetime import datetime, timedelta

from .. import clock
from ..access.actor import Actor
from ..db import Database
from ..policy.policy import Policy
from ..scan import clone_cases

EACH = timedelta(minutes=30)  # between two times
BACK = timedelta(days=2)  # that the first time after a start looks back


class CloneWatch:
    """The watch of one process, which remembers until when it has looked."""

    def __init__(self) -> None:
        self._until: datetime | None = None

    def go(self, db: Database, policy: Policy) -> int:
        """Judge the packs that were looked at since the last time, if that is long ago. Returns how many were raised."""
        now = clock.now()
        if self._until is not None and now - self._until < EACH:
            return 0
        found = watch(db, policy, Actor("calendar", now), self._until or now - BACK)
        self._until = now
        return found


def watch(db: Database, policy: Policy, actor: Actor, since: datetime) -> int:
    """Raise every pack whose signs have the points and that was looked at since then. Returns how many were raised."""
    raised, after = 0, (0, -1)
    while True:
        with db.transaction(writes=False) as session:
            found, more = clone_cases.judged(session, policy, since, after)
        if found:
            with db.transaction(writes=True) as session:
                for each in found:
                    clone_cases.raise_case(session, actor, each)
        raised += len(found)
        if more is None:
            return raised
        after = more
