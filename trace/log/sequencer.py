"""The sequencer: gives each entry its position, writes the tiles, signs the root and publishes the checkpoint.

Each step is durable before the next begins, and follows from those before: a process that is killed leaves what the next one goes
on from. Positions are given in the record, and never taken back. Tiles are written from the bytes that are stored there. Root and
size are kept in the record before the checkpoint is replaced, so that a log whose files were lost is rebuilt as the same log.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import clock
from ..db import Database
from ..errors import N_, Unavailable
from ..models import LogDue, LogEntry, LogPosition, LogSequencer
from . import lease, note, older, rollback
from .checkpoint import Checkpoint
from .folder import LogFolder, opened
from .merkle import root_of
from .note import Signer

AT_ONCE = 4_096  # entries in one step


class Sequencer:
    """What appends to one log, in one process."""

    def __init__(self, db: Database, folder: LogFolder, signers: Sequence[Signer]) -> None:
        self._db, self._folder, self._signers = db, folder, signers
        self._verifiers = [each.verifier for each in signers]

    def append(self) -> int | None:
        """Publish everything that waits. Returns the size of the log; None, and nothing is done, while a process elsewhere does it.

        Raises Unavailable when record and log do not belong together: then nothing is signed.
        """
        with self._folder.locked() as worker:
            token = lease.take(self._db, worker)
            if token is None:
                return None
            try:
                return self._appended(token)
            except lease.Lost:
                return None
            finally:
                lease.give_back(self._db, token)

    def _appended(self, token: int) -> int:
        told = self._folder.published(self._verifiers)
        self._refuse_older(told)
        while older.enter_some(self._db, token):
            pass
        while True:
            placed = self._place(token)
            told = self._publish(token, told)
            if placed < AT_ONCE:
                return told.size

    def _refuse_older(self, told: Checkpoint) -> None:
        """The record has every leaf that was published: the number of them, and the last one byte for byte."""
        if told.size:
            with self._db.transaction(writes=False) as session:
                rollback.refuse_behind(session, self._folder)

    def _place(self, token: int) -> int:
        """Give positions to some of what waits. Returns to how many."""
        with self._db.transaction(writes=True) as session:
            lease.held(session, token)
            ids = session.scalars(sa.select(LogDue.event_id).order_by(LogDue.event_id).limit(AT_ONCE)).all()
            if ids:
                last = session.scalar(sa.select(sa.func.max(LogPosition.position)))
                first = 0 if last is None else last + 1
                rows = [{"position": first + n, "event_id": number} for n, number in enumerate(ids)]
                session.connection().execute(sa.insert(LogPosition), rows)
                session.connection().execute(sa.delete(LogDue).where(LogDue.event_id.in_(ids)))
            return len(ids)

    def _publish(self, token: int, before: Checkpoint) -> Checkpoint:
        """Bring the tiles up to the positions, sign, and replace the checkpoint."""
        size = before.size
        while entries := self._entries(size):
            self._folder.tiles.extend(size, entries)
            size += len(entries)
        if size == before.size:
            return before
        told = Checkpoint(before.origin, size, root_of(size, self._folder.tiles.node))
        signed = bytes(note.signed(told.text(), self._signers, int(clock.now().timestamp())))
        opened(signed, self._verifiers)  # a signature made during a hardware fault can reveal the key
        with self._db.transaction(writes=True) as session:
            self._keep(lease.held(session, token), told)
        self._folder.publish(signed, self._verifiers)
        return told

    def _entries(self, size: int) -> list[bytes]:
        """The next entries after so many. Raises Unavailable when a position is missing."""
        with self._db.transaction(writes=False) as session:
            rows = session.execute(_contents(size).limit(AT_ONCE)).all()
        for n, row in enumerate(rows):
            if row.position != size + n:
                raise Unavailable(N_("公开日志第 %(position)d 条在登记库里不见了；没有再签名"), position=size + n)
        return [row.content for row in rows]

    def _keep(self, row: LogSequencer, told: Checkpoint) -> None:
        """Keep what is about to be published. Files that were lost come back as the log that they were."""
        if row.root is not None and (
            row.size > told.size or root_of(row.size, self._folder.tiles.node) != bytes(row.root)
        ):
            raise Unavailable(N_("按登记库重建的日志和已经公布的不一致（%(size)d 条处）；没有再签名"), size=row.size)
        row.size, row.root = told.size, told.root


def _contents(first: int) -> sa.Select[int, bytes]:
    rows = sa.select(LogPosition.position, LogEntry.content).join(LogEntry, LogEntry.event_id == LogPosition.event_id)
    return rows.where(LogPosition.position >= first).order_by(LogPosition.position)


def is_due(session: Session) -> bool:
    """Whether anything waits to be published: asked without the write lock."""
    row = session.scalars(sa.select(LogSequencer)).one()
    last = session.scalar(sa.select(sa.func.max(LogPosition.position)))
    waiting = session.scalar(sa.select(LogDue.event_id).limit(1))
    is_behind = last is not None and last + 1 > row.size
    return waiting is not None or is_behind or row.old_last is not None
