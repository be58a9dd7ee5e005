"""Writes a roll of labels as one file in the language of a thermal printer.

Each label is complete in itself, so an interrupted print can go on at any label. Several processes make a large run,
and the bytes are the same.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ...errors import N_, Invalid
from ..paper.glyphs import FontFile, find_font
from ..paper.pdf import SheetFile, whole_file
from ..tiny import TinyCodes
from ..unitcodes import UnitCodes
from .bitmap import Canvas, Dots, canvas, drawn
from .job import Output, SheetJob
from .languages import tspl_label, zpl_label
from .workers import cores, in_order

TOGETHER = 64  # labels that are made together; at 600 dpi they take some megabytes
SHARE_FROM = 1000  # from this many labels on, several processes are faster
MOST_BYTES = 2 * 10**9
"""The largest file of a run, in bytes, that a shop's computer can still copy to its printer."""


def check_roll(job: SheetJob, count: int, font: FontFile) -> None:
    """Raises Invalid for a job that `write_roll` cannot write: no roll, no modules of whole dots, too large a file."""
    if not job.stock.roll:
        raise Invalid("output", N_("TSPL、ZPL 是卷筒标签机的语言；这种标签纸请选 PDF，或改选卷筒。"))
    common = canvas(job, font)
    if job.output is not Output.TSPL:
        return
    one = common.height * -(-common.shared.shape[1] // 8)
    if one * count > MOST_BYTES:
        raise Invalid(
            "count",
            N_("这种标签每枚 %(each)s KB，一个 TSPL 文件最多放 %(most)s 枚，请分几次打印。"),
            each=-(-one // 1000),
            most=MOST_BYTES // one,
        )


def write_roll(
    path: Path,
    job: SheetJob,
    codes: UnitCodes | TinyCodes,
    progress: Callable[[int], None] | None = None,
    font: FontFile | None = None,
    crew: int | None = None,
) -> SheetFile:
    """Write the labels of all `codes`, one after the other, in the language of the job.

    `progress` is called with the number of labels done. Raises what `check_roll` raises. After any exception there is
    no file at `path`.
    """
    common, count, done = canvas(job, font or find_font()), len(codes), 0

    def make(block: int) -> tuple[bytes, int]:
        start = block * TOGETHER
        some = min(TOGETHER, count - start)
        labels = drawn(common, job.prefix, codes.ordinals(start, some), codes.tokens(start, some))
        return b"".join(_sent(job, common, dots) for dots in labels), some

    hands = crew or (cores() if count >= SHARE_FROM else 1)
    with whole_file(path) as file, closing(in_order(make, -(-count // TOGETHER), hands)) as parts:
        for sent, labels in parts:
            file.write(sent)
            done += labels
            if progress:
                progress(done)
    return file.result(done)


def _sent(job: SheetJob, common: Canvas, dots: Dots) -> bytes:
    if job.output is Output.ZPL:
        return zpl_label(dots)
    return tspl_label(dots, (job.stock.page_width, job.stock.page_height))
