"""How many files a farm entry passes through from the view to the database: a reader can follow it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flask import Flask

from world import World, farms, signed_in

BELOW = ("models/", "db/", "errors.py", "clock.py", "fields.py", "names.py")  # what every subject stands on
SAVE = ("web/forms.py", "save")  # the view's call that writes
# Measured. Between the view and a statement stand at most so many files; the others are asked on the way, each the home of a rule
# (what is usual, whether it was sent before, what the record holds, the photographs).
DEEPEST, ASKED = 8, 21


@contextmanager
def files_passed(stacks: list[set[str]]) -> Iterator[set[str]]:
    """The files in whose functions calls pass while a form is saved, without those that every subject stands on.

    `stacks` gets the files that stand between the save and each statement.
    """
    found: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and (file := _ours(frame)) and not file.startswith(BELOW) and _saving(frame):
            found.add(file)
        if event == "call" and frame.f_code.co_name == "_execute_context" and _saving(frame):
            stacks.append({file for each in _up(frame) if (file := _ours(each)) and not file.startswith(BELOW)})

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


def _ours(frame: FrameType) -> str:
    """The file of a call below the package's folder; "" for another's file."""
    package = sys.modules["yipin"].__file__ or ""
    folder, file = package.removesuffix("__init__.py"), frame.f_code.co_filename
    return file.removeprefix(folder) if file.startswith(folder) else ""


def _up(frame: FrameType | None) -> Iterator[FrameType]:
    """The calls up to the save."""
    while frame and (_ours(frame), frame.f_code.co_name) != SAVE:
        yield frame
        frame = frame.f_back


def _saving(frame: FrameType | None) -> bool:
    while frame is not None:
        if (_ours(frame), frame.f_code.co_name) == SAVE:
            return True
        frame = frame.f_back
    return False


def test_a_reader_can_follow_an_entry_to_the_database(world: World, app: Flask) -> None:
    ama, entry = signed_in(app, "ama"), farms.form(world, world.ama, "draft-0001")
    stacks: list[set[str]] = []
    with files_passed(stacks) as passed:
        assert ama.post("/producer/farm/new", data=entry.__dict__).status_code == 302
    passed |= {"web/pages/farm.py"}  # the view itself
    assert {"farm/entries.py", "farm/rulings.py", "audit/log.py"} < passed
    assert len(passed) <= ASKED, " ".join(sorted(passed))
    assert 2 < max(map(len, stacks)) <= DEEPEST, sorted(max(stacks, key=len))
