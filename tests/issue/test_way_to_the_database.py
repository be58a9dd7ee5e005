"""How far it is from the page to the database when codes are issued: which files of ours stand between the view and a
statement, and which are asked at all. A new layer that only passes through fails here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from flask.testing import FlaskClient

import yipin
from world import World
from world.printed import filled, sent
from yipin.issue import codes

HOUSE = Path(yipin.__file__).resolve().parent
NOT_COUNTED = ("models/", "db/", "errors.py", "clock.py", "fields.py")  # the tables, and small words that all rooms use
DEEPEST, ASKED = 6, 36  # measured; of the second, each is the home of a rule that coding asks


def file_of(frame: FrameType) -> str:
    """The file of ours that a frame is in; empty for others and for those not counted."""
    path = Path(frame.f_code.co_filename).resolve()
    name = str(path.relative_to(HOUSE)) if path.is_relative_to(HOUSE) else ""
    return "" if name.startswith(NOT_COUNTED) else name


@contextmanager
def watched(asked: set[str], stacks: list[set[str]]) -> Iterator[None]:
    """Note what is called while the view runs: every file, and the files on the stack at each statement."""

    def note(frame: FrameType, event: str, _: object) -> None:
        if event != "call":
            return
        stack = list(_up(frame))
        view = next((i for i, each in enumerate(stack) if _is_view(each)), None)
        if view is None:
            return
        asked.add(file_of(frame))
        if frame.f_code.co_name == "_execute_context":  # SQLAlchemy is about to send a statement
            stacks.append({file_of(each) for each in stack[: view + 1]} - {""})

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)
        asked.discard("")


def _up(frame: FrameType | None) -> Iterator[FrameType]:
    while frame:
        yield frame
        frame = frame.f_back


def _is_view(frame: FrameType) -> bool:
    return frame.f_code.co_name == "issue" and file_of(frame) == "web/pages/labels.py"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
def test_from_the_page_to_the_database_when_codes_are_issued(world: World, ama: FlaskClient) -> None:
    page = f"/producer/batches/{world.declare().id_number}"
    form = filled(ama, page, count="10", kind="full")
    asked: set[str] = set()
    stacks: list[set[str]] = []
    with watched(asked, stacks):
        sent(ama, f"{page}/codes", form)
    assert str(Path(codes.__file__).resolve().relative_to(HOUSE)) in max(stacks, key=len)
    assert max(map(len, stacks)) <= DEEPEST, sorted(max(stacks, key=len))
    assert len(asked) <= ASKED, sorted(asked)
