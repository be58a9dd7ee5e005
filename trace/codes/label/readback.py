"""The gate between print and scan: every symbol of a print file is read again before a label may leave the press.

The pages are drawn at the printer's dpi and decoded by a reader (zxing-cpp) that shares no code with what drew the
symbols. One label that does not read, reads as another or stands in another's place, and the whole run is refused.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from ...errors import N_, Invalid, TraceError
from . import raster
from .workers import cores, in_order

Expected = Sequence[Sequence[str]] | Callable[[int], Sequence[str]]
"""The URLs of each page in the order of its labels; or what gives them for a page, counted from 0."""

# Not QRCode: in zxing-cpp 3 that is the whole family, and now and then a Chinese character is read as a Micro QR code.
_SYMBOL = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
FULL_READ_BACK = 2400  # labels; reading them takes two seconds
_SHARE_FROM = 16  # pages that are worth several processes
_NAMED = 12  # labels named in a refusal; more would not help


class ReadBackFailed(TraceError):
    """A print file does not say what it should. The message names the page and its labels, counted from 1."""

    status = 409


@dataclass(frozen=True)
class ReadBack:
    """What the gate saw: labels in the file, those on the pages that were read, and those found right.

    `sample` is "all", or "every n" for every n-th page besides the first and the last; `pages_read` of `pages`.
    """

    expected: int
    checked: int
    matched: int
    dpi: int
    sample: str
    pages: int
    pages_read: int


def read_back(
    path: Path,
    expected: Expected,
    dpi: int = 203,
    pages: str | int = "all",
    progress: Callable[[int], None] | None = None,
    count: int | None = None,
) -> ReadBack:
    """Read a print file back at `dpi` and compare it, label by label, with the URLs that it should hold.

    `pages` is "all", or n for the first, the last and every n-th page. `progress` hears the number of pages read.
    `count` is the number of labels in the file, which a sample under a callable cannot know.
    Raises ReadBackFailed at the first page that is not as it should be.
    """
    step = _step(pages)
    _check_dpi(dpi)
    total = _page_total(path)
    if not callable(expected) and len(expected) != total:
        raise ReadBackFailed(
            N_("回读不符：文件有 %(found)s 页，应有 %(wanted)s 页。"), found=total, wanted=len(expected)
        )
    chosen = chosen_pages(total, pages)
    labels, crew = 0, cores() if len(chosen) >= _SHARE_FROM else 1
    with _Reader(path, expected, dpi, chosen) as reader:
        for done, found in enumerate(in_order(reader.checked, len(chosen), crew), 1):
            labels += found
            if progress:
                progress(done)
    sample = "all" if step == 1 else f"every {step}"
    whole = labels if callable(expected) else sum(map(len, expected))
    return ReadBack(whole if count is None else count, labels, labels, dpi, sample, total, len(chosen))


def _page_total(path: Path) -> int:
    with _opened(path) as document:
        return raster.pages(document)


class _Reader:
    """Reads the chosen pages of a file. Each process opens it for itself: two of them must not share an open file."""

    def __init__(self, path: Path, expected: Expected, dpi: int, chosen: list[int]) -> None:
        self._path, self._expected, self._dpi, self._chosen = path, expected, dpi, chosen
        self._kept = ExitStack()
        self._document: Any = None

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def checked(self, number: int) -> int:
        """How many labels were found right on one of the pages; raises ReadBackFailed."""
        page, expected = self._chosen[number], self._expected
        wanted = list(expected(page) if callable(expected) else expected[page])
        if self._document is None:
            self._document = self._kept.enter_context(_opened(self._path))
        compare(page, wanted, _read_page(self._document, page, self._dpi))
        return len(wanted)


def sampled(labels: int, pages: int) -> str | int:
    """Which pages the gate reads of a run of so many labels and pages: all, or of a large run every n-th.

    What could be wrong with all labels shows on any page; up to 2,400 labels are read all the same. Of a larger run
    one page in a hundred is read, and never fewer than sixteen.
    """
    return "all" if labels <= FULL_READ_BACK else max(1, min(100, pages // 16))


def chosen_pages(total: int, pages: str | int) -> list[int]:
    """Which of `total` pages (from 0) are read: the first, the last and every n-th, or all."""
    step = _step(pages)
    return [page for page in range(total) if page % step == 0 or page == total - 1]


def _step(pages: str | int) -> int:
    if pages == "all":
        return 1
    if not isinstance(pages, int) or isinstance(pages, bool) or pages < 1:
        raise Invalid(
            "pages", N_("回读的页应为 all，或每隔几页读一页的正整数，不是“%(value)s”。"), value=str(pages)[:40]
        )
    return pages


def _check_dpi(dpi: object) -> None:
    if not isinstance(dpi, int) or not 100 <= dpi <= 1200:
        raise Invalid("dpi", N_("回读的精度应为 100 到 1200 dpi，不是“%(value)s”。"), value=str(dpi)[:40])


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with raster.opened(path) as document:
            yield document
    except raster.RasterError as error:
        raise ReadBackFailed(N_("回读失败：打不开打印文件，或文件已损坏。请重新生成。")) from error


def _read_page(document: Any, number: int, dpi: int) -> list[str]:
    """The texts of a page's symbols, in the order of its labels."""
    try:
        image = raster.drawn(document, number, dpi)
    except raster.RasterError as error:
        raise ReadBackFailed(N_("回读失败：第 %(page)s 页画不出来。请重新生成。"), page=number + 1) from error
    return symbol_texts(image)


def symbol_texts(image: NDArray[np.uint8]) -> list[str]:
    """What the symbols of a picture say, row by row and from the left."""
    return _in_order(_symbols(image))


def _symbols(image: NDArray[np.uint8]) -> list[zxingcpp.Barcode]:
    """The symbols of a page. A good print needs no second try turned, shrunk or inverted, so none is given."""
    return list(zxingcpp.read_barcodes(image, formats=_SYMBOL, try_rotate=False, try_downscale=False, try_invert=False))


def _in_order(found: list[zxingcpp.Barcode]) -> list[str]:
    """Row by row and from the left; a new row begins where the next symbol's top is below half of the last one's."""
    placed = sorted((_corner(code) for code in found), key=lambda one: one[0])
    rows: list[list[tuple[float, float, float, str]]] = []
    for one in placed:
        if rows and one[0] < rows[-1][0][0] + rows[-1][0][2] / 2:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [text for row in rows for _, _, _, text in sorted(row, key=lambda one: one[1])]


def _corner(code: zxingcpp.Barcode) -> tuple[float, float, float, str]:
    """Top, left, height and text of a symbol, in dots."""
    box = code.position
    top, bottom = (min(box.top_left.y, box.top_right.y), max(box.bottom_left.y, box.bottom_right.y))
    return top, min(box.top_left.x, box.bottom_left.x), bottom - top, code.text


def compare(page: int, wanted: list[str], found: list[str]) -> None:
    """Raises ReadBackFailed if the addresses found on a page (from 0) are not those that it should carry, in order."""
    if found == wanted:
        return
    unread = [n for n, url in enumerate(wanted, 1) if url not in found]
    strange = [url for url in found if url not in wanted]
    if unread:
        raise ReadBackFailed(
            N_(
                "回读不符：第 %(page)s 页第 %(labels)s 枚读不出应有的码（另有 %(strange)s 个不该有的码）。整批不予放行，请重新生成。"
            ),
            page=page + 1,
            labels=_named(unread),
            strange=len(strange),
        )
    if sorted(found) != sorted(wanted):
        raise ReadBackFailed(
            N_("回读不符：第 %(page)s 页多出 %(strange)s 个码。整批不予放行，请重新生成。"),
            page=page + 1,
            strange=len(found) - len(wanted),
        )
    moved = [n for n, (url, got) in enumerate(zip(wanted, found, strict=True), 1) if url != got]
    raise ReadBackFailed(
        N_("回读不符：第 %(page)s 页第 %(labels)s 枚的码印错了位置。整批不予放行，请重新生成。"),
        page=page + 1,
        labels=_named(moved),
    )


def _named(numbers: list[int]) -> str:
    more = "……" if len(numbers) > _NAMED else ""
    return "、".join(map(str, numbers[:_NAMED])) + more
