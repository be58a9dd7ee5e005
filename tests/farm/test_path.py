"""How many files a farm entry passes through from the view to the database: a reader can follow it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flask import Flask

from world import World, farms, signed_in

BELOW = ("models/", "db/", "errors.py", "clock.py", "fields.py", "names.py")  # what every subject stands on
SAVE = ("web/forms.py", "save")  # the view's call that writes


@contextmanager
def files_passed() -> Iterator[set[str]]:
    """The files in whose functions calls pass while a form is saved, without those that every subject stands on."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and (file := _ours(frame)) and not file.startswith(BELOW) and _saving(frame):
            found.add(file)

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


def _saving(frame: FrameType | None) -> bool:
    while frame is not None:
        if (_ours(frame), frame.f_code.co_name) == SAVE:
            return True
        frame = frame.f_back
    return False


def test_recording_an_entry_passes_through_at_most_ten_files(world: World, app: Flask) -> None:
    ama, entry = signed_in(app, "ama"), farms.form(world, world.ama, "draft-0001")
    with files_passed() as passed:
        assert ama.post("/producer/farm/new", data=entry.__dict__).status_code == 302
    passed |= {"web/pages/farm.py"}  # the view itself
    assert {"farm/entries.py", "farm/rulings.py", "audit/log.py"} < passed
    assert len(passed) <= 10, sorted(passed)
