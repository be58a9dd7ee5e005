"""What a report says, as plain data: the shape of its JSON text, and a board put into that shape.

Days are ISO 8601, sentences Chinese. What was frozen stays as it was, so a key may be added here and none taken away.
"""

from datetime import date
from typing import NotRequired, TypedDict

from ..policy.policy import Policy
from .board import Board, Group, Indicator
from .line import Line
from .measures import RULE_VERSION

LISTS = ("first", "gained", "lost", "stock", "pending")


class GroupContent(TypedDict):
    """The figures of an indicator or of a part of it."""

    key: str
    first_time: int
    net: int
    stock: int
    pending: int


class CountyContent(GroupContent):
    """The figures of a county."""

    name: str


class YearContent(TypedDict):
    """The figures of a calendar year."""

    year: int
    first_time: int
    net: int
    stock: int


class IndicatorContent(GroupContent):
    """One indicator with its target, its rules, its parts, and the numbers of the lines behind its figures."""

    ref: str
    name: str
    target: int
    unit: str
    period: str
    start: str
    end: str
    base_date: str
    clause: str
    rules: list[str]
    totals: dict[str, dict[str, int]]  # first, stock, pending: units, products, certificates
    also_in_main: int
    by_county: list[CountyContent]
    by_scheme: list[GroupContent]
    by_year: list[YearContent]
    path: list[tuple[str, int]]
    lines: dict[str, list[int]]  # by LISTS


class LineContent(TypedDict):
    """One product on one certificate, as it stood on the day of the report."""

    id: int
    certification: int
    scheme: str
    number: str
    holder: str
    product: str
    county: str
    county_name: str
    granted: str
    valid_from: str
    valid_to: str | None
    verified: str | None
    state: str


class Content(TypedDict):
    """A whole report."""

    title: str
    issuer: str
    draft: bool
    city: str
    as_of: str
    quarter: str
    rule_version: str
    demonstration: bool
    demonstration_lines: NotRequired[int]  # not in the oldest reports
    indicators: list[IndicatorContent]
    lines: list[LineContent]


def quarter_of(day: date) -> str:
    """The quarter of a day, as 2026Q3."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def contents(board: Board, policy: Policy) -> Content:
    """The whole board as plain data; days are ISO 8601, sentences Chinese."""
    shown: dict[int, Line] = {}
    indicators = [_indicator(one, policy, shown) for one in board.indicators.values()]
    return {
        "title": policy.title,
        "issuer": policy.issuer,
        "draft": policy.draft,
        "city": policy.city,
        "as_of": board.as_of.isoformat(),
        "quarter": quarter_of(board.as_of),
        "rule_version": RULE_VERSION,
        "demonstration": bool(board.demonstrations),
        "demonstration_lines": board.demonstrations,
        "indicators": indicators,
        "lines": [_line(line, policy, board.as_of) for _, line in sorted(shown.items())],
    }


def _indicator(one: Indicator, policy: Policy, shown: dict[int, Line]) -> IndicatorContent:
    target, count = one.target, one.count
    lists = dict(zip(LISTS, (count.first, count.gained(), count.lost(), count.stock, count.pending), strict=True))
    for lines in lists.values():
        shown.update({line.id: line for line in lines})
    return {
        "ref": one.ref,
        "key": target.key,
        "name": target.name,
        "target": target.value,
        "unit": target.unit,
        "period": target.period,
        "start": target.start.isoformat(),
        "end": target.end.isoformat(),
        "base_date": target.base.isoformat(),
        "clause": target.clause,
        "rules": [str(rule) for rule in one.rules()],
        "first_time": one.first.units,
        "net": count.net,
        "stock": one.stock.units,
        "pending": one.pending.units,
        "totals": {"first": one.first._asdict(), "stock": one.stock._asdict(), "pending": one.pending._asdict()},
        "also_in_main": len(one.also_counted),
        "by_county": [_county(group, policy) for group in one.by_county(policy)],
        "by_scheme": [_group(group) for group in one.by_scheme()],
        "by_year": [
            {"year": year.year, "first_time": len(year.first), "net": year.net, "stock": len(year.stock)}
            for year in one.years
        ],
        "path": [(day.isoformat(), value) for day, value in one.path],
        "lines": {name: sorted(line.id for line in lines) for name, lines in lists.items()},
    }


def _group(group: Group) -> GroupContent:
    return {
        "key": group.key,
        "first_time": group.first.units,
        "net": group.net,
        "stock": group.stock.units,
        "pending": group.pending.units,
    }


def _county(group: Group, policy: Policy) -> CountyContent:
    return {**_group(group), "name": policy.county_name(group.key)}


def _line(line: Line, policy: Policy, day: date) -> LineContent:
    return {
        "id": line.id,
        "certification": line.certification,
        "scheme": line.scheme,
        "number": line.number,
        "holder": line.holder,
        "product": line.product,
        "county": line.county,
        "county_name": policy.county_name(line.county),
        "granted": line.granted.isoformat(),
        "valid_from": line.valid_from.isoformat(),
        "valid_to": line.valid_to.isoformat() if line.valid_to else None,
        "verified": line.verified.isoformat() if line.verified and line.verified <= day else None,
        "state": line.state(day),
    }
