"""What is signed under a checkpoint when the signature tells its time (c2sp.org/tlog-cosignature).

A witness so says: at this time this was the largest tree of this log that I saw, and it goes on from all that I saw before.
"""

from ..errors import N_
from .checkpoint import Checkpoint
from .strict import LARGEST_SIZE, BadNote

TIME_BYTES = 8
_LABEL = b"subtree/v1\n\x00"
_LONGEST_NAME = 255  # bytes: its length is written in one


def timed_text(text: str, at: int) -> bytes:
    """What Ed25519 (0x04) signs: header, time in seconds since 1970, and the checkpoint's text. Raises BadNote."""
    Checkpoint.parse(text)
    return f"cosignature/v1\ntime {_time(at)}\n{text}".encode()


def subtree(cosigner: str, text: str, at: int) -> bytes:
    """What ML-DSA-44 (0x06) signs of a checkpoint: the whole tree. Raises BadNote."""
    checkpoint = Checkpoint.parse(text)
    return subtree_of(cosigner, checkpoint.origin, 0, checkpoint.size, checkpoint.root, at)


def subtree_of(cosigner: str, origin: str, start: int, end: int, root: bytes, at: int = 0) -> bytes:
    """What ML-DSA-44 (0x06) signs of the leaves from `start` to `end`. Only of a whole tree is a time told. Raises BadNote."""
    if start and at:
        raise BadNote(N_("只有整棵树的联署才带时间"))
    numbers = start.to_bytes(8, "big") + end.to_bytes(8, "big")
    return _LABEL + _named(cosigner) + _time(at).to_bytes(8, "big") + _named(origin) + numbers + root


def _named(name: str) -> bytes:
    raw = name.encode()
    if not 0 < len(raw) <= _LONGEST_NAME:
        raise BadNote(N_("名称应为 1 到 255 字节"))
    return len(raw).to_bytes(1, "big") + raw


def _time(at: int) -> int:
    if not 0 <= at <= LARGEST_SIZE:
        raise BadNote(N_("联署的时间超出范围"))
    return at
