"""A PDF drawn as pixels: for reading it back before release, and for showing a page on the screen.

PDFium may be entered by one thread at a time in a whole process; everything that calls it goes through here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray

_ONE_AT_A_TIME = RLock()

# A process forked off (`crew`) must not find PDFium as another thread was just leaving it.
os.register_at_fork(
    before=_ONE_AT_A_TIME.acquire, after_in_parent=_ONE_AT_A_TIME.release, after_in_child=_ONE_AT_A_TIME.release
)

RasterError = (pypdfium2.PdfiumError, OSError)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The document at `path`. Raises one of RasterError if it cannot be opened."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        with _ONE_AT_A_TIME:
            document.close()


def drawn(document: Any, number: int, dpi: float) -> NDArray[np.uint8]:
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


def pages(document: Any) -> int:
    """How many pages the document has."""
    with _ONE_AT_A_TIME:
        return len(document)
