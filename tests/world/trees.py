"""Merkle trees the slow and plain way, word for word as RFC 6962, 2.1 defines them, to compare ours with."""

from functools import cache
from hashlib import sha256


def leaf(number: int) -> bytes:
    """The leaf hash of the entry that is this number in decimal digits."""
    return sha256(b"\x00" + str(number).encode()).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


@cache
def root(begin: int, end: int) -> bytes:
    """MTH(D[begin:end]), where entry n is the digits of n."""
    if begin == end:
        return sha256(b"").digest()
    if end - begin == 1:
        return leaf(begin)
    middle = begin + split(end - begin)
    return sha256(b"\x01" + root(begin, middle) + root(middle, end)).digest()


def path(index: int, begin: int, end: int) -> list[bytes]:
    """PATH(index, D[begin:end]) of RFC 6962, 2.1.1."""
    if end - begin == 1:
        return []
    middle = begin + split(end - begin)
    if index < middle:
        return [*path(index, begin, middle), root(middle, end)]
    return [*path(index, middle, end), root(begin, middle)]


def grown(old: int, new: int) -> list[bytes]:
    """PROOF(old, D[0:new]) of RFC 6962, 2.1.2."""
    return _subproof(old, 0, new, True)


def _subproof(old: int, begin: int, end: int, known: bool) -> list[bytes]:
    if old == end:
        return [] if known else [root(begin, end)]
    middle = begin + split(end - begin)
    if old <= middle:
        return [*_subproof(old, begin, middle, known), root(middle, end)]
    return [*_subproof(old, middle, end, False), root(begin, middle)]


def node(level: int, index: int) -> bytes:
    """The hash of a complete subtree, as `yipin.log.merkle.Nodes`."""
    return root(index << level, (index + 1) << level)
