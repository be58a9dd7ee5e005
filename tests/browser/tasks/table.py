"""The paper of tasks: what each costs, as it was measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from .hand import Cost
from .task import UNBOUND, Person, Task

HEAD = """# Thirty tasks, and what they cost

Measured by `tests/browser/test_tasks.py`: a browser does each task on the real pages of the demonstration, growers and clerks on a
screen of 390 px, the others at 1280 px. The test fails when a figure here is no longer true, and when a task costs more than is
laid down (≤). `TASKS=write scripts/test tests/browser/test_tasks.py` writes this paper anew.

Each task begins on the home page of whoever does it, signed in already. **Pages** are those that one sees, the home page
included. **Fields** are filled in, chosen from a list, or given a file; what is filled in already and may stay so costs
nothing. **Taps** are those on links, buttons, folds of the menu and ticks.
"""


def paper(people: Sequence[Person], costs: Mapping[Task, Cost]) -> str:
    """docs/tasks.md as it should be."""
    return "\n".join([HEAD, *(line for person in people for line in _part(person, costs))])


def _part(person: Person, costs: Mapping[Task, Cost]) -> Iterator[str]:
    yield f"## {person.title}\n"
    yield "| task | pages | fields | taps |"
    yield "|---|---|---|---|"
    for task in person.tasks:
        figures = (_figure(costs[task], task.most, each.name) for each in fields(Cost))
        yield f"| {task.says} | {' | '.join(figures)} |"
    yield ""


def _figure(cost: Cost, most: Cost, name: str) -> str:
    allowed = getattr(most, name)
    return str(getattr(cost, name)) + ("" if allowed == UNBOUND else f" (≤ {allowed})")
