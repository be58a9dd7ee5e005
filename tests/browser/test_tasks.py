"""What thirty tasks of daily work cost, measured on the real pages and written into docs/tasks.md."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Opener, Served, sign_in
from .tasks import table
from .tasks.administrator import ADMINISTRATOR
from .tasks.clerk import CLERK
from .tasks.grower import GROWER
from .tasks.hand import Cost, Hand
from .tasks.insurer import INSURER
from .tasks.officer import OFFICER
from .tasks.task import Task
from .test_sizes import passwords

pytestmark = pytest.mark.soak  # every page of daily work, one after the other

PAPER = Path(__file__).resolve().parents[2] / "docs" / "tasks.md"
PEOPLE = (GROWER, CLERK, OFFICER, INSURER, ADMINISTRATOR)
HOW_MANY = (12, 6, 8, 2, 2)


def measured(demo: Served, window: Opener) -> Iterator[tuple[Task, Cost]]:
    """Each task, done once, with what it cost."""
    for person in PEOPLE:
        page = window(person.width).new_page()
        sign_in(page, demo.url, person.login, passwords(demo)[person.login])
        hand = Hand(page, demo.url)
        for task in person.tasks:
            hand.begin(person.home)
            task.steps(hand)
            yield task, hand.cost()


def test_thirty_tasks_cost_what_the_paper_says_and_no_more_than_is_laid_down(demo: Served, window: Opener) -> None:
    """`TASKS=write` writes the paper anew."""
    assert tuple(len(person.tasks) for person in PEOPLE) == HOW_MANY
    costs = dict(measured(demo, window))
    assert [task.says for task, cost in costs.items() if cost.exceeds(task.most)] == []
    paper = table.paper(PEOPLE, costs)
    if os.environ.get("TASKS") == "write":
        PAPER.write_text(paper, "utf-8")
    assert PAPER.read_text("utf-8") == paper
