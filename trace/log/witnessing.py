"""The log asks its witnesses: after each checkpoint all of them at once, each in a thread of its own.

All are asked to sign the same checkpoint, so that a quorum can come together under it; the next one is begun when it has, or when
nobody is waited for any more. A witness that does not answer is asked less and less often, and holds up no other.
"""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from .. import clock
from ..db import Database
from ..errors import TraceError
from ..installation.settings import Settings
from ..models import LogWitness, LogWitnessed
from . import note, witness_policy
from .checkpoint import Checkpoint
from .folder import LogFolder
from .note import Kind, Note, Signed
from .witness_client import PATIENCE, NotCosigned, cosign
from .witness_policy import Policy, Witness

log = logging.getLogger("yipin.log")
AGAIN = 600.0  # seconds after which witnesses sign the same checkpoint again, so that readers see it is the newest
FIRST_REST, LONGEST_REST = 2.0, 60.0  # seconds between two questions to a witness that does not sign


@dataclass
class _Round:
    """One checkpoint that is being signed: what it bears so far, who is still asked, and since when."""

    signed: Note
    size: int
    policy: Policy
    begun: float
    cosigned: list[Signed] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    has_quorum: bool = False


@dataclass
class _Rest:
    """How often in a row a witness has not signed, and until when it is left alone."""

    failures: int = 0
    until: float = 0.0


class Witnessing:
    """What one process knows of the witnesses while it asks them."""

    def __init__(self, db: Database, settings: Settings, patience: float = PATIENCE) -> None:
        self._db, self._settings, self._patience = db, settings, patience
        self._folder, self._lock = LogFolder(settings.log), threading.Lock()
        self._round: _Round | None = None
        self._threads: dict[str, threading.Thread] = {}
        self._rests: dict[str, _Rest] = {}

    def look(self) -> None:
        """Ask whoever is to be asked now. Returns at once. Raises Unavailable for a policy that cannot be read."""
        policy = witness_policy.load(self._settings.log_policy)
        signed = self._folder.signed()
        if signed is None or not policy.witnesses:
            return
        self._begin(policy, note.parse(signed))
        if (current := self._round) is not None:
            for witness in self._due(policy, current):
                current.asked.add(witness.name)
                self._threads[witness.name] = thread = threading.Thread(
                    target=self._ask, args=(witness, current), name=f"witness {witness.name}", daemon=True
                )
                thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the answers. Returns whether all came within so many seconds."""
        end = time.monotonic() + seconds
        for thread in [*self._threads.values()]:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads.values())

    def _begin(self, policy: Policy, published: Note) -> None:
        """A new round, if there is something new to sign and the one before is over."""
        before, now, size = self._round, time.monotonic(), Checkpoint.parse(published.text).size
        if before is not None:
            is_over = before.has_quorum or not self._busy() & before.asked or now - before.begun > self._patience
            is_new = size > before.size or now - before.begun > AGAIN or policy != before.policy
            if not (is_over and is_new):
                return
        self._round = _Round(published, size, policy, now)

    def _due(self, policy: Policy, current: _Round) -> Iterator[Witness]:
        busy, now = self._busy(), time.monotonic()
        for witness in policy.witnesses:
            rest = self._rests.setdefault(witness.name, _Rest())
            is_asked = witness.name in current.asked and not rest.failures
            if witness.url and not is_asked and witness.name not in busy and now >= rest.until:
                yield witness

    def _busy(self) -> set[str]:
        return {name for name, thread in self._threads.items() if thread.is_alive()}

    def _ask(self, witness: Witness, current: _Round) -> None:
        rest = self._rests[witness.name]
        try:
            self._asked(witness, current)
            rest.failures, rest.until = 0, 0.0
            return
        except NotCosigned as why:
            grave = why.trouble.is_grave
            log.log(logging.ERROR if grave else logging.WARNING, "witness %s has not signed: %s", witness.name, why)
        except (TraceError, OSError, SQLAlchemyError) as error:
            log.warning("witness %s waits: %s", witness.name, error)
        except Exception:
            log.exception("witness %s waits", witness.name)
        rest.failures += 1
        rest.until = time.monotonic() + min(LONGEST_REST, FIRST_REST * 2 ** min(rest.failures, 10))

    def _asked(self, witness: Witness, current: _Round) -> None:
        with self._db.transaction(writes=False) as session:
            row = session.get(LogWitness, witness.name)
            seen = row.size if row else 0
        try:
            found = cosign(witness, current.signed, seen, self._folder.tiles.node, self._patience)
        except NotCosigned as why:
            self._keep_trouble(witness, why)
            raise
        with self._lock:
            current.signed = current.signed.renewed(found.lines)
            current.cosigned += found.signed
            is_first = not current.has_quorum and current.policy.is_reached(one.by for one in current.cosigned)
            current.has_quorum = current.has_quorum or is_first
            self._folder.cosigned(current.signed, by_quorum=current.has_quorum)
            self._keep(witness, current, max(one.at or 0 for one in found.signed), is_first)

    def _keep(self, witness: Witness, current: _Round, at: int, is_first: bool) -> None:
        with self._db.transaction(writes=True) as session:
            row = session.get(LogWitness, witness.name) or LogWitness(name=witness.name)
            row.size, row.cosigned_at, row.asked_at = current.size, datetime.fromtimestamp(at, UTC), clock.now()
            row.trouble = row.detail = row.troubled_since = None
            session.add(row)
            if is_first and session.get(LogWitnessed, current.size) is None:
                session.add(_witnessed(current))

    def _keep_trouble(self, witness: Witness, why: NotCosigned) -> None:
        with self._db.transaction(writes=True) as session:
            row = session.get(LogWitness, witness.name) or LogWitness(name=witness.name, size=0)
            row.asked_at = clock.now()
            row.troubled_since = row.troubled_since or row.asked_at
            row.trouble, row.detail = why.trouble, why.detail
            session.add(row)


def _witnessed(current: _Round) -> LogWitnessed:
    """The evidence that a quorum signed. Of what signed with two keys the long signatures of ML-DSA are left out, if it is still one."""
    by = {(one.by.name, one.by.key_id): one.by for one in current.cosigned}
    ours = [line for line in current.signed.signatures if (line.name, line.key_id) in by]
    short = [line for line in ours if by[line.name, line.key_id].kind is not Kind.ML_DSA_44]
    if not current.policy.is_reached(by[line.name, line.key_id] for line in short):
        short = ours
    at = current.policy.reached_at(one for one in current.cosigned if any(one.by.made(line) for line in short))
    kept = Note(current.signed.text, tuple(short))
    return LogWitnessed(size=current.size, at=datetime.fromtimestamp(at or 0, UTC), note=bytes(kept))
