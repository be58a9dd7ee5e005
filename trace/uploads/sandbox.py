"""A process of its own for every uploaded picture and PDF, bounded in memory and time.

A file can crash the library that reads it, or make it use up the memory. The service then stays up, and the file is
refused. `sandbox_process` is what the process runs.

Tables are not read here: `sheets.reader` is Python over expat, and bounds its own memory and time.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import BoundedSemaphore

from ..db.watch import slow
from ..errors import N_, Invalid
from .sandbox_process import Head
from .sanitise import LARGEST, Made

OF_FIELD = {"picture": "small", "photo": "texts"}  # what is made of the file of a field; of any other "sanitised"
PATIENCE = 30  # seconds on the clock; more than the process may work, because the machine may be busy
_AT_ONCE = BoundedSemaphore(2)
_KNOWN: ContextVar[dict[tuple[str, bytes], Made | Invalid] | None] = ContextVar("known", default=None)


def sanitised(data: bytes) -> Made:
    """As `sanitise.sanitised`, in the sandbox. Raises Invalid also for a file that takes too much memory or time."""
    return _made("sanitised", data, "file")


def small_jpeg(data: bytes) -> bytes:
    """As `sanitise.small_jpeg`, in the sandbox. Raises Invalid also for a file that takes too much memory or time."""
    return _made("small", data, "picture").content


def texts(data: bytes) -> list[str]:
    """As `photographed.texts`, in the sandbox. Raises Invalid also for a picture that takes too much memory or time."""
    return list(json.loads(_made("texts", data, "photo").content))


@contextmanager
def beforehand(files: Iterable[tuple[str, bytes]]) -> Iterator[None]:
    """Look at files (field, bytes) before a transaction begins. Inside the block `sanitised`, `small_jpeg`
    and `texts` know the answer, so no transaction waits for a file to be looked at."""
    token = _KNOWN.set({})
    try:
        for field, data in files:
            with suppress(Invalid):
                _made(OF_FIELD.get(field, "sanitised"), data, "file")
        yield
    finally:
        _KNOWN.reset(token)


def _made(what: str, data: bytes, field: str) -> Made:
    known, key = _KNOWN.get(), (what, hashlib.sha256(data).digest())
    if known is None:
        return _read(what, data, field)
    if key not in known:
        try:
            known[key] = _read(what, data, field)
        except Invalid as error:
            known[key] = error
    if isinstance(found := known[key], Invalid):
        raise Invalid(field, found.message.template, **found.message.values)
    return found


def _read(what: str, data: bytes, field: str) -> Made:
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


@slow
def _run(what: str, data: bytes) -> tuple[Head, bytes]:
    """The head and the bytes of the process's answer. The head is empty when there was no answer."""
    command = [sys.executable, "-P", "-m", "yipin.uploads.sandbox_process", what]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {}, b""
    head, _, body = done.stdout.partition(b"\n")
    return (json.loads(head), body) if done.returncode == 0 and head else ({}, b"")
