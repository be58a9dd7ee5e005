"""Sorted whole numbers in few bytes: the steps between them in Golomb–Rice code, each with a tag of some bits beside it.

A list is: how many numbers (varint, least group of seven bits first), the parameter k (one byte), then the bits of all numbers,
filled with zeros to a whole byte. A number n after p (the first: after -1) is the step n - p - 1: its upper part (step >> k) in
ones that a zero ends, its k lower bits, then its tag. k is the least that makes the bits fewest, so a list has one spelling, and
whatever has another is refused. `static/check/format.js` reads and writes the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import N_, TraceError

LARGEST = 2**45 - 1  # of a number: JavaScript reckons with it exactly
MOST_BITS = 45  # of k
Entry = tuple[int, int]
"""A number and its tag."""


class BadBundle(TraceError):
    """The bytes are no status bundle of ours: damaged, or changed by somebody."""


def encode(entries: Sequence[Entry], tag_bits: int) -> bytes:
    """The bytes of rising numbers, up to `LARGEST`, with tags below 2^tag_bits. Raises ValueError for others."""
    steps = list(_steps([number for number, _ in entries]))
    k = _parameter(steps)
    bits = "".join(
        "1" * (step >> k) + "0" + _binary(step & (1 << k) - 1, k) + _binary(tag, tag_bits)
        for step, (_, tag) in zip(steps, entries, strict=True)
    )
    count = -(-len(bits) // 8)
    return _varint(len(entries)) + bytes([k]) + int(bits.ljust(count * 8, "0") or "0", 2).to_bytes(count, "big")


def decode(raw: bytes, at: int, tag_bits: int) -> tuple[list[Entry], int]:
    """The list that begins at a place of `raw`, and where it ends. Raises BadBundle unless it is spelled as `encode` does."""
    count, start = _read_varint(raw, at)
    if start >= len(raw) or raw[start] > MOST_BITS or count > 8 * (len(raw) - start):
        raise broken()
    reader = Bits(raw, start + 1)
    entries, last = [], -1
    for _ in range(count):
        last += 1 + (reader.ones() << raw[start]) + reader.take(raw[start])
        if last > LARGEST:
            raise broken()
        entries.append((last, reader.take(tag_bits)))
    if encode(entries, tag_bits) != raw[at : reader.end]:
        raise broken()
    return entries, reader.end


@dataclass
class Bits:
    """Reads bits from a place of some bytes on, the highest of each byte first. Raises BadBundle where they end."""

    raw: bytes
    start: int
    done: int = 0

    def take(self, count: int) -> int:
        """The next bits as a number."""
        value = 0
        for _ in range(count):
            value = value << 1 | self._bit()
        return value

    def ones(self) -> int:
        """How many ones come before the next zero, which is passed as well."""
        count = 0
        while self._bit():
            count += 1
        return count

    @property
    def end(self) -> int:
        """The place after the last byte of which a bit was read."""
        return self.start + -(-self.done // 8)

    def _bit(self) -> int:
        at = self.start + self.done // 8
        if at >= len(self.raw):
            raise broken()
        bit = self.raw[at] >> 7 - self.done % 8 & 1
        self.done += 1
        return bit


def broken() -> BadBundle:
    """What is raised for bytes that do not fit exactly."""
    return BadBundle(N_("名单的内容已损坏或被改动过"))


def _steps(numbers: Sequence[int]) -> Iterator[int]:
    last = -1
    for number in numbers:
        if not last < number <= LARGEST:
            raise ValueError(f"{number} does not come after {last}, or is too large")
        yield number - last - 1
        last = number


def _parameter(steps: Sequence[int]) -> int:
    """The least k of those that take the fewest bits."""
    return min(range(MOST_BITS + 1), key=lambda k: (len(steps) * k + sum(step >> k for step in steps), k))


def _binary(value: int, bits: int) -> str:
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{value} has more than {bits} bits")
    return f"{value:0{bits}b}" if bits else ""


def _varint(value: int) -> bytes:
    written = b""
    while value > 0x7F:
        written += bytes([value & 0x7F | 0x80])
        value >>= 7
    return written + bytes([value])


def _read_varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(5):
        if at + place >= len(raw):
            break
        byte = raw[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise broken()
