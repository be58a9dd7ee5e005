"""What the tests of the paper share: a label's text, a print run of it, its codes and how a page looks."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from yipin.codes.idnumber import batch_integer
from yipin.codes.keys import KeyRing, new_key
from yipin.codes.label.job import Printer, SheetJob
from yipin.codes.label.stock import stocks
from yipin.codes.label.text import LabelText
from yipin.codes.paper.glyphs import FontFile, find_font
from yipin.codes.payload import TOKEN_BYTES, Payload, to_digits
from yipin.codes.unitcodes import UnitCodes
from yipin.codes.units import UnitPermutation

PREFIX = "https://t.zhuzhou.gov.cn/"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
ID_NUMBER = "430225AB3D5FG7HQ"


@pytest.fixture(scope="session")
def font() -> FontFile:
    return find_font()


@pytest.fixture(scope="session")
def text() -> LabelText:
    return LabelText(
        name="炎陵黄桃",
        brand="炎陵黄桃",
        producer="示范黄桃种植专业合作社",
        county="炎陵县",
        harvest_date=date(2026, 7, 18),
        net_content="2.5 kg",
        id_number="430225AB3D5FG7HQ",
        host="t.zhuzhou.gov.cn",
    )


@pytest.fixture(scope="session")
def job(text: LabelText) -> Callable[..., SheetJob]:
    """A print run on a stock by its key, other parts by name; `dpi` is the printer's."""

    def make(key: str, dpi: int = 203, **parts: object) -> SheetJob:
        printer = parts.pop("printer", Printer(dpi=dpi))
        return replace(SheetJob(stocks()[key], text, PREFIX, printer), **parts)

    return make


@pytest.fixture(scope="session")
def codes() -> Callable[..., list[tuple[int, str]]]:
    """`count` codes as a print run gets them: ordinal from `first`, and 191 digits."""

    def make(count: int, first: int = 0) -> list[tuple[int, str]]:
        ordinals = range(first, first + count)
        return [(n, to_digits(random.Random(n).randbytes(TOKEN_BYTES))) for n in ordinals]

    return make


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    folder = tmp_path_factory.mktemp("keys")
    new_key(folder, NOW)
    return KeyRing.load(folder)


@pytest.fixture(scope="session")
def signed(ring: KeyRing) -> Callable[..., UnitCodes]:
    """Codes of one batch, to be signed as they are asked for."""
    key = ring.signer(NOW)
    payload = Payload(key.number, 430225, batch_integer(ID_NUMBER), 0, date(2026, 7, 18))

    def make(count: int, first: int = 0) -> UnitCodes:
        return UnitCodes(payload, key, UnitPermutation(b"a secret of the tests", ID_NUMBER), first, count)

    return make


@pytest.fixture(scope="session")
def urls() -> Callable[..., list[str]]:
    return lambda codes: [PREFIX + digits for _, digits in codes]


@pytest.fixture(scope="session")
def raster() -> Callable[..., NDArray[np.uint8]]:
    """A page as grey dots, 0 black."""

    def draw(path: Path, dpi: int, page: int = 0) -> NDArray[np.uint8]:
        with pypdfium2.PdfDocument(path) as document:
            image = document[page].render(scale=dpi / 72, grayscale=True).to_numpy()
        return image.reshape(image.shape[:2]).copy()

    return draw
