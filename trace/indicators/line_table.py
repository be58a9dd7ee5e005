"""The lines of all certificates in order of their grant, as NumPy columns, each line with its unit.

A hundred thousand of them are counted again whenever one has changed. Pure: rows in; no database, no clock.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, overload

import numpy as np

from .line import Line, Unit
from .units import NONE, Ints, Units, units

NEVER = 1 << 40  # a day that does not come
WORDS = ("scheme", "subject", "product", "county")  # columns of words, kept as their numbers


class LineSet(Sequence[Line]):
    """Some lines of a ledger, in its order, by their places."""

    __slots__ = ("ledger", "at")

    def __init__(self, ledger: "LineTable", at: Ints) -> None:
        self.ledger, self.at = ledger, at

    def __len__(self) -> int:
        return len(self.at)

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Line]: ...
    def __getitem__(self, place: int | slice) -> Line | Sequence[Line]:
        if isinstance(place, slice):
            return LineSet(self.ledger, self.at[place])
        found: Line = self.ledger.line[self.at[place]]
        return found

    def __iter__(self) -> Iterator[Line]:
        return iter(self.ledger.line[self.at])

    def where(self, chosen: Any) -> "LineSet":
        """Those for which a column of truths, one for each of them, says yes."""
        return LineSet(self.ledger, self.at[chosen])

    def of(self, column: str) -> Ints:
        return self.ledger.column[column][self.at]

    @property
    def unit(self) -> Ints:
        return self.ledger.units.unit[self.at]

    @property
    def thing(self) -> Ints:
        """The holder's product of each line's unit, whatever the scheme."""
        return self.ledger.units.thing[self.unit]


class LineTable:
    """The lines in order, with their columns, words and units."""

    def __init__(self, lines: Iterable[Line], numbers: dict[str, dict[str, int]] | None = None) -> None:
        """`numbers`: of the words, where these lines are to stand beside others."""
        listed = list(lines)
        self.numbers = numbers if numbers is not None else {name: {} for name in WORDS}
        self.line = np.fromiter(listed, dtype=object, count=len(listed))
        self.column = dict(_columns(listed, self.numbers))
        self._order()

    def _order(self) -> None:
        column = self.column
        order = np.lexsort((column["id"], column["certification"], column["granted"]))
        self.line = self.line[order]
        self.column = {name: values[order] for name, values in column.items()}
        self.units: Units = units(self.column)

    def changed(self, certificates: Collection[int], lines: Iterable[Line]) -> "LineTable":
        """A ledger like this, but with `lines` in place of all lines of some certificates."""
        fresh = LineTable(lines, self.numbers)
        kept = ~np.isin(self.column["certification"], np.array([*certificates], dtype=np.int64))
        fresh.line = np.concatenate([self.line[kept], fresh.line])
        fresh.column = {
            name: np.concatenate([values[kept], fresh.column[name]]) for name, values in self.column.items()
        }
        fresh._order()
        return fresh

    @property
    def lines(self) -> LineSet:
        return LineSet(self, np.arange(len(self.line)))

    @cached_property
    def unit(self) -> dict[int, Unit]:
        """The unit of each line, in words, by the line's number."""
        of = self.units
        named = [
            Unit(line.subject, f"product:{number}" if number else line.product, line.scheme)
            for line, number in zip(self.line[of.example], of.number.tolist(), strict=True)
        ]
        return {number: named[unit] for number, unit in zip(self.column["id"].tolist(), of.unit.tolist(), strict=True)}

    @cached_property
    def renewals(self) -> frozenset[int]:
        """The numbers of the lines that renew another."""
        return frozenset(self.column["id"][self.units.before >= 0].tolist())

    def of_schemes(self, schemes: Collection[str]) -> LineSet:
        chosen = [self.numbers["scheme"][name] for name in schemes if name in self.numbers["scheme"]]
        return LineSet(self, np.flatnonzero(np.isin(self.column["scheme"], chosen)))

    def known(self, schemes: Collection[str], day: date) -> LineSet:
        """What is evidence on a day: verified, and not taken out of the record as a mistake."""
        lines, on = self.of_schemes(schemes), day.toordinal()
        return lines.where((lines.of("verified") <= on) & (lines.of("struck") > on))


def _columns(lines: Sequence[Line], numbers: Mapping[str, dict[str, int]]) -> Iterator[tuple[str, Ints]]:
    """The columns of lines: words by their numbers, days as ordinals."""
    told = dict(zip(Line._fields, zip(*lines, strict=True) if lines else [()] * len(Line._fields), strict=True))
    for name in WORDS:
        number = numbers[name]
        yield name, _ints([number.setdefault(word, len(number)) for word in told[name]])
    for name in ("id", "certification", "returned", "demonstration"):
        yield name, _ints(told[name])
    for name in ("product_id", "renews"):
        yield name, _ints([NONE if value is None else value for value in told[name]])
    for name in ("granted", "valid_from", "valid_to", "declared", "verified", "ended"):
        yield name, _ints([NEVER if day is None else day.toordinal() for day in told[name]])
    yield "year", _ints([day.year for day in told["granted"]])
    yield (
        "struck",
        _ints(
            [
                day.toordinal() if day and how == "withdrawn" else NEVER
                for day, how in zip(told["ended"], told["ending"], strict=True)
            ]
        ),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
