"""Draws PDF pages as pixels: to read a print file back before release, and to show a page on the screen; and joins print files.

PDFium may be used by one thread at a time in a process, so all calls of it go through this module.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import IO

import numpy as np
import pypdfium2
from numpy.typing import NDArray

_ONE_AT_A_TIME = RLock()

# A forked process (`workers`) must not start while another thread is inside PDFium.
os.register_at_fork(
    before=_ONE_AT_A_TIME.acquire, after_in_parent=_ONE_AT_A_TIME.release, after_in_child=_ONE_AT_A_TIME.release
)

RasterError = (pypdfium2.PdfiumError, OSError)


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The document at `path`, closed at the end. Raises one of RasterError if it cannot be opened."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        with _ONE_AT_A_TIME:
            document.close()


def drawn(document: pypdfium2.PdfDocument, number: int, dpi: float) -> NDArray[np.uint8]:
    """A page (from 0) as grey pixels, rows first, at `dpi`. Raises one of RasterError if it cannot be drawn."""
    with _ONE_AT_A_TIME:
        page = document[number]
        try:
            bitmap = page.render(scale=dpi / 72, grayscale=True)
            grey = np.array(bitmap.to_numpy(), copy=True)
            bitmap.close()
        finally:
            page.close()
    return grey.reshape(grey.shape[:2])


def pages(document: pypdfium2.PdfDocument) -> int:
    """The number of the document's pages."""
    with _ONE_AT_A_TIME:
        return len(document)


def join(paths: Sequence[Path], out: IO[bytes]) -> None:
    """Write the pages of several documents as one, in order. Raises one of RasterError if one cannot be opened."""
    with _ONE_AT_A_TIME, closing(pypdfium2.PdfDocument.new()) as whole:
        for path in paths:
            with closing(pypdfium2.PdfDocument(path)) as part:
                whole.import_pages(part)
        whole.save(out)
