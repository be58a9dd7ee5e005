"""The certificates behind a figure: what an officer shows when asked how a number came about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ..errors import N_, NotFound
from .board import Board, Indicator
from .line import Line
from .measures import Lines, Totals, totals, without

MEASURE_WORDS = {
    "first": N_("首次新增"),
    "net": N_("净增"),
    "stock": N_("有效存量"),
    "pending": N_("待核"),
    "also": N_("同时计入主指标的"),
}
GROUP_WORDS = {
    "first": N_("首次获证"),
    "gained": N_("期末有效、期初无效（加）"),
    "lost": N_("期初有效、期末无效（减）"),
    "stock": N_("当天有效"),
    "pending": N_("已申报、还没有核实"),
    "also": N_("同一产品另有证书，已计入主指标"),
}


@dataclass(frozen=True)
class Part:
    """Which figure: a measure, and the county, scheme or year it is narrowed to."""

    measure: str
    county: str = ""
    scheme: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Behind:
    """The lines behind a figure, in groups; `elsewhere` of them are not shown because they lie in other counties."""

    groups: dict[str, tuple[Line, ...]]
    figure: int
    totals: Totals
    elsewhere: int
    day: date  # on which their state is told


def behind(board: Board, ref: str, part: Part, county: str | None) -> Behind:
    """The lines behind one figure of the board. An officer of a `county` sees the lines of that county.

    Raises NotFound when there is no such indicator, measure or year.
    """
    if ref not in board.indicators or part.measure not in MEASURE_WORDS:
        raise NotFound(N_("没有这个指标"))
    one = board.indicators[ref]
    groups = {name: _narrowed(lines, part) for name, lines in _groups(one, part).items()}
    shown = {name: tuple(line for line in lines if county in (None, line.county)) for name, lines in groups.items()}
    figure = sum(-len(lines) if name == "lost" else len(lines) for name, lines in groups.items())
    hidden = sum(map(len, groups.values())) - sum(map(len, shown.values()))
    counted = [line for name, lines in groups.items() if name != "lost" for line in lines]
    return Behind(shown, figure, totals(counted), hidden, board.as_of)


def _narrowed(lines: Iterable[Line], part: Part) -> tuple[Line, ...]:
    return tuple(line for line in lines if part.county in ("", line.county) and part.scheme in ("", line.scheme))


def _groups(one: Indicator, part: Part) -> dict[str, Lines]:
    if part.year is not None:
        return _of_year(one, part)
    count = one.count
    whole: dict[str, Callable[[], dict[str, Lines]]] = {
        "first": lambda: {"first": count.first},
        "net": lambda: {"gained": count.gained(), "lost": count.lost()},
        "stock": lambda: {"stock": count.stock},
        "pending": lambda: {"pending": count.pending},
        "also": lambda: {"also": one.also_counted},
    }
    return whole[part.measure]()


def _of_year(one: Indicator, part: Part) -> dict[str, Lines]:
    years = {year.year: year for year in one.years}
    if part.year not in years or part.measure not in ("first", "net", "stock"):
        raise NotFound(N_("这个指标没有 %(year)s 年的数"), year=part.year)
    year = years[part.year]
    if part.measure == "first":
        return {"first": year.first}
    if part.measure == "stock":
        return {"stock": year.stock}
    before = years[part.year - 1].stock if part.year - 1 in years else one.count.at_base
    return {"gained": without(year.stock, before), "lost": without(before, year.stock)}
