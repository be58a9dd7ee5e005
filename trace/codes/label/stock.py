"""Label stocks: the sheets and rolls that labels are printed on, measured in mm.

Labels are placed by these measures alone. Common stocks are data (`stocks.toml`). Others are entered by their measures
and pass the same checks. A print run keeps its stock as a plain dict.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, cast

from ...errors import N_, Invalid
from ..kinds import CodeKind

MODULE_MM = 0.396
"""Smallest module (X-dimension) of a retail QR symbol, mm: GS1 General Specifications."""

DEFAULT_SYMBOL_MM = 25.0
"""The usual side of a symbol, quiet zone included. In our scanning test it stayed readable under simulated blur, tilt
and 8 % cover."""

FLOOR_SYMBOL_MM = 20.0
"""The smallest side of a symbol, quiet zone included. 41 + 8 modules of 0.396 mm are 19.4 mm; below 20 mm our scanning
test lost scans."""


@dataclass(frozen=True)
class Least:
    """The usual and the smallest side of a symbol, quiet zone included, and its smallest module; all in mm."""

    usual: float
    floor: float
    module: float


LEAST = {
    CodeKind.FULL: Least(DEFAULT_SYMBOL_MM, FLOOR_SYMBOL_MM, MODULE_MM),
    # Three dots of a 203 dpi printer are 0.375 mm; 29 + 8 such modules are 13.9 mm. Telephones read it, not tills.
    CodeKind.TINY: Least(15.0, 13.8, 0.37),
}

CUT_MM = 0.4
"""The room that a symbol leaves to the edges of its label, both sides together, mm."""

_CLOSE = 0.01  # mm; tolerance for the rounded measures on the packet of a stock


@dataclass(frozen=True)
class Stock:
    """A kind of label paper. All lengths are in mm, from the top left corner of the page. Raises Invalid if unsound."""

    key: str
    name: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    roll: bool
    default_dpi: int
    round: bool = False

    def __post_init__(self) -> None:
        _check(self)

    @property
    def per_page(self) -> int:
        """The number of labels on a page."""
        return self.columns * self.rows

    def position(self, n: int) -> tuple[float, float]:
        """The top left corner (x, y) in mm of the n-th label of a page, counted from 1, row by row.

        Raises Invalid (start_at) for a label that the page does not have.
        """
        if not isinstance(n, int) or not 1 <= n <= self.per_page:
            raise Invalid("start_at", N_("标签位置应为 1 到 %(last)s 的整数，不是“%(n)s”。"), last=self.per_page, n=n)
        row, column = divmod(n - 1, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y

    def as_dict(self) -> dict[str, object]:
        """The fields, as a print run keeps them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, object]) -> "Stock":
        """The stock that a print run kept. Raises Invalid (stock) if the record is no stock."""
        if isinstance(plain, Mapping):
            plain = {"round": False} | dict(plain)  # older runs do not have this field
        names = [field.name for field in fields(cls)]
        missing = [name for name in names if not isinstance(plain, Mapping) or name not in plain]
        if missing or len(plain) != len(names):
            raise Invalid("stock", N_("标签纸的记录不完整或有多余的项：%(names)s。"), names="、".join(missing) or "—")
        return cls(**cast(dict[str, Any], plain))  # the new stock checks the kind of each value


@cache
def stocks() -> Mapping[str, Stock]:
    """The stocks that come with the system, by key."""
    text = resources.files("yipin.data").joinpath("stocks.toml").read_text("utf-8")
    return MappingProxyType({key: _complete(key, entry) for key, entry in tomllib.loads(text).items()})


def own_stock(
    name: str,
    page_width: float,
    page_height: float,
    *,
    columns: int = 1,
    rows: int = 1,
    label_width: float | None = None,
    label_height: float | None = None,
    left: float = 0.0,
    top: float = 0.0,
    pitch_x: float | None = None,
    pitch_y: float | None = None,
    roll: bool = False,
    default_dpi: int | None = None,
) -> Stock:
    """A stock by its own measures in mm. Without further measures it is one label as large as the page, as on a roll.

    Raises Invalid, whose field is the measure that is out of range, or lets labels overlap or leave the page.
    """
    given = {key: value for key, value in locals().items() if value is not None}
    return _complete("own", given)


def symbol_size(stock: Stock, wanted_mm: float | None = None, kind: CodeKind = CodeKind.FULL) -> float:
    """The side of the symbol in mm, quiet zone included: `wanted_mm`, or else the usual one.

    The usual one is 25, or 20 where 25 does not fit; of a tiny code it is 15, or what fits. Raises Invalid (stock) if
    not even the smallest fits (20 mm, of a tiny code 13.8 mm), or if `wanted_mm` is smaller than that or does not fit.
    """
    room, least = symbol_room(stock), LEAST[kind]
    if room < least.floor:
        raise _too_small(stock, kind)
    if wanted_mm is None:
        fitting = least.floor if kind is CodeKind.FULL else room
        return least.usual if room >= least.usual else fitting
    _number("symbol_mm", wanted_mm, 0, 1000)
    if wanted_mm < least.floor:
        raise Invalid(
            "stock",
            N_(
                "二维码 %(wanted)s 毫米太小：连同四周空白至少 %(floor)s 毫米（每个模块不小于 %(module)s 毫米），再小手机就难以扫读。"
            ),
            wanted=_mm(wanted_mm),
            floor=_mm(least.floor),
            module=least.module,
        )
    if wanted_mm > room:
        raise Invalid(
            "stock",
            N_("二维码 %(wanted)s 毫米放不进这种标签：最大 %(room)s 毫米。"),
            wanted=_mm(wanted_mm),
            room=_mm(room),
        )
    return float(wanted_mm)


def _too_small(stock: Stock, kind: CodeKind) -> Invalid:
    told = {"w": _mm(stock.label_width), "h": _mm(stock.label_height), "floor": _mm(LEAST[kind].floor)}
    if kind is CodeKind.TINY:
        return Invalid(
            "stock",
            N_(
                "贴纸（%(w)s×%(h)s 毫米）连贴纸小码也放不下：小码连同四周空白至少 %(floor)s 毫米，再小手机就难以扫读；请换大一号的贴纸。"
            ),
            **told,
        )
    return Invalid(
        "stock",
        N_(
            "标签（%(w)s×%(h)s 毫米）放不下二维码：二维码连同四周空白至少 %(floor)s 毫米，再小手机就难以扫读；请换大一号的标签纸。"
        ),
        **told,
    )


def symbol_room(stock: Stock) -> float:
    """The largest side of a symbol, quiet zone included, that leaves room to the label's edges; mm.

    On a round label it is the side of the square inside the circle.
    """
    side = min(stock.label_width, stock.label_height)
    return round(side / math.sqrt(2) if stock.round else side - CUT_MM, 3)


STICKER_MM = 26.0
"""Labels with no side longer than this (mm) are stickers, which are offered for tiny codes."""


def suits(stock: Stock, kind: CodeKind) -> bool:
    """Whether a stock is offered for a kind of code: stickers for tiny codes, any stock with room for signed codes."""
    if kind is CodeKind.FULL:
        return symbol_room(stock) >= LEAST[kind].floor
    return max(stock.label_width, stock.label_height) <= STICKER_MM and symbol_room(stock) >= LEAST[kind].floor


def _complete(key: str, entry: Mapping[str, object]) -> Stock:
    """The stock of these measures; missing ones are those of a roll: one label a page, no margins, no gaps."""
    full: dict[str, object] = {"key": key, "columns": 1, "rows": 1, "left": 0.0, "top": 0.0, "roll": False, **entry}
    full.setdefault("label_width", full["page_width"])
    full.setdefault("label_height", full["page_height"])
    full.setdefault("pitch_x", full["label_width"])
    full.setdefault("pitch_y", full["label_height"])
    full.setdefault("default_dpi", 203 if full["roll"] else 600)
    return Stock.from_dict(full)


def _check(stock: Stock) -> None:
    _check_name(stock.name)
    if not isinstance(stock.key, str) or not isinstance(stock.roll, bool) or not isinstance(stock.round, bool):
        raise Invalid("stock", N_("标签纸的记录不完整或有多余的项：%(names)s。"), names="key、roll、round")
    _number("page_width", stock.page_width, 15, 330)  # up to A3+ (329 x 483 mm); a roll is never wider
    _number("page_height", stock.page_height, 15, 500)
    _number("columns", stock.columns, 1, 30, whole=True)
    _number("rows", stock.rows, 1, 50, whole=True)
    _number("label_width", stock.label_width, 15, stock.page_width)
    _number("label_height", stock.label_height, 15, stock.page_height)
    _number("left", stock.left, 0, stock.page_width)
    _number("top", stock.top, 0, stock.page_height)
    _number("default_dpi", stock.default_dpi, 150, 1200, whole=True)
    _check_axis("pitch_x", stock.columns, stock.label_width, stock.left, stock.pitch_x, stock.page_width)
    _check_axis("pitch_y", stock.rows, stock.label_height, stock.top, stock.pitch_y, stock.page_height)
    if stock.roll and stock.per_page != 1:
        raise Invalid("columns", N_("卷筒标签每页只有一枚，不能有 %(n)s 枚。"), n=stock.per_page)


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 60:
        raise Invalid("name", N_("标签纸名称应为 1 到 60 个字。"))


def _check_axis(field: str, count: int, size: float, start: float, pitch: float, page: float) -> None:
    _number(field, pitch, 1, 500)
    if count > 1 and pitch < size - _CLOSE:
        raise Invalid(
            field, N_("标签会重叠：间距 %(pitch)s 毫米小于标签 %(size)s 毫米。"), pitch=_mm(pitch), size=_mm(size)
        )
    end = start + (count - 1) * pitch + size
    if end > page + _CLOSE:
        raise Invalid(
            field,
            N_("%(count)s 枚标签排到 %(end)s 毫米，超出纸张的 %(page)s 毫米。"),
            count=count,
            end=_mm(end),
            page=_mm(page),
        )


def _number(field: str, value: object, low: float, high: float, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    if not isinstance(value, kinds) or isinstance(value, bool) or not math.isfinite(value):
        wanted = N_("应填整数，不是“%(value)s”。") if whole else N_("应填毫米数，不是“%(value)s”。")
        raise Invalid(field, wanted, value=str(value)[:40])
    if not low <= value <= high:
        raise Invalid(
            field, N_("应在 %(low)s 到 %(high)s 之间，不是 %(value)s。"), low=_mm(low), high=_mm(high), value=_mm(value)
        )


def _mm(value: float) -> str:
    return f"{value:.6g}"
