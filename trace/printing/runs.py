"""What becomes of a print run: released (上市), stopped, cancelled, void, printed again; a reprint is the same bytes and needs
a reason, a spoiled label is voided by its number.
"""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..audit.holds import Use, refuse_stopped, refuse_withdrawn
from ..clock import day_of
from ..codes.typed import visible
from ..db import lock
from ..errors import N_, Conflict, Invalid, Message
from ..installation.installation import Installation
from ..models import Action, Batch, PrintRun, PrintState, VoidUnit
from ..provenance import claims
from .plans import output_of, refuse_printed


def release_run(session: Session, actor: Actor, run: PrintRun) -> None:
    """The labels are on the packs: from the next scan on their codes say 正品.

    Raises Conflict unless the run is ready and its batch on sale.
    """
    lock(session, run.batch)
    lock(session, run)  # so that it cannot be cancelled in the same moment
    refuse_stopped(run.batch, Use.LABELS)
    if run.state is not PrintState.READY:
        raise Conflict(_NOT_READY[run.state])
    run.state, run.released_at = PrintState.RELEASED, actor.at
    _record(session, actor, Action.PRINT_RELEASE, run)


def _record(session: Session, actor: Actor, action: Action, run: PrintRun, why: str | None = None) -> None:
    """The event of a run says which labels it is about: the public log alone must tell it after a restore."""
    batch = run.batch.id_number
    log.record(session, actor, action, run, why, batch=batch, first=run.first + 1, last=run.last + 1)


_NOT_READY = {
    PrintState.PLANNED: N_("标签还在生成，请稍等"),
    PrintState.RELEASED: N_("这次打印的标签已经确认上市"),
    PrintState.FAILED: N_("这次打印没有通过检查，不能上市"),
    PrintState.CANCELLED: N_("这次打印已经取消"),
    PrintState.VOID: N_("这次打印的标签已经全部作废"),
    PrintState.STOPPED: N_("这次打印停在半路，标签还没有生成"),
}


def stop_run(session: Session, actor: Actor, run: PrintRun) -> None:
    """Stop a run that is being made. Nothing of it is left; made again, it has the same bytes. Raises Conflict."""
    lock(session, run)
    if run.state is not PrintState.PLANNED:
        raise Conflict(N_("标签已经不在生成中，不用停止"))
    run.state = PrintState.STOPPED
    log.record(session, actor, Action.PRINT_STOP, run)


def cancel_run(session: Session, actor: Actor, run: PrintRun, reason: str) -> None:
    """Throw a run away before release (wrong stock, jammed printer): its units can be printed anew.

    The paper must be destroyed: the same codes come out again. Raises Conflict for a run that is released, cancelled or
    void, and for one whose list of codes was given out.
    """
    why = fields.reason(reason)
    lock(session, run)
    if run.state in (PrintState.RELEASED, PrintState.CANCELLED, PrintState.VOID):
        raise Conflict(_NOT_READY[run.state])
    if run.given_out:
        raise Conflict(N_("码表已经交出去过，号码不能再用；请作废这次打印"))
    run.state = PrintState.CANCELLED
    _record(session, actor, Action.PRINT_CANCEL, run, why)


def refuse_download(run: PrintRun) -> None:
    """The file is given out while it waits to be printed; afterwards a reprint says why. Raises Conflict."""
    if run.state is not PrintState.READY:
        raise Conflict(N_("这次打印不在待打印状态；已上市的标签要重印，请在打印页说明理由"))
    refuse_stopped(run.batch, Use.LABELS)
    if output_of(run).listed:
        raise Conflict(N_("码表请在打印页上下载，每次下载都记入日志"))


def record_list(session: Session, actor: Actor, run: PrintRun) -> None:
    """The list of codes is given out, before release only. From then on its numbers go into no other run.

    Raises Conflict for a run of another kind or state, or whose batch is held or recalled.
    """
    _refuse_list(session, run)
    run.given_out += 1
    log.record(session, actor, Action.PRINT_DOWNLOAD, run, count=run.count, time=run.given_out)


def show_password(session: Session, actor: Actor, installation: Installation, run: PrintRun) -> str:
    """The password of a run's list, once. Raises Conflict the second time, and as `record_list` does."""
    _refuse_list(session, run)
    if run.password_shown_at:
        raise Conflict(N_("口令只显示一次，已经显示过；没有记下来就作废这次打印，再做一次"))
    run.password_shown_at = actor.at
    log.record(session, actor, Action.PRINT_PASSWORD, run)
    return list_password(installation, run)


def list_password(installation: Installation, run: PrintRun) -> str:
    """The password of a run's list of codes, the same every time."""
    return installation.secrets.list_password(f"{run.id} {run.idempotency_key}")


def _refuse_list(session: Session, run: PrintRun) -> None:
    lock(session, run.batch)
    lock(session, run)
    refuse_stopped(run.batch, Use.LABELS)
    if run.state is not PrintState.READY or not output_of(run).listed:
        raise Conflict(N_("这次打印没有待交付的码表"))


def void_run(session: Session, actor: Actor, run: PrintRun, reason: str) -> None:
    """Void all labels of a run, as when its list of codes got into wrong hands: from the next scan on they say 已作废,
    and their numbers are never printed again. Raises Conflict for a run of which nothing was made."""
    why = fields.reason(reason)
    lock(session, run.batch)
    lock(session, run)
    if run.state not in (PrintState.READY, PrintState.RELEASED):
        raise Conflict(N_("没有生成过的标签不用作废"))
    run.state, run.void_reason = PrintState.VOID, why
    _record(session, actor, Action.PRINT_VOID, run, why)


def record_reprint(session: Session, actor: Actor, run: PrintRun, reason: str) -> None:
    """Tell why the same sheets are printed again. The file is byte-identical.

    Raises Conflict for a run that has no sheets, that bears a brand which has lapsed, or whose batch is held or recalled.
    """
    why = fields.reason(reason)
    lock(session, run.batch)
    lock(session, run)
    refuse_stopped(run.batch, Use.LABELS)
    if run.state not in (PrintState.READY, PrintState.RELEASED):
        raise Conflict(_NOT_READY[run.state])
    if output_of(run).listed:
        raise Conflict(N_("码表不重印；要补标签，请印刷厂照原来的码表补"))
    _refuse_lapsed(session, actor, run)
    run.reprints += 1
    log.record(session, actor, Action.PRINT_REPRINT, run, why)


def _refuse_lapsed(session: Session, actor: Actor, run: PrintRun) -> None:
    """No more labels are made that bear a brand's name which the batch may not carry any more."""
    printed = run.job["text"]["brand"]
    if printed and claims.of_batch(session, run.batch, day_of(actor.at)).brand is None:
        raise Conflict(N_("标签上印着“%(brand)s”，这个批次今天不能用这个品牌，不能照原样再打"), brand=printed)


def retry(session: Session, actor: Actor, run: PrintRun) -> None:
    """Make the sheets of a failed or stopped run once more, with the same content.

    Raises Conflict when its units have meanwhile gone into another run, when it bears a brand that has lapsed, or when the batch is
    held or recalled.
    """
    lock(session, run.batch)
    lock(session, run)
    if run.state not in (PrintState.FAILED, PrintState.STOPPED):
        raise Conflict(N_("这次打印没有失败，也没有停止，不用重来"))
    refuse_stopped(run.batch, Use.LABELS)
    refuse_printed(session, run.batch, run.first, run.count)
    _refuse_lapsed(session, actor, run)
    run.state, run.failure = PrintState.PLANNED, None
    log.record(session, actor, Action.PRINT_RETRY, run)


def void_units(session: Session, actor: Actor, batch: Batch, numbers: str, reason: str) -> list[int]:
    """Void spoiled labels by the small number printed on them: "3, 8-10". Returns the ordinals newly voided.

    Raises Invalid for numbers that cannot be read or were not issued, Conflict for a batch that was withdrawn.
    """
    why = fields.reason(reason)
    lock(session, batch)
    refuse_withdrawn(batch)
    wanted = _ordinals(numbers, batch.reserved)
    known = set(session.scalars(sa.select(VoidUnit.ordinal).where(VoidUnit.batch_id == batch.id)))
    fresh = [ordinal for ordinal in wanted if ordinal not in known]
    for ordinal in fresh:
        unit = VoidUnit(batch_id=batch.id, ordinal=ordinal, at=actor.at, reason=why)
        session.add(unit)
        log.record(session, actor, Action.UNIT_VOID, unit, why, batch=batch.id_number, number=ordinal + 1)
    return fresh


def failure_of(session: Session, run: PrintRun) -> Message | None:
    """Why the sheets of a failed run were refused, to be said in the reader's language."""
    if run.state is not PrintState.FAILED:
        return None
    told = [event for event in log.events_of(session, run) if event.action == Action.PRINT_FAIL]
    return Message.from_data(told[-1].data) if told else Message(run.failure or "")


MOST_VOIDED = 2000
_TO = re.compile(r"\s*(?:\u2014{2}|[-\u2010-\u2015\u2212~\u301c\u30fc到至])\s*")
_AND = re.compile(r"[,、;。\s和及]+")


def _ordinals(typed: str, issued: int) -> list[int]:
    """ "3, 8-10" or "第3枚、8到10" as ordinals from 0, each of an issued unit."""
    found: set[int] = set()
    for part in _AND.split(_TO.sub("-", re.sub("[第枚号#]", " ", visible(typed))).strip(" ,、;。.")):
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        if not match:
            raise Invalid("numbers", N_("“%(part)s”看不懂；请写标签上的小号，如 3, 8-10"), part=part[:24])
        low, high = int(match[1]), int(match[2] or match[1])
        if not 1 <= low <= high <= issued:
            raise Invalid("numbers", N_("“%(part)s”不在已赋码的 1 到 %(issued)d 之间"), part=part, issued=issued)
        if high - low >= MOST_VOIDED or len(found) > MOST_VOIDED:
            raise Invalid("numbers", N_("一次最多作废 %(most)d 枚"), most=MOST_VOIDED)
        found.update(range(low - 1, high))
    return sorted(found)


def voided(session: Session, batch: Batch) -> Sequence[VoidUnit]:
    """The single labels of a batch that were voided, by their ordinal."""
    return session.scalars(sa.select(VoidUnit).where(VoidUnit.batch_id == batch.id).order_by(VoidUnit.ordinal)).all()
