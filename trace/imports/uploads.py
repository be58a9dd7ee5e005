"""Uploaded tables as their owner sees them: taken in, found again, confirmed, given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..errors import N_, Conflict, Invalid
from ..installation.settings import Settings
from ..models import ImportState, TableImport
from . import staging
from .engine import Import, Made, Table

AT_WORK = 3  # tables of one person
SMALL = 200  # rows that are tried while the person waits for the page


class Take(StrEnum):
    """Which rows of a preview are to enter."""

    ALL_NEW = ""  # all of a file of which every row is new
    NEW = "new"  # only the new ones
    ALIKE = "alike"  # those as well that say what is there already, where the same may be meant twice


OPEN = (ImportState.CHECKING, ImportState.JUDGED, ImportState.ENTERING)


def take_in(
    session: Session, settings: Settings, actor: Actor, kind: Import[Made], table: Table, name: str, digest: str
) -> TableImport:
    """Keep a table that was read, to be checked. What has lain for an hour is swept.

    The file is written before the session is asked for anything, so that nobody waits for the disk.
    """
    token = staging.keep(settings, actor.account_id, kind.key, table)
    sweep(session, settings, actor.at)
    row = TableImport(token=token, account_id=actor.account_id, kind=kind.key, name=name[-60:], digest=digest)
    row.rows, row.found, row.changed_at = len(table.lines), {}, actor.at
    session.add(row)
    return row


def refuse_more(session: Session, actor: Actor) -> None:
    """One person cannot keep the service busy with tables. Raises Invalid while several are at work."""
    mine = sa.select(sa.func.count()).where(
        TableImport.account_id == actor.account_id,
        TableImport.state.in_((ImportState.CHECKING, ImportState.ENTERING)),
        TableImport.changed_at > _old(actor.at),
    )
    if (session.scalar(mine) or 0) >= AT_WORK:
        raise Invalid("file", N_("您有 %(most)s 份表格正在检查或导入；请等它们办完再上传"), most=AT_WORK)


def own(session: Session, actor: Actor, kind: Import[Made], token: str) -> TableImport:
    """The actor's own import. Raises Conflict when there is none."""
    mine = _own(actor, kind).where(TableImport.token == token)
    if (row := session.scalar(mine)) is None:
        raise staging.lost()
    return row


def open_ones(session: Session, actor: Actor, kind: Import[Made]) -> Sequence[TableImport]:
    """What the actor has uploaded and neither finished nor given up, the newest first."""
    mine = _own(actor, kind).where(TableImport.state.in_(OPEN), TableImport.changed_at > _old(actor.at))
    return session.scalars(mine.order_by(TableImport.id.desc())).all()


def _own(actor: Actor, kind: Import[Made]) -> sa.Select[TableImport]:
    return sa.select(TableImport).where(TableImport.account_id == actor.account_id, TableImport.kind == kind.key)


def confirm(
    session: Session,
    actor: Actor,
    kind: Import[Made],
    token: str,
    approve: bool,
    take: Take = Take.ALL_NEW,
    sure: bool = False,
) -> TableImport:
    """The person has seen the preview and wants its rows to enter; `sure`: those as well that it asks about. Raises Conflict unless
    it waits for this."""
    said = own(session, actor, kind, token).found
    wanted = sa.update(TableImport).where(
        TableImport.account_id == actor.account_id,
        TableImport.kind == kind.key,
        TableImport.token == token,
        TableImport.state == ImportState.JUDGED,
    )
    values = {
        "state": ImportState.ENTERING,
        "approve": approve and kind.can_approve,
        "done": 0,
        "found": said | {"take": take, "sure": sure},
    }
    if session.connection().execute(wanted.values(**values, changed_at=actor.at)).rowcount != 1:
        raise staging.lost()
    return own(session, actor, kind, token)


def give_up(session: Session, settings: Settings, row: TableImport) -> None:
    """The person does not want the rows; nothing of them is kept. Raises Conflict when they have entered."""
    withdraw(session, row.token)
    staging.delete(settings, row.account_id, row.kind, row.token)


def withdraw(session: Session, token: str) -> None:
    """No row of an import will enter; one that is at work ends. Its file is swept when it is an hour old.

    Raises Conflict when the rows have entered.
    """
    session.execute(sa.delete(TableImport).where(TableImport.token == token, TableImport.state != ImportState.DONE))
    if session.scalar(sa.select(TableImport.id).where(TableImport.token == token)) is not None:
        raise Conflict(N_("这份表格的各行已经导入，不能取消了；请看看清单"))


def silent_ones(session: Session, since: datetime) -> Sequence[TableImport]:
    """The imports that wait to be checked or to enter, and of which nothing was noted since then."""
    waiting = TableImport.state.in_((ImportState.CHECKING, ImportState.ENTERING))
    return session.scalars(sa.select(TableImport).where(waiting, TableImport.changed_at < since)).all()


def are_old(session: Session, now: datetime) -> bool:
    """Whether `sweep` has something to let go of; asked without the write lock."""
    return session.scalar(sa.select(TableImport.id).where(TableImport.changed_at < _old(now)).limit(1)) is not None


def sweep(session: Session, settings: Settings, now: datetime) -> int:
    """Let go of what nobody has worked on for an hour. Returns how many imports that were."""
    old = session.scalars(sa.select(TableImport).where(TableImport.changed_at < _old(now))).all()
    for row in old:
        session.delete(row)
        staging.delete(settings, row.account_id, row.kind, row.token)
    return len(old)


def _old(now: datetime) -> datetime:
    return now - timedelta(seconds=staging.KEPT)
