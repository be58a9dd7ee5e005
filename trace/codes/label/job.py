"""What a print run is: which paper, what it says, for which printer, and what kind of file it makes."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ...errors import N_, Invalid
from ..kinds import CodeKind
from ..qr import symbol
from .stock import Stock
from .text import LabelText


class Output(StrEnum):
    """What a print run makes: a PDF for any printer, a file in the language of a thermal printer, or the codes as a
    list for a print shop."""

    PDF = "pdf"
    TSPL = "tspl"
    ZPL = "zpl"
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def roll(self) -> bool:
        return self in (Output.TSPL, Output.ZPL)

    @property
    def listed(self) -> bool:
        return self in (Output.CSV, Output.XLSX)


LANGUAGES = (Output.PDF, Output.TSPL, Output.ZPL)


@dataclass(frozen=True)
class Printer:
    """What a printer does to paper, as its calibration page showed; offsets in mm to the right and downwards.

    A point x mm from the left edge of the page is put at x * scale_x + offset_x, so that it prints at x. `language` is
    what it prints rolls by (an Output).
    """

    name: str = ""
    offset_x: float = 0.0
    offset_y: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    dpi: int = 203
    language: str = Output.PDF.value

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise Invalid("language", N_("请从列表里选一项"))
        if not isinstance(self.name, str) or len(self.name) > 60:
            raise Invalid("name", N_("打印机名称最多 60 个字。"))
        for field, low, high in _RANGES:
            _check(field, getattr(self, field), low, high)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where on the page, in mm, a point must be put to be printed at (x, y)."""
        return x * self.scale_x + self.offset_x, y * self.scale_y + self.offset_y

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


_RANGES = (
    ("offset_x", -20, 20),
    ("offset_y", -20, 20),
    ("scale_x", 0.95, 1.05),
    ("scale_y", 0.95, 1.05),
    ("dpi", 150, 1200),
)


def _check(field: str, value: object, low: float, high: float) -> None:
    number = isinstance(value, int if field == "dpi" else (int, float)) and not isinstance(value, bool)
    if not number or not low <= value <= high:  # type: ignore[operator]
        raise Invalid(
            field, N_("应为 %(low)s 到 %(high)s 之间的数，不是“%(value)s”。"), low=low, high=high, value=str(value)[:40]
        )


@dataclass(frozen=True)
class SheetJob:
    """A print run: what goes on which paper. `start_at` is the first free label of a part-used sheet, from 1."""

    stock: Stock
    text: LabelText
    prefix: str
    printer: Printer = Printer()
    start_at: int = 1
    symbol_mm: float | None = None
    output: Output = Output.PDF
    kind: CodeKind = CodeKind.FULL

    @property
    def modules(self) -> int:
        """How many modules a side of the run's symbols has."""
        return symbol_modules(self.prefix, self.kind)


def symbol_modules(prefix: str, kind: CodeKind = CodeKind.FULL) -> int:
    """How many modules a side of the symbols behind an address has."""
    return 17 + 4 * symbol.check_prefix(prefix, allow_version=40, kind=kind)
