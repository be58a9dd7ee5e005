"""A process of its own for every uploaded file, bounded in memory and time: whatever the file does to the libraries
that read it, the service stays up and the file is refused.

`python -m yipin.uploads.sandbox sanitised|small` reads a file from standard input and writes what is kept of it.
"""

import io
import json
import resource
import signal
import subprocess
import sys
from threading import BoundedSemaphore

from ..errors import N_, Invalid
from . import sanitise
from .sanitise import LARGEST, Made

MEMORY = 280 << 20  # bytes of address space
SECONDS = 1.5  # of processor time
PATIENCE = 30  # seconds on the clock, for a machine that is busy
_AT_ONCE = BoundedSemaphore(2)


def sanitised(data: bytes) -> Made:
    """As `sanitise.sanitised`, apart. Raises Invalid, also for a file that takes too much memory or time."""
    return _made("sanitised", data, "file")


def small_jpeg(data: bytes) -> bytes:
    """As `sanitise.small_jpeg`, apart."""
    return _made("small", data, "picture").content


def _made(what: str, data: bytes, field: str) -> Made:
    if len(data) > LARGEST:
        raise Invalid(field, N_("文件太大：最多 %(most)d MB"), most=LARGEST >> 20)
    with _AT_ONCE:
        head, body = _run(what, data)
    if "refusal" in head:
        raise Invalid(field, head["refusal"], **head["values"])
    if "media" not in head:
        raise Invalid(field, N_("这个文件太复杂，打不开；请重新导出，或者拍成照片再传"))
    size = head["size"]
    return Made(head["media"], body[:size], body[size:] or None, head["pages"])


def _run(what: str, data: bytes) -> tuple[dict, bytes]:  # type: ignore[type-arg]
    """The head and body of the other process's answer; an empty head when it gave none."""
    command = [sys.executable, "-P", "-m", "yipin.uploads.sandbox", what]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {}, b""
    head, _, body = done.stdout.partition(b"\n")
    return (json.loads(head), body) if done.returncode == 0 and head else ({}, b"")


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # its signal ends the process


def _answer(what: str, data: bytes) -> bytes:
    try:
        made = (
            sanitise.sanitised(data)
            if what == "sanitised"
            else Made("image/jpeg", sanitise.small_jpeg(io.BytesIO(data)))
        )
    except Invalid as error:
        return json.dumps({"refusal": error.message.template, "values": error.message.values}).encode() + b"\n"
    head = {"media": made.media, "size": len(made.content), "pages": made.pages}
    return json.dumps(head).encode() + b"\n" + made.content + (made.preview or b"")


if __name__ == "__main__":
    _bound()
    sys.stdout.buffer.write(_answer(sys.argv[1], sys.stdin.buffer.read()))
