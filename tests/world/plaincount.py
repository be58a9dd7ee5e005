"""The count by its definitions, each line judged for itself against all others: what the product's count is compared with.

Nothing here is passed on from line to line, and nothing is fast: whether a line is the first of its unit is asked of all
lines before it, and which unit it is of follows the renewals back each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yipin.indicators.line import Goods, Line, Unit
from yipin.indicators.measures import Period


@dataclass(frozen=True)
class Record:
    """Lines in order of grant."""

    lines: Sequence[Line]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Record":
        return cls(sorted(lines, key=lambda line: (line.granted, line.certification, line.id)))

    def before(self, line: Line) -> list[Line]:
        """All lines that stand before a line."""
        return self.lines[: self.lines.index(line)]  # type: ignore[return-value]

    def paper(self, certification: int | None) -> list[Line]:
        return [line for line in self.lines if line.certification == certification]

    def own(self, line: Line) -> Unit:
        """What a line would be if nothing were renewed."""
        namesakes = [
            other.product_id
            for other in self.lines
            if (other.subject, other.product) == (line.subject, line.product) and other.product_id
        ]
        number = line.product_id or (namesakes[-1] if namesakes else None)
        return Unit(Goods(line.subject, line.product if number is None else f"product:{number}"), line.scheme)

    def renewed(self, line: Line) -> Line | None:
        """The line of the renewed certificate that this one carries on; None for a product that the renewal added."""
        there, here = self.paper(line.renews), self.paper(line.certification)
        if line.renews is None or not there:
            return None
        same = [old for old in there if _same_product(old, line)]
        alone = len(there) == 1 and len(here) == 1
        return same[0] if same else there[0] if alone else None

    def unit(self, line: Line) -> Unit:
        """What a line counts for: of all lines up to it under its holder and words, the first that renews a line before
        itself decides, and with it all that follow."""
        own = self.own(line)
        for other in [*self.before(line), line]:
            old = self.renewed(other) if self.own(other) == own else None
            if old is not None and old in self.before(other):
                return self.unit(old)
        return own

    def units(self) -> dict[int, Unit]:
        return {line.id: self.unit(line) for line in self.lines}


def _same_product(old: Line, new: Line) -> bool:
    return old.product == new.product or (old.product_id is not None and old.product_id == new.product_id)


@dataclass(frozen=True)
class Count:
    """The numbers of the lines behind each figure."""

    first: set[int]
    stock: set[int]
    at_base: set[int]
    at_end: set[int]
    pending: set[int]


def count(record: Record, period: Period, day: date) -> Count:
    """Count one indicator as of the end of `day`."""
    until, units = min(day, period.end), record.units()
    lines = [line for line in record.lines if line.scheme in period.schemes]
    known = [line for line in lines if _known(line, day)]
    has_begun = until >= period.base
    return Count(
        {
            line.id
            for place, line in enumerate(known)
            if not any(units[other.id] == units[line.id] for other in known[:place])
            and record.renewed(line) is None
            and period.start <= line.granted <= until
        },
        in_force(known, units, day),
        in_force(known, units, period.base) if has_begun else set(),
        in_force(known, units, until) if has_begun else set(),
        {line.id for line in lines if _pending(line, day)},
    )


def in_force(known: Sequence[Line], units: dict[int, Unit], day: date) -> set[int]:
    """Of each unit the last line that is valid on a day."""
    valid = [line for line in known if _valid(line, day)]
    return {
        line.id
        for place, line in enumerate(valid)
        if not any(units[other.id] == units[line.id] for other in valid[place + 1 :])
    }


def _known(line: Line, day: date) -> bool:
    mistaken = line.ending == "withdrawn" and line.ended is not None and line.ended <= day
    return line.verified is not None and line.verified <= day and not mistaken


def _valid(line: Line, day: date) -> bool:
    return line.valid_from <= day <= (line.valid_to or date.max) and day < (line.ended or date.max)


def _pending(line: Line, day: date) -> bool:
    waits = (line.declared or date.max) <= day < (line.verified or date.max)
    return waits and not line.returned and day < (line.ended or date.max)
