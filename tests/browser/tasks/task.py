"""A task: who does it, in a sentence, by which steps, and what it may cost at most where that is laid down."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .hand import Cost, Hand

Steps = Callable[[Hand], None]
UNBOUND = 99


@dataclass(frozen=True)
class Task:
    """`most` is what it may cost."""

    says: str
    steps: Steps
    most: Cost


@dataclass
class Person:
    """Somebody of the demonstration with daily work: log-in, home page, and the width of the screen that such people use (px)."""

    title: str
    login: str
    home: str
    width: int
    tasks: list[Task] = field(default_factory=list)

    def does(
        self, says: str, *, pages: int = UNBOUND, fields: int = UNBOUND, taps: int = UNBOUND
    ) -> Callable[[Steps], Steps]:
        """Add steps as a task, in the order of the day; the figures are its limits."""

        def add(steps: Steps) -> Steps:
            self.tasks.append(Task(says, steps, Cost(pages, fields, taps)))
            return steps

        return add
