"""Files of the service alone: closed to others whatever the umask, whole or not there, and made in one place."""

import os
import re
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from yipin import diskfiles

CODE = Path(__file__).resolve().parents[1] / "trace"


@pytest.fixture(params=[0, 0o022, 0o077], ids=oct, autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def no_room() -> Iterator[None]:
    """Every write of this process beyond 10 bytes of a file fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_private_file_is_its_owners_alone_and_one_that_is_there_stays(tmp_path: Path) -> None:
    made, opened = tmp_path / "made", tmp_path / "opened"
    diskfiles.make_private(made)
    with open(opened, "w", opener=diskfiles.private) as file:
        file.write("kept")
    diskfiles.make_private(opened)
    assert mode(made) == mode(opened) == 0o600
    assert (made.read_text(), opened.read_text()) == ("", "kept")


def test_a_file_has_the_mode_that_was_meant(tmp_path: Path) -> None:
    diskfiles.write_whole(tmp_path / "secret", b"1")
    diskfiles.write_whole(tmp_path / "public", b"2", 0o644)
    diskfiles.write_whole(tmp_path / "public", b"3", 0o644)
    assert (mode(tmp_path / "secret"), mode(tmp_path / "public")) == (0o600, 0o644)
    assert (tmp_path / "public").read_bytes() == b"3"


def test_a_file_that_must_stay_is_never_written_over(tmp_path: Path) -> None:
    diskfiles.write_whole(tmp_path / "secret", b"old", replaces=False)
    with pytest.raises(FileExistsError):
        diskfiles.write_whole(tmp_path / "secret", b"new", replaces=False)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("secret", b"old")]


@pytest.mark.parametrize("replaces", [True, False])
def test_without_room_nothing_is_left_and_nothing_is_lost(tmp_path: Path, replaces: bool) -> None:
    diskfiles.write_whole(tmp_path / "secret", b"old")
    with no_room(), pytest.raises(OSError, match="too large"):
        diskfiles.write_whole(tmp_path / ("secret" if replaces else "other"), b"new" * 10, replaces=replaces)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("secret", b"old")]


def test_what_is_written_and_its_name_are_brought_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: brought.append(os.readlink(f"/proc/self/fd/{handle}")))
    diskfiles.write_whole(tmp_path / "secret", b"new")
    assert len(brought) == 2 and Path(brought[0]).parent == tmp_path and brought[1] == str(tmp_path)


def test_nobody_makes_such_files_in_a_way_of_their_own() -> None:
    own = re.compile(r"0o600|os\.fsync")
    files = [path for path in CODE.rglob("*.py") if own.search(path.read_text("utf-8"))]
    assert files == [CODE / "diskfiles.py"]
