"""Where the public bytes of a log are read from: a folder, as of a memory stick, or an address of the web."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ..errors import N_, NotFound, Unavailable
from .tiles import entries_path, unbundled

PATIENCE = 20.0  # seconds for one file
LARGEST = 20 << 20  # bytes of one file: 256 entries of 65,535 bytes, and some
TILE = 256


class Source(Protocol):
    """Files by their path in the log. None for one that is not there."""

    def read(self, path: str) -> bytes | None: ...


class FolderSource:
    """A folder with the files of a log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """The file's bytes. Raises Unavailable for one that cannot be read."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Unavailable(N_("%(path)s 读不出来：%(error)s"), path=path, error=error.strerror or "") from None


class WebSource:
    """The files under an address such as https://t.example.cn/log/."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def read(self, path: str) -> bytes | None:
        """The answer's bytes. Raises Unavailable where there is none."""
        try:
            with urllib.request.urlopen(f"{self._address}/{path}", timeout=PATIENCE) as answer:
                found: bytes = answer.read(LARGEST)
                return found
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise Unavailable(N_("%(path)s 读不出来：%(error)s"), path=path, error=str(error)) from None
        except (OSError, ValueError) as error:
            raise Unavailable(N_("%(path)s 读不出来：%(error)s"), path=path, error=str(error)) from None


def source_of(place: str) -> Source:
    """The source that a person named: an address that begins with http:// or https://, or a folder."""
    return WebSource(place) if place.startswith(("http://", "https://")) else FolderSource(Path(place))


def needed(source: Source, path: str) -> bytes:
    """A file that must be there. Raises NotFound."""
    found = source.read(path)
    if found is None:
        raise NotFound(N_("公开日志里缺少文件 %(path)s"), path=path)
    return found


def tile_of_entries(source: Source, number: int, width: int) -> list[bytes]:
    """The entries of one tile, or the first of them: a partial tile may be gone when its whole tile is there.

    Raises NotFound.
    """
    found = source.read(entries_path(number, width))
    if found is None and width < TILE:
        found = source.read(entries_path(number))
    if found is None:
        raise NotFound(N_("公开日志里缺少文件 %(path)s"), path=entries_path(number, width))
    return unbundled(found)[:width]


def tiles_of_entries(source: Source, size: int) -> Iterator[tuple[int, list[bytes]]]:
    """All entries of a log of this size, a tile at a time, each with the index of its first."""
    for first in range(0, size, TILE):
        yield first, tile_of_entries(source, first // TILE, min(TILE, size - first))
