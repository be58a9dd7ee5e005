"""What was found in an uploaded table, as the page shows it and as the database keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Message
from .engine import Fault, Known, Table

SHOWN_FAULTS = 200


@dataclass
class Outcome:
    """What a file holds: `head` rows of titles, rows that are `left` out, and `rows` that were tried. Of these `wrong` have a
    fault, `known` say what is on record or in an earlier row, and the others are new.

    `faults` holds the first faults, and `is_cut` tells whether there are more; `known` and `left` hold every row. `notes` say
    what the workbook holds beside. `doubts` are what is asked about rows that can enter, each at its cell.
    """

    rows: int = 0
    head: int = 0
    left: list[Fault] = field(default_factory=list)
    wrong: int = 0
    faults: list[Fault] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    is_cut: bool = False
    doubts: list[Fault] = field(default_factory=list)

    @property
    def new(self) -> int:
        """How many rows can enter and are neither on record nor in the file already."""
        return max(0, self.rows - self.wrong - len(self.known))

    @property
    def asked(self) -> int:
        """How many rows say what is there already and may be meant all the same."""
        return sum(each.asks for each in self.known)

    @property
    def total(self) -> int:
        """How many rows of the sheet hold something."""
        return self.head + len(self.left) + self.rows

    @property
    def can_enter(self) -> bool:
        """Whether there is something for the person to confirm."""
        return not self.wrong and self.new + self.asked > 0


def outcome_of(table: Table, faults: Sequence[Fault], known: Sequence[Known] = ()) -> Outcome:
    """The outcome of a file that was tried; faults of single rows come first, in the order of the rows."""
    ordered = sorted(faults, key=lambda fault: fault.row)
    wrong = len({fault.row for fault in faults}) or int(bool(table.merged))
    all_faults = [*ordered, *table.merged]
    shown = all_faults[:SHOWN_FAULTS]
    return Outcome(
        len(table.lines),
        table.head,
        table.left,
        wrong,
        shown,
        sorted(known, key=lambda each: each.fault.row),
        table.first,
        table.notes,
        len(all_faults) > len(shown),
    )


def kept(outcome: Outcome) -> dict[str, object]:
    """An outcome as JSON."""
    return {
        "rows": outcome.rows,
        "head": outcome.head,
        "left": [kept_fault(fault) for fault in outcome.left],
        "wrong": outcome.wrong,
        "faults": [kept_fault(fault) for fault in outcome.faults],
        "known": [[kept_fault(each.fault), each.asks] for each in outcome.known],
        "first": [list(shown) for shown in outcome.first],
        "notes": [note.as_data() for note in outcome.notes],
        "cut": outcome.is_cut,
        "doubts": [kept_fault(fault) for fault in outcome.doubts],
    }


def found(said: Mapping[str, object]) -> Outcome:
    """The outcome that `kept` wrote."""
    rows, head, wrong = (said.get(name, 0) for name in ("rows", "head", "wrong"))
    left, faults, known, first, notes = (said.get(name, []) for name in ("left", "faults", "known", "first", "notes"))
    assert isinstance(rows, int) and isinstance(head, int) and isinstance(wrong, int)
    assert isinstance(left, list) and isinstance(faults, list) and isinstance(known, list)
    doubts = said.get("doubts", [])
    assert isinstance(first, list) and isinstance(notes, list) and isinstance(doubts, list)
    return Outcome(
        rows,
        head,
        [found_fault(each) for each in left],
        wrong,
        [found_fault(each) for each in faults],
        [Known(found_fault(fault), bool(asks)) for fault, asks in known],
        [(row, texts) for row, texts in first],
        [Message.from_data(note) for note in notes],
        said["cut"] is True,
        [found_fault(each) for each in doubts],
    )


def kept_fault(fault: Fault) -> list[object]:
    """A fault as JSON."""
    return [fault.row, fault.address, fault.column, fault.message.as_data()]


def found_fault(said: Sequence[object]) -> Fault:
    """The fault that `kept_fault` wrote."""
    row, address, column, message = said
    assert isinstance(row, int) and isinstance(message, dict)
    return Fault(row, str(address), str(column), Message.from_data(message))
