"""What was found in an uploaded table, as the page shows it and as the database keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Message
from .engine import Fault, Table

SHOWN_FAULTS = 200


@dataclass
class Outcome:
    """What a file holds. `faults` holds the first ones, and `is_cut` tells whether there are more; `wrong` counts all
    rows that have one."""

    rows: int = 0
    examples: int = 0
    wrong: int = 0
    faults: list[Fault] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)
    is_cut: bool = False


def outcome_of(table: Table, faults: Sequence[Fault]) -> Outcome:
    """The outcome of a file that was tried; faults of single rows come first, in the order of the rows."""
    ordered = sorted(faults, key=lambda fault: fault.row)
    wrong = len({fault.row for fault in faults}) + bool(table.merged)
    all_faults = [*ordered, *table.merged]
    shown = all_faults[:SHOWN_FAULTS]
    return Outcome(len(table.lines), table.examples, wrong, shown, table.first, len(all_faults) > len(shown))


def kept(outcome: Outcome) -> dict[str, object]:
    """An outcome as JSON."""
    return {
        "rows": outcome.rows,
        "examples": outcome.examples,
        "wrong": outcome.wrong,
        "faults": [kept_fault(fault) for fault in outcome.faults],
        "first": [list(shown) for shown in outcome.first],
        "cut": outcome.is_cut,
    }


def found(said: Mapping[str, object]) -> Outcome:
    """The outcome that `kept` wrote."""
    rows, examples, wrong, faults, first = (said[name] for name in ("rows", "examples", "wrong", "faults", "first"))
    assert isinstance(rows, int) and isinstance(examples, int) and isinstance(wrong, int)
    assert isinstance(faults, list) and isinstance(first, list)
    lines = [(row, texts) for row, texts in first]
    return Outcome(rows, examples, wrong, [found_fault(each) for each in faults], lines, said["cut"] is True)


def kept_fault(fault: Fault) -> list[object]:
    """A fault as JSON."""
    return [fault.row, fault.address, fault.column, fault.message.as_data()]


def found_fault(said: Sequence[object]) -> Fault:
    """The fault that `kept_fault` wrote."""
    row, address, column, message = said
    assert isinstance(row, int) and isinstance(message, dict)
    return Fault(row, str(address), str(column), Message.from_data(message))
