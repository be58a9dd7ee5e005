"""The lines of signed notes (c2sp.org/signed-note): of public keys, `name+id+base64(kind, key)`, and of signatures,
`— name base64(id, signature)`. What key lists of roots and checkpoints of a log have in common."""

import base64
import binascii
import hashlib
from typing import NamedTuple

ID_BYTES = 4
DASH = "—"


class Line(NamedTuple):
    """A signature line: `raw` is what stands behind the key's id."""

    name: str
    key_id: bytes
    raw: bytes


def encoded(raw: bytes) -> str:
    """Standard base64 (RFC 4648, 4)."""
    return base64.b64encode(raw).decode("ascii")


def decoded(text: str) -> bytes:
    """The bytes of standard base64 in its only correct spelling; none for any other text."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if encoded(raw) == text else b""


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """The four bytes by which a signature names a key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:ID_BYTES]


def key_line(name: str, kind: int, own_id: bytes, key: bytes) -> str:
    """A key as it is written down."""
    return f"{name}+{own_id.hex()}+{encoded(bytes([kind]) + key)}"


def key_parts(line: str) -> tuple[str, str, bytes]:
    """Name, id in hexadecimal, and kind with key of a line of a key; no bytes where they are not base64. Nothing is checked."""
    name, _, rest = line.partition("+")
    told, _, key = rest.partition("+")
    return name, told, decoded(key)


def signature_line(line: Line) -> str:
    """A signature as it stands in a note, without its newline."""
    return f"{DASH} {line.name} {encoded(line.key_id + line.raw)}"


def read_signature(text: str) -> Line | None:
    """The signature in a line without its newline; None for any other text."""
    parts = text.split(" ")
    raw = decoded(parts[2]) if len(parts) == 3 and parts[0] == DASH and parts[1] else b""
    return Line(parts[1], raw[:ID_BYTES], raw[ID_BYTES:]) if len(raw) > ID_BYTES else None
