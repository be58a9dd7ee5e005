"""What an address asks a list for, read from its question. Nothing in it is refused: what is not understood is named and left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..access.actor import Actor
from ..models import Role
from .listof import ListOf

WORDS, COUNTY, PRODUCT, SINCE, UNTIL, SORT = "q", "county", "product", "from", "to", "sort"
LONGEST = 100  # characters of what is searched for
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Asked:
    """What is asked of a list. `chosen` has a value for each of its choices, empty for all; `left_out` what stood in the address
    and was not understood, by name."""

    words: str
    chosen: Mapping[str, str]
    county: str
    product: str
    since: date | None
    until: date | None
    sort: str
    is_backwards: bool
    left_out: Mapping[str, str]

    @classmethod
    def of(cls, listed: ListOf, actor: Actor, question: Mapping[str, str]) -> "Asked":
        """What the question of an address asks for, of this person's list."""
        left_out: dict[str, str] = {}
        chosen = {
            choice.name: _one_of(choice.kind, choice.name, question, choice.first(actor), left_out)
            for choice in listed.choices
        }
        sort, is_backwards = _sort(listed, chosen, question, left_out)
        return cls(
            _text(question, WORDS),
            chosen,
            _text(question, COUNTY) if listed.county is not None else "",
            _text(question, PRODUCT) if listed.product else "",
            _day(question, SINCE, left_out) if listed.days else None,
            _day(question, UNTIL, left_out) if listed.days else None,
            sort,
            is_backwards,
            left_out,
        )

    def is_narrowed(self, listed: ListOf) -> bool:
        """Whether anything is asked for beside the tab of the list."""
        chosen = any(self.chosen[choice.name] for choice in listed.choices if not choice.is_tabs)
        return bool(chosen or self.words or self.county or self.product or self.since or self.until)


def may_choose_county(listed: ListOf, actor: Actor) -> bool:
    """Whether this person sees more than one county in this list."""
    return listed.county is not None and (actor.is_city_officer or actor.role in (Role.INSURER, Role.ADMINISTRATOR))


def _text(question: Mapping[str, str], name: str) -> str:
    typed = question.get(name, "")[:LONGEST].replace("\0", "").encode("utf-8", "ignore").decode()
    return " ".join(typed.split())


def _one_of(kind: type[StrEnum], name: str, question: Mapping[str, str], first: str, left_out: dict[str, str]) -> str:
    typed = _text(question, name) if name in question else first
    if typed and typed not in set(kind):
        left_out[name] = typed
        return first
    return typed


def _sort(
    listed: ListOf, chosen: Mapping[str, str], question: Mapping[str, str], left_out: dict[str, str]
) -> tuple[str, bool]:
    first = listed.order if isinstance(listed.order, str) else listed.order(chosen)
    typed = _text(question, SORT)
    if typed and listed.column(typed.removeprefix("-")) is None:
        left_out[SORT] = typed
        typed = ""
    wanted = typed or first
    return wanted.removeprefix("-"), wanted.startswith("-")


def _day(question: Mapping[str, str], name: str, left_out: dict[str, str]) -> date | None:
    typed = _text(question, name)
    try:
        if not typed or EARLIEST <= (day := date.fromisoformat(typed)) <= LATEST:
            return day if typed else None
    except ValueError:
        pass
    left_out[name] = typed
    return None
