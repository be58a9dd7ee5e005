"""What the process runs that looks at one uploaded file: see `sandbox`.

`python -m yipin.uploads.sandbox_process sanitised|small|texts` reads a file from standard input and writes what is kept of
it to standard output: one line of JSON, then the bytes.

Every upload waits for this to start. So it imports the libraries of pictures and nothing of the database.
"""

import io
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import TypedDict

from ..errors import Invalid
from . import sanitise
from .kinds import Kind, kind_of
from .sanitise import Made

MEMORY, SECONDS = 280 << 20, 1.5  # bytes of address space, seconds of processor time
MORE = {Kind.HEIF: (400 << 20, 3.0)}  # a telephone's photograph of 24 megapixels, which can only be decoded whole
NICE = 10  # as jobs of the slow lane: a scan comes before a picture


class Head(TypedDict, total=False):
    """The first line of the process's answer: a refusal with its values, or what the bytes after it are."""

    refusal: str
    values: dict[str, object]
    media: str
    size: int
    pages: int | None


def _bound(kind: Kind | None) -> None:
    memory, seconds = MORE.get(kind, (MEMORY, SECONDS)) if kind else (MEMORY, SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, seconds)  # the signal SIGPROF ends the process


def _answer(what: str, data: bytes) -> bytes:
    try:
        made = MAKERS[what](data)
    except Invalid as error:
        return json.dumps({"refusal": error.message.template, "values": error.message.values}).encode() + b"\n"
    head: Head = {"media": made.media, "size": len(made.content), "pages": made.pages}
    return json.dumps(head).encode() + b"\n" + made.content + (made.preview or b"")


def _texts(data: bytes) -> Made:
    from . import photographed  # its decoder is large, so only a process that needs it loads it

    return Made("application/json", json.dumps(photographed.texts(data)).encode())


MAKERS: dict[str, Callable[[bytes], Made]] = {
    "sanitised": sanitise.sanitised,
    "small": lambda data: Made("image/jpeg", sanitise.small_jpeg(io.BytesIO(data))),
    "texts": _texts,
}

if __name__ == "__main__":
    os.nice(NICE)
    upload = sys.stdin.buffer.read()
    _bound(kind_of(upload))
    sys.stdout.buffer.write(_answer(sys.argv[1], upload))
