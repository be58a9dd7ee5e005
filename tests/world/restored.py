"""A record that is backed up and put back, as docs/install.md describes it; what was done in between stays in its log."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from world import World, on_server
from world.logged import append, checkpoint, folder_of
from yipin.db.sqlite import newest_module
from yipin.log import rollback
from yipin.recovery import guard
from yipin.recovery.recovering import Report, recover


@dataclass
class Backup:
    """A copy of the record: files of SQLite in a folder, or a database beside it."""

    world: World
    folder: Path
    name: str

    def restore(self) -> None:
        """Put the copy in the place of the record. The log stays as it is."""
        self.world.db.dispose()
        url = sa.make_url(self.world.db.url)
        if url.get_backend_name() == "sqlite":
            data = self.world.settings.data
            for left in data.glob("yipin.db*"):
                left.unlink()
            shutil.copy(self.folder / "yipin.db", data / "yipin.db")
            self.world.db.__init__(self.world.db.url)  # type: ignore[misc]  # a service that is started anew
        else:
            _replace(self.world, str(url.database), self.name)
        guard.watch(self.world.db, self.world.settings)


@contextmanager
def backup(world: World, folder: Path) -> Iterator[Backup]:
    """The record as it is now."""
    folder.mkdir(exist_ok=True)
    made = Backup(world, folder, f"backup_{uuid.uuid4().hex[:12]}")
    if sa.make_url(world.db.url).get_backend_name() == "sqlite":
        files = (world.settings.data / "yipin.db", folder / "yipin.db")
        source, copy = map(newest_module().connect, files)  # two libraries in a process would undo each other's locks
        source.backup(copy)
        source.close()
        copy.close()
        yield made
        return
    world.db.dispose()
    _copy(world, str(sa.make_url(world.db.url).database), made.name)
    try:
        yield made
    finally:
        on_server(_server(world), f"DROP DATABASE {made.name} WITH (FORCE)")


def _server(world: World) -> str:
    return sa.make_url(world.db.url).set(database="postgres").render_as_string(hide_password=False)


def _copy(world: World, source: str, name: str) -> None:
    on_server(_server(world), f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")


def _replace(world: World, name: str, source: str) -> None:
    on_server(_server(world), f"DROP DATABASE {name} WITH (FORCE)")
    _copy(world, source, name)


def recovered(world: World) -> Report:
    """What `yipin recover` does, without its questions."""
    with world.db.write.begin() as session:
        return recover(session, world.chen, folder_of(world), checkpoint(world))


def lacks(world: World) -> bool:
    """Whether the record is older than its log."""
    with world.db.transaction(writes=False) as session:
        try:
            rollback.refuse_behind(session, folder_of(world))
        except rollback.Behind:
            return True
    return False


__all__ = ["Backup", "append", "backup", "lacks", "recovered"]
