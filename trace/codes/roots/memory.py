"""What a verifier remembers between two runs: the newest key list that it has met, as a small file of its own."""

import json
from pathlib import Path

from ...diskfiles import write_whole
from ...errors import N_, Unavailable
from .chain import Seen


def read(path: Path) -> Seen | None:
    """The newest list met; None before the first. Raises Unavailable for a file that is none: it is not taken as empty."""
    try:
        told = json.loads(path.read_bytes())
        return Seen(int(told["number"]), str(told["mark"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Unavailable(
            N_("%(path)s 不是记下公告期号的文件；确知没有被改过，才可删去它重来"), path=str(path)
        ) from None


def write(path: Path, met: Seen) -> None:
    """Remember a list. Raises Unavailable if the disk does not take it."""
    try:
        write_whole(path, json.dumps({"number": met.number, "mark": met.mark}).encode() + b"\n", 0o644)
    except OSError as error:
        raise Unavailable(N_("%(path)s 写不进去：%(reason)s"), path=str(path), reason=error.strerror or "") from None
