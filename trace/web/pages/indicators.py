"""The public count against its targets, for people and machines; and for the bureau the certificates behind each
figure. On the public and the bureau's blueprint."""

from datetime import date
from functools import partial

from flask import Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ... import fields
from ...access.actor import Actor
from ...clock import day_of
from ...disclosure import names, tables
from ...disclosure.certificates import CERTIFICATES, COUNTED_WORDS, row_of
from ...disclosure.table import Asked
from ...errors import Invalid, NotFound
from ...indicators import cache, drilldown
from ...indicators.board import Board, Group, Indicator
from ...indicators.line import Line
from ...indicators.measures import RULE_VERSION, STATE_WORDS, Totals
from ...policy.policy import Policy
from .. import heavy
from ..blueprints import bureau as bureau_pages
from ..blueprints import public as public_pages
from ..drawing import charts
from ..errors import wants_json
from ..guard import service
from ..language import say
from ..page_number import shown
from .open_data import card, day_shown


@public_pages.get("/progress")
def progress(session: Session, actor: Actor) -> ResponseReturnValue:
    """All figures of any day since the record began; as data, for a day that cannot be shown the reason alone."""
    policy, asked, today = service().installation.policy, day_shown(session, actor), day_of(actor.at)
    if data := wants_json() or request.args.get("format") == "json":
        tables.day_asked(session, request.args.get("day", "")[:40], today)
    board = _board(session, policy, asked.day, today)
    if data:
        response: Response = jsonify(as_json(board, policy))
    else:
        page = _page("public/progress.html", board, policy, asked=asked, today=today)
        response = Response(page, asked.status, mimetype="text/html")
    response.headers["Vary"] = "Accept, Cookie"
    return response


def _board(session: Session, policy: Policy, day: date, today: date) -> Board:
    """The board of a day. One of a former day is counted when it is asked for, so readers of such days take turns."""
    with heavy.turn(None if day == today else heavy.Work.FILE):
        return cache.board(session, policy, day)


@public_pages.get("/progress/<indicator>/<measure>")
def progress_lines(session: Session, actor: Actor, indicator: str, measure: str) -> ResponseReturnValue:
    """The certificates behind one public figure, as they may be published."""
    policy, today = service().installation.policy, day_of(actor.at)
    day = tables.day_asked(session, request.args.get("day", "")[:40], today)
    board = _board(session, policy, day, today)
    part = _part(measure)
    found = drilldown.behind(board, indicator, part, None)
    people, asked = names.people(session), Asked(policy, day)
    return render_template(
        "public/progress_lines.html",
        found=found,
        part=part,
        policy=policy,
        groups={name: shown(lines, name) for name, lines in found.groups.items()},
        row_of=lambda line: row_of(line, asked, people),
        card=partial(card, CERTIFICATES),
        indicator=board.indicators[indicator],
        words=COUNTED_WORDS,
        measure_words=drilldown.MEASURE_WORDS,
        group_words=drilldown.GROUP_WORDS,
    )


@bureau_pages.get("/progress")
def bureau_progress(session: Session, actor: Actor) -> ResponseReturnValue:
    """All figures of any one day, each a link to its certificates."""
    typed, problem, today = request.args.get("day", "").strip(), None, day_of(actor.at)
    day = today
    try:
        day = min(fields.day("day", typed), today) if typed else today
    except Invalid as error:
        problem = error.message
    policy = service().installation.policy
    board = cache.board(session, policy, day)
    page = _page(
        "bureau/progress.html",
        board,
        policy,
        typed=typed or day.isoformat(),
        problem=problem,
        report_of=url_for("bureau.reports"),
    )
    return page, 422 if problem else 200


@bureau_pages.get("/progress/<indicator>/<measure>")
def bureau_lines(session: Session, actor: Actor, indicator: str, measure: str) -> ResponseReturnValue:
    """The certificates behind one figure. A county officer sees its own county's by name, and the number of the others."""
    policy, day = service().installation.policy, day_of(actor.at)
    try:
        day = min(fields.day("day", request.args["day"]), day) if request.args.get("day") else day
    except Invalid as error:
        raise NotFound(error.message.template, **error.message.values) from None
    board = cache.board(session, policy, day)
    part = _part(measure)
    found = drilldown.behind(board, indicator, part, actor.county)
    return render_template(
        "bureau/lines.html",
        found=found,
        part=part,
        board=board,
        policy=policy,
        groups={name: shown(lines, name) for name, lines in found.groups.items()},
        indicator=board.indicators[indicator],
        words=COUNTED_WORDS,
        states=STATE_WORDS,
        address=address,
        measure_words=drilldown.MEASURE_WORDS,
        group_words=drilldown.GROUP_WORDS,
    )


def address(line: Line) -> str:
    """The bureau's page of the certificate (or brand) that a line stands on."""
    if line.certification > 0 and "bureau.certificate" in current_app.view_functions:
        return url_for("bureau.certificate", ref=line.certification)
    kind, number = line.subject.split(":")
    return url_for("bureau.producer", ref=number) if kind == "producer" else url_for("bureau.producers")


def _part(measure: str) -> drilldown.Part:
    county, scheme, year = (request.args.get(name, "") for name in ("county", "scheme", "year"))
    return drilldown.Part(measure, county[:6], scheme[:30], _year(year))


def _year(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else None


def _page(template: str, board: Board, policy: Policy, **more: object) -> str:
    return render_template(
        template,
        board=board,
        policy=policy,
        pictures={ref: pictures(one, policy) for ref, one in board.indicators.items()},
        words=COUNTED_WORDS,
        rule_version=RULE_VERSION,
        **more,
    )


def pictures(one: Indicator, policy: Policy) -> dict[str, object]:
    """The three charts of an indicator. Without the counties' places in the policy file there is no map."""
    target, count = one.target, one.count
    words = gettext("首次新增（累计）"), gettext("到目标的匀速线")
    counties = {group.key: group.first.units for group in one.by_county(policy)}
    tiles = [
        charts.Tile(*county.tile, say(county.name), counties[county.code])
        for county in policy.counties.values()
        if county.tile
    ]
    groups = [group.key for group in one.by_scheme()]
    years = [(year.year, [year.first_by_scheme.get(key, 0) for key in groups]) for year in one.years]
    return {
        "path": charts.path_chart(one.path, target.value, target.end, count.until, words),
        "map": charts.tile_map(tiles, gettext("首次新增，颜色越深越多")) if tiles else None,
        "years": charts.year_chart(years, [gettext(COUNTED_WORDS[key]) for key in groups]) if years else None,
        "groups": groups,
    }


def as_json(board: Board, policy: Policy) -> dict[str, object]:
    """The board as data; days are ISO 8601."""
    return {
        "as_of": board.as_of.isoformat(),
        "source": policy.title,
        "draft": policy.draft,
        "rule_version": RULE_VERSION,
        "demonstration": bool(board.demonstrations),
        "demonstration_lines": board.demonstrations,
        "indicators": [_indicator(one, board.as_of, policy) for one in board.indicators.values()],
    }


def _indicator(one: Indicator, as_of: date, policy: Policy) -> dict[str, object]:
    target = one.target
    return {
        "key": target.key,
        "name": gettext(target.name),
        "target": target.value,
        "unit": gettext(target.unit),
        "counts": [*target.counts, *target.brands],
        "period": target.period,
        "start": target.start.isoformat(),
        "end": target.end.isoformat(),
        "source": say(f"{policy.title} {target.clause}"),
        "first_time": one.first.units,
        "net": one.count.net,
        "stock": one.stock.units,
        "pending": one.pending.units,
        "totals": {name: _totals(getattr(one, name)) for name in ("first", "stock", "pending")},
        "also_in_main": len(one.also_counted),
        "rule": [say(rule) for rule in one.rules()],
        "base_date": target.base.isoformat(),
        "as_of": as_of.isoformat(),
        "by_county": [_group(group) | {"name": say(policy.county_name(group.key))} for group in one.by_county(policy)],
        "by_scheme": [
            _group(group) | {"name": gettext(COUNTED_WORDS.get(group.key, group.key))} for group in one.by_scheme()
        ],
        "by_year": [
            {
                "year": year.year,
                "first_time": len(year.first),
                "net": year.net,
                "stock": len(year.stock),
                "as_of": year.day.isoformat(),
            }
            for year in one.years
        ],
    }


def _group(group: Group) -> dict[str, object]:
    return {
        "key": group.key,
        "first_time": group.first.units,
        "net": group.net,
        "stock": group.stock.units,
        "pending": group.pending.units,
    }


def _totals(value: Totals) -> dict[str, int]:
    return value._asdict()
