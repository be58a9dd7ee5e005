"""Uploaded tables between preview and confirmation.

They may hold identity numbers. So they lie in the data directory, readable by the service alone, for an hour at most,
and only the person who uploaded a table can use it. An imported table is deleted.
"""

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..access.actor import Actor
from ..errors import N_, Conflict
from ..installation.settings import Settings

KEPT = 3600  # seconds
MOST = 20  # files of one person and kind


def keep(settings: Settings, actor: Actor, kind: str, source: IO[bytes]) -> str:
    """Keep an upload, and return the token by which its owner finds it again. Files that are too old are deleted."""
    folder = settings.data / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    _sweep(folder, f"{kind}-{actor.account_id}-")
    token = secrets.token_hex(16)
    source.seek(0)
    with open(_path(settings, actor, kind, token), "xb", opener=_private) as file:
        while piece := source.read(1 << 16):
            file.write(piece)
    return token


@contextlib.contextmanager
def taken(settings: Settings, actor: Actor, kind: str, token: str) -> Iterator[IO[bytes]]:
    """Take a kept file, once. When the work in between raises, the file is put back; otherwise it is deleted.

    Raises Conflict for a file that was taken before, or is being taken at this moment.
    """
    path = _path(settings, actor, kind, token)
    mine = path.with_suffix(f".{secrets.token_hex(4)}")
    try:
        path.rename(mine)
    except (OSError, ValueError):
        raise Conflict(
            N_("这份表格已经导入、正在导入，或者放了一个多小时已经删除；请看看清单，需要时重新上传")
        ) from None
    try:
        with open(mine, "rb") as file:
            yield file
    except BaseException:
        with contextlib.suppress(OSError):
            mine.rename(path)
        raise
    mine.unlink(missing_ok=True)


def digest(file: IO[bytes]) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return found


def _path(settings: Settings, actor: Actor, kind: str, token: str) -> Path:
    if not (len(token) == 32 and token.isascii() and token.isalnum()):
        token = "none"  # noqa: S105 - no such file
    return settings.data / "imports" / f"{kind}-{actor.account_id}-{token}.xlsx"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sweep(folder: Path, mine: str) -> None:
    old = time.time() - KEPT
    own = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < old:
                path.unlink()
            elif path.name.startswith(mine):
                own.append((path.stat().st_mtime, path))
    for _, path in sorted(own)[: -MOST + 1 or None] if len(own) >= MOST else []:
        path.unlink(missing_ok=True)
