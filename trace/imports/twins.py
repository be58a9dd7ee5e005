"""Rows of a file that say the same as an earlier row of it."""

from ..errors import N_, Message
from .engine import AnyImport, Fault, Known, Table


def twins(kind: AnyImport, table: Table) -> list[Known]:
    """The later ones of rows without a fault that are alike in every column. `asks` where the same may be meant twice."""
    first: dict[tuple[str, ...], int] = {}
    found = []
    for line in table.lines:
        if line.faults:
            continue
        earlier = first.setdefault(tuple(line.values.values()), line.number)
        if earlier != line.number:
            said = Message(N_("这一行和第 %(row)s 行完全一样"), {"row": earlier})
            found.append(Known(Fault(line.number, table.place("", line.number), "", said), kind.may_repeat))
    return found
