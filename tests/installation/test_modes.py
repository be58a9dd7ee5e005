"""A data directory is its owner's alone: it is made so whatever the umask, and what is open is told with the command."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from world import NOW, World
from yipin import bootstrap
from yipin.access.actor import Actor
from yipin.codes.keys import new_key
from yipin.db import Database
from yipin.installation import modes, opening
from yipin.installation.settings import Settings

PUBLIC = {"keys.json"}  # anyone may read the key list; its folder is closed all the same


@pytest.fixture
def careless() -> Iterator[None]:
    """A umask under which everything that does not say otherwise can be read and changed by all."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_all_that_is_made_is_closed_to_others(careless: None, tmp_path: Path) -> None:
    data = tmp_path / "data"
    settings = bootstrap.set_up(data, base_url="https://t.example.cn/", actor=Actor("founder", NOW))
    new_key(settings.keys, NOW)
    db, _ = opening.opened(settings)
    with db.turn(), db.write.begin() as session:
        session.connection().exec_driver_sql("SELECT 1")
        names = {path.name for path in data.rglob("*")}
        is_open = [path for path in [data, *data.rglob("*")] if path.stat().st_mode & 0o077 and path.name not in PUBLIC]
    db.dispose()
    assert {"yipin.db", "yipin.db-wal", "yipin.db-shm", "yipin.toml", "installation.json", "units.secret"} <= names
    assert is_open == []
    assert modes.too_open(settings) == []


def test_the_files_of_a_database_of_any_name_are_closed_to_others(careless: None, tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'some.db'}")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (id INTEGER)")
        assert {path.name for path in tmp_path.iterdir()} == {"some.db", "some.db-wal", "some.db-shm"}
        assert [path for path in tmp_path.iterdir() if path.stat().st_mode & 0o077] == []
    db.dispose()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_open_is_told_with_the_command_that_closes_it(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    data = world.settings.data
    closed = [data, world.settings.keys, world.settings.labels]
    for path in (path for path in [*closed, *data.glob("yipin.*")] if path.exists()):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert modes.too_open(world.settings) == []
    data.chmod(0o755)
    (data / "yipin.db").chmod(0o644)
    told = [str(line) for line in modes.too_open(Settings.load(data, {}))]
    assert any(f"chmod 700 {data}" in line for line in told)
    assert any(f"chmod 600 {data}/yipin.db" in line for line in told)
