"""Step 3, print: codes become label sheets. What is drawn is frozen when the run is planned.

The sheets themselves are made by `press`, outside any transaction; what becomes of a run stands in `runs`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..audit.holds import Use, refuse_stopped
from ..clock import day_of
from ..codes.kinds import CodeKind
from ..codes.label import stock
from ..codes.label import text as label_text
from ..codes.label.job import Output, Printer, SheetJob
from ..codes.label.rolls import check_roll
from ..codes.label.sheet import check_job
from ..codes.label.stock import Stock
from ..codes.paper.glyphs import find_font
from ..commitment.forms import WORDS
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..installation.installation import Installation
from ..models import Action, Batch, CodeRange, PrintRun, PrintState, RecoveredLine, Regime
from ..models.recovered import Told
from ..provenance import claims
from ..provenance.claims import Claims
from ..register import product_kinds

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


def plan_print(
    session: Session,
    actor: Actor,
    installation: Installation,
    codes: CodeRange,
    order: PrintOrder,
    idempotency_key: str,
) -> PrintRun:
    """Freeze the content of a print run. The same `idempotency_key` gives the same run again.

    Raises Invalid (range, stock too small, missing glyph), Conflict (batch held or recalled, units in another run).
    """
    batch = codes.batch
    lock(session, batch)
    again = sa.select(PrintRun).where(PrintRun.range_id == codes.id, PrintRun.idempotency_key == idempotency_key)
    if done := session.scalar(again):
        return done
    refuse_stopped(batch, Use.LABELS)
    first = order.first - 1
    _refuse_outside(codes, first, order.count)
    refuse_printed(session, batch, first, order.count)
    said = claims.of_batch(session, batch, day_of(actor.at))
    run = PrintRun(
        batch_id=batch.id,
        range_id=codes.id,
        first=first,
        count=order.count,
        job=job_as_dict(_job(installation, batch, said, order, codes.kind)),
        planned_at=actor.at,
        planned_by=actor.account_id,
        idempotency_key=idempotency_key,
    )
    session.add(run)
    log.record(session, actor, Action.PRINT_PLAN, run, batch=batch.id_number, first=order.first, count=order.count)
    return run


def _refuse_outside(codes: CodeRange, first: int, count: int) -> None:
    if count < 1 or first < codes.first or first + count > codes.first + codes.count:
        raise Invalid(
            "count",
            N_("这次赋码是第 %(first)d 到 %(last)d 枚，请在这个范围里选"),
            first=codes.first + 1,
            last=codes.first + codes.count,
        )


def refuse_printed(session: Session, batch: Batch, first: int, count: int) -> None:
    """Keep every unit in one live run only. Raises Conflict when one of `count` units from `first` (from 0) is in another."""
    other = session.scalar(
        sa.select(PrintRun)
        .where(PrintRun.batch_id == batch.id, PrintRun.state.in_(LIVE))
        .where(PrintRun.first < first + count, PrintRun.first + PrintRun.count > first)
        .limit(1)
    )
    if other:
        raise Conflict(
            N_("第 %(first)d 到 %(last)d 枚已经在第 %(run)d 次打印里；重印请到那一页，说明理由"),
            first=other.first + 1,
            last=other.last + 1,
            run=other.id,
        )
    _refuse_lost(session, batch, first, count)


def _refuse_lost(session: Session, batch: Batch, first: int, count: int) -> None:
    """Raises Conflict for a unit whose label was made before a restore, as the public log alone still tells."""
    made = (line for line in lost_of(session, batch) if line.first < first + count and line.first + line.count > first)
    line = next(made, None)
    if line:
        raise Conflict(
            N_("第 %(first)d 到 %(last)d 枚在登记库恢复以前已经打印过（公开日志第 %(leaf)d 条），不能再打；请赋新码"),
            first=line.first + 1,
            last=line.first + line.count,
            leaf=line.leaf,
        )


def _job(installation: Installation, batch: Batch, said: Claims, order: PrintOrder, kind: CodeKind) -> SheetJob:
    size = stock.symbol_size(order.stock, order.symbol_mm, kind)
    text = label_text.LabelText(
        name=said.name,
        brand=said.brand.name if said.brand else None,
        producer=batch.producer.name,
        county=installation.policy.full_county_name(batch.county),
        harvest_date=batch.harvest_date,
        net_content=batch.net_content,
        id_number=batch.id_number,
        host=installation.settings.host,
        extra=_extra(batch),
        commitment=WORDS if covers(batch, order.first - 1 + order.count) else None,
        made=product_kinds.is_made(batch),
        best_before=product_kinds.best_before(batch),
    )
    job = SheetJob(
        order.stock, text, installation.settings.base_url, order.printer, order.start_at, size, order.made, kind
    )
    if job.output.listed:
        return job
    font = find_font(installation.settings.font)
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


def job_as_dict(job: SheetJob) -> dict[str, object]:
    """A job as plain data, for the print run's row."""
    return {
        "stock": job.stock.as_dict(),
        "text": job.text.as_dict(),
        "prefix": job.prefix,
        "printer": asdict(job.printer),
        "start_at": job.start_at,
        "symbol_mm": job.symbol_mm,
        "output": job.output.value,
        "kind": job.kind.value,
    }


def job_from_dict(plain: dict[str, Any]) -> SheetJob:
    """The job of a print run's row. What older rows do not say is a PDF of full codes."""
    return SheetJob(
        Stock.from_dict(plain["stock"]),
        label_text.LabelText.from_dict(plain["text"]),
        plain["prefix"],
        Printer(**plain["printer"]),
        plain["start_at"],
        plain["symbol_mm"],
        Output(plain.get("output", "pdf")),
        CodeKind(plain.get("kind", "full")),
    )


def output_of(run: PrintRun) -> Output:
    """What kind of file a run makes."""
    return Output(run.job.get("output", Output.PDF))


def runs_of(session: Session, batch: Batch) -> Sequence[PrintRun]:
    """The print runs of a batch, newest first."""
    return session.scalars(sa.select(PrintRun).where(PrintRun.batch_id == batch.id).order_by(PrintRun.id.desc())).all()


def lost_of(session: Session, batch: Batch) -> Sequence[RecoveredLine]:
    """The labels of a batch that were made before a restore, as the public log alone still tells."""
    mine = sa.select(RecoveredLine).where(RecoveredLine.batch_id == batch.id)
    return session.scalars(mine.where(RecoveredLine.told.in_((Told.PLANNED, Told.RELEASED)))).all()


def ranges_of(session: Session, batch: Batch) -> Sequence[CodeRange]:
    """The code ranges of a batch, in the order of their units."""
    return session.scalars(sa.select(CodeRange).where(CodeRange.batch_id == batch.id).order_by(CodeRange.first)).all()
