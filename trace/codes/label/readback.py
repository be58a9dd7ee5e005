"""Reads the symbols of a print file back before the run may be released.

The pages are drawn at the printer's dpi and decoded by zxing-cpp, which shares no code with the drawing. The whole run
is refused if one label cannot be read, reads as another, or stands in another's place.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray

from ...errors import N_, Invalid, TraceError
from . import raster
from .workers import cores, in_order

Expected = Sequence[Sequence[str]] | Callable[[int], Sequence[str]]
"""The URLs of each page in the order of its labels, or a function that gives them for a page (from 0)."""

# QRCode would be the whole family in zxing-cpp 3, and now and then a Chinese character is read as a Micro QR code.
_SYMBOL = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
FULL_READ_BACK = 2400  # labels; up to so many all are read, which takes two seconds
_SHARE_FROM = 16  # from this many pages on, several processes are faster
_NAMED = 12  # at most so many labels are named in a refusal


class ReadBackFailed(TraceError):
    """A print file is not as it should be. The message names the page and its labels, counted from 1."""

    status = 409


@dataclass(frozen=True)
class ReadBack:
    """The result: how many labels the file has, how many were read, and how many were right.

    `sample` is "all", or "every n" for every n-th page besides the first and the last. `pages_read` of `pages` were
    read.
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

    `pages` is "all", or n for the first, the last and every n-th page. `progress` is called with the number of pages
    read. `count` is the number of labels in the file; it is needed for a sample if `expected` is a function. Raises
    ReadBackFailed at the first page that is not as it should be, Invalid (pages, dpi).
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
    """Reads the chosen pages of a file. Each process opens the file itself, because two must not share an open one."""

    def __init__(self, path: Path, expected: Expected, dpi: int, chosen: list[int]) -> None:
        self._path, self._expected, self._dpi, self._chosen = path, expected, dpi, chosen
        self._kept = ExitStack()
        self._document: pypdfium2.PdfDocument | None = None

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def checked(self, number: int) -> int:
        """The number of labels on one of the chosen pages, if all are right. Raises ReadBackFailed."""
        page, expected = self._chosen[number], self._expected
        wanted = list(expected(page) if callable(expected) else expected[page])
        if self._document is None:
            self._document = self._kept.enter_context(_opened(self._path))
        compare(page, wanted, _read_page(self._document, page, self._dpi))
        return len(wanted)


def sampled(labels: int, pages: int) -> str | int:
    """Which pages are read of a run with so many labels and pages: "all", or n for every n-th.

    Up to 2,400 labels all pages are read. Of a larger run one page in a hundred is read, but at least sixteen: a fault
    that all labels have shows on any page.
    """
    return "all" if labels <= FULL_READ_BACK else max(1, min(100, pages // 16))


def chosen_pages(total: int, pages: str | int) -> list[int]:
    """The pages (from 0) of `total` that are read: all, or the first, the last and every n-th.

    Raises Invalid (pages).
    """
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
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        with raster.opened(path) as document:
            yield document
    except raster.RasterError as error:
        raise ReadBackFailed(N_("回读失败：打不开打印文件，或文件已损坏。请重新生成。")) from error


def _read_page(document: pypdfium2.PdfDocument, number: int, dpi: int) -> list[str]:
    """The texts of a page's symbols, in the order of its labels."""
    try:
        image = raster.drawn(document, number, dpi)
    except raster.RasterError as error:
        raise ReadBackFailed(N_("回读失败：第 %(page)s 页画不出来。请重新生成。"), page=number + 1) from error
    return symbol_texts(image)


def symbol_texts(image: NDArray[np.uint8]) -> list[str]:
    """The texts of the symbols in a grey picture, row by row from the left."""
    return _in_order(_symbols(image))


def _symbols(image: NDArray[np.uint8]) -> list[zxingcpp.Barcode]:
    """The symbols of a page. A good print is read without turning, shrinking or inverting it, so that is not tried."""
    return list(zxingcpp.read_barcodes(image, formats=_SYMBOL, try_rotate=False, try_downscale=False, try_invert=False))


def _in_order(found: list[zxingcpp.Barcode]) -> list[str]:
    """The texts row by row from the left. A symbol that begins below half of a row's first one begins a new row."""
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
    """Raises ReadBackFailed if the addresses found on a page (from 0) are not the wanted ones, in order."""
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
