"""Who else may read a data directory. Secrets and private keys that others may read are refused where they are read;
of everything else it is told, with the command that mends it."""

from pathlib import Path

from ..errors import N_, Message
from .settings import FILE, Settings

_CLOSED = N_("%(path)s 别人也能读；里面有姓名、电话和证件号，请运行 chmod %(mode)s %(path)s")


def too_open(settings: Settings) -> list[Message]:
    """A line for each folder and file of the data directory that others may read or change."""
    folders = [settings.data, settings.keys, settings.labels, settings.data / "imports"]
    open_folders = [Message(_CLOSED, {"path": str(each), "mode": "700"}) for each in folders if _is_open(each)]
    open_files = [Message(_CLOSED, {"path": str(each), "mode": "600"}) for each in _files(settings) if _is_open(each)]
    return [*open_folders, *open_files]


def _files(settings: Settings) -> list[Path]:
    """The settings, which may hold the database's password, and the database files with SQLite's own beside them."""
    return [settings.data / FILE, *sorted(settings.data.glob("*.db")), *sorted(settings.data.glob("*.db-*"))]


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False
