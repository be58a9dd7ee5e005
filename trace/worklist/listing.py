"""The worklist of an officer: what waits of each kind, and all of it in one list. Counts and list are of one rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..paging import Page, cut
from .entry import MOST, Asked, Entry, Found
from .kinds import KINDS, Kind


@dataclass(frozen=True)
class Worklist:
    """What waits, by kind. Of a kind with more than `MOST` the most urgent are at hand."""

    found: Mapping[str, Found]
    today: date

    @property
    def total(self) -> int:
        """How many things wait in all, those included that are not listed."""
        return sum(each.total for each in self.found.values())

    @property
    def most(self) -> int:
        """How many of a kind are listed at most."""
        return MOST

    @property
    def kinds(self) -> Sequence[tuple[Kind, Found]]:
        """What was found of each kind, in the order of the table of kinds."""
        return [(KINDS[key], each) for key, each in self.found.items()]

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(each.late for each in self.found.values())

    @property
    def cut_short(self) -> Sequence[tuple[Kind, int]]:
        """The kinds of which not all are listed, with how many there are."""
        return [(KINDS[key], each.total) for key, each in self.found.items() if each.total > MOST]

    def listed(self, only: str = "") -> list[tuple[Kind, Entry]]:
        """What is listed, of one kind or of all: what is late first, then by last day, then by age."""
        some = {only} if only in self.found else self.found.keys()
        listed = [(KINDS[key], entry) for key in KINDS if key in some for entry in self.found[key].entries]
        return sorted(listed, key=lambda pair: pair[1].urgency)

    def page(self, number: int, only: str = "") -> Page[tuple[Kind, Entry]]:
        """A page of the list, counted from 1."""
        return cut(self.listed(only), number)


def worklist(asked: Asked) -> Worklist:
    """All that waits for this officer: of its county, or of the whole city. One question a kind."""
    return Worklist({key: kind.found(asked) for key, kind in KINDS.items()}, asked.today)
