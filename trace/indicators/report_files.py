"""A frozen report as files: a workbook for those who count on, a paper for those who sign. Both say what the report says
and nothing newer."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO

from ..certification.schemes import SCHEME_WORDS
from ..clock import SHANGHAI, written
from ..codes.paper.document import Column as Col
from ..codes.paper.document import Document, write_document
from ..codes.paper.glyphs import FontFile
from ..codes.paper.pdf import SheetFile
from ..models import Report
from ..sheets.writer import Column, Kind, Sheet, counted, write
from .content import Content, GroupContent, IndicatorContent
from .measures import STATE_WORDS

FIGURE_WORDS = {"first_time": "首次新增", "net": "净增", "stock": "有效存量", "pending": "待核"}
_LIST_WORDS = {
    "first": "首次新增",
    "gained": "净增（加）",
    "lost": "净增（减）",
    "stock": "有效存量",
    "pending": "待核",
}
_SCHEMES = {**{scheme.value: word for scheme, word in SCHEME_WORDS.items()}, "enterprise": "企业品牌"}
_COUNTED = [Column(word, Kind.COUNT) for word in FIGURE_WORDS.values()]
_INDICATOR = [Column("指标", width=24), Column("期间", width=14)]


def scheme_word(key: str) -> str:
    """The Chinese name of a scheme or kind of brand; the key itself where none is known."""
    return _SCHEMES.get(key, key)


def rows_behind(content: Content) -> int:
    """How many rows the table of the certificates behind the figures has at most."""
    return sum(len(one["lines"].get(name, ())) for one in content["indicators"] for name in _LIST_WORDS)


def workbook(
    out: IO[bytes],
    report: Report,
    content: Content,
    county: str | None = None,
    tell: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write the report as XLSX: overview, counties, schemes, years, and the certificates behind each figure (of a
    `county`, for its officers). Returns the number of rows. `tell` hears how many certificates are written."""
    ones = content["indicators"]
    return write(
        out,
        _overview_sheet(report, content),
        _group_sheet(
            "分县", "各县市区", "县市区", [(one, group["name"], group) for one in ones for group in one["by_county"]]
        ),
        _group_sheet(
            "分认证",
            "各种认证",
            "认证",
            [(one, scheme_word(group["key"]), group) for one in ones for group in one["by_scheme"]],
        ),
        _year_sheet(ones),
        counted(_certificate_sheet(content, county), tell),
    )


def _overview_sheet(report: Report, content: Content) -> Sheet:
    columns = [
        *_INDICATOR,
        Column("目标", Kind.COUNT),
        *_COUNTED,
        Column("有效产品数", Kind.COUNT),
        Column("有效证书数", Kind.COUNT),
        Column("基准日", Kind.DAY),
    ]
    rows = [_overview(one) for one in content["indicators"]]
    return Sheet("指标", f"{content['title']} · 指标进度", columns, rows, _notes(report, content))


def _group_sheet(
    name: str, title: str, word: str, groups: Sequence[tuple[IndicatorContent, str, GroupContent]]
) -> Sheet:
    rows = [[one["name"], one["period"], key, *_figures(group)] for one, key, group in groups]
    return Sheet(name, title, [*_INDICATOR, Column(word), *_COUNTED], rows)


def _year_sheet(ones: Sequence[IndicatorContent]) -> Sheet:
    rows = [
        [one["name"], one["period"], year["year"], year["first_time"], year["net"], year["stock"]]
        for one in ones
        for year in one["by_year"]
    ]
    return Sheet("分年", "逐年", [*_INDICATOR, Column("年份", Kind.NUMBER), *_COUNTED[:3]], rows)


def _certificate_sheet(content: Content, county: str | None) -> Sheet:
    columns = [
        *_INDICATOR,
        Column("计入"),
        Column("产品"),
        Column("认证"),
        Column("证书编号", width=26),
        Column("持有人", width=28),
        Column("县市区"),
        Column("颁发", Kind.DAY),
        Column("有效期自", Kind.DAY),
        Column("有效期至", Kind.DAY),
        Column("核实", Kind.DAY),
        Column("那天的状态"),
    ]
    return Sheet("证书", "每个数背后的证书", columns, _lines(content, county))


def _notes(report: Report, content: Content) -> list[str]:
    rules = list(dict.fromkeys(rule for one in content["indicators"][:1] for rule in one["rules"]))
    return [
        f"{title(report)}；截至 {content['as_of']}；规则第 {content['rule_version']} 版",
        f"定稿：{report.made_by_name}，{report.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}；SHA-256 {report.sha256}",
        *([f"更正说明：{report.reason}"] if report.reason else []),
        *(["目标出自征求意见稿，尚未定稿"] if content["draft"] else []),
        *([demonstration(content)] if content["demonstration"] else []),
        *rules,
    ]


def demonstration(content: Content) -> str:
    """What is said of demonstration data in the figures; reports of before did not say how many lines."""
    lines = content.get("demonstration_lines")
    return f"含演示数据 {lines} 条，不是真实的认证情况" if lines else "含演示数据，不是真实的认证情况"


def title(report: Report) -> str:
    """2026年第三季度报告（第 2 份）."""
    return f"{report.quarter[:4]}年第{'一二三四'[int(report.quarter[5]) - 1]}季度报告（第 {report.number} 份）"


def _overview(one: IndicatorContent) -> list[object]:
    stock = one["totals"]["stock"]
    return [
        one["name"],
        one["period"],
        one["target"],
        *_figures(one),
        stock["products"],
        stock["certificates"],
        date.fromisoformat(one["base_date"]),
    ]


def _figures(group: GroupContent) -> list[int]:
    return [group["first_time"], group["net"], group["stock"], group["pending"]]


def _lines(content: Content, county: str | None) -> Iterator[Sequence[object]]:
    lines = {line["id"]: line for line in content["lines"] if county in (None, line["county"])}
    for one in content["indicators"]:
        for name, word in _LIST_WORDS.items():
            for line in (lines[n] for n in one["lines"][name] if n in lines):
                yield [
                    one["name"],
                    one["period"],
                    word,
                    line["product"],
                    scheme_word(line["scheme"]),
                    line["number"],
                    line["holder"],
                    line["county_name"],
                    _day(line["granted"]),
                    _day(line["valid_from"]),
                    _day(line["valid_to"]),
                    _day(line["verified"]),
                    STATE_WORDS[line["state"]],
                ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def paper(path: Path, report: Report, content: Content, font: FontFile) -> SheetFile:
    """Write the report as PDF, to be signed and filed."""
    foot = f"{title(report)} · 截至 {chinese_day(content['as_of'])} · SHA-256 {report.sha256[:16]}…"

    def draw(document: Document) -> None:
        _head(document, report, content)
        main, *others = content["indicators"]
        _main(document, main)
        if others:
            _others(document, others)
        document.heading(f"怎么数（规则第 {content['rule_version']} 版）", least=40)
        for number, rule in enumerate(main["rules"], 1):
            document.text(f"{number}. {rule}。")
        document.text("每个数背后的证书，见同一份报告的 XLSX。")
        document.text(f"本报告内容的 SHA-256：{report.sha256}", soft=True)
        document.signatures(["制表：", "审核：", "日期："])

    return write_document(path, f"{content['city']} {title(report)}", foot, draw, font)


def chinese_day(text: str) -> str:
    """2026年7月18日, of a day in ISO 8601."""
    return written(date.fromisoformat(text))


def chinese_moment(moment: datetime) -> str:
    """2026年7月18日 11:00, of an aware moment, in Shanghai's time."""
    when = moment.astimezone(SHANGHAI)
    return f"{written(when)} {when:%H:%M}"


def _head(document: Document, report: Report, content: Content) -> None:
    document.title(f"{content['city']}农产品品牌指标进度", f"{title(report)} · 截至 {chinese_day(content['as_of'])}")
    document.text(f"目标依据：{content['title']}（{content['issuer']}）")
    if content["draft"]:
        document.text("该文件为征求意见稿，目标以正式文件为准。", soft=True)
    if content["demonstration"]:
        document.text(f"{demonstration(content)}。")
    document.text(
        f"定稿：{report.made_by_name}，{chinese_moment(report.made_at)}。计数规则第 {report.rule_version} 版。",
        soft=True,
    )
    if report.reason:
        document.text(f"本份更正同一季度的上一份。更正说明：{report.reason}")


def _main(document: Document, one: IndicatorContent) -> None:
    """The first indicator, with everything there is of it."""
    stock = one["totals"]["stock"]
    document.heading(f"{one['name']}　{one['period']}　目标 {one['target']} {one['unit']}", least=60)
    document.figures(
        [
            ("首次新增", f"{one['first_time']} / {one['target']}", "期内首次获证，经核实"),
            ("净增", _signed(one["net"]), f"基准日 {chinese_day(one['base_date'])}"),
            ("有效存量", str(one["stock"]), f"{stock['products']} 个产品，{stock['certificates']} 张证书"),
            ("待核", str(one["pending"]), "不计入左边的数"),
        ]
    )
    document.text("首次新增（实线，累计）与到目标的匀速线（虚线）：", soft=True)
    _path(document, one)
    figures = [Col(word, 25, True) for word in FIGURE_WORDS.values()]
    document.heading("各县市区")
    document.table([Col("县市区", 70), *figures], [[group["name"], *_shown(group)] for group in one["by_county"]])
    document.heading("各种认证")
    document.table([Col("认证", 70), *figures], [[scheme_word(g["key"]), *_shown(g)] for g in one["by_scheme"]])
    if one["by_year"]:
        document.heading("逐年")
        document.table(
            [Col("年份", 95), *figures[:2], Col("年底有效", 25, True)],
            [[year["year"], year["first_time"], _signed(year["net"]), year["stock"]] for year in one["by_year"]],
        )


def _others(document: Document, ones: Sequence[IndicatorContent]) -> None:
    """The other indicators, a line each."""
    document.heading("其他指标")
    document.table(
        [
            Col("指标", 56),
            Col("期间", 26),
            Col("目标", 16, True),
            *(Col(word, 18, True) for word in FIGURE_WORDS.values()),
        ],
        [[one["name"], one["period"], one["target"], *_shown(one)] for one in ones],
    )
    for one in ones:
        if one["also_in_main"]:
            document.text(
                f"{one['name']}：其中 {one['also_in_main']} 项的同一产品另有证书，已计入主指标；各算各的，不相加。",
                soft=True,
            )


def _signed(net: int) -> str:
    return f"{net:+d}".replace("-", "−") if net else "0"


def _shown(group: GroupContent) -> list[str]:
    """The figures as they are read: 净增 with its sign."""
    return [
        _signed(value) if name == "net" else str(value)
        for name, value in zip(FIGURE_WORDS, _figures(group), strict=True)
    ]


def _path(document: Document, one: IndicatorContent) -> None:
    start, end = date.fromisoformat(one["path"][0][0]), date.fromisoformat(one["end"])
    whole = max(1, (end - start).days)
    points = [((date.fromisoformat(day) - start).days / whole, float(value)) for day, value in one["path"]]
    labels = [((date(year, 7, 1) - start).days / whole, str(year)) for year in range(start.year + 1, end.year + 1)]
    document.path(points, one["target"], labels, ("目标", str(one["first_time"])))
