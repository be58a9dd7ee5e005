"""The log's side of c2sp.org/tlog-witness: one witness is asked to sign a checkpoint."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from .. import clock
from ..errors import TraceError
from ..models import Trouble
from ..notices import posting
from .checkpoint import Checkpoint
from .merkle import Nodes, consistency
from .note import Note, Signed
from .notekeys import Signature
from .strict import BadNote, size_of
from .witness import Request
from .witness_policy import Witness

PATIENCE = 10.0  # seconds for one question
LARGEST = 64 * 1024  # bytes of an answer
WRONG_CLOCK = 300  # seconds that a signature may be off
_CONFLICT, _FORK = 409, 422


class NotCosigned(Exception):
    """The witness has not signed, and why."""

    def __init__(self, trouble: Trouble, detail: int | None = None) -> None:
        super().__init__(f"{trouble.value} {'' if detail is None else detail}".strip())
        self.trouble, self.detail = trouble, detail


class Cosigned(NamedTuple):
    """The lines that a witness answered with, and what they say: all by its keys, and of now."""

    lines: tuple[Signature, ...]
    signed: tuple[Signed, ...]


def cosign(witness: Witness, signed: Note, seen: int, nodes: Nodes, patience: float = PATIENCE) -> Cosigned:
    """The signatures of a witness under our checkpoint. `seen` is the size that it saw last, as far as we know: told otherwise, we
    prove again from there, once. Raises NotCosigned, and BadProof or BadTile when our own files do not reach."""
    new = Checkpoint.parse(signed.text)
    answer = _asked(witness, signed, new, min(seen, new.size), nodes, patience)
    if answer.status == _CONFLICT:
        answer = _asked(witness, signed, new, _size(answer, new), nodes, patience)
    if answer.status == _FORK:
        raise NotCosigned(Trouble.FORK)
    if answer.status != 200:
        raise NotCosigned(Trouble.REFUSED, answer.status)
    return _checked(witness, signed, answer.body)


def _asked(witness: Witness, signed: Note, new: Checkpoint, seen: int, nodes: Nodes, patience: float) -> posting.Answer:
    body = bytes(Request(seen, tuple(consistency(seen, new.size, nodes)), signed))
    kind, begun = {"Content-Type": "text/plain; charset=utf-8"}, time.monotonic()
    try:
        address = f"{(witness.url or '').rstrip('/')}/add-checkpoint"
        return posting.post(address, body, kind, patience, private=True, most=LARGEST)
    except posting.BROKEN:
        is_late = time.monotonic() - begun >= patience
        raise NotCosigned(Trouble.SLOW if is_late else Trouble.AWAY) from None


def _size(answer: posting.Answer, new: Checkpoint) -> int:
    """The size that the witness says it saw. A log that was longer once is none of ours."""
    try:
        size = size_of(answer.body.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, BadNote):
        raise NotCosigned(Trouble.RUBBISH) from None
    if size > new.size:
        raise NotCosigned(Trouble.AHEAD, size)
    return size


def _checked(witness: Witness, signed: Note, body: bytes) -> Cosigned:
    try:
        text = body.decode()
        lines = tuple(Signature.parse(line) for line in text.removesuffix("\n").split("\n"))
    except (UnicodeDecodeError, TraceError):
        raise NotCosigned(Trouble.RUBBISH) from None
    ours = tuple(line for line in lines if any(key.made(line) for key in witness.keys))
    try:
        found = Note(signed.text, ours).check(witness.keys)
    except BadNote:
        raise NotCosigned(Trouble.BAD_SIGNATURE) from None
    _check_times(found)
    return Cosigned(ours, tuple(found))


def _check_times(found: Sequence[Signed]) -> None:
    now = int(clock.now().timestamp())
    for one in found:
        if abs((one.at or 0) - now) > WRONG_CLOCK:
            raise NotCosigned(Trouble.CLOCK, min(abs((one.at or 0) - now), 2**62))
