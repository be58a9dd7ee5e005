"""The keys that sign notes, and their text forms: `vkey` to be published, `skey` to be kept.

`vkey` is name+id+base64(kind, public key) (c2sp.org/signed-note). `skey` is that of Go's `sumdb/note`:
PRIVATE+KEY+name+id+base64(kind, 32 bytes of seed).
"""

import os
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ..codes import curve, notelines
from ..errors import N_
from . import cosignature
from .cosignature import TIME_BYTES
from .strict import BadNote

SEED_BYTES = 32
ML_DSA_44_BYTES = 1312  # of a public key (FIPS 204, table 2)
_SECRET = "PRIVATE+KEY+"


class Kind(IntEnum):
    """The kinds of signatures that we make and know, by their byte in signed-note.

    Ed25519 signs any text; the other two sign checkpoints alone and tell the time, in seconds since 1970.
    """

    ED25519 = 0x01
    ED25519_TIMED = 0x04
    ML_DSA_44 = 0x06

    @property
    def is_timed(self) -> bool:
        """Whether the signature begins with its time."""
        return self is not Kind.ED25519


@dataclass(frozen=True)
class Signature:
    """One signature line of a note: `raw` is what stands behind the key's id."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{notelines.signature_line(notelines.Line(self.name, self.key_id, self.raw))}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """The signature in a line without its newline. Raises BadNote."""
        if (found := notelines.read_signature(line)) is None:
            raise BadNote(N_("签名行应是“— 名称 base64”"))
        return cls(checked_name(found.name), found.key_id, found.raw)


@dataclass(frozen=True)
class Verifier:
    """A public key and its name. Raises BadNote if the key is not sound."""

    name: str
    kind: Kind
    public_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        checked_name(self.name)
        _ = self._parsed

    @cached_property
    def _parsed(self) -> Ed25519PublicKey | MLDSA44PublicKey:
        return ml_dsa_44_key(self.public_key) if self.kind is Kind.ML_DSA_44 else _ed25519_key(self.public_key)

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes that tell this key from others of its name."""
        return notelines.key_id(self.name, self.kind, self.public_key)

    @property
    def vkey(self) -> str:
        """The key as it is published."""
        return notelines.key_line(self.name, self.kind, self.key_id, self.public_key)

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """The key that is published so. Raises BadNote."""
        name, key_id, kind, raw = _parts(vkey)
        verifier = cls(name, kind, raw)
        _check_id(verifier.key_id, key_id)
        return verifier

    def made(self, signature: Signature) -> bool:
        """Whether the signature says that this key made it."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def verify(self, text: str, signature: Signature) -> int | None:
        """When the signature says that it was made, None if it tells no time. Raises BadNote unless it is this key's, of `text`."""
        at = None
        raw = signature.raw
        if self.kind.is_timed:
            at, raw = int.from_bytes(raw[:TIME_BYTES], "big"), raw[TIME_BYTES:]
        try:
            self._parsed.verify(raw, signed_bytes(self.name, self.kind, text, at or 0))
        except (InvalidSignature, ValueError):
            raise BadNote(N_("%(name)s 的签名不符"), name=self.name) from None
        return at


@dataclass(frozen=True)
class Signer:
    """A private key and its name: 32 bytes of seed, from which the key is made (RFC 8032, FIPS 204)."""

    name: str
    kind: Kind
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise BadNote(N_("私钥种子应为 32 字节"))
        _ = self.verifier

    @classmethod
    def new(cls, name: str, kind: Kind) -> Self:
        """A new key."""
        return cls(name, kind, os.urandom(SEED_BYTES))

    @cached_property
    def _private(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.kind is Kind.ML_DSA_44:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.kind, self._private.public_key().public_bytes_raw())

    @property
    def skey(self) -> str:
        """The key as it is kept: a secret."""
        return _SECRET + notelines.key_line(self.name, self.kind, self.verifier.key_id, self.seed)

    @classmethod
    def from_skey(cls, skey: str) -> Self:
        """The key that is kept so. Raises BadNote."""
        if not skey.startswith(_SECRET):
            raise BadNote(N_("私钥应以 PRIVATE+KEY+ 开头"))
        name, key_id, kind, seed = _parts(skey.removeprefix(_SECRET))
        signer = cls(name, kind, seed)
        _check_id(signer.verifier.key_id, key_id)
        return signer

    def sign(self, text: str, at: int = 0) -> Signature:
        """The signature of a note's text, made at `at` (seconds since 1970) if its kind tells the time. Raises BadNote."""
        raw = self._private.sign(signed_bytes(self.name, self.kind, text, at))
        time = at.to_bytes(TIME_BYTES, "big") if self.kind.is_timed else b""
        return Signature(self.name, self.verifier.key_id, time + raw)


def signed_bytes(name: str, kind: Kind, text: str, at: int) -> bytes:
    """The bytes that a key of this name and kind signs. Raises BadNote if this kind cannot sign this text."""
    if kind is Kind.ED25519:
        return text.encode()
    return cosignature.timed_text(text, at) if kind is Kind.ED25519_TIMED else cosignature.subtree(name, text, at)


def checked_name(name: str) -> str:
    """The name of a key: not empty, without spaces and plus signs. Raises BadNote."""
    if not name or any(character.isspace() or character == "+" or character < " " for character in name):
        raise BadNote(N_("密钥名称不能空，也不能有空格或加号"))
    return name


def ml_dsa_44_key(raw: bytes) -> MLDSA44PublicKey:
    """A public key of ML-DSA-44. Raises BadNote."""
    try:
        if len(raw) == ML_DSA_44_BYTES:
            return MLDSA44PublicKey.from_public_bytes(raw)
    except (ValueError, UnsupportedAlgorithm):
        pass
    raise BadNote(N_("不是 ML-DSA-44 公钥"))


def _ed25519_key(raw: bytes) -> Ed25519PublicKey:
    if curve.problem(raw):
        raise BadNote(N_("不是可信的 Ed25519 公钥"))
    return Ed25519PublicKey.from_public_bytes(raw)


def _parts(text: str) -> tuple[str, str, Kind, bytes]:
    name, key_id, raw = notelines.key_parts(text)
    if not raw:
        raise BadNote(N_("不是规范的 base64 编码"))
    if raw[0] not in set(Kind):
        raise BadNote(N_("不认识这种密钥"))
    return name, key_id, Kind(raw[0]), raw[1:]


def _check_id(is_id: bytes, told: str) -> None:
    if is_id.hex() != told:
        raise BadNote(N_("密钥编号与密钥不符"))
