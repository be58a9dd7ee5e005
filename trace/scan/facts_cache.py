"""Keeps the facts of batches in memory as long as nothing changes that they were read from.

Every change of the record raises the record version and tells what it changed (`models.changes`). Each scan asks what has
changed since; scans that came together ask once. A change is therefore seen by the very next scan, in every server
process. How a batch stands and whether a unit is void is part of the same question, and is never remembered.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from ..db import Database
from ..indicators import cache
from ..indicators.board import Progress
from ..installation.installation import Installation
from ..models.changes import Key
from .batch_facts import BatchFacts, Gathered, gather
from .found import Found, Wish, void_reason
from .question import Question, Told
from .recent_changes import RecentChanges
from .single_flight import SingleFlight
from .standing import ON_SALE
from .visits import Unit

MOST_KEPT = 20_000  # batches, about 5 kB each


@dataclass(slots=True)
class _Kept:
    facts: BatchFacts
    keys: frozenset[Key]
    today: date
    version: int  # of the record, at which the facts were true


class BatchFactsCache:
    """The facts of the batches that were looked at last, in this process."""

    def __init__(self, db: Database, most: int = MOST_KEPT) -> None:
        self._db, self._most, self._lock = db, most, Lock()
        self._counts = cache.counts_of(db.engine)
        self._question, self._changes = Question(db), RecentChanges()
        self._flights: SingleFlight[Gathered | None] = SingleFlight(self._changes.has_had)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def get(self, installation: Installation, wish: Wish, today: date) -> Found | None:
        """What is true of a unit's batch, from memory if nothing has changed that its facts were read from.

        None if no batch has this ID number. The facts are read in a transaction of their own that begins after the
        question: one that had begun before might not see what the question has told.
        """
        version, (found,) = self._look([wish], today)
        return found or self._read(installation, wish, today, version)

    def remembered(self, wishes: Sequence[Wish], today: date) -> list[Found | None]:
        """What `get` would give for each wish, or None where the facts are not in memory. One question for all."""
        return self._look(wishes, today)[1]

    def line(self, installation: Installation, today: date) -> Progress | None:
        """The line of the public count, as it was counted last. Never waits and asks nothing."""
        return self._counts.line_at_hand(self._db.engine, installation.policy, today)

    def __len__(self) -> int:
        return len(self._kept)

    def _look(self, wishes: Sequence[Wish], today: date) -> tuple[int, list[Found | None]]:
        with self._lock:
            since = self._changes.known
            there = {number: self._kept[number] for number, _ in wishes if number in self._kept}
        told = self._question.ask(since, {kept.facts.batch_id for kept in there.values()}, {*_doubtful(wishes, there)})
        with self._lock:
            self._take_in(told, since)
            good = {number for number, kept in there.items() if self._is_good(kept, today)}
        found = [_found(there[wish[0]].facts, wish[1], told) if wish[0] in good else None for wish in wishes]
        return told.version, found

    def _take_in(self, told: Told, since: int) -> None:
        is_back = self._changes.has_had(told.version + 1)  # the record is, or this answer is late
        if not self._changes.add(told, since):
            self._kept.clear()
            if is_back:
                self._flights.forget()
            self._counts.changed()
        elif since < told.kept_from or any(kind in cache.COUNTED_KINDS for kind, _ in told.changed):
            self._counts.changed()

    def _is_good(self, kept: _Kept, today: date) -> bool:
        if kept.today != today or not self._changes.unchanged(kept.keys, kept.version):
            return False
        kept.version = self._changes.known
        return True

    def _read(self, installation: Installation, wish: Wish, today: date, version: int) -> Found | None:
        def read() -> Gathered | None:
            with self._db.transaction(writes=False) as session:
                return gather(session, installation, wish[0], today)

        gathered = self._flights.read((wish[0], today), version, read)
        if gathered is None:
            return None
        facts = gathered.facts
        self._keep(wish[0], _Kept(facts, gathered.keys, today, version))
        if not facts.has_voids:
            return Found(facts, gathered.standing)
        with self._db.transaction(writes=False) as session:
            return Found(facts, gathered.standing, void_reason(session, facts, wish[1]))

    def _keep(self, number: str, kept: _Kept) -> None:
        """Keep what was read at a version. Whatever has changed since is found out when it is wanted again."""
        with self._lock:
            before = self._kept.get(number)
            if before is None or before.version <= kept.version or before.today != kept.today:
                self._kept[number] = kept
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _doubtful(wishes: Sequence[Wish], there: Mapping[str, _Kept]) -> Iterator[Unit]:
    """The units of batches that have void labels."""
    for number, ordinal in wishes:
        if (kept := there.get(number)) and kept.facts.has_voids:
            yield kept.facts.batch_id, ordinal


def _found(facts: BatchFacts, ordinal: int, told: Told) -> Found:
    standing = told.standings.get(facts.batch_id, ON_SALE)
    return Found(facts, standing, told.voids.get((facts.batch_id, ordinal)) if told.voids else None)
