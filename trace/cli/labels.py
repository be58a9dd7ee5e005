"""Codes and their labels."""

import secrets
import sys
from pathlib import Path

import click
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..codes.kinds import CodeKind
from ..codes.label.job import Output, Printer
from ..codes.label.stock import stocks
from ..errors import Conflict, Invalid, Mistyped, NotFound, Numbered
from ..issue.codes import CodeOrder, issue_codes
from ..models import Batch, CodeRange, PrintRun, PrintState
from ..printing import plans, press, runs
from ..register import hints
from .desk import DATA, Desk, desk_of, main


@main.command("issue")
@DATA
@click.argument("batch")
@click.argument("count", type=int)
@click.option("--key", "idempotency_key", help="The same key gives the same range again; a random one without it.")
@click.option("--tiny", is_flag=True, help="Tiny codes, for stickers with no room for 20 mm; checked online only.")
def issue_command(data: Path, batch: str, count: int, idempotency_key: str | None, tiny: bool) -> None:
    """Reserve COUNT codes of the batch with this ID number; prints range number, first and last unit."""
    kind = CodeKind.TINY if tiny else CodeKind.FULL
    with desk_of(data) as desk, desk.db.write.begin() as session:
        order = CodeOrder(count, idempotency_key or secrets.token_hex(16), kind)
        codes = issue_codes(session, desk.actor, desk.installation, _batch(session, desk.actor, batch), order)
        line = f"{codes.id} {codes.first + 1} {codes.first + codes.count}"
    click.echo(line)


def _batch(session: Session, actor: Actor, typed: str) -> Batch:
    try:
        number = fields.id_number("batch", typed, Numbered.BATCH)
    except Mistyped as slip:
        raise hints.refused(session, slip, hints.Asker(actor)) from None
    found = session.query(Batch).filter_by(id_number=number).one_or_none()
    if found is None:
        raise NotFound("没有身份证号为 %(number)s 的批次；请对照标签再输一次", number=number)
    return found


@main.command()
@DATA
@click.argument("code_range", type=int)
@click.option("--stock", "stock_key", default="a4-24", show_default=True, help="One of: " + " ".join(stocks()))
@click.option("--first", type=int, help="Number of the first unit in the batch; the range's first without it.")
@click.option("--count", type=int, help="How many; all that follow without it.")
@click.option("--start-at", type=int, default=1, show_default=True, help="First free label of a part-used sheet.")
@click.option("--symbol-mm", type=float, help="Side of the symbol with its quiet zone.")
@click.option(
    "--output",
    type=click.Choice([kind.value for kind in Output]),
    default="pdf",
    show_default=True,
    help="What file: of a roll also the printer's own language.",
)
@click.option("--dpi", type=int, default=203, show_default=True, help="The printer's dots an inch.")
@click.option("--key", "idempotency_key", help="The same key gives the same run again.")
def labels(
    data: Path,
    code_range: int,
    stock_key: str,
    first: int | None,
    count: int | None,
    start_at: int,
    symbol_mm: float | None,
    output: str,
    dpi: int,
    idempotency_key: str | None,
) -> None:
    """Make the label sheets of a code range and read them back; prints the file.
    \f
    Raises Invalid for an unknown stock, NotFound for an unknown range.
    """
    if stock_key not in stocks():
        raise Invalid("stock", "没有标签纸 %(key)s；可用的：%(keys)s", key=stock_key, keys=" ".join(stocks()))
    with desk_of(data) as desk:
        with desk.db.write.begin() as session:
            codes = session.get(CodeRange, code_range)
            if codes is None:
                raise NotFound("没有这次赋码：%(number)d", number=code_range)
            begin = first or codes.first + 1
            many = count or codes.first + codes.count - begin + 1
            stock, printer = stocks()[stock_key], Printer(dpi=dpi)
            order = plans.PrintOrder(stock, begin, many, start_at, printer, symbol_mm, Output(output))
            key = idempotency_key or secrets.token_hex(16)
            run = plans.plan_print(session, desk.actor, desk.installation, codes, order, key)
        _make_with_bar(desk, run)


def _make_with_bar(desk: Desk, run: PrintRun) -> None:
    """Make the run, and show percent and the time left. Ctrl-C stops the run and leaves no file."""
    try:
        with click.progressbar(length=_BAR, label="标签", file=sys.stderr) as bar:
            made = press.make(
                desk.db,
                desk.installation,
                run.id,
                hear=lambda way: bar.update(int(_BAR * way.done / way.total) - bar.pos),
            )
    except KeyboardInterrupt:
        _stop(desk, run.id)
        raise SystemExit(130) from None
    if made is None:
        raise Conflict("第 %(run)d 次打印正由另一个进程生成", run=run.id)
    click.echo(press.path_of(desk.installation, run))
    if plans.output_of(run).listed:
        with desk.db.write.begin() as session:
            password = runs.show_password(session, desk.actor, desk.installation, session.get_one(PrintRun, run.id))
        click.echo(f"口令（只显示这一次）：{password}", err=True)


_BAR = 1000


def _stop(desk: Desk, run_id: int) -> None:
    with desk.db.write.begin() as session:
        row = session.get_one(PrintRun, run_id)
        if row.state is PrintState.PLANNED:
            runs.stop_run(session, desk.actor, row)
    click.echo(f"\n已停止第 {run_id} 次打印，没有留下文件；重新生成：yipin press {run_id}", err=True)


@main.command("press")
@DATA
@click.argument("run_id", metavar="RUN", type=int)
def press_command(data: Path, run_id: int) -> None:
    """Make the labels of a print run that was planned, stopped or failed; the same bytes every time.
    \f
    Raises NotFound for an unknown run.
    """
    with desk_of(data) as desk:
        with desk.db.write.begin() as session:
            run = session.get(PrintRun, run_id)
            if run is None:
                raise NotFound("没有这次打印：%(number)d", number=run_id)
            if run.state in (PrintState.FAILED, PrintState.STOPPED):
                runs.retry(session, desk.actor, run)
        _make_with_bar(desk, run)
