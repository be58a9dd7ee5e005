"""The two long works of an import, of which a request does the short ones: `judge` after the upload, `enter` after the
confirmation.

Both may be run again after a crash, by any process, and twice at once: they start from what the import's row says, and the
rows of a table enter by one act that also marks the import as done.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from .. import clock
from ..access.actor import Actor
from ..db import Database
from ..db.apart import Apart
from ..db.columns import Base
from ..errors import N_, Forbidden, Message, TraceError
from ..installation.installation import Installation
from ..models import Account, Event, ImportState, RecordChange, RecordVersion, TableImport
from . import entering, judging, staging, tables
from .engine import AnyImport, Desk, Fault, Table
from .judging import Tell, Trial
from .outcome import Outcome, found, kept
from .twins import twins
from .uploads import Take

TRIES = 3  # trials of a table whose judgement others change meanwhile
EACH = 0.5  # seconds between two notes of the progress
KINDS: dict[str, AnyImport] = {kind.key: kind for kind in tables.KINDS}
UNSETTLED = Message(N_("导入的时候别人一直在改相关的资料，这次一行也没有导入；请过几分钟重新上传"))
UNEXPECTED = Message(N_("出了意外，一行也没有导入；请重新上传，再不行请联系管理员"))
log = logging.getLogger("yipin.imports")


def _nobody(done: int) -> None:
    """Nobody asks how far it is."""


@dataclass
class _Job:
    """What one run of a work holds: the import as it stood at the start, its person and its table."""

    db: Database
    installation: Installation
    row: TableImport
    actor: Actor
    tell: Tell
    noted: float = field(default=0)

    @property
    def kind(self) -> AnyImport:
        return KINDS[self.row.kind]

    def sit(self, session: Session) -> Desk:
        return Desk(session, self.actor, self.installation, self.row.digest, self.row.approve)

    def progress(self, done: int) -> None:
        """Tell how many rows have been looked at. Raises Gone when the person has given the import up."""
        self.tell(done)
        if time.monotonic() - self.noted > EACH:
            self.noted = time.monotonic()
            self.note(done=done)

    def note(self, **values: object) -> None:
        """Change the import's row, unless it has gone on without us: then raises Gone."""
        mine = sa.update(TableImport).where(TableImport.token == self.row.token, TableImport.state == self.row.state)
        with self.db.transaction(writes=True) as session:
            done = session.connection().execute(mine.values(**values, changed_at=clock.now()))
            if done.rowcount != 1:
                raise entering.Gone

    def refuse(self, outcome: Outcome) -> None:
        """No row enters; the outcome says why. The table is not needed any more."""
        self.note(state=ImportState.REFUSED, found=kept(outcome))
        self.clear()

    def settle(self, outcome: Outcome) -> None:
        """The table waits for the person's word, or is refused if none of its rows can enter."""
        if outcome.can_enter:
            self.note(state=ImportState.JUDGED, found=kept(outcome), done=self.row.rows)
        else:
            self.refuse(outcome)

    def clear(self) -> None:
        staging.delete(self.installation.settings, self.row.account_id, self.row.kind, self.row.token)


def judge(db: Database, installation: Installation, import_id: int, tell: Tell = _nobody) -> None:
    """Try every row of an uploaded table, and note in the import what was found. Nothing else is written.

    `tell` is called with the number of rows looked at. An import that does not wait for this is left alone.
    """
    _run(db, installation, import_id, tell, ImportState.CHECKING, _judge)


def enter(db: Database, installation: Installation, import_id: int, tell: Tell = _nobody) -> None:
    """Try every row again, and make all of them part of the record, or note in the import why none can enter.

    `tell` is called with the number of rows looked at. An import that does not wait for this is left alone.
    """
    _run(db, installation, import_id, tell, ImportState.ENTERING, _enter)


WORKS = {ImportState.CHECKING: judge, ImportState.ENTERING: enter}


def at_once(db: Database, installation: Installation, row: TableImport) -> None:
    """Do what a short table waits for, while its person waits for the page.

    A database that is busy or away is told of by the page, as at any other one. Whatever else goes wrong refuses the table.
    """
    state = row.state
    try:
        WORKS[state](db, installation, row.id)
    except sa.exc.OperationalError:
        raise
    except Exception:
        log.exception("import %s", row.id)
        refuse(db, installation, row.id, state)


def refuse(db: Database, installation: Installation, import_id: int, state: ImportState) -> None:
    """No row enters, for a reason that nobody foresaw. An import that is no longer in this state is left alone."""
    if found := _found(db, import_id, state):
        row, account = found
        with suppress(entering.Gone):
            _Job(db, installation, row, Actor.of(account, clock.now()), _nobody).refuse(_said(row, UNEXPECTED))


def _run(
    db: Database,
    installation: Installation,
    import_id: int,
    tell: Tell,
    state: ImportState,
    work: Callable[[_Job, Table], None],
) -> None:
    """What speaks against the table is told to its person. Any other exception is the caller's, who may try again."""
    if not (found := _found(db, import_id, state)):
        return
    row, account = found
    job = _Job(db, installation, row, Actor.of(account, clock.now()), tell)
    try:
        if account.disabled_at is not None:
            raise Forbidden(N_("您的账号不能办这件事"))
        work(job, staging.load(installation.settings, row.account_id, row.kind, row.token))
    except entering.Gone:
        log.info("import %s: given up or done already", import_id)
    except TraceError as error:
        job.refuse(_said(row, error.shown))


def _found(db: Database, import_id: int, state: ImportState) -> tuple[TableImport, Account] | None:
    with db.transaction(writes=False) as session:
        row = session.get(TableImport, import_id)
        if row is None or row.state is not state:
            return None
        account = session.get_one(Account, row.account_id)
        session.expunge_all()
        return row, account


def _said(row: TableImport, message: Message) -> Outcome:
    return Outcome(row.rows, faults=[Fault(0, "", "", message)])


def stood_apart(connection: Connection, *kinds: type[Base]) -> Apart:
    """Own tables of these kinds, and of what every act writes beside its rows: the event, and the record's version."""
    apart = Apart(connection, (*kinds, Event, RecordVersion, RecordChange))
    with connection.begin():
        connection.execute(sa.insert(apart.ours(RecordVersion)).values(id=1, version=0, swept=0))
    return apart


def _tried(job: _Job, table: Table, connection: Connection, alike: bool = False) -> tuple[Trial[Base], Outcome, int]:
    apart = stood_apart(connection, *job.kind.writes)
    seen = entering.watched(apart, job.kind)
    trial = Trial(apart, job.kind, table, alike)
    return trial, judging.judge(trial, job.sit, job.progress), seen


def _judge(job: _Job, table: Table) -> None:
    """Twins are not tried, but where the same may be meant twice."""
    same = twins(job.kind, table)
    tried = table if job.kind.may_repeat else table.without({each.fault.row for each in same})
    with job.db.alone() as connection:
        trial, outcome, _ = _tried(job, tried, connection)
    wrong = {line.number for line in tried.lines} - set(trial.rows.values())
    known = {each.fault.row: each for each in same if each.fault.row not in wrong}
    for each in outcome.known:  # of a row that is on record and has a twin, the record is told of
        known[each.fault.row] = each
    outcome.rows, outcome.known = len(table.lines), [known[row] for row in sorted(known)]
    job.settle(outcome)


def _enter(job: _Job, table: Table) -> None:
    """The rows enter that the person has seen and chosen. If others keep some of them out meanwhile, the person is asked again."""
    alike = job.row.found.get("take") == Take.ALIKE
    if not job.row.found.get("take") and found(job.row.found).known:
        return _judge(job, table)
    wanted = table.without(_left_out(job.row, alike))
    for _ in range(TRIES):
        with job.db.alone() as connection:
            trial, outcome, seen = _tried(job, wanted, connection, alike)
            if outcome.wrong or outcome.known or _asks_more(job.row, outcome):
                return _judge(job, table)
            try:
                entering.enter(trial, job.row.token, seen)
            except (entering.Outdated, entering.Clashing):
                continue
        return job.clear()
    job.refuse(_said(job.row, UNSETTLED))


def _asks_more(row: TableImport, outcome: Outcome) -> bool:
    """Whether something is asked about a row that the person has not seen asked about, or has not said yes to."""
    answered = {each.row for each in found(row.found).doubts} if row.found.get("sure") else set[int]()
    return any(doubt.row not in answered for doubt in outcome.doubts)


def _left_out(row: TableImport, alike: bool) -> set[int]:
    """The rows that the person has seen named as known, and does not want."""
    return {each.fault.row for each in found(row.found).known if not (alike and each.asks)}
