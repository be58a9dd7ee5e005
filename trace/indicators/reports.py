"""Reports: the count of a quarter, frozen. What a report says is one JSON text with its hash, and the database refuses
to change it; a correction is a further report that says why, and what has become different.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..clock import day_of
from ..errors import N_, Conflict, Forbidden, Invalid
from ..models import Action, Event, Report
from ..policy.policy import Policy
from . import board as indicators_board
from .content import Content, IndicatorContent, LineContent, contents, quarter_of
from .measures import RULE_VERSION

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
    log.record(
        session, actor, Action.REPORT_FREEZE, row, why, quarter=row.quarter, number=row.number, sha256=row.sha256
    )
    return row


def latest(session: Session, quarter: str) -> Report | None:
    """The newest report of a quarter, with its content."""
    found = sa.select(Report).where(Report.quarter == quarter).order_by(Report.number.desc()).limit(1)
    return session.scalar(found.options(undefer(Report.content)))


def due(session: Session, actor: Actor) -> date | None:
    """The last day of the latest quarter that is over, where the city has not frozen its report yet; None where nothing waits
    for this officer, and of a quarter before the record began."""
    today = day_of(actor.at)
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    last = first - timedelta(days=1)
    began = session.scalar(sa.select(sa.func.min(Event.at)))
    if not actor.is_city_officer or began is None or day_of(began) > last:
        return None
    frozen = session.scalar(sa.select(Report.id).where(Report.quarter == quarter_of(last)).limit(1))
    return None if frozen else last


def listed() -> sa.Select[Report]:
    """All reports, by quarter, the newest first."""
    return sa.select(Report).order_by(Report.quarter.desc(), Report.number.desc())


def canonical(content: Content) -> str:
    """The one JSON text of a content, which is hashed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: str) -> str:
    """SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def read(report: Report) -> Content:
    """What a report says. Raises Conflict when it is not what was frozen."""
    if digest(report.content) != report.sha256:
        raise Conflict(
            N_("报告 %(quarter)s 第 %(number)d 份的内容和它的哈希对不上，不能作数；请联系系统管理员"),
            quarter=report.quarter,
            number=report.number,
        )
    content: Content = json.loads(report.content)
    return content


@dataclass(frozen=True)
class Change:
    """One figure that two reports tell differently; `came` and `went` are the lines that make the difference."""

    indicator: str
    period: str
    figure: str  # first_time | net | stock | pending
    before: int
    after: int
    came: tuple[LineContent, ...] = ()
    went: tuple[LineContent, ...] = ()


_LISTS_OF = {"first_time": ("first",), "net": ("gained", "lost"), "stock": ("stock",), "pending": ("pending",)}


def difference(before: Content, after: Content) -> list[Change]:
    """Which figures differ, by how much, and which certificates make it so. A figure whose sum is the same by chance
    while its certificates differ is a change too."""
    lines = {line["id"]: line for content in (before, after) for line in content["lines"]}
    old = {one["ref"]: one for one in before["indicators"]}
    found = [_change(figure, old.get(one["ref"]), one, lines) for one in after["indicators"] for figure in FIGURES]
    return [change for change in found if change is not None]


def _change(
    figure: str, was: IndicatorContent | None, now: IndicatorContent, lines: Mapping[int, LineContent]
) -> Change | None:
    came, went = _moved(was, now, _LISTS_OF[figure])
    before, after = _figure(was, figure) if was else 0, _figure(now, figure)
    if before == after and not came and not went:
        return None
    told, gone = tuple(lines[n] for n in came), tuple(lines[n] for n in went)
    return Change(now["name"], now["period"], figure, before, after, told, gone)


def _figure(one: IndicatorContent, name: str) -> int:
    figures = {"first_time": one["first_time"], "net": one["net"], "stock": one["stock"], "pending": one["pending"]}
    return figures[name]


def _moved(was: IndicatorContent | None, now: IndicatorContent, names: Sequence[str]) -> tuple[list[int], list[int]]:
    """The lines on one side only. What joined the losses counts as gone, what left them as come."""
    came: set[int] = set()
    went: set[int] = set()
    for name in names:
        before, after = set(was["lines"].get(name, ()) if was else ()), set(now["lines"][name])
        more, less = after - before, before - after
        came |= less if name == "lost" else more
        went |= more if name == "lost" else less
    return sorted(came), sorted(went)


def events(session: Session, report: Report) -> Sequence[Event]:
    """What happened to a report."""
    return log.events_of(session, report)
