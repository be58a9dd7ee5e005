"""The press: makes the sheets of a planned print run and reads every symbol back before anything is released.

It works between transactions, so that a long run holds no lock: it reads the plan, draws the file under a
temporary name, reads it back, and only then writes the outcome. A killed run is simply made again: same bytes.
"""

import fcntl
import hashlib
import io
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from PIL import Image
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from . import audit, clock, printing
from .accounts import Actor
from .codes import raster
from .codes.glyphs import find_font
from .codes.paper import sweep_parts
from .codes.readback import ReadBack, read_back, sampled
from .codes.rollread import first_label, read_back_roll
from .codes.rolls import write_roll
from .codes.sheet import Output, SheetFile, page_count, write_sheet
from .codes.symbol import url
from .db import Database
from .errors import N_, Conflict, Message, NotFound, TraceError, Unavailable
from .issue import codes_of
from .models import CodeRange, PrintRun, PrintState
from .office import Office
from .printing import job_from_dict

log = logging.getLogger("yipin.press")
Progress = Callable[[int], None]


def sheet_path(office: Office, run_id: int, output: Output = Output.PDF) -> Path:
    """Where the file of a run is kept."""
    return office.settings.labels / f"run-{run_id:08d}.{output}"


def path_of(office: Office, run: PrintRun) -> Path:
    """Where the file of a run is kept, whatever kind of file it is."""
    return sheet_path(office, run.id, printing.output_of(run))


def make(db: Database, office: Office, run_id: int, progress: Progress | None = None) -> SheetFile | None:
    """Draw and read back the sheets of a planned run; None when another process is at it already.

    Raises TraceError when the gate, the font, the key or the disk refuses; the run is then FAILED with the reason.
    """
    with _alone(office, run_id) as count_file:
        if count_file is None:
            return None
        run = _plan(db, run_id)
        sweep_parts(path_of(office, run))
        try:
            sheet, checked = _draw_and_check(office, run, _both(_keep_count(count_file), progress))
        except OSError as error:
            refusal = _unwritable(error)
            _fail(db, run_id, refusal.message)
            raise refusal from error
        except TraceError as error:
            _fail(db, run_id, error.message)
            raise
        _finish(db, run_id, sheet, checked)
        return sheet


def _unwritable(error: OSError) -> Unavailable:
    return Unavailable(N_("写不了标签文件：%(error)s"), error=error.strerror or "")


def _plan(db: Database, run_id: int) -> PrintRun:
    with db.read.begin() as session:
        run = session.get(PrintRun, run_id, options=[joinedload(PrintRun.range).joinedload(CodeRange.batch)])
        if run is None:
            raise NotFound(N_("没有这次打印"))
        if run.state is not PrintState.PLANNED:
            raise Conflict(N_("这次打印已经做过"))
        return run


def _draw_and_check(office: Office, run: PrintRun, progress: Progress) -> tuple[SheetFile, ReadBack]:
    """Draw to the run's place, read back; a sheet that fails the gate is deleted."""
    path = path_of(office, run)
    sheet = _draw(office, run, path, progress)
    try:
        return sheet, _check(office, run, path)
    except TraceError:
        path.unlink(missing_ok=True)
        raise


def _draw(office: Office, run: PrintRun, path: Path, progress: Progress | None = None) -> SheetFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    codes = codes_of(run.range, office.ring, office.secrets, run.first, run.count)
    job, font = job_from_dict(run.job), find_font(office.settings.font)
    if job.output is Output.PDF:
        return write_sheet(path, job, codes, run.count, progress, font=font)
    return write_roll(path, job, codes, progress, font)


def _check(office: Office, run: PrintRun, path: Path) -> ReadBack:
    job = job_from_dict(run.job)
    lead, size = job.start_at - 1, job.stock.per_page

    def expected(page: int) -> list[str]:
        """The addresses that page (from 0) must carry, in the order of its labels."""
        low, high = max(0, page * size - lead), min(run.count, (page + 1) * size - lead)
        codes = codes_of(run.range, office.ring, office.secrets, run.first + low, high - low)
        return [url(job.prefix, digits) for _, digits in codes]

    pages = sampled(run.count, page_count(job.stock, run.count, job.start_at))
    if job.output is not Output.PDF:
        step = pages if isinstance(pages, int) else 1
        return read_back_roll(path, job.output, expected, job.printer.dpi, run.count, step)
    return read_back(path, expected, dpi=job.printer.dpi, pages=pages, count=run.count)


def _finish(db: Database, run_id: int, sheet: SheetFile, checked: ReadBack) -> None:
    with db.write.begin() as session:
        run = session.get_one(PrintRun, run_id, with_for_update=True)
        if run.state is not PrintState.PLANNED:
            return  # cancelled meanwhile
        run.state, run.sha256, run.pages = PrintState.READY, sheet.sha256, sheet.pages
        run.read_back = asdict(checked)
        audit.record(session, Actor("press", clock.now()), "print.ready", run, sha256=sheet.sha256, **run.read_back)


def _fail(db: Database, run_id: int, why: Message) -> None:
    """Keep the reason as text, and in the event also as template and values, to be said in either language.

    Where the database is full as well, nothing can be kept: the run stays planned, and is made when there is room.
    """
    try:
        _keep_failure(db, run_id, why)
    except OperationalError as error:
        log.error("print run %s: %s; and that cannot be kept: %s", run_id, why, error.orig)


def _keep_failure(db: Database, run_id: int, why: Message) -> None:
    with db.write.begin() as session:
        run = session.get_one(PrintRun, run_id, with_for_update=True)
        if run.state is PrintState.PLANNED:
            run.state, run.failure = PrintState.FAILED, str(why)[:1000]
            values = {
                name: value if isinstance(value, int | float) else str(value) for name, value in why.values.items()
            }
            audit.record(session, Actor("press", clock.now()), "print.fail", run, run.failure,
                         template=why.template, values=values)  # fmt: skip


def _keep_count(count_file: int) -> Progress:
    """Write how far the run is into its lock file, where any server process can read it for the progress bar."""

    def note(done: int) -> None:
        os.pwrite(count_file, b"%12d" % done, 0)

    return note


def done_so_far(office: Office, run_id: int) -> int:
    """How many labels have been drawn of a run that is being made."""
    try:
        return int(_lock_path(office, run_id).read_bytes() or 0)
    except (OSError, ValueError):
        return 0


def _both(first: Progress, second: Progress | None) -> Progress:
    """One progress call that feeds two."""

    def both(done: int) -> None:
        first(done)
        if second:
            second(done)

    return both


def _lock_path(office: Office, run_id: int) -> Path:
    return office.settings.labels / f".run-{run_id:08d}.lock"


@contextmanager
def _alone(office: Office, run_id: int) -> Iterator[int | None]:
    """The run's lock file if we are the only ones making it. The lock goes with the process, however it ends."""
    office.settings.labels.mkdir(parents=True, exist_ok=True)
    handle = os.open(_lock_path(office, run_id), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield None
    else:
        yield handle
    finally:
        os.close(handle)


def made_again(office: Office, run: PrintRun) -> Path:
    """The file of a run that is ready, drawn once more if it is gone or damaged; the bytes must be the same ones.

    Raises Unavailable when they are not (another font, another library): better no label than another one.
    """
    path = path_of(office, run)
    if not path.exists() or _sha256(path) != run.sha256:
        try:
            sheet = _draw(office, run, path)
        except OSError as error:
            raise _unwritable(error) from error
        if sheet.sha256 != run.sha256:
            path.unlink()
            raise Unavailable(N_("重做的标签文件与第一次不一致，已停止；请从备份恢复 %(name)s"), name=path.name)
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_WORKER = ThreadPoolExecutor(1, thread_name_prefix="press")


def start(db: Database, office: Office, run_id: int) -> None:
    """Make a run in the background of this process."""
    _WORKER.submit(_quietly, db, office, run_id)


def _quietly(db: Database, office: Office, run_id: int) -> None:
    try:
        make(db, office, run_id)
    except TraceError as error:
        log.warning("print run %s: %s", run_id, error)
    except Exception:
        log.exception("print run %s", run_id)
        _fail(db, run_id, Message(N_("出了意外，标签没有生成；请重试或联系管理员")))


def start_if_idle(db: Database, office: Office, run_id: int) -> None:
    """Take up a run that nobody is making, such as one left behind by a restart."""
    with _alone(office, run_id) as count_file:
        idle = count_file is not None
    if idle:
        start(db, office, run_id)


def first_page(office: Office, run: PrintRun, dpi: int = 110) -> bytes:
    """The first page of a run as a PNG; of a roll the first label, dot for dot."""
    out, path, output = io.BytesIO(), made_again(office, run), printing.output_of(run)
    if output is Output.PDF:
        with raster.opened(path) as document:
            picture = Image.fromarray(raster.drawn(document, 0, dpi))
    else:
        picture = Image.fromarray(~first_label(path, output))
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
