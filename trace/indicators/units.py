"""Which unit (证项) each line counts for. Pure: lines in, lines out; no database, no clock.

A renewal carries its unit on to a new holder or name, so that a further paper is no further unit.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from .line import Goods, Line, Unit

Numbers = Mapping[tuple[str, str], int]  # a holder and the words on its paper: the number of the product
Papers = Mapping[int, Sequence[Line]]  # the lines of each certificate

_BY_GRANT = attrgetter("granted", "certification", "id")


def named(lines: Iterable[Line]) -> list[Line]:
    """The lines in order of grant, each with its unit and with whether it renews another line.

    Where a renewal has another holder or name than the line before it, the unit of that line goes on under the new
    holder and name, from the renewal onwards.
    """
    ordered = sorted(lines, key=_BY_GRANT)
    numbers, papers = _numbers(ordered), _papers(ordered)
    units: dict[int, Unit] = {}  # by the number of the line
    carried: dict[Unit, Unit] = {}
    found = []
    for line in ordered:
        own, before = _own(line, numbers), renewed(line, papers)
        if before is not None and before.id in units:
            carried.setdefault(own, units[before.id])
        units[line.id] = unit = carried.get(own, own)
        found.append(line.counting_for(unit, is_renewal=before is not None))
    return found


def _own(line: Line, numbers: Numbers) -> Unit:
    """The unit of a line by its own holder and words."""
    number = line.product_id or numbers.get((line.subject, line.product))
    return Unit(Goods(line.subject, f"product:{number}" if number else line.product), line.scheme)


def _numbers(lines: Iterable[Line]) -> Numbers:
    """The number of a product by its words, for the lines that name it without one. The latest line decides."""
    return {(line.subject, line.product): line.product_id for line in lines if line.product_id}


def _papers(lines: Iterable[Line]) -> Papers:
    papers: dict[int, list[Line]] = {}
    for line in lines:
        papers.setdefault(line.certification, []).append(line)
    return papers


def renewed(line: Line, papers: Papers) -> Line | None:
    """The line of the renewed certificate that this one carries on: the one with the same product, or the only one if
    there is only one on either paper. None for a product that the renewal added."""
    if line.renews is None:
        return None
    before = papers.get(line.renews, ())
    for old in before:
        if old.product == line.product or (old.product_id and old.product_id == line.product_id):
            return old
    return before[0] if len(before) == len(papers[line.certification]) == 1 else None
