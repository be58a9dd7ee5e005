"""The frame in which every list of the signed-in pages is shown: search, filters, order, total and pages.

The address carries everything, so that a list is kept as a bookmark and "back" leads to it. What a list can be asked for
is said by its `ListOf`; the macros of `office/list.html` draw it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..errors import N_
from ..listing import finding
from ..listing.asked import COUNTY, PRODUCT, SINCE, SORT, UNTIL, WORDS, Asked, may_choose_county
from ..listing.listof import Choice, Column, ListOf, Row
from ..paging import Page
from .guard import service
from .language import say
from .listwords import VALUE_WORDS
from .page_number import page_number

LABELS = {
    WORDS: N_("查找"),
    COUNTY: N_("县市区"),
    PRODUCT: N_("产品"),
    SINCE: N_("从"),
    UNTIL: N_("到"),
    SORT: N_("排序"),
}


@dataclass(frozen=True)
class Option:
    """A value that may be chosen, and the address that chooses it."""

    value: str
    word: str
    is_chosen: bool
    address: str


@dataclass(frozen=True)
class Frame:
    """A page of a list, with what was asked for."""

    listed: ListOf
    asked: Asked
    actor: Actor
    rows: Page[Row]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for that may be taken away again."""
        return self.asked.is_narrowed(self.listed)

    @property
    def question(self) -> dict[str, str]:
        """What the address asks for, as this list understands it, without the page."""
        asked = self.asked
        own = {choice.name: choice.first(self.actor) for choice in self.listed.choices}
        texts = {WORDS: asked.words, COUNTY: asked.county, PRODUCT: asked.product}
        days = {name: day.isoformat() for name, day in ((SINCE, asked.since), (UNTIL, asked.until)) if day}
        chosen = {name: value for name, value in asked.chosen.items() if value != own[name]}
        kept = {name: text for name, text in texts.items() if text} | days | chosen
        return kept | ({SORT: self._sorted} if request.args.get(SORT) else {})

    def address(self, **other: str | None) -> str:
        """The address of this list with something else asked for; None takes it away."""
        question = {name: value for name, value in {**self.question, **other}.items() if value is not None}
        path = request.script_root + request.path
        return f"{path}?{urlencode(question)}" if question else path

    @property
    def bare(self) -> str:
        """The address of the list without search and filters, in the same tab and order."""
        kept = {choice.name for choice in self.listed.choices if choice.is_tabs} | {SORT}
        return self.address(**{name: None for name in self.question if name not in kept})

    @property
    def columns(self) -> list[Column]:
        """The columns of this person's table."""
        return [each for each in self.listed.columns if not each.is_order and self.actor.role not in each.not_for]

    def names(self) -> dict[str, str]:
        """The headings of the columns by key, in the reader's language."""
        return {column.key: say(column.title) for column in self.listed.columns}

    @property
    def _sorted(self) -> str:
        return ("-" if self.asked.is_backwards else "") + self.asked.sort

    def order_of(self, column: Column) -> str | None:
        """How the list is sorted by this column, in the word of `aria-sort`; None if it is not."""
        if column.key != self.asked.sort:
            return None
        return "descending" if self.asked.is_backwards else "ascending"

    def turned(self, column: Column) -> str:
        """The address of the list sorted by this column, the other way round if it is already."""
        order = self.order_of(column)
        backwards = order == "ascending" or (order is None and column.newest)
        return self.address(sort=("-" if backwards else "") + column.key)

    def orders(self) -> Iterator[Option]:
        """Every order that can be asked for."""
        for column in self.listed.columns:
            for key, arrow in ((column.key, "↑"), ("-" + column.key, "↓")) if column.by else ():
                yield Option(key, f"{say(column.title)} {arrow}", key == self._sorted, self.address(sort=key))

    def options(self, choice: Choice) -> list[Option]:
        """The values of a filter, all of them first."""
        chosen, name = self.asked.chosen[choice.name], choice.name
        every = Option("", say(N_("全部")), not chosen, self.address(**{name: ""}))
        return [
            every,
            *(self._option(choice, value, chosen, name) for value in choice.only or VALUE_WORDS[choice.kind]),
        ]

    def _option(self, choice: Choice, value: StrEnum, chosen: str, name: str) -> Option:
        return Option(
            value.value, say(VALUE_WORDS[choice.kind][value]), value == chosen, self.address(**{name: value.value})
        )

    def counties(self) -> list[Option]:
        """The counties to choose from; none for a person who sees only one."""
        if not may_choose_county(self.listed, self.actor):
            return []
        found = service().installation.policy.counties.values()
        named = [("", say(N_("全部"))), *((one.code, say(one.name)) for one in found)]
        return [
            Option(code, word, code == self.asked.county, self.address(county=code or None)) for code, word in named
        ]

    def told(self) -> list[tuple[str, str]]:
        """What was asked for, in words: label and value."""
        asked, policy = self.asked, service().installation.policy
        texts = [(WORDS, asked.words), (PRODUCT, asked.product)]
        found = [(say(LABELS[name]), text) for name, text in texts if text]
        if asked.county:
            found.append((say(LABELS[COUNTY]), say(policy.county_name(asked.county))))
        for choice in self.listed.choices:
            if value := asked.chosen[choice.name]:
                found.append((say(choice.title), say(VALUE_WORDS[choice.kind][choice.kind(value)])))
        days = [(LABELS[SINCE], asked.since), (LABELS[UNTIL], asked.until)]
        return found + [(say(label), day.isoformat()) for label, day in days if day]

    def left_out(self) -> list[tuple[str, str]]:
        """What stood in the address and was not understood: label and text."""
        labels: Mapping[str, str] = LABELS | {choice.name: choice.title for choice in self.listed.choices}
        return [(say(labels[name]), text) for name, text in self.asked.left_out.items()]


LISTS: dict[str, ListOf] = {}
"""Every list by the endpoint of its page."""


def shown_at(endpoint: str, listed: ListOf) -> ListOf:
    """Say that a page shows this list. Returns it."""
    LISTS[endpoint] = listed
    return listed


def framed(session: Session, actor: Actor, listed: ListOf) -> Frame:
    """The page of a list that the address asks for."""
    asked = Asked.of(listed, actor, request.args)
    return Frame(listed, asked, actor, finding.page(session, listed, actor, asked, page_number()))
