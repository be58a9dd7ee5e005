"""Makes a new status bundle when it is asked for and something has changed, or the last one is getting old."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import ClassVar

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log as events
from ..db import Database
from ..installation.installation import Installation
from ..log.folder import LogFolder
from ..models import Action, tell
from . import bundle, key, listed
from .bundle import LASTS, Bundle, Head, LogHead, Part
from .parts import batches_part, changes, read_batches
from .rice import BadBundle
from .shelf import Shelf

LOOKED_AT = timedelta(seconds=10)  # a change is in the list so long after it, at the latest
RENEWED = timedelta(minutes=15)  # without a change


@dataclass(frozen=True)
class Published:
    """What an event of a bundle tells of: the bundle, by its number."""

    __tablename__: ClassVar[str] = "status_bundles"
    id: int


@dataclass
class Publisher:
    """Keeps the bundles of an installation up to date, for one process. Each bundle is an entry of the public log, written to `db` in
    a transaction of its own before the bundle can be had; without a `db` none is written, as for a copy that nobody is given."""

    installation: Installation
    db: Database | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)
    _looked: datetime | None = field(default=None, repr=False)

    @property
    def shelf(self) -> Shelf:
        """Where the bundles lie."""
        return Shelf(self.installation.settings.status)

    def refresh(self, session: Session, now: datetime) -> int:
        """See to it that the newest bundle tells what is true at `now` (aware UTC, taken before the session began).

        Returns its number. Raises Unavailable without the key, or if the disk does not take it.
        """
        with self._lock:
            if self._looked is None or not self._looked <= now < self._looked + LOOKED_AT:
                self.renew(session, now)
                self._looked = now
        return self.shelf.newest()

    def renew(self, session: Session, now: datetime, least: int = 1) -> int:
        """Look at the record now. Returns the number of the newest bundle, which is `least` or more."""
        log = self._log_head()  # first, so that the list holds whatever the log does
        parts = listed.parts(session, self.installation.secrets.units)
        with self.shelf.alone():
            last = self._last()
            if last and last.head.sequence >= least and _is_good(last, parts, now):
                return last.head.sequence
            return self._issue(last, parts, now, log, least)

    def _log_head(self) -> LogHead:
        told = LogFolder(self.installation.settings.log).latest()
        return LogHead(told.size, told.root) if told else LogHead()

    def _issue(self, last: Bundle | None, parts: dict[str, bytes], now: datetime, log: LogHead, least: int) -> int:
        signer = key.signer(self.installation.settings)
        number = max(self.shelf.newest() + 1, least)
        as_of = max(now.replace(microsecond=0), last.head.as_of) if last else now.replace(microsecond=0)
        told = {name: Part.of(raw) for name, raw in parts.items()}
        note = bundle.signed(Head(signer.name, number, as_of, as_of + LASTS, told, log), signer)
        self._tell(number, note, now)
        files = {str(number): bundle.whole(note, parts[listed.BATCHES])}
        if last:
            made = changes(last.standings, read_batches(parts[listed.BATCHES]))
            files[f"{last.head.sequence}-{number}"] = bundle.difference(note, last.head.sequence, batches_part(made))
        voids = {f"{number}-{name}": raw for name, raw in parts.items() if name != listed.BATCHES}
        self.shelf.put(number, {name: text.encode() for name, text in files.items()} | voids, note.encode())
        return number

    def _tell(self, number: int, note: str, now: datetime) -> None:
        if self.db is None:
            return
        with self.db.transaction(writes=True) as session:
            act = events.event(Actor("status", now), Action.STATUS_PUBLISH, number=number, sha256=mark(note))
            tell(session, act, Published(number))

    def _last(self) -> Bundle | None:
        """The newest bundle that this installation's key signed; None where there is none."""
        number = self.shelf.newest()
        if not number:
            return None
        verifier = key.signer(self.installation.settings).verifier
        try:
            return bundle.read(self.shelf.read(str(number)).decode(), [verifier])
        except BadBundle:  # of another key, or damaged: the next one is begun without it
            return None


def mark(note: str) -> str:
    """By what the public log names a bundle: SHA-256 of its note's text, without the signatures."""
    return hashlib.sha256((note.rpartition("\n\n")[0] + "\n").encode()).hexdigest()


def _is_good(last: Bundle, parts: dict[str, bytes], now: datetime) -> bool:
    same = last.head.parts == {name: Part.of(raw) for name, raw in parts.items()}
    return same and now < last.head.as_of + RENEWED
