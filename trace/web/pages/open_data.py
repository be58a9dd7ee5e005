"""Open data for anyone: the certificates behind the figures, recalls, draws, rewards and reports, as pages, CSV and JSON. On the
public blueprint; each table has its own three addresses."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...clock import day_of
from ...disclosure import draws, tables
from ...disclosure.table import Asked, Row, Table
from ...errors import Invalid, Message
from ..blueprints import public as bp
from ..errors import wants_json
from ..guard import service
from ..open_file import VARY, send, told, word
from ..page_number import shown

KINDS = ("csv", "json")


@dataclass(frozen=True)
class Shown:
    """A page's day: the one that is shown, what was typed, and what is wrong with it."""

    day: date
    typed: str
    problem: Message | None = None

    @property
    def status(self) -> int:
        return 422 if self.problem else 200


def day_shown(session: Session, actor: Actor) -> Shown:
    """The day that a page's address asks for. A page asked for a day that it cannot show says why, and shows today."""
    typed, today = request.args.get("day", "")[:40], day_of(actor.at)
    try:
        day = tables.day_asked(session, typed, today)
    except Invalid as error:
        return Shown(today, typed, error.message)
    return Shown(day, typed or day.isoformat())


@bp.get("/open/")
def open_data(session: Session, actor: Actor) -> ResponseReturnValue:
    """All tables, each with its page and its data."""
    return render_template("public/open.html", tables=tables.TABLES, address=address)


def _page(table: Table, session: Session, actor: Actor) -> ResponseReturnValue:
    asked_for = day_shown(session, actor)
    asked = Asked(service().installation.policy, asked_for.day)
    page = render_template(
        "public/open_table.html",
        table=table,
        rows=shown(list(table.rows(session, asked))),
        card=partial(card, table),
        asked=asked_for,
        address=address,
        today=day_of(actor.at),
    )
    return page, asked_for.status


def address(table: Table, kind: str = "", day: str | None = None) -> str:
    """The page of a table, or its file of a kind; `day` in ISO 8601."""
    return url_for(f"public.open_{table.key}{f'_{kind}' if kind else ''}", day=day)


def card(table: Table, row: Row) -> list[tuple[str, object]]:
    """What a page shows of a row beside its heading: title and value, words for what is coded. What is not known is left out."""
    columns = (column for column in table.columns if column.shown and column.key != table.head)
    return [
        (column.title, word(column, row[column.key]) if column.words else told(column, row[column.key]))
        for column in columns
        if row[column.key] is not None and row[column.key] is not False
    ]


def _file(table: Table, kind: str, session: Session, actor: Actor) -> ResponseReturnValue:
    day = tables.day_asked(session, request.args.get("day", "")[:40], day_of(actor.at))
    return send(session, table, Asked(service().installation.policy, day), kind)


def _register(table: Table) -> None:
    """Give a table its addresses. The table of rights needs a line for each, as for every address."""
    bp.add_url_rule(f"/open/{table.key}", f"open_{table.key}", partial(_page, table))
    for kind in KINDS:
        bp.add_url_rule(f"/open/{table.key}.{kind}", f"open_{table.key}_{kind}", partial(_file, table, kind))


for each in tables.TABLES:
    _register(each)


@bp.get("/open/draws/<number>")
def open_draw(session: Session, actor: Actor, number: str) -> ResponseReturnValue:
    """One draw with its pool, so that anybody can draw again."""
    found = draws.find(session, number, day_of(actor.at))
    if wants_json() or request.args.get("format") == "json":
        response: Response = jsonify(_as_json(found))
    else:
        response = Response(_drawn(found), mimetype="text/html")
    response.headers["Vary"] = f"Accept, {VARY}"
    return response


def _drawn(found: draws.Draw) -> str:
    return render_template(
        "public/open_draw.html", draw=found, pool=shown(found.pool), policy=service().installation.policy
    )


def _as_json(found: draws.Draw) -> dict[str, object]:
    """All that is needed to draw again; the pool stands in the order of its numbers, and the result in that of the draw. What is not
    published yet is null."""
    row, seed = found.row, found.seed
    told = {
        "number": row.id,
        "commitment": seed and seed.commitment,
        "committed": seed and seed.committed_at.isoformat(),
        "drawn": row.at.isoformat(),
        "rule": row.rule,
        "wanted": row.wanted,
        "mark": found.mark,
        "published": found.published,
        "last_day": found.last_day.isoformat(),
        "demonstration": found.demonstration,
    }
    return told | (_pool(found) if found.published else {"seed": None, "pool": None, "result": None})


def _pool(found: draws.Draw) -> dict[str, object]:
    return {
        "seed": found.row.seed,
        "pool": [
            {"number": each.number, "name": each.name, "weight": each.weight}
            for each in sorted(found.pool, key=lambda one: one.number)
        ],
        "result": [each.number for each in found.pool if each.drawn],
    }
