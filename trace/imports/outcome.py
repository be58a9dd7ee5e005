"""What was found in an uploaded table, as the page shows it and as the database keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..errors import Message
from .engine import Fault, Table

SHOWN_FAULTS = 200


@dataclass
class Outcome:
    """What a file holds. `faults` holds the first ones; `wrong` counts all rows that have one."""

    rows: int = 0
    examples: int = 0
    wrong: int = 0
    faults: list[Fault] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)


def outcome_of(table: Table, faults: Sequence[Fault]) -> Outcome:
    """The outcome of a file that was tried; faults of single rows come first, in the order of the rows."""
    ordered = sorted(faults, key=lambda fault: fault.row)
    wrong = len({fault.row for fault in faults}) + bool(table.merged)
    shown = [*ordered, *table.merged][:SHOWN_FAULTS]
    return Outcome(len(table.lines), table.examples, wrong, shown, table.first)


def kept(outcome: Outcome) -> dict[str, object]:
    """An outcome as JSON."""
    return {
        "rows": outcome.rows,
        "examples": outcome.examples,
        "wrong": outcome.wrong,
        "faults": [kept_fault(fault) for fault in outcome.faults],
        "first": [list(shown) for shown in outcome.first],
    }


def found(said: Mapping[str, object]) -> Outcome:
    """The outcome that `kept` wrote."""
    rows, examples, wrong, faults, first = (said[name] for name in ("rows", "examples", "wrong", "faults", "first"))
    assert isinstance(rows, int) and isinstance(examples, int) and isinstance(wrong, int)
    assert isinstance(faults, list) and isinstance(first, list)
    return Outcome(
        rows, examples, wrong, [found_fault(each) for each in faults], [(row, texts) for row, texts in first]
    )


def kept_fault(fault: Fault) -> list[object]:
    """A fault as JSON."""
    return [fault.row, fault.address, fault.column, kept_message(fault.message)]


def found_fault(said: Sequence[object]) -> Fault:
    """The fault that `kept_fault` wrote."""
    row, address, column, message = said
    assert isinstance(row, int) and isinstance(message, dict)
    return Fault(row, str(address), str(column), found_message(message))


def kept_message(message: Message) -> dict[str, object]:
    """A message as JSON. Messages and days within it stay what they are; they are put into the reader's language later."""
    return {"says": message.template, "of": {name: _kept_value(value) for name, value in message.values.items()}}


def found_message(said: Mapping[str, object]) -> Message:
    """The message that `kept_message` wrote."""
    values = said["of"]
    assert isinstance(values, dict)
    return Message(str(said["says"]), {name: _found_value(value) for name, value in values.items()})


def _kept_value(value: object) -> object:
    if isinstance(value, Message):
        return kept_message(value)
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int | float) else str(value)


def _found_value(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else found_message(value)
