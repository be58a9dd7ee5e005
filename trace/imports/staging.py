"""Tables that were read, between the upload and the end of their import.

They may hold identity numbers. So they lie in the data directory, readable by the service alone, for an hour at most,
and only the person who uploaded a table can use it. The file is deleted when its rows have entered or cannot enter.
"""

import contextlib
import hashlib
import json
import secrets
import time
from pathlib import Path
from typing import IO

from ..diskfiles import private
from ..errors import N_, Conflict, Message
from ..installation.settings import Settings
from .engine import Line, Table
from .outcome import found_fault, kept_fault

KEPT = 3600  # seconds
MOST = 20  # files of one person and kind


def keep(settings: Settings, account_id: int | None, kind: str, table: Table) -> str:
    """Keep a table, and return the token by which its owner finds it again. Files that are too old are deleted."""
    folder = settings.data / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    _sweep(folder)
    _keep_few(folder, f"{kind}-{account_id}-")
    token = secrets.token_hex(16)
    with open(_path(settings, account_id, kind, token), "x", encoding="utf-8", opener=private) as file:
        json.dump(_kept(table), file, ensure_ascii=False)
    return token


def load(settings: Settings, account_id: int | None, kind: str, token: str) -> Table:
    """The kept table. Raises Conflict when it is not there any more."""
    try:
        with open(_path(settings, account_id, kind, token), encoding="utf-8") as file:
            return _found(json.load(file))
    except FileNotFoundError:
        raise lost() from None


def lost() -> Conflict:
    """The refusal of a table that is not there, or is not waiting for this."""
    return Conflict(N_("这份表格已经导入、正在导入，或者放了一个多小时已经删除；请看看清单，需要时重新上传"))


def delete(settings: Settings, account_id: int | None, kind: str, token: str) -> None:
    """Delete a kept table, if it is there."""
    _path(settings, account_id, kind, token).unlink(missing_ok=True)


def digest(file: IO[bytes]) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return found


def _kept(table: Table) -> dict[str, object]:
    lines = [[line.number, line.values, [kept_fault(fault) for fault in line.faults]] for line in table.lines]
    merged = [kept_fault(fault) for fault in table.merged]
    return {
        "columns": table.columns,
        "lines": lines,
        "first": table.first,
        "merged": merged,
        "head": table.head,
        "left": [kept_fault(fault) for fault in table.left],
        "notes": [note.as_data() for note in table.notes],
    }


def _found(said: dict[str, list[list[object]]]) -> Table:
    columns, head = said["columns"], said["head"]
    assert isinstance(columns, dict) and isinstance(head, int)
    lines = []
    for number, values, faults in said["lines"]:
        assert isinstance(number, int) and isinstance(values, dict) and isinstance(faults, list)
        lines.append(Line(number, values, tuple(found_fault(fault) for fault in faults)))
    first = [(row, texts) for row, texts in said["first"] if isinstance(row, int) and isinstance(texts, list)]
    merged, left = ([found_fault(fault) for fault in said[name]] for name in ("merged", "left"))
    notes = [Message.from_data(note) for note in said["notes"] if isinstance(note, dict)]
    return Table(columns, lines, first, merged, head, left, notes)


def _path(settings: Settings, account_id: int | None, kind: str, token: str) -> Path:
    if not (len(token) == 32 and token.isascii() and token.isalnum()):
        token = "none"  # noqa: S105 - no such file
    return settings.data / "imports" / f"{kind}-{account_id}-{token}.json"


def sweep(settings: Settings) -> None:
    """Delete the files that are an hour old, whether or not an import of theirs is still known."""
    folder = settings.data / "imports"
    if folder.is_dir():
        _sweep(folder)


def _sweep(folder: Path) -> None:
    old = time.time() - KEPT
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < old:
                path.unlink()


def _keep_few(folder: Path, mine: str) -> None:
    """Of one person and kind only the newest files stay."""
    own = []
    for path in folder.glob(f"{mine}*"):
        with contextlib.suppress(OSError):
            own.append((path.stat().st_mtime, path))
    for _, path in sorted(own)[: -MOST + 1 or None] if len(own) >= MOST else []:
        path.unlink(missing_ok=True)
