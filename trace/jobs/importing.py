"""Imports of long tables as jobs: one checks the rows of an upload, another enters them after the confirmation.

Both may be done twice, since they begin with what the import's row says: see `imports/work.py`.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import clock
from ..access.actor import Actor
from ..db import Database, watch
from ..errors import N_, Conflict, Message
from ..imports import entering, staging, uploads, work
from ..imports.judging import Tell
from ..installation.installation import Installation
from ..models import Account, ImportState, Job, JobLane, TableImport
from . import desk, registry
from .context import Context, Lost
from .registry import Data, Kind

SLOW_FROM = 1_000
"""Rows of a table that gives way to the pages: some seconds of work."""

_TITLES = {ImportState.CHECKING: N_("%(table)s：检查 %(n)s 行"), ImportState.ENTERING: N_("%(table)s：存入 %(n)s 行")}

SILENT = timedelta(minutes=1)
"""Without a note of its progress: whoever looked at a short table while its page was waiting has died."""


def order(session: Session, actor: Actor, row: TableImport) -> Job:
    """Have a table checked or entered, whichever it waits for."""
    session.flush()  # only then has a new row its state
    data = {"token": row.token, "table": row.kind, "rows": row.rows, "state": row.state.value}
    return desk.add(session, actor, KIND.name, about=_about(row), **data)


def cancel(session: Session, actor: Actor, row: TableImport) -> None:
    """Cancel the job that a table waits for, if there is one. Raises Conflict when the rows have entered meanwhile."""
    if job := desk.live(session, KIND.name, _about(row)):
        desk.cancel(session, actor, job)


def tables_of(session: Session, jobs: Iterable[Job]) -> dict[int, TableImport]:
    """The tables that jobs are for, by the number of the job, as far as they are kept. One question for all."""
    tokens = {job.id: str(job.data["token"]) for job in jobs if job.kind == KIND.name}
    if not tokens:
        return {}
    found = session.scalars(sa.select(TableImport).where(TableImport.token.in_(tokens.values())))
    rows = {row.token: row for row in found}
    return {number: rows[token] for number, token in tokens.items() if token in rows}


def waits(job: Job, row: TableImport | None) -> bool:
    """Whether the table of a job still waits for this very work."""
    return row is not None and row.state is _state(job.data)


def sweep(db: Database, installation: Installation) -> None:
    """Let go of tables that nobody has worked on for an hour, and take up those left by a process that died.

    The write lock is taken only if there are any.
    """
    staging.sweep(installation.settings)
    with db.transaction(writes=False) as session:
        if not uploads.are_old(session, clock.now()) and not _left(session):
            return
    with db.transaction(writes=True) as session:
        uploads.sweep(session, installation.settings, clock.now())
        for row in _left(session):
            with suppress(Conflict):  # the account has too many jobs waiting: at the next look then
                order(session, Actor.of(session.get_one(Account, row.account_id), clock.now()), row)


def _left(session: Session) -> list[TableImport]:
    silent = uploads.silent_ones(session, clock.now() - SILENT)
    return [row for row in silent if desk.live(session, KIND.name, _about(row)) is None]


def _about(row: TableImport) -> str:
    return f"import:{row.token}:{row.state.value}"


def _table(session: Session, data: Data) -> TableImport | None:
    """By its token, since SQLite gives the number of a deleted import to the next one."""
    return session.scalar(sa.select(TableImport).where(TableImport.token == data["token"]))


def _state(data: Data) -> ImportState:
    return ImportState(str(data["state"]))


def _title(data: Data) -> Message:
    table = Message(work.KINDS[str(data["table"])].title)
    return Message(_TITLES[_state(data)], {"table": table, "n": data["rows"]})


def _lane(data: Data) -> JobLane:
    return JobLane.SLOW if int(str(data["rows"])) >= SLOW_FROM else JobLane.QUICK


def _work(context: Context) -> Data | None:
    """Check the rows, or enter them. The import's row tells what was found."""
    state = _state(context.data)
    if (row := _found(context)) is None:
        raise staging.lost()
    with watch.watching():
        work.WORKS[state](context.db, context.installation, row.id, _hear(context))
    row = _found(context)
    if row and state is ImportState.ENTERING and row.state in (ImportState.REFUSED, ImportState.JUDGED):
        raise Conflict(N_("一行也没有导入；请打开这份表格的页面看原因，改好后重新上传"))
    return None


def _found(context: Context) -> TableImport | None:
    with context.db.transaction(writes=False) as session:
        return _table(session, context.data)


def _hear(context: Context) -> Tell:
    def hear(done: int) -> None:
        try:
            context.tell(done, int(str(context.data["rows"])))
        except Lost:
            raise entering.Gone from None

    return hear


def _withdraw(session: Session, actor: Actor, job: Job) -> None:
    uploads.withdraw(session, str(job.data["token"]))


def _only_if_it_waits(session: Session, actor: Actor, job: Job) -> None:
    if not waits(job, _table(session, job.data)):
        raise Conflict(N_("这份表格已经不在等待；需要时请改好后重新上传"))


def _refuse(context: Context, why: Message) -> None:
    if row := _found(context):
        work.refuse(context.db, context.installation, row.id, _state(context.data))


KIND = registry.register(Kind("import", _work, _title, _lane, _withdraw, _only_if_it_waits, _refuse))
