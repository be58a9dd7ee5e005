"""The drawing of the rooms: `_map.py FILE` writes it as SVG.

Rooms are the packages and files at the root of trace/; an arrow goes from a room to a room that it imports. An arrow that
a longer way tells of already is left out: with cli → web → cases nobody needs cli → cases. The rows are the layers of
setup.cfg, in their order, so an arrow never goes up.
"""

import configparser
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
WIDTH, BOX, HIGH, STEP, TOP, LEFT = 1000, 112, 42, 84, 84, 96  # px
APART, LANE = 44, 18  # px between two boxes, and between an arrow that passes and what stands beside it
SWEEPS = 40
STEPS = ("register", "issue", "printing", "scan", "audit")
RINGS = (
    ("边缘", "edges", "web"),
    ("用例", "use-cases", "access"),
    ("基底", "ground", "clock"),
)  # each down to its last row
COLOURS = ("#1f5fa8", "#a3471f", "#2f7a44", "#7a3f97", "#8a6a12", "#a82f5b", "#1d7d83", "#55585f")
CHINESE = dict(
    pair.split(":")
    for pair in """
    cli:命令行 demo:演示 web:网页 cases:投诉与报案 printing:印标签 scan:扫码查验 commitment:合格证 imports:批量导入 issue:赋码
    recall:追溯召回 farm:生产记录 accounts:账号 chain:分合流转 indicators:指标与报表 bootstrap:开办 certification:两品一标
    insurance:保险 register:登记 brands:品牌 uploads:上传文件 audit:冻结与日志 installation:本机设置 notices:消息 access:谁能看什么
    portability:带走资料 season:农事日历 disclosure:信息公开 keylists:密钥公告 recovery:恢复
    jobs:后台任务 policy:政策文件 fields:填写规则 models:数据表 codes:编码与纸面 migrations:库的变更 schema:库的版本 db:数据库 sheets:表格
     provenance:货从哪来 running:启停 listing:清单 worklist:待办 log:公开日志 status:离线名单
    errors:错误 clock:时间 data:数据文件 diskfiles:落盘文件 names:名称写法 paging:分页
    """.split()
)


@dataclass
class Spot:
    """A room, or the place where an arrow passes a row that it does not stop at. `x` is its middle, in px."""

    name: str
    row: int
    width: int
    above: list["Spot"] = field(default_factory=list)
    below: list["Spot"] = field(default_factory=list)
    x: float = WIDTH / 2


def rows() -> list[list[str]]:
    """The layers of setup.cfg, top to bottom, without the door `python -m yipin`."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    lines = setup["importlinter:contract:layers"]["layers"].split("\n")
    layers = [[room.strip() for room in line.replace(":", "|").split("|")] for line in lines if line.strip()]
    return [layer for layer in layers if layer != ["__main__"]]


def imports() -> dict[str, set[str]]:
    """What each room imports of the others."""
    graph = grimp.build_graph("yipin", cache_dir=None)
    found = defaultdict(set)
    for module in graph.modules - {"yipin", "yipin.__main__"}:
        for imported in graph.find_modules_directly_imported_by(module) - {"yipin"}:
            found[_room(module)].add(_room(imported))
    return {room: others - {room} for room, others in found.items()}


def _room(module: str) -> str:
    return module.split(".")[1]


def needed(directions: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that no longer way tells of, in a fixed order. The directions have no circle."""
    reached: dict[str, set[str]] = {}

    def reach(room: str) -> set[str]:
        if room not in reached:
            reached[room] = set().union(*({other} | reach(other) for other in directions.get(room, ())))
        return reached[room]

    return sorted(
        (room, other)
        for room, others in directions.items()
        for other in others
        if not any(other in reach(between) for between in others)
    )


def place(
    layers: Sequence[Sequence[str]], arrows: Sequence[tuple[str, str]]
) -> tuple[list[list[Spot]], list[list[Spot]]]:
    """Every spot, by row from left to right; and for each arrow the spots that it runs through."""
    rooms = {name: Spot(name, row, BOX) for row, layer in enumerate(layers) for name in layer}
    table = [[rooms[name] for name in layer] for layer in layers]
    runs = [_run(rooms[upper], rooms[lower], table) for upper, lower in arrows]
    for sweep in range(SWEEPS):
        for row in table if sweep % 2 else table[::-1]:
            row.sort(key=lambda spot: _wanted(spot, sweep % 2 == 1))
            _settle(row, sweep % 2 == 1)
    for _ in range(SWEEPS):
        for row in table:
            _settle(row, None)
    return table, runs


def _run(upper: Spot, lower: Spot, table: list[list[Spot]]) -> list[Spot]:
    between = [Spot("", row, LANE) for row in range(upper.row + 1, lower.row)]
    run = [upper, *between, lower]
    for one, next_one in zip(run, run[1:], strict=False):
        one.below.append(next_one)
        next_one.above.append(one)
    for spot in between:
        table[spot.row].append(spot)
    return run


def _wanted(spot: Spot, from_above: bool | None) -> float:
    """Where a spot would like to stand: in the middle of those that it is joined to."""
    joined = spot.above + spot.below if from_above is None else spot.above if from_above else spot.below
    return sum(other.x for other in joined) / len(joined) if joined else spot.x


def _settle(row: Sequence[Spot], from_above: bool | None) -> None:
    """Put a row's spots as near to where they would like to stand as their widths allow (pooling neighbours that push)."""
    offsets = [0.0]
    for left, right in zip(row, row[1:], strict=False):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + (APART if left.name and right.name else LANE / 2))
    pools: list[tuple[float, int]] = []  # mean, size
    for spot, offset in zip(row, offsets, strict=True):
        mean, size = _wanted(spot, from_above) - offset, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, size = (before * many + mean * size) / (many + size), many + size
        pools.append((mean, size))
    starts = [mean for mean, size in pools for _ in range(size)]
    lowest, highest = LEFT + row[0].width / 2, WIDTH - 12 - row[-1].width / 2 - offsets[-1]
    for spot, start, offset in zip(row, starts, offsets, strict=True):
        spot.x = min(max(start, lowest), max(highest, lowest)) + offset


def _y(row: int) -> int:
    return TOP + row * STEP


def drawing(table: Sequence[Sequence[Spot]], runs: Sequence[Sequence[Spot]]) -> Iterator[str]:
    """The lines of the SVG."""
    height = _y(len(table) - 1) + HIGH + 28
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="system-ui, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif">'
    )
    yield "<title>The rooms of trace/ and the directions of their imports</title>"
    yield f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    yield from _rings(table, height)
    yield _words(LEFT, 30, "一品一码 · the rooms of trace/", 19, "start", "#222")
    told = (
        "An arrow goes to what is imported; arrows that a longer way implies are left out. Rows go by layer. "
        "Green boxes: the five steps."
    )
    yield _words(LEFT, 48, told, 12.5, "start", "#555")
    read = "The files of data are not imported: policy, codes/label, commitment and farm read them."
    yield _words(LEFT, 64, read, 12.5, "start", "#555")
    for run in runs:
        yield from _arrow(run)
    for row in table:
        for spot in row:
            if spot.name:
                yield from _box(spot)
    yield "</svg>"


def _rings(table: Sequence[Sequence[Spot]], height: int) -> Iterator[str]:
    row_of = {spot.name: spot.row for row in table for spot in row if spot.name}
    top = TOP - 14
    for (chinese, english, last), colour in zip(RINGS, ("#f3f7fc", "#fbf9f2", "#f4f4f4"), strict=True):
        bottom = _y(row_of[last]) + HIGH + (14 if last != "clock" else 14)
        yield f'<rect x="0" y="{top}" width="{WIDTH}" height="{bottom - top}" fill="{colour}"/>'
        yield _words(10, top + 26, chinese, 15, "start", "#444")
        yield _words(10, top + 43, english, 12.5, "start", "#444")
        top = bottom
    assert top <= height


def _words(x: float, y: float, text: str, size: float, anchor: str, colour: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _box(spot: Spot) -> Iterator[str]:
    line, fill = ("#2f7a44", "#e7f4ea") if spot.name in STEPS else ("#7d8590", "#fff")
    x, y = round(spot.x - BOX / 2), _y(spot.row)
    yield f'<rect x="{x}" y="{y}" width="{BOX}" height="{HIGH}" rx="6" fill="{fill}" stroke="{line}" stroke-width="1.3"/>'
    yield _words(x + BOX / 2, y + 18, spot.name, 14, "middle", "#111")
    yield _words(x + BOX / 2, y + 34, CHINESE[spot.name], 12, "middle", "#444")


def _arrow(run: Sequence[Spot]) -> Iterator[str]:
    """One arrow, in the colour of the room that it starts from; it crosses the rows between straight down."""
    first, last = run[0], run[-1]
    colour = COLOURS[list(CHINESE).index(first.name) % len(COLOURS)]
    x, end = _port(first, first.below, run[1]), _port(last, last.above, run[-2])
    path = f"M{x:g} {_y(first.row) + HIGH}"
    at = _y(first.row) + HIGH
    for spot in run[1:]:
        to, y = (end, _y(spot.row) - 6) if spot is last else (round(spot.x, 1), _y(spot.row))
        bend = (y - at) / 2
        path += f"C{x:g} {at + bend:g} {to:g} {y - bend:g} {to:g} {y}"
        x, at = to, y
        if spot is not last:
            at += HIGH
            path += f"V{at}"
    yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    yield f'<path d="M{end:g} {_y(last.row)}l-4 -8h8z" fill="{colour}"/>'


def _port(room: Spot, joined: Sequence[Spot], other: Spot) -> float:
    """Where an arrow leaves or meets a room: side by side, in the order in which they come."""
    order = sorted(range(len(joined)), key=lambda n: joined[n].x)
    place_of = next(i for i, n in enumerate(order) if joined[n] is other)
    gap = min(16.0, (BOX - 16) / max(1, len(joined) - 1))
    return round(room.x + (place_of - (len(joined) - 1) / 2) * gap, 1)


def svg() -> str:
    """The whole drawing, as it is written to docs/map.svg."""
    return "\n".join(drawing(*place(rows(), needed(imports())))) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(svg(), "utf-8")
