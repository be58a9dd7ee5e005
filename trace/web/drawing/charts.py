"""Charts as SVG. They need no script and no other service, and a table stands beside each on the page.

Colours are presentation attributes, because the pages allow no inline style. A chart is `aria-hidden`: its caption and
its table say the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

INK, SOFT, RULE, LEAF, PATH = "#16261d", "#46564c", "#d9e0d8", "#0b6a3c", "#8a4b00"
SERIES = ("#0b6a3c", "#b5680a", "#2b5678", "#7a2e6b", "#4a4f54")
STEPS = (("#ffffff", INK), ("#d5e8dc", INK), ("#8dc2a2", INK), ("#2f8a58", "#ffffff"), ("#0a4d2c", "#ffffff"))


def _svg(width: int, height: int, kind: str, *parts: str) -> Markup:
    return Markup(
        f'<svg class="chart {kind}" viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false" '
        f'font-family="inherit">{"".join(parts)}</svg>'
    )


def _text(
    x: float, y: float, text: object, size: int = 15, anchor: str = "start", fill: str = INK, weight: str = "400"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )


def _line(points: Sequence[tuple[float, float]], colour: str, width: float, dash: str = "") -> str:
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"{dashed}/>'


@dataclass(frozen=True)
class Frame:
    """The plot within a chart, and how far its axes reach."""

    left: float
    right: float
    top: float
    bottom: float
    start: date
    end: date
    most: int

    def x(self, day: date) -> float:
        """Where a day stands, in units of the picture."""
        share = (day - self.start).days / max(1, (self.end - self.start).days)
        return self.left + (self.right - self.left) * share

    def y(self, value: float) -> float:
        """Where a count stands, in units of the picture."""
        return self.bottom - (self.bottom - self.top) * value / max(1, self.most)


def path_chart(
    points: Sequence[tuple[date, int]], target: int, end: date, until: date, words: tuple[str, str]
) -> Markup:
    """The count over time, and the straight line to the target. `words` are the legends of the two lines."""
    start, reached = points[0][0], points[-1][1]
    frame = Frame(40, 344, 34, 196, start, end, _round_up(max(target, reached)))
    done = [(frame.x(day), frame.y(value)) for day, value in points]
    years = range(start.year + 1, end.year + 1)
    ticks = [_text(frame.x(date(year, 7, 1)), 218, year, 14, "middle", SOFT) for year in years]
    lines = [_line([(frame.x(date(year, 1, 1)), 196), (frame.x(date(year, 1, 1)), 201)], SOFT, 1) for year in years]
    here = frame.x(min(until, end)), frame.y(reached)
    return _svg(
        360,
        272,
        "path-chart",
        *(_grid(frame, value) for value in (0, frame.most // 2, frame.most)),
        *lines,
        *ticks,
        _line([(frame.x(start), frame.y(0)), (frame.x(end), frame.y(target))], PATH, 2, "6 5"),
        _line(_stairs(done), LEAF, 4),
        f'<circle cx="{here[0]:.1f}" cy="{here[1]:.1f}" r="6" fill="{LEAF}" stroke="#fff" stroke-width="2"/>',
        _text(min(here[0], 338) - 8, here[1] - 12, reached, 22, "end", LEAF, "700"),
        _text(frame.x(end), frame.y(target) - 8, target, 16, "end", PATH, "700"),
        _line([(40, 238), (62, 238)], LEAF, 4),
        _text(68, 243, words[0], 14),
        _line([(40, 260), (62, 260)], PATH, 2, "6 5"),
        _text(68, 265, words[1], 14),
    )


def _stairs(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A count stays as it is until the next day on which it is taken."""
    found = [points[0]]
    for x, y in points[1:]:
        found += [(x, found[-1][1]), (x, y)]
    return found


def _grid(frame: Frame, value: int) -> str:
    y = frame.y(value)
    return _line([(frame.left, y), (frame.right, y)], RULE, 1) + _text(34, y + 5, value, 14, "end", SOFT)


def _round_up(value: int) -> int:
    """The next even number of one digit and zeros. Its half is a whole number, for the middle line of the grid."""
    unit = 10 ** max(0, len(str(value)) - 1)
    step = max(2, unit)
    return -(-value // step) * step if value else 2


@dataclass(frozen=True)
class Tile:
    """A county's square: its column and row, its name and figure."""

    column: int
    row: int
    name: str
    value: int


def tile_map(tiles: Sequence[Tile], legend: str) -> Markup:
    """Counties as squares, placed as on a map. The darker, the more; each also holds its figure."""
    columns, rows = (1 + max(getattr(tile, axis) for tile in tiles) for axis in ("column", "row"))
    most = max(tile.value for tile in tiles)
    return _svg(
        columns * 112 + 4,
        rows * 92 + 30,
        "tile-map",
        *(_tile(tile, most) for tile in tiles),
        _text(4, rows * 92 + 22, legend, 15, "start", SOFT),
    )


def _tile(tile: Tile, most: int) -> str:
    ground, ink = STEPS[-(-tile.value * 4 // most) if most else 0]
    x, y = 4 + tile.column * 112, 4 + tile.row * 92
    return (
        f'<rect x="{x}" y="{y}" width="104" height="84" rx="8" fill="{ground}" stroke="#6f8377" stroke-width="1.5"/>'
        + _name(x + 52, y, tile.name, ink)
        + _text(x + 52, y + 66, tile.value, 30, "middle", ink, "700")
    )


def _name(x: float, y: float, name: str, ink: str) -> str:
    """A name that is too long for its square goes on two lines."""
    first, space, rest = name.rpartition(" ")
    if len(name) < 12 or not space:
        return _text(x, y + 30, name, 16 if len(name) < 9 else 14, "middle", ink)
    return _text(x, y + 19, first, 14, "middle", ink) + _text(x, y + 36, rest, 14, "middle", ink)


def year_chart(years: Sequence[tuple[int, Sequence[int]]], names: Sequence[str]) -> Markup:
    """Stacked columns, one a year, a layer for each scheme."""
    most = _round_up(max((sum(values) for _, values in years), default=0))
    wide = 310 / max(1, len(years))
    height = 222 + 22 * ((len(names) + 1) // 2)
    frame = Frame(40, 350, 24, 190, date(2000, 1, 1), date(2000, 1, 2), most)
    columns = [_column(frame, 40 + wide * n, wide, year, values) for n, (year, values) in enumerate(years)]
    legend = [_key(n, name, 232 + 22 * (n // 2)) for n, name in enumerate(names)]
    return _svg(360, height, "year-chart", *(_grid(frame, value) for value in (0, most // 2, most)), *columns, *legend)


def _column(frame: Frame, x: float, wide: float, year: int, values: Sequence[int]) -> str:
    bar, low, parts = min(64.0, wide * 0.62), 0, []
    left = x + (wide - bar) / 2
    for n, value in enumerate(values):
        top, tall = frame.y(low + value), frame.y(low) - frame.y(low + value)
        if value:
            parts.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{bar:.1f}" height="{tall:.1f}" '
                f'fill="{SERIES[n % len(SERIES)]}" stroke="#fff" stroke-width="1.5"/>'
            )
        if value and tall >= 17:
            parts.append(_text(x + wide / 2, top + tall / 2 + 5, value, 14, "middle", "#fff", "700"))
        low += value
    parts.append(_text(x + wide / 2, frame.y(low) - 6, low, 15, "middle", INK, "700"))
    parts.append(_text(x + wide / 2, 210, year, 14 if wide > 34 else 11, "middle", SOFT))
    return "".join(parts)


def _key(n: int, name: str, y: float) -> str:
    x = 40 + 160 * (n % 2)
    return f'<rect x="{x}" y="{y - 13}" width="16" height="16" fill="{SERIES[n % len(SERIES)]}"/>' + _text(
        x + 24, y, name, 14
    )


EXPIRY_AXIS = ((-90, 130), (0, 280), (30, 430), (60, 580), (90, 730))  # days left, and where they stand


@dataclass(frozen=True)
class Ending:
    """The last day of one certificate: days left (negative: past), and which of the page's colours it has."""

    days: int
    colour: str  # band30 | band60 | band90; without effect on what has ended or is renewed
    is_renewed: bool


def expiry_chart(counties: Sequence[tuple[str, Sequence[Ending]]], words: Sequence[str], label: str) -> Markup:
    """When certificates end, a row for each county. `words` are those of the axis, from 90 days ago to 90 days on. The
    colours are classes of the office's style sheet; `label` says where the same stands in words."""
    height = len(counties) * 34 + 40
    lines = [
        f'<line class="grid{" now" if days == 0 else ""}" x1="{x}" x2="{x}" y1="22" y2="{height - 10}"/>'
        f'<text class="axis" x="{x}" y="15">{escape(word)}</text>'
        for (days, x), word in zip(EXPIRY_AXIS, words, strict=True)
    ]
    rows = [_expiry_row(name, endings, number * 34 + 45) for number, (name, endings) in enumerate(counties)]
    head = f'<svg viewBox="0 0 760 {height}" role="img" aria-label="{escape(label)}">'
    return Markup("".join([head, *lines, *rows, "</svg>"]))


def _expiry_row(name: str, endings: Sequence[Ending], y: int) -> str:
    marks = "".join(_ending(one, y) for one in endings)
    return f'<text class="name" x="4" y="{y + 5}">{escape(name)}</text>{marks}'


def _ending(one: Ending, y: int) -> str:
    """A circle for what is renewed, a cross for what has ended, else a square."""
    x = 280 + one.days * (5 if one.days >= 0 else 150 / 90)
    if one.is_renewed:
        return f'<circle class="renewed" cx="{x:.1f}" cy="{y}" r="6"/>'
    if one.days < 0:
        return f'<path class="ended" d="M{x - 6:.1f} {y - 6}l12 12m0 -12l-12 12"/>'
    return f'<rect class="{one.colour}" x="{x - 6:.1f}" y="{y - 6}" width="12" height="12"/>'
