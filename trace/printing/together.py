"""The labels of several batches as one file, for one go of the printer: before they are put on sale, as each file alone is fetched."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from ..codes.label import raster
from ..codes.label.job import Output
from ..errors import N_, Conflict
from ..installation.installation import Installation
from ..models import Batch, PrintRun, PrintState
from . import plans, press

MOST = 10_000  # labels in one file that is made while somebody waits


class Together:
    """The runs that go into one file, in the order in which their batches are added: all for the same stock, printer and output."""

    def __init__(self) -> None:
        self.runs: list[PrintRun] = []

    @property
    def output(self) -> Output:
        """The kind of file. There is one once a batch was added."""
        return plans.output_of(self.runs[0])

    def add(self, session: Session, batch: Batch) -> None:
        """Add the labels of a batch that are made and not on sale yet. Raises Conflict where there are none, where they go on other
        stock or another printer than those before, and where one file would hold too many."""
        ready = [run for run in reversed(plans.runs_of(session, batch)) if run.state is PrintState.READY]
        ready = [run for run in ready if not plans.output_of(run).listed]
        if not ready:
            raise Conflict(N_("没有做好、等着上市的标签；上市以后重印，要在打印页上写原因"))
        if len({_on(run) for run in [*self.runs[:1], *ready]}) > 1:
            raise Conflict(N_("标签纸、打印机或文件种类和前面的不一样，请分开取"))
        if sum(run.count for run in [*self.runs, *ready]) > MOST:
            raise Conflict(N_("一个文件最多放 %(most)s 枚标签，请分几次取"), most=f"{MOST:,}")
        self.runs += ready


def _on(run: PrintRun) -> tuple[object, ...]:
    job = plans.job_from_dict(run.job)
    return job.output, job.stock, job.printer


def write(installation: Installation, runs: Sequence[PrintRun], out: IO[bytes]) -> None:
    """Write the labels of the runs one after the other. Raises NotNow for a file that is gone and cannot be made again."""
    paths = [press.made_again(installation, run) for run in runs]
    if plans.output_of(runs[0]) is Output.PDF:
        raster.join(paths, out)
    else:
        _chain(paths, out)


def _chain(paths: Sequence[Path], out: IO[bytes]) -> None:
    """Each label of a roll is complete in itself, so files of rolls are simply put one behind the other."""
    for path in paths:
        out.write(path.read_bytes())
