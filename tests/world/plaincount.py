"""The count in plain Python, line by line, as its rules read: what the columns of `yipin.ledger` are compared with."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yipin.indicators.line import Line, Unit
from yipin.indicators.measures import Period


class Ledger:
    """The lines in order of grant, each with its unit and whether it is a linked renewal."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines: tuple[Line, ...] = tuple(
            sorted(lines, key=lambda line: (line.granted, line.certification, line.id))
        )
        self.unit: dict[int, Unit] = {}
        self.renewals: set[int] = set()
        self._name()

    def _name(self) -> None:
        ids = {(line.subject, line.product): line.product_id for line in self.lines if line.product_id is not None}
        papers: dict[int, list[Line]] = {}
        for line in self.lines:
            papers.setdefault(line.certification, []).append(line)
        taken: dict[Unit, Unit] = {}  # a renewal under another holder or name carries its unit on
        for line in self.lines:
            number = line.product_id or ids.get((line.subject, line.product))
            own = Unit(line.subject, f"product:{number}" if number else line.product, line.scheme)
            before = _predecessor(line, papers)
            if before is not None:
                self.renewals.add(line.id)
                if before.id in self.unit:
                    taken.setdefault(own, self.unit[before.id])
            self.unit[line.id] = taken.get(own, own)

    def known(self, schemes: Collection[str], day: date) -> list[Line]:
        return [line for line in self.lines if line.scheme in schemes and line.known(day)]


def _predecessor(line: Line, papers: dict[int, list[Line]]) -> Line | None:
    """The line of the renewed certificate that this one carries on; None for a product that the renewal added."""
    if line.renews is None:
        return None
    before = papers.get(line.renews, [])
    same = [
        old for old in before if old.product == line.product or (old.product_id and old.product_id == line.product_id)
    ]
    if same:
        return same[0]
    return before[0] if len(before) == 1 and len(papers[line.certification]) == 1 else None


@dataclass(frozen=True)
class Count:
    first: tuple[Line, ...]
    stock: tuple[Line, ...]
    at_base: tuple[Line, ...]
    at_end: tuple[Line, ...]
    pending: tuple[Line, ...]


def count(ledger: Ledger, period: Period, day: date) -> Count:
    """Count one indicator as of the end of `day`."""
    known = ledger.known(period.schemes, day)
    until = min(day, period.end)
    base = in_force(ledger, known, period.base) if until >= period.base else ()
    return Count(
        tuple(line for line in firsts(ledger, known) if period.start <= line.granted <= until),
        in_force(ledger, known, day),
        base,
        in_force(ledger, known, until) if until >= period.base else (),
        tuple(line for line in ledger.lines if line.scheme in period.schemes and _pending(line, day)),
    )


def _pending(line: Line, day: date) -> bool:
    """Declared by that day, not verified by it, and neither sent back nor ended since."""
    declared = line.declared is not None and line.declared <= day
    unverified = line.verified is None or line.verified > day
    return declared and unverified and not line.returned and (line.ended is None or line.ended > day)


def firsts(ledger: Ledger, known: Sequence[Line]) -> list[Line]:
    """The first line of every unit, unless that is itself a renewal of something older."""
    first: dict[Unit, Line] = {}
    for line in known:
        first.setdefault(ledger.unit[line.id], line)
    return [line for line in first.values() if line.id not in ledger.renewals]


def in_force(ledger: Ledger, known: Sequence[Line], day: date) -> tuple[Line, ...]:
    """One line for each unit in force on a day: its newest."""
    newest: dict[Unit, Line] = {}
    for line in known:
        if line.in_force(day):
            newest[ledger.unit[line.id]] = line
    return tuple(newest.values())
