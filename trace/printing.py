"""Step 3, print: codes become label sheets. What is drawn is frozen when the run is planned; a reprint is the same
bytes and needs a reason; a spoiled label is voided by its number; release (上市) is an act of its own.

The sheets themselves are made by `press`, outside any transaction.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from . import audit, inputs, regimes
from .accounts import Actor
from .codes import label, stock
from .codes.glyphs import find_font
from .codes.kinds import CodeKind
from .codes.rolls import check_roll
from .codes.sheet import Output, Printer, SheetJob, check_job
from .codes.stock import Stock
from .commitmentforms import WORDS
from .errors import N_, Conflict, Invalid, Message
from .models import Batch, BatchState, CodeRange, PrintRun, PrintState, Regime, VoidUnit
from .office import Office

LIVE = (PrintState.PLANNED, PrintState.READY, PrintState.RELEASED, PrintState.VOID)


@dataclass(frozen=True)
class PrintOrder:
    """What a clerk asks for. `first` is the label's number in the batch (from 1), `start_at` the first free label of
    a part-used sheet (from 1), `symbol_mm` the side of the symbol with its quiet zone (None: 25 mm, or what fits),
    `output` what file is made (None: of a roll what the printer speaks, else a PDF)."""

    stock: Stock
    first: int
    count: int
    start_at: int = 1
    printer: Printer = Printer()  # noqa: RUF009 - frozen
    symbol_mm: float | None = None
    output: Output | None = None

    @property
    def made(self) -> Output:
        """The kind of file that is made."""
        return self.output or (Output(self.printer.language) if self.stock.roll else Output.PDF)


def plan_print(session: Session, actor: Actor, office: Office, codes: CodeRange, order: PrintOrder,
               idempotency_key: str) -> PrintRun:  # fmt: skip
    """Freeze the content of a print run. The same `idempotency_key` gives the same run again.

    Raises Invalid (range, stock too small, missing glyph), Conflict (batch held or recalled, units in another run).
    """
    batch = codes.batch
    session.refresh(batch, with_for_update=True)
    again = sa.select(PrintRun).where(PrintRun.range_id == codes.id, PrintRun.idempotency_key == idempotency_key)
    if done := session.scalar(again):
        return done
    refuse_off_sale(batch)
    first = order.first - 1
    _refuse_outside(codes, first, order.count)
    _refuse_printed(session, batch, first, order.count)
    run = PrintRun(batch_id=batch.id, range_id=codes.id, first=first, count=order.count,
                   job=job_as_dict(_job(office, batch, order, codes.kind)), planned_at=actor.at, planned_by=actor.account_id,
                   idempotency_key=idempotency_key)  # fmt: skip
    session.add(run)
    audit.record(session, actor, "print.plan", run, batch=batch.id_number, first=order.first, count=order.count)
    return run


def refuse_off_sale(batch: Batch) -> None:
    """Labels of a held or recalled batch are neither made nor released."""
    if batch.state is not BatchState.ON_SALE:
        raise Conflict(audit.REFUSALS[batch.state])


def _refuse_outside(codes: CodeRange, first: int, count: int) -> None:
    if count < 1 or first < codes.first or first + count > codes.first + codes.count:
        raise Invalid("count", N_("这次赋码是第 %(first)d 到 %(last)d 枚，请在这个范围里选"),
                      first=codes.first + 1, last=codes.first + codes.count)  # fmt: skip


def _refuse_printed(session: Session, batch: Batch, first: int, count: int) -> None:
    other = session.scalar(
        sa.select(PrintRun)
        .where(PrintRun.batch_id == batch.id, PrintRun.state.in_(LIVE))
        .where(PrintRun.first < first + count, PrintRun.first + PrintRun.count > first)
        .limit(1)
    )
    if other:
        raise Conflict(N_("第 %(first)d 到 %(last)d 枚已经在第 %(run)d 次打印里；重印请到那一页，说明理由"),
                       first=other.first + 1, last=other.last + 1, run=other.id)  # fmt: skip


def _job(office: Office, batch: Batch, order: PrintOrder, kind: CodeKind) -> SheetJob:
    size = stock.symbol_size(order.stock, order.symbol_mm, kind)
    text = label.LabelText(
        name=batch.name,
        brand=batch.brand.name if batch.brand else None,
        producer=batch.producer.name,
        county=office.policy.full_county_name(batch.county),
        harvest_date=batch.harvest_date,
        net_content=batch.net_content,
        id_number=batch.id_number,
        host=office.settings.host,
        extra=_extra(batch),
        commitment=WORDS if covers(batch, order.first - 1 + order.count) else None,
        made=regimes.is_made(batch),
        best_before=regimes.best_before(batch),
    )
    job = SheetJob(order.stock, text, office.settings.base_url, order.printer, order.start_at, size, order.made, kind)
    if job.output.listed:
        return job
    font = find_font(office.settings.font)
    check_job(job, font)  # refuse now what could not be drawn later
    if job.output.roll:
        check_roll(job, order.count, font)
    return job


def covers(batch: Batch, packs: int) -> bool:
    """Whether live commitment certificates cover the first so many packs of a batch. Only then do their labels bear its
    name beside the symbol."""
    return 0 < packs * batch.pack_size <= batch.certified


def _extra(batch: Batch) -> tuple[str, ...]:
    """Further lines: the food licence of processed food, and that a demonstration is one."""
    licence = batch.product.food_licence if batch.product.regime is Regime.PROCESSED else None
    notice = N_("演示数据 · 非真实产品") if batch.producer.demonstration else None
    return tuple(line for line in (licence, notice) if line)


def job_as_dict(job: SheetJob) -> dict[str, Any]:
    """A job as plain data, for the print run's row."""
    return {"stock": job.stock.as_dict(), "text": job.text.as_dict(), "prefix": job.prefix,
            "printer": asdict(job.printer), "start_at": job.start_at, "symbol_mm": job.symbol_mm,
            "output": job.output.value, "kind": job.kind.value}  # fmt: skip


def job_from_dict(plain: dict[str, Any]) -> SheetJob:
    return SheetJob(Stock.from_dict(plain["stock"]), label.LabelText.from_dict(plain["text"]), plain["prefix"],
                    Printer(**plain["printer"]), plain["start_at"], plain["symbol_mm"], Output(plain.get("output", "pdf")),
                    CodeKind(plain.get("kind", "full")))  # fmt: skip


def output_of(run: PrintRun) -> Output:
    """What kind of file a run makes."""
    return Output(run.job.get("output", Output.PDF))


def release_run(session: Session, actor: Actor, run: PrintRun) -> None:
    """The labels are on the packs: from the next scan on their codes say 正品."""
    session.refresh(run.batch, with_for_update=True)
    session.refresh(run, with_for_update=True)  # so that it cannot be cancelled in the same moment
    refuse_off_sale(run.batch)
    if run.state is not PrintState.READY:
        raise Conflict(_NOT_READY[run.state])
    run.state, run.released_at = PrintState.RELEASED, actor.at
    audit.record(session, actor, "print.release", run, first=run.first + 1, last=run.last + 1)


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
    session.refresh(run, with_for_update=True)
    if run.state is not PrintState.PLANNED:
        raise Conflict(N_("标签已经不在生成中，不用停止"))
    run.state = PrintState.STOPPED
    audit.record(session, actor, "print.stop", run)


def cancel_run(session: Session, actor: Actor, run: PrintRun, reason: str) -> None:
    """Throw a run away before release (wrong stock, jammed printer): its units can be printed anew.

    The paper must be destroyed: the same codes come out again.
    """
    why = inputs.reason(reason)
    session.refresh(run, with_for_update=True)
    if run.state in (PrintState.RELEASED, PrintState.CANCELLED, PrintState.VOID):
        raise Conflict(_NOT_READY[run.state])
    if run.given_out:
        raise Conflict(N_("码表已经交出去过，号码不能再用；请作废这次打印"))
    run.state = PrintState.CANCELLED
    audit.record(session, actor, "print.cancel", run, why)


def refuse_download(run: PrintRun) -> None:
    """The file is given out while it waits to be printed; afterwards a reprint says why. Raises Conflict."""
    if run.state is not PrintState.READY:
        raise Conflict(N_("这次打印不在待打印状态；已上市的标签要重印，请在打印页说明理由"))
    refuse_off_sale(run.batch)
    if output_of(run).listed:
        raise Conflict(N_("码表请在打印页上下载，每次下载都记入日志"))


def record_list(session: Session, actor: Actor, run: PrintRun) -> None:
    """The list of codes is given out, before release only. From then on its numbers go into no other run.

    Raises Conflict for a run of another kind or state, or whose batch is held or recalled.
    """
    _refuse_list(session, run)
    run.given_out += 1
    audit.record(session, actor, "print.download", run, count=run.count, time=run.given_out)


def show_password(session: Session, actor: Actor, office: Office, run: PrintRun) -> str:
    """The password of a run's list, once. Raises Conflict the second time, and as `record_list` does."""
    _refuse_list(session, run)
    if run.password_shown_at:
        raise Conflict(N_("口令只显示一次，已经显示过；没有记下来就作废这次打印，再做一次"))
    run.password_shown_at = actor.at
    audit.record(session, actor, "print.password", run)
    return list_password(office, run)


def list_password(office: Office, run: PrintRun) -> str:
    return office.secrets.list_password(f"{run.id} {run.idempotency_key}")


def _refuse_list(session: Session, run: PrintRun) -> None:
    session.refresh(run.batch, with_for_update=True)
    session.refresh(run, with_for_update=True)
    refuse_off_sale(run.batch)
    if run.state is not PrintState.READY or not output_of(run).listed:
        raise Conflict(N_("这次打印没有待交付的码表"))


def void_run(session: Session, actor: Actor, run: PrintRun, reason: str) -> None:
    """Void all labels of a run, as when its list of codes got into wrong hands: from the next scan on they say 已作废,
    and their numbers are never printed again. Raises Conflict for a run of which nothing was made."""
    why = inputs.reason(reason)
    session.refresh(run.batch, with_for_update=True)
    session.refresh(run, with_for_update=True)
    if run.state not in (PrintState.READY, PrintState.RELEASED):
        raise Conflict(N_("没有生成过的标签不用作废"))
    run.state, run.void_reason = PrintState.VOID, why
    audit.record(session, actor, "print.void", run, why, first=run.first + 1, last=run.last + 1)


def record_reprint(session: Session, actor: Actor, run: PrintRun, reason: str) -> None:
    """Tell why the same sheets are printed again. The file is byte-identical.

    Raises Conflict for a run that has no sheets, or whose batch is held or recalled.
    """
    why = inputs.reason(reason)
    session.refresh(run.batch, with_for_update=True)
    session.refresh(run, with_for_update=True)
    refuse_off_sale(run.batch)
    if run.state not in (PrintState.READY, PrintState.RELEASED):
        raise Conflict(_NOT_READY[run.state])
    if output_of(run).listed:
        raise Conflict(N_("码表不重印；要补标签，请印刷厂照原来的码表补"))
    run.reprints += 1
    audit.record(session, actor, "print.reprint", run, why)


def retry(session: Session, actor: Actor, run: PrintRun) -> None:
    """Make the sheets of a failed or stopped run once more, with the same content.

    Raises Conflict when its units have meanwhile gone into another run, or the batch is held or recalled.
    """
    session.refresh(run.batch, with_for_update=True)
    session.refresh(run, with_for_update=True)
    if run.state not in (PrintState.FAILED, PrintState.STOPPED):
        raise Conflict(N_("这次打印没有失败，也没有停止，不用重来"))
    refuse_off_sale(run.batch)
    _refuse_printed(session, run.batch, run.first, run.count)
    run.state, run.failure = PrintState.PLANNED, None
    audit.record(session, actor, "print.retry", run)


def void_units(session: Session, actor: Actor, batch: Batch, numbers: str, reason: str) -> list[int]:
    """Void spoiled labels by the small number printed on them: "3, 8-10". Returns the ordinals newly voided."""
    why = inputs.reason(reason)
    session.refresh(batch, with_for_update=True)
    wanted = _ordinals(numbers, batch.reserved)
    known = set(session.scalars(sa.select(VoidUnit.ordinal).where(VoidUnit.batch_id == batch.id)))
    fresh = [ordinal for ordinal in wanted if ordinal not in known]
    for ordinal in fresh:
        unit = VoidUnit(batch_id=batch.id, ordinal=ordinal, at=actor.at, reason=why)
        session.add(unit)
        audit.record(session, actor, "unit.void", unit, why, batch=batch.id_number, number=ordinal + 1)
    return fresh


def failure_of(session: Session, run: PrintRun) -> Message | None:
    """Why the sheets of a failed run were refused, to be said in the reader's language."""
    if run.state is not PrintState.FAILED:
        return None
    told = [event for event in audit.events_of(session, run) if event.action == "print.fail"]
    return Message(told[-1].data["template"], told[-1].data["values"]) if told else Message(run.failure or "")


MOST_VOIDED = 2000


def _ordinals(typed: str, issued: int) -> list[int]:
    """ "3, 8-10" as ordinals from 0, each of an issued unit."""
    found: set[int] = set()
    for part in re.split(r"[,，、;；\s]+", typed.strip()):
        match = re.fullmatch(r"(\d{1,9})(?:[-—~～](\d{1,9}))?", part, re.ASCII)
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
    return session.scalars(sa.select(VoidUnit).where(VoidUnit.batch_id == batch.id).order_by(VoidUnit.ordinal)).all()


def runs_of(session: Session, batch: Batch) -> Sequence[PrintRun]:
    return session.scalars(sa.select(PrintRun).where(PrintRun.batch_id == batch.id).order_by(PrintRun.id.desc())).all()


def ranges_of(session: Session, batch: Batch) -> Sequence[CodeRange]:
    return session.scalars(sa.select(CodeRange).where(CodeRange.batch_id == batch.id).order_by(CodeRange.first)).all()
