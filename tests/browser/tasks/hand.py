"""A person's hand on the pages: it does what is asked and counts what that costs."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class Cost:
    """What a task costs: pages seen, that on which it begins included; fields filled in; taps on links, buttons and ticks."""

    pages: int
    fields: int
    taps: int

    def exceeds(self, most: "Cost") -> bool:
        """Whether any of the three is more than allowed."""
        return self.pages > most.pages or self.fields > most.fields or self.taps > most.taps


def beginning(words: str) -> re.Pattern[str]:
    """What begins with these words."""
    return re.compile(r"^\s*" + re.escape(words))


class Hand:
    """Does one task after another in one browser window, each from the page on which it begins."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.pages = self.fields = self.taps = 0
        self._seen = ""
        self._acted = True
        page.on("domcontentloaded", lambda: self._loaded())

    def _loaded(self) -> None:
        """Count a page; one that reloads by itself is counted once."""
        path = urlsplit(self.page.url).path
        if self._acted or path != self._seen:
            self.pages += 1
        self._seen, self._acted = path, False

    def begin(self, path: str) -> None:
        """Stand on the page on which a task begins."""
        self.page.goto("about:blank")
        self.pages = self.fields = self.taps = 0
        self._acted = True
        self.page.goto(self.url + path)

    def cost(self) -> Cost:
        """What was done since `begin`."""
        self.page.wait_for_load_state()
        return Cost(self.pages, self.fields, self.taps)

    def press(self, name: str, at: int = 0) -> None:
        """Tap a button whose words begin so; `at` says which of several. What it opens is there when this returns."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self._tap(self.page.get_by_role("button", name=beginning(name)).nth(at))

    def follow(self, name: str, at: int = 0) -> None:
        """Tap a link whose words begin so; `at` says which of several. What it opens is there when this returns."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self._tap(self.page.get_by_role("link", name=beginning(name)).nth(at))

    def press_in_place(self, name: str) -> None:
        """Tap a button whose words begin so and that opens no other page."""
        self._tap(self.page.get_by_role("button", name=beginning(name)).first)

    def unfold(self, name: str) -> None:
        """Tap the line that opens a fold or a group of the menu."""
        self._tap(self.page.locator("summary", has_text=name).first)

    def tick(self, name: str) -> None:
        """Tap a box whose words begin so, or one of several choices."""
        box, choice = (self.page.get_by_role(role, name=beginning(name)) for role in ("checkbox", "radio"))
        self._tap(box.or_(choice).first)

    def write(self, label: str, words: str) -> None:
        """Fill in a field."""
        self._field(label).fill(words)

    def choose(self, label: str, option: str) -> None:
        """Choose of a list what bears these words."""
        field = self._field(label)
        field.select_option(field.locator("option", has_text=option).first.get_attribute("value"))

    def give(self, label: str, file: Path) -> None:
        """Choose a file."""
        self._field(label).set_input_files(file)

    def look_up(self, words: str) -> None:
        """Ask the search field that stands on every page."""
        self.fields += 1
        self.page.get_by_label("查什么").fill(words)
        self._tap(self.page.get_by_role("banner").get_by_role("button", name="查找"))

    def sees(self, words: str) -> None:
        """The page says so."""
        expect(self.page.locator("main")).to_contain_text(words)

    def _tap(self, what: Locator) -> None:
        self.taps += 1
        self._acted = True
        what.click()

    def _field(self, label: str) -> Locator:
        """A field of a form that enters something, not of one that asks a list."""
        self.fields += 1
        return self.page.locator("main form:not([role=search])").get_by_label(beginning(label)).first
