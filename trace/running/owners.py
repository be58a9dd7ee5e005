"""Which process listens on a port: found in /proc, as far as this user may look."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..clock import SHANGHAI

_LISTENING = "0A"  # TCP_LISTEN, in /proc/net/tcp
_PROC = Path("/proc")


@dataclass(frozen=True)
class Owner:
    """A process: its number, its command line, and the moment of its start (aware)."""

    pid: int
    program: str
    since: datetime


def listening_on(port: int) -> Owner | None:
    """The process that listens on a TCP port: of several workers, their main process. None if it cannot be found."""
    wanted = {f"socket:[{inode}]" for inode in _sockets(port)}
    for pid in _numbers():
        if wanted & _open_files(pid):
            return _owner(_main(pid))
    return None


def _main(pid: int) -> int:
    """The process that forked this one, or its forebear: all have the same command line."""
    parent = int(_fields(pid)[1])
    return _main(parent) if parent and _command(parent) == _command(pid) else pid


def is_alive(pid: object) -> bool:
    """Whether a process of this number lives on this machine."""
    try:
        os.kill(int(str(pid)), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def written(moment: datetime) -> str:
    """A moment as it is told to an operator, in the time of Shanghai: 2026-07-20 11:00:05."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _sockets(port: int) -> set[str]:
    """The inodes of the sockets that listen on a port."""
    found = set()
    for table in (_PROC / "net/tcp", _PROC / "net/tcp6"):
        for line in _read(table).splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                found.add(rest[5])
    return found


def _numbers() -> list[int]:
    return [int(path.name) for path in _PROC.iterdir() if path.name.isdecimal()] if _PROC.is_dir() else []


def _open_files(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):  # another user's process, or one that has ended meanwhile
        for path in (_PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):  # a file that was closed meanwhile
                found.add(os.readlink(path))
    return found


def _owner(pid: int) -> Owner | None:
    booted = [line.split()[1] for line in _read(_PROC / "stat").splitlines() if line.startswith("btime ")]
    started = int(_fields(pid)[19])
    if not booted or not started:
        return None
    seconds = int(booted[0]) + started / os.sysconf("SC_CLK_TCK")
    return Owner(pid, _command(pid)[:120], datetime.fromtimestamp(seconds, UTC))


def _command(pid: int) -> str:
    return _read(_PROC / str(pid) / "cmdline").replace("\0", " ").strip()


def _fields(pid: int) -> list[str]:
    """What /proc/PID/stat tells, from the state on (the third field of proc(5)). Zeros for a process that has ended."""
    return _read(_PROC / str(pid) / "stat").rpartition(")")[2].split() or ["0"] * 50


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
