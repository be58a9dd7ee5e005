"""The bundles on the disk: numbered files that never change, for the service, any web server or a memory stick to carry.

    latest               the note of the newest bundle
    57                   bundle 57: its note and the whole list
    56-57                its note and what has changed since 56
    57-voids-430225      the void packs of a county

The folder lies outside the database, so numbers go on upwards when the record is put back to a former day.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..diskfiles import write_whole
from ..errors import N_, NotFound, Unavailable

KEPT = 200  # bundles; older ones are deleted
LATEST = "latest"
_NAME = re.compile(r"[1-9][0-9]{0,14}(-[1-9][0-9]{0,14}|-voids-[0-9]{6})?|latest")
_PUBLIC = 0o644


@dataclass(frozen=True)
class Shelf:
    """The folder of the bundles of one installation."""

    folder: Path

    def newest(self) -> int:
        """The number of the newest bundle, 0 where there is none."""
        try:
            return max((int(name) for name in os.listdir(self.folder) if name.isdigit()), default=0)
        except FileNotFoundError:
            return 0

    def read(self, name: str) -> bytes:
        """A file by its name. Raises NotFound."""
        try:
            if _NAME.fullmatch(name):
                return (self.folder / name).read_bytes()
        except FileNotFoundError:
            pass
        raise NotFound(N_("没有这份名单；旧的名单只留一段时间"))

    def put(self, number: int, files: Mapping[str, bytes], note: bytes) -> None:
        """Lay down a bundle: what belongs to it first, then the file of its number, which makes it the newest.

        The caller holds `alone`. Raises Unavailable if the disk does not take it.
        """
        try:
            for name in sorted(files, key=lambda name: (name == str(number), name)):
                write_whole(self.folder / name, files[name], _PUBLIC, replaces=name != str(number))
            write_whole(self.folder / LATEST, note, _PUBLIC)
            self._clear(number - KEPT)
        except OSError as error:
            raise self._unwritable(error) from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one writer at a time at the folder, of all processes. Raises Unavailable if it cannot be written."""
        try:
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            handle = os.open(self.folder, os.O_RDONLY)
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _clear(self, last: int) -> None:
        for name in os.listdir(self.folder):
            number = re.fullmatch(r"(?:[0-9]+-)?([0-9]+)(?:-voids-[0-9]+)?", name)
            if number and int(number[1]) <= last:
                (self.folder / name).unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> Unavailable:
        return Unavailable(
            N_("名单的目录 %(folder)s 写不进去：%(reason)s"), folder=str(self.folder), reason=error.strerror or ""
        )
