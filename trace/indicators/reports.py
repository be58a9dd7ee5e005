"""Reports: the count of a quarter, frozen. What a report says is one JSON text with its hash, and the database refuses
to change it; a correction is a further report that says why, and what has become different.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..clock import day_of
from ..errors import N_, Conflict, Forbidden, Invalid
from ..models import Event, Report
from ..policy.policy import Policy
from . import board as indicators_board
from .board import Board, Group, Indicator
from .line import Line
from .measures import RULE_VERSION

LISTS = ("first", "gained", "lost", "stock", "pending")
FIGURES = ("first_time", "net", "stock", "pending")


def freeze(session: Session, actor: Actor, policy: Policy, day: str, reason: str = "") -> Report:
    """Count as of a day and freeze what comes out. A quarter that has a report already takes another only with a reason.

    Raises Forbidden for any but the city, Invalid for a day that is none or not yet over, Conflict when nothing differs.
    """
    as_of = fields.day("day", day)
    if as_of > day_of(actor.at):
        raise Invalid("day", N_("%(day)s还没到；最晚填今天"), day=as_of)
    if not actor.is_city_officer:
        raise Forbidden(N_("季度报告由市级定稿；请联系市级监管人员"))
    before = latest(session, quarter_of(as_of))
    why = fields.reason(reason) if before else None
    content = canonical(contents(indicators_board.board(session, policy, as_of), policy))
    if before and before.content == content:
        raise Conflict(N_("和上一份完全一样，不用再定稿"))
    row = Report(
        quarter=quarter_of(as_of),
        number=before.number + 1 if before else 1,
        as_of=as_of,
        rule_version=RULE_VERSION,
        content=content,
        sha256=digest(content),
        made_by=actor.account_id,
        made_by_name=actor.name,
        made_at=actor.at,
        replaces_id=before and before.id,
        reason=why,
    )
    session.add(row)
    log.record(session, actor, "report.freeze", row, why, quarter=row.quarter, number=row.number, sha256=row.sha256)
    return row


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def latest(session: Session, quarter: str) -> Report | None:
    """The newest report of a quarter, with its content."""
    found = sa.select(Report).where(Report.quarter == quarter).order_by(Report.number.desc()).limit(1)
    return session.scalar(found.options(undefer(Report.content)))


def all_of(session: Session) -> dict[str, list[Report]]:
    """All reports by quarter, the newest first."""
    rows = session.scalars(sa.select(Report).order_by(Report.quarter.desc(), Report.number.desc()))
    found: dict[str, list[Report]] = {}
    for row in rows:
        found.setdefault(row.quarter, []).append(row)
    return found


def canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def read(report: Report) -> dict[str, Any]:
    """What a report says. Raises Conflict when it is not what was frozen."""
    if digest(report.content) != report.sha256:
        raise Conflict(
            N_("报告 %(quarter)s 第 %(number)d 份的内容和它的哈希对不上，不能作数；请联系系统管理员"),
            quarter=report.quarter,
            number=report.number,
        )
    content: dict[str, Any] = json.loads(report.content)
    return content


def contents(board: Board, policy: Policy) -> dict[str, Any]:
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


def _indicator(one: Indicator, policy: Policy, shown: dict[int, Line]) -> dict[str, Any]:
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
        "totals": {name: getattr(one, name)._asdict() for name in ("first", "stock", "pending")},
        "also_in_main": len(one.also_counted),
        "by_county": [_group(group) | {"name": policy.county_name(group.key)} for group in one.by_county(policy)],
        "by_scheme": [_group(group) for group in one.by_scheme()],
        "by_year": [
            {"year": year.year, "first_time": len(year.first), "net": year.net, "stock": len(year.stock)}
            for year in one.years
        ],
        "path": [[day.isoformat(), value] for day, value in one.path],
        "lines": {name: sorted(line.id for line in lines) for name, lines in lists.items()},
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "key": group.key,
        "first_time": group.first.units,
        "net": group.net,
        "stock": group.stock.units,
        "pending": group.pending.units,
    }


def _line(line: Line, policy: Policy, day: date) -> dict[str, Any]:
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
        "valid_to": line.valid_to and line.valid_to.isoformat(),
        "verified": line.verified.isoformat() if line.verified and line.verified <= day else None,
        "state": line.state(day),
    }


@dataclass(frozen=True)
class Change:
    """One figure that two reports tell differently; `came` and `went` are the lines that make the difference."""

    indicator: str
    period: str
    figure: str  # first_time | net | stock | pending
    before: int
    after: int
    came: tuple[dict[str, Any], ...] = ()
    went: tuple[dict[str, Any], ...] = ()


_LISTS_OF = {"first_time": ("first",), "net": ("gained", "lost"), "stock": ("stock",), "pending": ("pending",)}


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Which figures differ, by how much, and which certificates make it so. A figure whose sum is the same by chance
    while its certificates differ is a change too."""
    lines = {line["id"]: line for content in (before, after) for line in content["lines"]}
    old = {one["ref"]: one for one in before["indicators"]}
    found: list[Change] = []
    for one in after["indicators"]:
        was = old.get(one["ref"], {})
        for figure in FIGURES:
            came, went = _moved(was, one, _LISTS_OF[figure])
            if was.get(figure, 0) != one[figure] or came or went:
                found.append(
                    Change(
                        one["name"],
                        one["period"],
                        figure,
                        was.get(figure, 0),
                        one[figure],
                        tuple(lines[n] for n in came),
                        tuple(lines[n] for n in went),
                    )
                )
    return found


def _moved(was: dict[str, Any], now: dict[str, Any], names: Sequence[str]) -> tuple[list[int], list[int]]:
    """The lines on one side only. What joined the losses counts as gone, what left them as come."""
    came: set[int] = set()
    went: set[int] = set()
    for name in names:
        before, after = set(was.get("lines", {}).get(name, ())), set(now["lines"][name])
        more, less = after - before, before - after
        came |= less if name == "lost" else more
        went |= more if name == "lost" else less
    return sorted(came), sorted(went)


def events(session: Session, report: Report) -> Sequence[Event]:
    return log.events_of(session, report)
