"""The description of a print run: the label stock, the text, the printer, and the kind of file."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from ...errors import N_, Invalid
from ..kinds import CodeKind
from ..qr import symbol
from .stock import Stock
from .text import LabelText


class Output(StrEnum):
    """The kind of file of a print run: PDF, a thermal printer's language, or a list of codes for a print shop."""

    PDF = "pdf"
    TSPL = "tspl"
    ZPL = "zpl"
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def roll(self) -> bool:
        """Whether it is a language of thermal printers, which print rolls."""
        return self in (Output.TSPL, Output.ZPL)

    @property
    def listed(self) -> bool:
        """Whether it is a list of codes."""
        return self in (Output.CSV, Output.XLSX)


LANGUAGES = (Output.PDF, Output.TSPL, Output.ZPL)


@dataclass(frozen=True)
class Printer:
    """A printer's correction, from its calibration page. Offsets are in mm, to the right and downwards.

    A point that must print x mm from the left edge of the page is drawn at x * scale_x + offset_x. `language` is the
    Output in which it takes rolls. Raises Invalid for a field out of range.
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
        """Where on the page a point must be drawn so that it prints at (x, y); all in mm."""
        return x * self.scale_x + self.offset_x, y * self.scale_y + self.offset_y

    def as_dict(self) -> dict[str, object]:
        """The fields, as a print run keeps them."""
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
    """A print run: what is printed on which stock.

    `prefix` is the address before the code. `start_at` is the first free label of a part-used sheet, from 1.
    `symbol_mm` is the wanted side of the symbol, quiet zone included; None for the usual one.
    """

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
        """The number of modules on a side of the run's symbols."""
        return symbol_modules(self.prefix, self.kind)


def symbol_modules(prefix: str, kind: CodeKind = CodeKind.FULL) -> int:
    """The number of modules on a side of the symbols with this address (ISO/IEC 18004: 17 + 4 for each version)."""
    return 17 + 4 * symbol.check_prefix(prefix, allow_version=40, kind=kind)
