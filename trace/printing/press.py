"""The press: makes the sheets of a planned print run and reads every symbol back before anything is released.

It works between transactions, so that a long run holds no lock: it reads the plan, draws the file under a
temporary name, reads it back, and only then writes the outcome. A killed run is simply made again: same bytes.
"""

import hashlib
import io
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from .. import clock
from ..access.actor import Actor
from ..audit import log as audit_log
from ..codes.label import raster
from ..codes.label.codelist import Row, read_back_list, row_of, write_list
from ..codes.label.job import Output
from ..codes.label.readback import ReadBack, chosen_pages, read_back, sampled
from ..codes.label.rollread import first_label, read_back_roll
from ..codes.label.rolls import write_roll
from ..codes.label.sheet import Stopped, page_count, write_sheet
from ..codes.paper.glyphs import find_font
from ..codes.paper.pdf import SheetFile, sweep_parts
from ..codes.qr.symbol import url
from ..db import Database
from ..errors import N_, Conflict, Message, NotFound, NotNow, TraceError
from ..installation.installation import Installation
from ..issue.codes import codes_of
from ..models import Action, CodeRange, PrintRun, PrintState
from . import plans, runs
from . import progress as printing_progress
from .plans import job_from_dict
from .progress import Meter, PrintProgress

log = logging.getLogger("yipin.printing")
Progress = Callable[[int], None]
Hear = Callable[[PrintProgress], None]


def sheet_path(installation: Installation, run_id: int, output: Output = Output.PDF) -> Path:
    """Where the file of a run is kept."""
    return installation.settings.labels / f"run-{run_id:08d}.{output}"


def path_of(installation: Installation, run: PrintRun) -> Path:
    """Where the file of a run is kept, whatever kind of file it is."""
    output = plans.output_of(run)
    path = sheet_path(installation, run.id, output)
    return path.with_name(f"{path.name}.zip") if output.listed else path


def make(
    db: Database, installation: Installation, run_id: int, progress: Progress | None = None, hear: Hear | None = None
) -> SheetFile | None:
    """Draw and read back the sheets of a planned run; None when another process is at it already.

    `progress` hears the number of labels drawn, `hear` how far the whole work is. Raises TraceError when the gate, the
    font, the key or the disk refuses, and the run is then FAILED with the reason; Stopped when somebody stopped or
    cancelled it meanwhile. However it ends, there is a whole file or none.
    """
    with printing_progress.alone(installation, run_id) as lock:
        if lock is None:
            return None
        run = _plan(db, run_id)
        sweep_parts(path_of(installation, run))
        work = _Work(installation, run)
        try:
            meter = Meter(lock, work.total, lambda: _no_longer_planned(db, run_id), hear)
            sheet, checked = work.done(meter, progress)
        except OSError as error:
            refusal = _unwritable(error)
            fail(db, run_id, refusal.message)
            raise refusal from error
        except Stopped:
            raise
        except TraceError as error:
            fail(db, run_id, error.shown)
            raise
        if not _finish(db, run_id, sheet, checked):
            path_of(installation, run).unlink(missing_ok=True)
            raise Stopped(N_("已停止，没有生成文件"))
        return sheet


def _no_longer_planned(db: Database, run_id: int) -> bool:
    with db.read.begin() as session:
        return session.scalar(sa.select(PrintRun.state).where(PrintRun.id == run_id)) is not PrintState.PLANNED


def _unwritable(error: OSError) -> NotNow:
    return NotNow(N_("写不了标签文件：%(error)s"), error=error.strerror or "")


def _plan(db: Database, run_id: int) -> PrintRun:
    with db.read.begin() as session:
        run = session.get(PrintRun, run_id, options=[joinedload(PrintRun.range).joinedload(CodeRange.batch)])
        if run is None:
            raise NotFound(N_("没有这次打印"))
        if run.state is not PrintState.PLANNED:
            raise Conflict(N_("这次打印已经做过"))
        return run


READ_WORTH = 6
"""Reading a label of a sheet back takes as long as drawing so many; of a roll it takes as long as drawing one."""


class _Work:
    """What is to be done for a run: draw all its labels, read some of them back."""

    def __init__(self, installation: Installation, run: PrintRun) -> None:
        self._office, self._run, self._path = installation, run, path_of(installation, run)
        self._job = job_from_dict(run.job)
        self._pages = page_count(self._job.stock, run.count, self._job.start_at)
        if self._job.output.listed:
            self._pages = run.count
        self._step = sampled(run.count, self._pages)
        self._read = len(chosen_pages(self._pages, self._step))
        share = min(run.count, self._read * self._job.stock.per_page) if not self._job.output.listed else run.count
        self._read_worth = share * (READ_WORTH if self._job.output is Output.PDF else 1)

    @property
    def total(self) -> float:
        """All the work of the run, in labels drawn; reading back counts by the time it takes."""
        return self._run.count + self._read_worth

    def done(self, meter: Meter, progress: Progress | None) -> tuple[SheetFile, ReadBack]:
        """The file at the run's place and what the gate saw of it; after any exception there is no file."""

        def drawn(labels: int) -> None:
            if progress:
                progress(labels)
            meter.count(labels)

        def read(parts: int, of: int) -> None:
            meter.count(self._run.count + self._read_worth * parts / of)

        sheet = _draw(self._office, self._run, self._path, drawn)
        try:
            return sheet, self._checked(read)
        except BaseException:
            self._path.unlink(missing_ok=True)
            raise

    def _checked(self, read: Callable[[int, int], None]) -> ReadBack:
        run, job = self._run, self._job
        step = self._step if isinstance(self._step, int) else 1
        if job.output.listed:
            return read_back_list(
                self._path,
                job.output,
                runs.list_password(self._office, run),
                run.first,
                run.count,
                self._expected_row,
                step,
                lambda rows: read(rows, run.count),
            )
        if job.output.roll:
            return read_back_roll(
                self._path,
                job.output,
                self._expected,
                job.printer.dpi,
                run.count,
                step,
                lambda labels: read(labels, run.count),
            )
        return read_back(
            self._path,
            self._expected,
            dpi=job.printer.dpi,
            pages=self._step,
            count=run.count,
            progress=lambda pages: read(pages, self._read),
        )

    def _expected_row(self, place: int) -> Row:
        """The row of the list at that place, counted from 0."""
        run = self._run
        ((ordinal, digits),) = codes_of(run.range, self._office.ring, self._office.secrets, run.first + place, 1)
        return row_of(self._job.prefix, ordinal, digits)

    def _expected(self, page: int) -> list[str]:
        """The addresses that page (from 0) must carry, in the order of its labels."""
        run, lead, size = self._run, self._job.start_at - 1, self._job.stock.per_page
        low, high = max(0, page * size - lead), min(run.count, (page + 1) * size - lead)
        codes = codes_of(run.range, self._office.ring, self._office.secrets, run.first + low, high - low)
        return [url(self._job.prefix, digits) for _, digits in codes]


def _draw(installation: Installation, run: PrintRun, path: Path, progress: Progress | None = None) -> SheetFile:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    codes = codes_of(run.range, installation.ring, installation.secrets, run.first, run.count)
    job = job_from_dict(run.job)
    if job.output.listed:
        return write_list(path, job.output, job.prefix, codes, runs.list_password(installation, run), progress)
    font = find_font(installation.settings.font)
    if job.output is Output.PDF:
        return write_sheet(path, job, codes, run.count, progress, font=font)
    return write_roll(path, job, codes, progress, font)


def _finish(db: Database, run_id: int, sheet: SheetFile, checked: ReadBack) -> bool:
    """Keep the outcome; False when the run was stopped or cancelled meanwhile."""
    with db.write.begin() as session:
        run = session.get_one(PrintRun, run_id, with_for_update=True)
        if run.state is not PrintState.PLANNED:
            return False
        run.state, run.sha256, run.pages = PrintState.READY, sheet.sha256, sheet.pages
        run.read_back = asdict(checked)
        audit_log.record(
            session, Actor("press", clock.now()), Action.PRINT_READY, run, sha256=sheet.sha256, **run.read_back
        )
        return True


def fail(db: Database, run_id: int, why: Message) -> None:
    """A run came to nothing: keep the reason as text, and in the event also as template and values, to be said in either language.

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
            audit_log.record(session, Actor("press", clock.now()), Action.PRINT_FAIL, run, run.failure, **why.as_data())


def made_again(installation: Installation, run: PrintRun) -> Path:
    """The file of a run that is ready, drawn once more if it is gone or damaged; the bytes must be the same ones.

    Raises NotNow when they are not (another font, another library): better no label than another one. Raises it too when
    the file can neither be read nor written, for example because a folder has its name.
    """
    path = path_of(installation, run)
    try:
        if not path.exists() or _sha256(path) != run.sha256:
            _make_again(installation, run, path)
    except OSError as error:
        raise _unwritable(error) from error
    return path


def _make_again(installation: Installation, run: PrintRun, path: Path) -> None:
    if plans.output_of(run).listed:  # encrypted anew it would have other bytes
        raise NotNow(N_("码表文件不在了或已损坏；请从备份恢复 %(name)s，或作废这次打印再做一次"), name=path.name)
    if _draw(installation, run, path).sha256 != run.sha256:
        path.unlink()
        raise NotNow(N_("重做的标签文件与第一次不一致，已停止；请从备份恢复 %(name)s"), name=path.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def first_page(installation: Installation, run: PrintRun, dpi: int = 110) -> bytes:
    """The first page of a run as a PNG; of a roll the first label, dot for dot."""
    out, path, output = io.BytesIO(), made_again(installation, run), plans.output_of(run)
    if output is Output.PDF:
        with raster.opened(path) as document:
            picture = Image.fromarray(raster.drawn(document, 0, dpi))
    else:
        picture = Image.fromarray(~first_label(path, output))
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
