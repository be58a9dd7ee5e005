"""The tiny code, for stickers too small for a signature: the unit's number and a check of six bytes, as 37 digits.

The check is an HMAC-SHA256, cut to 48 bits. Only the holder of the secret can verify it, so a tiny code is checked
online and is never called offline-verifiable. Printed codes stay in use as long as their stickers, so nothing here may
change for version 1 (`tests/vectors/tiny-v1.json`).
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import N_, BadCheck, BadLength, BadRange
from .coderun import CodeRun
from .idnumber import BATCHES, batch_integer, id_number_from
from .payload import only_digits
from .units import UNITS, UnitPermutation

TOKEN_BYTES = 15  # 45 bits of batch and 27 of unit, then 6 bytes of check
DIGITS = 37  # decimal digits that hold any value below 2^120

_ID_BYTES, _CHECK_BYTES, _UNIT_BITS = 9, 6, 27
_INFO = b"yipin/tiny/1\0"


@dataclass(frozen=True, slots=True)
class Tiny:
    """The unchecked fields of a tiny code: the integer of the batch's ID number, the unit number, the check."""

    batch: int
    unit: int
    check: bytes


def check_digits(text: str) -> None:
    """Raises BadLength or BadDigits unless the text is 37 ASCII digits. The value of the digits is not checked."""
    if len(text) != DIGITS:
        raise BadLength(N_("贴纸小码应为 37 位数字，这里有 %(count)s 位"), count=len(text))
    only_digits(text)


def to_digits(token: bytes) -> str:
    """The digits of a token of 15 bytes: 37 decimal digits, padded with zeros. Raises BadLength."""
    if len(token) != TOKEN_BYTES:
        raise BadLength(N_("贴纸小码应为 15 字节，这里有 %(count)s 字节"), count=len(token))
    return f"{int.from_bytes(token, 'big'):0{DIGITS}d}"


def from_digits(text: str) -> bytes:
    """The 15 bytes of a tiny code, the inverse of `to_digits`. Raises BadLength, BadDigits or BadRange."""
    check_digits(text)
    value = int(text)
    if value >> 8 * TOKEN_BYTES:
        raise BadRange(N_("这串数字超出了贴纸小码的取值范围"))
    return value.to_bytes(TOKEN_BYTES, "big")


def read(text: str) -> Tiny:
    """The fields in the digits; the check is not verified. Raises BadLength, BadDigits or BadRange."""
    token = from_digits(text)
    claimed = int.from_bytes(token[:_ID_BYTES], "big")
    batch = claimed >> _UNIT_BITS
    if batch >= BATCHES:
        raise BadRange(
            N_("贴纸小码中的批次编号应在 0 到 %(last)s 之间，这里是 %(value)s"), last=BATCHES - 1, value=batch
        )
    return Tiny(batch, claimed & UNITS - 1, token[_ID_BYTES:])


def make(secret: bytes, id_number: str, unit: int) -> bytes:
    """The token of a unit of the batch with this ID number: 9 bytes that name the unit, and 6 bytes of check."""
    batch = batch_integer(id_number)
    named = _named(batch, unit)
    return named + _check(batch_key(secret, int(id_number[:6]), batch), named)


def batch_key(secret: bytes, county: int, batch: int) -> bytes:
    """The key of one batch's tiny codes, 32 bytes. It depends on the county, which is thus checked but not printed."""
    return hmac.digest(secret, _INFO + b"%06d" % county + batch.to_bytes(6, "big"), hashlib.sha256)


def _named(batch: int, unit: int) -> bytes:
    return (batch << _UNIT_BITS | unit).to_bytes(_ID_BYTES, "big")


def _check(key: bytes, named: bytes) -> bytes:
    return hmac.digest(key, named, hashlib.sha256)[:_CHECK_BYTES]


def batch_of(tiny: Tiny, secret: bytes, counties: Iterable[str]) -> str:
    """The ID number of the batch that a genuine code names; its county is one of `counties`. Raises BadCheck.

    Every county is tried in constant time, so that the time of an answer reveals nothing.
    """
    named = _named(tiny.batch, tiny.unit)
    checks = [(county, _check(batch_key(secret, int(county), tiny.batch), named)) for county in counties]
    right = [county for county, check in checks if hmac.compare_digest(check, tiny.check)]
    if not right:
        raise BadCheck(N_("核验码不符，不是本系统签发的贴纸小码"))
    return id_number_from(right[0], tiny.batch)


@dataclass(frozen=True)
class TinyCodes(CodeRun):
    """The tiny codes of `count` units from the ordinal `first` (from 0). The same units always give the same codes."""

    secret: bytes
    id_number: str
    units: UnitPermutation
    first: int
    count: int

    digits = staticmethod(to_digits)

    def tokens(self, start: int, count: int) -> NDArray[np.uint8]:
        """The tokens (count, 15) of `count` units; `start` counts from the first unit of this run. Raises Invalid."""
        ordinals = self._within(start, count)
        batch = batch_integer(self.id_number)
        key = batch_key(self.secret, int(self.id_number[:6]), batch)
        numbers = self.units.numbers(ordinals)
        named = [_named(batch, unit) for unit in numbers.tolist()]
        return np.frombuffer(b"".join(one + _check(key, one) for one in named), np.uint8).reshape(count, TOKEN_BYTES)
