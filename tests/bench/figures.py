"""A line of what the benches say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the result; `over` names what a ratio is over."""

    name: str
    value: float
    unit: str
    over: str | None = None
