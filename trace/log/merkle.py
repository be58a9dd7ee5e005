"""The Merkle tree of RFC 6962: hashes, roots, and proofs that an entry is in a tree or that one tree goes on from another.

Making a proof needs the tree, as a function that gives the hash of any complete subtree; checking one needs the proof alone.
The checks are those of RFC 9162, 2.1.3.2 and 2.1.4.2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from ..errors import N_, TraceError

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()

Nodes = Callable[
    [int, int], bytes
]  # the hash of the complete subtree (level, index): of the 2^level leaves from index * 2^level


class BadProof(TraceError):
    """A proof does not show what it should show."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry (RFC 6962, 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees that stand side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(size: int, nodes: Nodes) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _subtree(0, size, nodes) if size else EMPTY_ROOT


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves, from the leaf's sibling upwards. Raises BadProof."""
    if not 0 <= index < size:
        raise BadProof(N_("日志的前 %(size)s 条里没有第 %(index)s 条"), size=size, index=index)
    proof, begin, end = [], 0, size
    while end - begin > 1:
        middle = _middle(begin, end)
        if index < middle:
            proof.append(_subtree(middle, end, nodes))
            end = middle
        else:
            proof.append(_subtree(begin, middle, nodes))
            begin = middle
    return proof[::-1]


def consistency(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old` leaves (RFC 6962, 2.1.2). Raises BadProof."""
    if not 0 <= old <= new:
        raise BadProof(N_("日志只增不减：%(new)s 条接不上 %(old)s 条"), old=old, new=new)
    if old == 0:
        return []
    proof, begin, end = [], 0, new
    while end != old:
        middle = _middle(begin, end)
        if old <= middle:
            proof.append(_subtree(middle, end, nodes))
            end = middle
        else:
            proof.append(_subtree(begin, middle, nodes))
            begin = middle
    if begin:
        proof.append(_subtree(begin, end, nodes))
    return proof[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises BadProof unless `proof` shows that the entry of this leaf hash is number `index` in the tree of this root."""
    if not 0 <= index < size:
        raise BadProof(N_("日志的前 %(size)s 条里没有第 %(index)s 条"), size=size, index=index)
    here, last, found = index, size - 1, leaf
    for sibling in _checked(proof, leaf, root):
        if last == 0:
            raise _too_long()
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            here, last = _next_left(here, last)
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    if last or found != root:
        raise BadProof(N_("存在证明与日志的根哈希不符"))


def check_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raises BadProof unless `proof` shows that the tree of `new_root` begins with that of `old_root`.

    From an empty tree and between equal ones the proof is empty.
    """
    if not 0 <= old <= new:
        raise BadProof(N_("日志只增不减：%(new)s 条接不上 %(old)s 条"), old=old, new=new)
    proof = _checked(proof, *([] if old else [new_root]))
    if old in (0, new):
        is_good = not proof and (old != 0 or old_root == EMPTY_ROOT) and (old != new or old_root == new_root)
    else:
        is_good = (old_root, new_root) == _roots(old, new, proof, old_root)
    if not is_good:
        raise _fork()


def _roots(old: int, new: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """The roots of both trees as the proof has them. Raises BadProof if it has too few hashes or too many."""
    if old & (old - 1) == 0:  # the old tree is itself a complete subtree of the new one, which the proof leaves out
        proof = [old_root, *proof]
    if not proof:
        raise _fork()
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_found = new_found = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            raise _too_long()
        if here & 1 or here == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            here, last = _next_left(here, last)
        else:
            new_found = node_hash(new_found, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise _fork()
    return old_found, new_found


def _next_left(here: int, last: int) -> tuple[int, int]:
    """Up past the levels on which the rightmost node has no sibling to its left."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _checked(proof: Sequence[bytes], *beside: bytes) -> Sequence[bytes]:
    """The proof, once each of its hashes and of those beside it has its 32 bytes."""
    if any(len(one) != HASH_BYTES for one in [*proof, *beside]):
        raise BadProof(N_("证明里的每个哈希应为 32 字节"))
    return proof


def _fork() -> BadProof:
    return BadProof(N_("一致性证明不成立：后来的日志不是原来那份日志接着写的"))


def _too_long() -> BadProof:
    return BadProof(N_("证明里的哈希太多"))


def _middle(begin: int, end: int) -> int:
    """Where RFC 6962 splits a tree: after the largest power of two that is smaller than it."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def _subtree(begin: int, end: int, nodes: Nodes) -> bytes:
    """The hash of the leaves from `begin` to `end`, where `begin` is a place at which RFC 6962 splits a tree."""
    complete = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        complete.append(nodes(level, begin >> level))
        begin += 1 << level
    return _folded(complete)


def _folded(complete: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, the largest first."""
    root = complete[-1]
    for left in reversed(complete[:-1]):
        root = node_hash(left, root)
    return root


@dataclass
class Frontier:
    """A tree that only grows: the few hashes that its next root needs, the largest complete subtree first."""

    size: int = 0
    complete: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, size: int, nodes: Nodes) -> "Frontier":
        """The frontier of a tree that is there already."""
        levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
        return cls(size, [nodes(level, (size >> level) - 1) for level in levels])

    def append(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        found, size = leaf, self.size
        while size & 1:
            found, size = node_hash(self.complete.pop(), found), size >> 1
        self.complete.append(found)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root of all leaves so far."""
        return _folded(self.complete) if self.complete else EMPTY_ROOT
