"""Files that only the service may read, and files that are on the disk whole or not at all."""

import os
import secrets
from pathlib import Path
from typing import IO

PRIVATE = 0o600


def private(path: str | Path, flags: int) -> int:
    """An opener: a file that `open(path, "w", opener=private)` makes can be read and written by its owner alone."""
    return os.open(path, flags, PRIVATE)


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone can read. One that is there stays as it is."""
    os.close(private(path, os.O_CREAT | os.O_RDWR))


def write_whole(path: Path, content: bytes, mode: int = PRIVATE, *, replaces: bool = True) -> None:
    """Write a small file, whole or not at all; it is on the disk when this returns. It has `mode` whatever the umask.

    Without `replaces`, a file that is there stays: FileExistsError is raised.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb", opener=private) as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            sync(file)
        if replaces:
            os.replace(draft, path)
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync(file: IO[bytes]) -> None:
    """Bring what was written into an open file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a new one survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
