"""The fields of a unit code, and their bytes and digits. Version 1: 120 bits and the signature, as 191 digits.

A code is made when a batch is issued, printed as a QR symbol, and read by every scan. Printed codes stay in use as long
as their labels, so nothing here may change for version 1 (`tests/vectors/codes-v1.json`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntFlag
from functools import lru_cache
from typing import Self

from ..errors import N_, BadDigits, BadLength, BadRange, BadVersion
from .checkdigits import all_digits, shown
from .idnumber import BATCHES, id_number_from

VERSION = 1
PAYLOAD_BYTES = 15
TOKEN_BYTES = 79  # payload, then 64 bytes of signature
DIGITS = 191  # decimal digits that hold any value below 2^632

FIRST_DAY = date(2020, 1, 1)
LAST_DAY = FIRST_DAY + timedelta(days=2**14 - 1)


class Fact(IntFlag):
    """Flags of the batch on the day of issue: green food, organic, geographical indication, insured."""

    GREEN = 8
    ORGANIC = 4
    GEOGRAPHICAL = 2
    INSURED = 1


@dataclass(frozen=True, slots=True)
class Payload:
    """The signed fields of one unit code. Raises BadRange or BadVersion if a field does not fit its bits.

    `key` is the number in the key list, `county` the GB/T 2260 code, `batch` the integer of the batch's ID
    number, `unit` the permuted ordinal (`units`).
    """

    key: int
    county: int
    batch: int
    unit: int
    harvest_date: date
    facts: Fact = Fact(0)
    version: int = VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)
        _check_range(N_("身份码中的密钥号应在 0 到 %(last)s 之间，这里是 %(value)s"), self.key, 2**7)
        _check_range(N_("身份码中的区划代码应在 0 到 %(last)s 之间，这里是 %(value)s"), self.county, 10**6)
        _check_range(N_("身份码中的批次编号应在 0 到 %(last)s 之间，这里是 %(value)s"), self.batch, BATCHES)
        _check_range(N_("身份码中的单元编号应在 0 到 %(last)s 之间，这里是 %(value)s"), self.unit, 2**27)
        _check_range(N_("身份码中的认证与保险标志应在 0 到 %(last)s 之间，这里是 %(value)s"), int(self.facts), 2**4)
        # A datetime is also a date, but its time of day would be lost in the bits.
        if isinstance(self.harvest_date, datetime) or not FIRST_DAY <= self.harvest_date <= LAST_DAY:
            raise BadRange(
                N_("身份码能记的采收日期为 %(first)s至 %(last)s，这里是 %(day)s"),
                first=FIRST_DAY,
                last=LAST_DAY,
                day=self.harvest_date,
            )

    @property
    def id_number(self) -> str:
        """The ID number of the batch this unit belongs to."""
        return _id_number(self.county, self.batch)

    def to_bytes(self) -> bytes:
        """The 15 bytes that are signed: the fields in order of their bits, big-endian."""
        value = 0
        for field, bits in (
            (self.version, 3),
            (self.key, 7),
            (self.county, 20),
            (self.batch, 45),
            (self.unit, 27),
            ((self.harvest_date - FIRST_DAY).days, 14),
            (int(self.facts), 4),
        ):
            value = value << bits | field
        return value.to_bytes(PAYLOAD_BYTES, "big")

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The payload in 15 bytes. Raises BadLength, BadVersion or BadRange."""
        if len(raw) != PAYLOAD_BYTES:
            raise BadLength(N_("身份码的内容应为 15 字节，这里有 %(count)s 字节"), count=len(raw))
        value = int.from_bytes(raw, "big")
        _check_version(value >> 117)  # checked first, because another version has other fields
        return cls(
            key=value >> 110 & 0x7F,
            county=value >> 90 & 0xF_FFFF,
            batch=value >> 45 & 0x1FFF_FFFF_FFFF,
            unit=value >> 18 & 0x7FF_FFFF,
            harvest_date=FIRST_DAY + timedelta(days=value >> 4 & 0x3FFF),
            facts=_FACTS[value & 0xF],
        )


# Each scan of a batch asks for the same number, and for one of the same sixteen facts; to make them takes a tenth of its time.
_id_number = lru_cache(maxsize=4_096)(id_number_from)
_FACTS = tuple(Fact(value) for value in range(16))


def _check_version(version: int) -> None:
    if version != VERSION:
        raise BadVersion(N_("身份码的版本是 %(version)s，这里只认识版本 1"), version=version)


def _check_range(template: str, value: int, limit: int) -> None:
    if not 0 <= value < limit:
        raise BadRange(template, last=limit - 1, value=value)


def check_digits(text: str) -> None:
    """Raises BadLength or BadDigits unless the text is 191 ASCII digits. The value of the digits is not checked."""
    if len(text) != DIGITS:
        raise BadLength(N_("身份码应为 191 位数字，这里有 %(count)s 位"), count=len(text))
    only_digits(text)


def only_digits(text: str) -> None:
    """Raises BadDigits, which names the first character that is no ASCII digit."""
    if all_digits(text):
        return
    position = next(place for place, digit in enumerate(text, start=1) if not all_digits(digit))
    raise BadDigits(
        N_("身份码只能是数字 0–9，第 %(position)s 位是%(character)s"),
        position=position,
        character=shown(text[position - 1]),
    )


def to_digits(token: bytes) -> str:
    """The digits of a token of 79 bytes: 191 decimal digits, padded with zeros. Raises BadLength."""
    if len(token) != TOKEN_BYTES:
        raise BadLength(N_("身份码应为 79 字节，这里有 %(count)s 字节"), count=len(token))
    return f"{int.from_bytes(token, 'big'):0{DIGITS}d}"


def head_of(digits: str) -> tuple[int, int] | None:
    """Key and county that 191 digits begin with, or None if they begin as no code of version 1. Nothing else is checked."""
    head = int(digits) >> 8 * TOKEN_BYTES - 30
    return (head >> 20 & 0x7F, head & 0xF_FFFF) if head >> 27 == VERSION else None


def from_digits(text: str) -> bytes:
    """The 79 bytes of a code, the inverse of `to_digits`. Raises BadLength, BadDigits or BadRange."""
    check_digits(text)
    value = int(text)
    if value >> 8 * TOKEN_BYTES:
        raise BadRange(N_("这串数字超出了身份码的取值范围"))
    return value.to_bytes(TOKEN_BYTES, "big")
