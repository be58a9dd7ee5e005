"""What the tests of the web edge share: reading a page as a person would, and a digest of all that the record holds."""

import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import sqlalchemy as sa

from yipin.db import Database
from yipin.db.columns import Base

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MESSAGES = {"error", "refusal", "notice"}  # the classes in which a page says what is wrong
VOID_TAGS = {"input", "meta", "link", "img", "br"}


@dataclass
class Seen(HTMLParser):
    """One page: its language, its headline, the values of its controls, its messages, its links, its text."""

    lang: str = ""
    headline: str = ""
    text: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)  # of each control by name, in the page's order
    messages: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    flashes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str]] = []  # (tag, what its text goes to)
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.lang = self.lang or (given.get("lang", "") if tag == "html" else "")
        if tag in ("a", "form") and ("href" in given or "action" in given):
            self.links.append(given.get("href") or given.get("action", ""))
        if tag == "input" and "name" in given:
            self.values.setdefault(given["name"], []).append(given.get("value", ""))
        if tag == "select":
            self._select = given.get("name", "")
            self.values.setdefault(self._select, [])
        if tag == "option" and "selected" in given:
            self.values[self._select].append(given.get("value", ""))
        self._begin(tag, given)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag in VOID_TAGS:
            return
        classes = set(given.get("class", "").split())
        use = "message" if tag == "p" and classes & MESSAGES else "flash" if "flash" in classes else tag
        if use == "message":
            self.messages.append("")
        if use == "flash":
            self.flashes.append("")
        if tag == "textarea":
            use = f"textarea {given.get('name', '')}"
            self.values.setdefault(given.get("name", ""), []).append("")
        self._open.append((tag, use))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        uses = [use for _, use in self._open]
        self.text += data
        if "h1" in uses:
            self.headline += data
        if "message" in uses:
            self.messages[-1] += data
        if "flash" in uses:
            self.flashes[-1] += data
        for use in uses:
            if use.startswith("textarea "):
                self.values[use.removeprefix("textarea ")][-1] += data.removeprefix("\r\n")


def see(page: str) -> Seen:
    seen = Seen()
    seen.feed(page)
    seen.close()
    seen.messages = [" ".join(said.split()) for said in seen.messages]
    return seen


def digest(db: Database) -> dict[str, str]:
    """A hash of every row of every table; two of them are equal if nothing at all has changed, but for how often something
    was tried."""
    found = {}
    with db.engine.execution_options(read_only=True).connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name == "login_failures":
                continue
            rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode("utf-8", "replace")).hexdigest()
    return found


def token_on(page: str) -> str:
    """The token that a form of this page carries against forged requests."""
    return see(page).values["csrf_token"][0]
