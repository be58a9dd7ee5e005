"""What the text formats of C2SP have in common: one spelling for a thing, so that no two readers see different things."""

from ..codes import notelines
from ..codes.notelines import encoded
from ..errors import N_, TraceError
from .merkle import HASH_BYTES

__all__ = ["BadNote", "LARGEST_SIZE", "decoded", "encoded", "hash_of", "size_of"]

LARGEST_SIZE = 2**63 - 1  # of a tree, and the latest time: what readers in other languages can hold


class BadNote(TraceError):
    """A signed note, checkpoint, proof file or key is malformed, or is not signed by whom it should be."""


def decoded(text: str) -> bytes:
    """The bytes of standard base64 in its only correct spelling. Raises BadNote."""
    if not (raw := notelines.decoded(text)):
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
