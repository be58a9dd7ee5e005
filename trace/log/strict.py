"""What the text formats of C2SP have in common: one spelling for a thing, so that no two readers see different things."""

import base64
import binascii

from ..errors import N_, TraceError
from .merkle import HASH_BYTES

LARGEST_SIZE = 2**63 - 1  # of a tree, and the latest time: what readers in other languages can hold


class BadNote(TraceError):
    """A signed note, checkpoint, proof file or key is malformed, or is not signed by whom it should be."""


def encoded(raw: bytes) -> str:
    """Standard base64 (RFC 4648, 4)."""
    return base64.b64encode(raw).decode("ascii")


def decoded(text: str) -> bytes:
    """The bytes of standard base64 in its only correct spelling. Raises BadNote."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or encoded(raw) != text:
        raise BadNote(N_("不是规范的 base64 编码"))
    return raw


def hash_of(text: str) -> bytes:
    """The 32 bytes of a hash in base64. Raises BadNote."""
    if len(raw := decoded(text)) != HASH_BYTES:
        raise BadNote(N_("哈希应为 32 字节"))
    return raw


def size_of(text: str) -> int:
    """A number in ASCII digits without leading zeros, below 2^63. Raises BadNote."""
    if not (0 < len(text) <= 19 and text.isascii() and text.isdecimal()) or str(int(text)) != text:
        raise BadNote(N_("条数应是没有前导零的十进制数"))
    if (size := int(text)) > LARGEST_SIZE:
        raise BadNote(N_("条数太大"))
    return size
