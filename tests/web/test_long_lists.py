"""Every list, of every page and for everybody, says how many there are in all and leads to the last one. The walk finds the lists
itself: every page without arguments, and its tabs, once with few rows and once with many of everything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World
from world.many import MANY, multiply
from world.reading import VOID_TAGS
from world.streets import ROLES, open_street, rule_of
from yipin.paging import PAGE
from yipin.worklist.entry import MOST

WHO = ("ama", "chen", "insurer", "administrator", "nobody")
ENOUGH = MANY - 5  # a few of the copies are Ben's
WORKLIST = "/bureau/", "待办"  # the most urgent of each kind; their number and the way to all of them stand above
FEW = 20  # a list that is longer needs a total, whether it grew or not


@dataclass
class Listed:
    """A list as a page shows it: under which heading, how many rows, how many in all as the page says, and the last page."""

    under: str
    rows: int = 0
    total: int | None = None
    ways: list[str] = field(default_factory=list)


class Lists(HTMLParser):
    """The lists of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Listed] = []
        self.links: list[str] = []
        self._open: list[tuple[str, str]] = []  # (tag, what it is to us)
        self._heading = ""
        self._counted: int | None = None  # what is said above the list that comes next
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        classes, parent = given.get("class", "").split(), self._open[-1][1] if self._open else ""
        if tag == "a":
            self.links.append(given.get("href", ""))
            if self._within("pager") and self.found:
                self.found[-1].ways.append(given.get("href", ""))
        kind = ""
        if tag in ("ul", "ol") and "rows" in classes or tag == "table" and "list" in classes:
            kind = "rows" if tag != "table" else "table"
            self.found.append(Listed(self._heading, total=self._counted))
            self._counted = None
        elif tag == "tbody" and self._within("table"):
            kind = "rows"
        elif tag in ("h1", "h2", "h3"):
            kind, self._heading = "heading", ""
        elif "pager" in classes or "counted" in classes:
            kind = "pager" if "pager" in classes else "counted"
        if tag in ("li", "tr") and parent == "rows":
            self.found[-1].rows += 1
        if tag not in VOID_TAGS:
            self._open.append((tag, kind))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._within("heading"):
            self._heading += data.strip()
        if said := re.search(r"共 ([\d,]+) 件", data):
            if self._within("counted"):
                self._counted = int(said[1].replace(",", ""))
            elif self._within("pager") and self.found:
                self.found[-1].total = int(said[1].replace(",", ""))

    def _within(self, kind: str) -> bool:
        return any(each == kind for _, each in self._open)


def addresses(app: Flask, who: str) -> Iterator[str]:
    """The pages without arguments that this person may call."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if (
                "GET" in (rule.methods or set())
                and not rule.arguments
                and not rule.rule.endswith((".xlsx", ".pdf", ".js"))
            ):
                roles = rule_of(rule.endpoint, "GET").roles
                if who == "nobody" and roles is None or roles is not None and ROLES[who][0] in roles:
                    yield rule.rule


def looked_at(browser: FlaskClient, address: str) -> Iterator[tuple[str, Lists]]:
    """A page and its tabs: what it leads to at the same address with another question."""
    answer = browser.get(address)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return
    first = Lists(answer.text)
    yield address, first
    for link in dict.fromkeys(first.links):
        if urlsplit(link).path == address and re.fullmatch(r"(state|by)=\w+", urlsplit(link).query):
            yield link, Lists(browser.get(link).text)


def walk(app: Flask, browsers: dict[str, FlaskClient]) -> dict[tuple[str, str, str], Listed]:
    """Every list by who sees it, where, and under which heading."""
    return {
        (who, address, each.under): each
        for who in WHO
        for page in addresses(app, who)
        for address, lists in looked_at(browsers[who], page)
        for each in lists.found
    }


def reaches_the_last(browser: FlaskClient, address: str, listed: Listed) -> bool:
    """Whether the last way under the list leads to its last rows, or to a page of the whole list that does."""
    if listed.total is None or not listed.ways:
        return False
    is_same_page = urlsplit(listed.ways[-1]).path == urlsplit(address).path
    there = next(
        (
            one
            for one in Lists(browser.get(listed.ways[-1]).text).found
            if one.total == listed.total and (one.under == listed.under or not is_same_page)
        ),
        None,
    )
    if there is not None and not is_same_page:
        return reaches_the_last(browser, listed.ways[-1], there)
    return there is not None and there.rows == (listed.total - 1) % PAGE + 1


@pytest.mark.long
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_list_says_how_many_there_are_and_reaches_the_last(world: World, app: Flask) -> None:
    street = open_street(world, app)
    few = walk(app, street.browsers)
    multiply(world)
    wrong, walked = [], set()
    for (who, address, under), listed in walk(app, street.browsers).items():
        before = few.get((who, address, under), Listed(under)).rows
        if listed.rows <= max(before, 1) and listed.rows <= FEW:
            continue
        walked.add((who, urlsplit(address).path, under))
        least = MOST if (urlsplit(address).path, under) == WORKLIST else ENOUGH
        if (listed.total or 0) < least or not reaches_the_last(street.browsers[who], address, listed):
            wrong.append(f"{who}: {address} {under!r}: {before} rows, then {listed}")
    print(*sorted(walked), sep="\n")
    assert not wrong, "\n".join(wrong)
    assert len(walked) >= 30
    directory = street.browsers["nobody"].get("/brands").text
    (told,) = set(re.findall(r"共 ([\d,]+) 件", directory))
    total = int(told.replace(",", ""))
    assert total >= MANY and f"/brands?page={(total - 1) // PAGE + 1}" in directory
