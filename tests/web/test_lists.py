"""Every list of the signed-in pages: what it says it can be asked, it answers. The walk goes through the registry of lists, so
that a new one is tried the day it is added."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient

from world import NOW, World, signed_in
from world.many import more, multiply
from world.streets import Street, open_street, rule_of
from yipin import paging
from yipin.access.actor import Actor
from yipin.clock import day_of
from yipin.farm.lists import Shown
from yipin.listing import finding
from yipin.listing.asked import Asked
from yipin.listing.listof import ListOf
from yipin.models import Account, AmountState, Batch, Channel, Delivery, DeliveryState, Event, Notification, Role
from yipin.web.exportlists import EXPORTS
from yipin.web.list_frame import LISTS

PAGE = 6  # rows: short pages are quick, and a few rows fill several
MANY = 58
PARTS = 3  # of the walk, which may run side by side
NONSENSE = "没有这样的东西"
FILES = {export.key: export for export in EXPORTS}
ODD = (
    "\x00",
    "🍑",
    "x" * 3000,
    "'",
    '"><script>',
    "\\",
    "%",
    "{{7*7}}",
    "-",
    "--",
    "2026-02-30",
    "0001-01-01",
    "٣",
    "1e9",
)
NEIGHBOURS = {"ama": "ben", "chen": "officer-430203"}
CITY_WIDE = {
    "bureau.brands",
    "bureau.draws",
    "bureau.farm_inputs",
    "producer.farm_inputs",
}  # what everybody may know of


@dataclass
class Walk:
    """One list as one person sees it."""

    endpoint: str
    listed: ListOf
    who: str
    path: str
    actor: Actor
    world: World
    browser: FlaskClient
    wrong: list[str] = field(default_factory=list)

    def page(self, question: Mapping[str, str] = {}) -> str:  # noqa: B006
        answer = self.browser.get(f"{self.path}?{urlencode(question)}")
        self.ask(answer.status_code == 200, f"{dict(question)} is answered {answer.status_code}")
        return answer.text

    def ask(self, holds: bool, what: str) -> None:
        if not holds:
            self.wrong.append(f"{self.endpoint} ({self.who}): {what}")

    def found(self, question: Mapping[str, str]) -> sa.Select[Any]:
        return finding.found(self.listed, self.actor, Asked.of(self.listed, self.actor, question))

    def values(self, *columns: Any, question: Mapping[str, str] = {}) -> list[tuple[Any, ...]]:  # noqa: B006
        """What the rows that are asked for have in these columns, in order."""
        rows = self.found(question)
        with self.world.db.read.begin() as session:
            return [tuple(row) for row in session.execute(rows.with_only_columns(*columns))]

    @property
    def whole(self) -> dict[str, str]:
        """The question for all rows, whatever their state."""
        return {choice.name: "" for choice in self.listed.choices}


def total(page: str) -> int:
    told = re.search(r'class="counted"><b>共 ([\d,]+) 件', page)
    return int(told[1].replace(",", "")) if told else 0


def rows_of(page: str) -> list[str]:
    """The rows of the list, each as its first link or the address of its own, or as it stands there if it has neither."""
    table = page.partition('<table class="list framed">')[2].partition("</table>")[0].partition("<tbody>")[2]
    rows = [" ".join(row.partition("</tr>")[0].split()) for row in table.split("<tr>")[1:]]
    return [(re.findall(r'(?:href|action)="((?!tel:)[^"]*)"', row) or [row])[0] for row in rows]


def cells_of(page: str) -> list[str]:
    """The texts of the cells of the first row."""
    table = page.partition('<table class="list framed">')[2].partition("<tbody>")[2]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table.split("<tr>")[1].partition("</tr>")[0], re.S)
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split()) for cell in cells]


def whole_list(walk: Walk) -> None:
    page = walk.page(walk.whole)
    walk.ask(total(page) >= MANY - 2, f"says {total(page)} of {MANY}")
    walk.ask(len(rows_of(page)) == PAGE, f"shows {len(rows_of(page))} rows")


def search(walk: Walk) -> None:
    first = walk.page(walk.whole)
    cells = (cell for cell in dict.fromkeys(cells_of(first)) if 1 < len(cell) < 60)
    finds = any(rows_of(first)[0] in rows_of(walk.page(walk.whole | {"q": cell})) for cell in cells)
    walk.ask(finds, f"no cell of {cells_of(first)} finds its row")
    none = walk.page(walk.whole | {"q": NONSENSE})
    walk.ask(not rows_of(none) and NONSENSE in none.partition('class="empty"')[2], "does not say what was not found")
    walk.ask("去掉查找和筛选" in none, "offers no way back")


def orders(walk: Walk) -> None:
    """The page shows the rows in the order that the database gives, and that is the order of the values."""
    shown: dict[int, str] = {}
    for column in walk.listed.columns:
        for sign in ("", "-") if column.by else ():
            question = walk.whole | {"sort": sign + column.key}
            got, page = walk.values(*column.by, walk.listed.number, question=question), walk.page(question)
            for row, link in zip(got, rows_of(page), strict=False):
                walk.ask(shown.setdefault(row[-1], link) == link, f"{sign}{column.key}: row {row} is not {link}")
            walk.ask(got == in_order(got, bool(sign)), f"{sign}{column.key}: not in order")
            if not column.is_order and walk.actor.role not in column.not_for:
                told = "descending" if sign else "ascending"
                walk.ask(
                    page.count("aria-sort") == page.count(f'aria-sort="{told}"') == 1, f"{column.key}: no direction"
                )


def in_order(rows: list[tuple[Any, ...]], backwards: bool) -> list[tuple[Any, ...]]:
    """By each value in turn, rows without one last either way."""
    rows = sorted(rows, key=lambda row: row[-1], reverse=backwards)
    for place in reversed(range(len(rows[0]) - 1)):
        known = sorted((row for row in rows if row[place] is not None), key=lambda row: row[place], reverse=backwards)
        rows = known + [row for row in rows if row[place] is None]
    return rows


def filters(walk: Walk) -> None:
    for choice in walk.listed.choices:
        parts = [total(walk.page(walk.whole | {choice.name: value.value})) for value in choice.kind]
        every = total(walk.page(walk.whole))
        walk.ask(0 < sum(parts) and max(parts) <= every or choice.kind is Shown, f"{choice.name}: {parts} of {every}")
    if walk.listed.county is not None and walk.who == "chen" and walk.endpoint not in CITY_WIDE:
        walk.ask(total(walk.page(walk.whole | {"county": "430225"})) > 0, "county: nothing of the own one")
        walk.ask(total(walk.page(walk.whole | {"county": "430203"})) == 0, "county: something of another one")
    if walk.listed.product:
        walk.ask(total(walk.page(walk.whole | {"product": "黄桃"})) > 0, "product: not found")
        walk.ask(total(walk.page(walk.whole | {"product": NONSENSE})) == 0, "product: one that is not there")
    if walk.listed.days:
        of = [_day(value) for (value,) in walk.values(walk.listed.days.column, question=walk.whole)]
        known = sorted(day for day in of if day)
        since, until = known[len(known) // 4], known[len(known) // 2]
        page = walk.page(walk.whole | {"from": since.isoformat(), "to": until.isoformat()})
        expected = sum(since <= day <= until for day in known)
        walk.ask(total(page) == expected < len(known), f"days {since} to {until}: {total(page)}, not {expected}")


def _day(value: date | datetime | None) -> date | None:
    return day_of(value) if isinstance(value, datetime) else value


def second_page(walk: Walk) -> None:
    if not walk.listed.days:
        return
    page = walk.page(walk.whole | {"to": "2199-01-01", "page": "2"})
    walk.ask(len(rows_of(page)) == min(PAGE, total(page) - PAGE), "page 2 has other rows")
    walk.ask(bool(re.search(r'href="[^"]*to=2199-01-01[^"]*page=1"', page)), "page 2 forgets the filter")


def odd_values(walk: Walk) -> None:
    """Each name is asked for each odd value, a few of them at a time."""
    names = ["q", "county", "product", "from", "to", "sort", "page", *(choice.name for choice in walk.listed.choices)]
    for turn in range(0, len(ODD), 2):
        page = walk.page({name: ODD[(place + turn) % len(ODD)] for place, name in enumerate(names)})
        walk.ask("<script>" not in page.partition("<main")[2], f"odd values of turn {turn} are written as they came")


def rights(walk: Walk, neighbour: Walk) -> None:
    theirs = set(rows_of(walk.page(walk.whole)))
    for question in (
        {},
        walk.whole,
        walk.whole | {"county": "430225"},
        walk.whole | {"q": "黄桃"},
        {"sort": "-number"},
    ):
        seen = theirs & set(rows_of(neighbour.page(question)))
        walk.ask(not seen, f"{neighbour.who} sees {seen} by {question}")


def file(walk: Walk) -> None:
    export = FILES.get(walk.listed.key)
    if export is None or walk.actor.role not in (rule_of(export.endpoint, "GET").roles or ()):
        return
    sort = next(column.key for column in walk.listed.columns if column.by)
    for question in (walk.whole | {"sort": f"-{sort}"}, walk.whole | {"q": NONSENSE}):
        answer = walk.browser.get(f"/bureau/exports/{export.key}.xlsx?{urlencode(question)}")
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=4, values_only=True))
        page = walk.page(question)
        walk.ask(len(rows) == total(page), f"the file has {len(rows)} rows, the list {total(page)}, by {question}")
        shown = [re.sub(r"<[^>]*>|\s", "", unescape(row)) for row in page.partition("<tbody>")[2].split("<tr>")[1:]]
        told = [
            any(isinstance(cell, str) and len(cell) > 3 and re.sub(r"\s", "", cell) in there for cell in row)
            for row, there in zip(rows, shown, strict=False)
        ]
        walk.ask(all(told), f"the file has another order than the list, by {question}")


def walks(street: Street) -> Iterator[Walk]:
    for endpoint, listed in LISTS.items():
        roles = rule_of(endpoint, "GET").roles or set()
        who = "chen" if Role.OFFICER in roles else "administrator" if Role.ADMINISTRATOR in roles else "ama"
        yield walk_of(street, endpoint, listed, who)


def walk_of(street: Street, endpoint: str, listed: ListOf, who: str) -> Walk:
    with street.app.test_request_context():
        path = url_for(endpoint)
    with street.world.db.read.begin() as session:
        login = sa.select(Account).where(Account.login == who)
        actor = Actor.of(session.scalars(login).one(), NOW)
    return Walk(endpoint, listed, who, path, actor, street.world, street.browsers[who])


@pytest.fixture
def street(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Street:
    """Some pages of everything, each with a day of its own."""
    monkeypatch.setattr(paging, "PAGE", PAGE)
    made = open_street(world, app)
    with world.db.write.begin() as session:
        odd = {"amount_state": AmountState.WAITING, "amount_why": {"template": "太多", "values": {}}, "amount_at": NOW}
        session.connection().execute(sa.update(Batch.__table__).values(**odd))
    multiply(world, MANY, days_apart=1)
    more(world, Event, MANY, days_apart=1, action="product.submit")
    chen = world.chen.account_id
    with world.db.write.begin() as session:
        session.connection().execute(sa.insert(Delivery.__table__), [mailed(number) for number in range(1, MANY)])
        events = session.scalars(sa.select(Event.id).where(Event.action == "product.submit")).all()
        told = set(session.scalars(sa.select(Notification.event_id).where(Notification.account_id == chen)))
        lines = [{"account_id": chen, "event_id": event} for event in events if event not in told]
        session.connection().execute(sa.insert(Notification.__table__), lines)
    return made


def mailed(number: int) -> dict[str, Any]:
    at = NOW - timedelta(days=number)
    state = list(DeliveryState)[number % len(DeliveryState)]
    return {
        "account_id": number,
        "channel": Channel.MAIL,
        "state": state,
        "attempts": number,
        "due_at": at,
        "created_at": at,
    }


@pytest.mark.long
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_list_answers_what_it_says_it_can_be_asked(street: Street, part: int) -> None:
    wrong = []
    for walk in [*walks(street)][part::PARTS]:
        for look in (whole_list, search, orders, filters, second_page, odd_values, file):
            try:
                look(walk)
            except Exception as error:  # noqa: BLE001  the walk goes on and tells of all lists
                walk.ask(False, f"{look.__name__}: {error!r}")
        if walk.who in NEIGHBOURS and walk.endpoint not in CITY_WIDE:
            rights(walk, walk_of(street, walk.endpoint, walk.listed, NEIGHBOURS[walk.who]))
        wrong += walk.wrong
    assert not wrong, "\n".join(wrong)
    assert len(LISTS) >= 20


def test_a_page_of_two_thousand_batches_is_light_on_a_phone(world: World, app: Flask) -> None:
    batch = world.declare()
    more(world, Batch, 2_000, id=batch.id)
    for who, path in (("ama", "/producer/batches"), ("chen", "/bureau/batches")):
        page = signed_in(app, who).get(path)
        assert total(page.text) == 2_001 and len(rows_of(page.text)) == 50
        assert len(page.data) <= 60_000, who  # test_weight.py weighs it with its stylesheets


# Lists that have no frame, each with the reason.
WITHOUT_FRAME = {
    "bureau/_reach.html": "what one cause reaches, asked for by the form above it",
    "bureau/_worklist.html": "things of twelve kinds, by their deadlines, with tabs of its own",
    "bureau/batch.html": "voided packs of one batch",
    "bureau/commodities.html": "waits: empties as it is done",
    "bureau/credit.html": "the record of one producer, made of several tables",
    "bureau/expiry.html": "the certificates of the next 90 days, by county, with their chart",
    "bureau/home.html": "corrections of late, a part of the home page",
    "bureau/input.html": "uses of one input",
    "bureau/lines.html": "the lines of one figure, counted and no table",
    "bureau/networks.html": "the lines of the one table of networks that was uploaded",
    "bureau/pictures.html": "waits: empties as it is done",
    "bureau/pilot.html": "products of the pilot, counted by county",
    "bureau/recall_act.html": "batches and history of one act",
    "bureau/recall_lift.html": "batches of one act",
    "bureau/recalls.html": "the causes to choose from, each on its tab; the acts have the frame",
    "bureau/reports.html": "four a year",
    "bureau/rewards.html": "who may be rewarded, counted and no table",
    "bureau/texts.html": "waits: empties as it is done",
    "office/_figures_of_recall.html": "batches of one recall, and whom to call",
    "office/inputs.html": "the list by crop, with a search of its own over the words of labels",
    "office/jobs.html": "one's own jobs of thirty days",
    "office/list.html": "the frame itself",
    "producer/_amounts.html": "batches that wait: a part of the home page",
    "producer/_held.html": "batches that are held: a part of the home page",
    "producer/_void.html": "voided packs of one batch",
    "producer/brands.html": "the brands of one producer: a handful",
    "producer/credit.html": "the record of one producer, made of several tables",
    "producer/farm.html": "plots with their season, and the latest entries",
    "producer/home.html": "the latest of several lists",
    "producer/insurance.html": "what the scan page says of the latest batches; the policies have the frame",
    "producer/notice.html": "batches of one notice",
    "producer/notices.html": "notices of recalls: few, the last first",
    "producer/partner.html": "shipments and purchases with one partner",
    "producer/season.html": "what comes next, of several tables",
    "producer/paper.html": "stocks and printers: a handful",
    "producer/people.html": "the people of one producer: a handful",
    "producer/sold.html": "what one shop sold, under the field by which the next one is found",
}


def test_a_new_list_has_the_frame() -> None:
    folder = Path(__file__).parents[2] / "trace/web/templates"
    pages = [page for part in ("bureau", "office", "producer") for page in (folder / part).glob("*.html")]
    bare = {str(page.relative_to(folder)) for page in pages if "p.pager(" in page.read_text("utf-8")}
    assert bare == WITHOUT_FRAME.keys()
