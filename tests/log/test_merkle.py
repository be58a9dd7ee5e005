"""Roots and proofs are those of RFC 6962, and no changed proof is taken for one."""

import base64
import json
import os
import random

import pytest

from world import trees
from world.shared import shared
from yipin.log.merkle import (
    EMPTY_ROOT,
    BadProof,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash,
    node_hash,
    root_of,
)

SOAK = int(os.environ.get("SOAK_PROOFS", "0"))
SEED = int(os.environ.get("SOAK_SEED", "0"))


def raw(text):
    return base64.b64decode(text or "")


def vectors(name):
    return json.loads(shared("vectors", name).read_text())["cases"]


def fails(check, *arguments):
    try:
        check(*arguments)
    except BadProof:
        return True
    return False


@pytest.mark.parametrize("name", ["merkle-inclusion.json", "merkle-consistency.json"])
def test_the_published_vectors_hold_and_fail_as_they_say(name):
    cases = vectors(name)
    assert len(cases) == 98
    for case in cases:
        proof = [raw(one) for one in case["proof"] or ()]
        if "leafIdx" in case:
            told = (raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, raw(case["root"]))
            assert fails(check_inclusion, *told) == case["wantErr"], case["file"]
        else:
            told = (case["size1"], case["size2"], proof, raw(case["root1"]), raw(case["root2"]))
            assert fails(check_consistency, *told) == case["wantErr"], case["file"]


def test_the_hashes_are_those_of_the_rfc():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(0, trees.node) == Frontier().root == EMPTY_ROOT


def test_a_frontier_has_the_root_of_each_size_and_can_be_taken_up_again():
    frontier = Frontier()
    for size in range(1, 301):
        frontier.append(leaf_hash(str(size - 1).encode()))
        assert frontier.root == trees.root(0, size) == root_of(size, trees.node)
        assert Frontier.of(size, trees.node) == frontier


def test_every_inclusion_proof_up_to_300_leaves_is_the_plain_one_and_holds():
    for size in range(1, 301):
        root = trees.root(0, size)
        for index in range(size):
            proof = inclusion(index, size, trees.node)
            assert proof == trees.path(index, 0, size)
            check_inclusion(trees.leaf(index), index, size, proof, root)


def test_every_consistency_proof_up_to_300_leaves_is_the_plain_one_and_holds():
    for new in range(1, 301):
        for old in range(1, new + 1):
            proof = consistency(old, new, trees.node)
            assert proof == trees.grown(old, new)
            check_consistency(old, new, proof, trees.root(0, old), trees.root(0, new))


class Big:
    """A tree of a million leaves: all its complete subtrees, level by level."""

    SIZE = 1_000_000

    def __init__(self):
        self.levels = [[leaf_hash(number.to_bytes(4, "big")) for number in range(self.SIZE)]]
        while len(below := self.levels[-1]) > 1:
            self.levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])

    def node(self, level, index):
        return self.levels[level][index]


class Endless:
    """A tree without end whose leaves are alike: its subtrees cost one hash a level, so any size can be asked about."""

    def __init__(self):
        self.hashes = [leaf_hash(b"alike")]
        for _ in range(64):
            self.hashes.append(node_hash(self.hashes[-1], self.hashes[-1]))

    def node(self, level, index):
        return self.hashes[level]


def random_proofs(tree, size, count):
    """So many pairs of proofs from a tree of up to `size` leaves, each checked."""
    draw = random.Random(SEED)
    leaf = tree.node(0, 0)
    for _ in range(count):
        new = draw.randint(1, size)
        old, index = draw.randint(1, new), draw.randrange(new)
        new_root, old_root = root_of(new, tree.node), root_of(old, tree.node)
        leaf = tree.node(0, index)
        check_inclusion(leaf, index, new, inclusion(index, new, tree.node), new_root)
        check_consistency(old, new, consistency(old, new, tree.node), old_root, new_root)


def test_random_proofs_of_trees_of_any_size_hold():
    random_proofs(Endless(), 2**63 - 1, 400)


@pytest.mark.skipif(not SOAK, reason="scripts/soak proofs")
def test_random_proofs_of_a_tree_of_a_million_leaves_hold():
    random_proofs(Big(), Big.SIZE, SOAK)


def flipped(draw, hashes):
    """The same hashes but for one bit."""
    changed = [*hashes]
    at, bit = draw.randrange(len(hashes)), draw.randrange(256)
    changed[at] = (int.from_bytes(changed[at], "big") ^ 1 << bit).to_bytes(32, "big")
    return changed


def damaged(draw, hashes):
    """The hashes with one bit changed, with one dropped or doubled, or with two exchanged: leaf or roots, and the proof."""
    at, other = draw.randrange(len(hashes)), draw.randrange(2, len(hashes)) if len(hashes) > 2 else 0
    way = draw.randrange(6) if other else 0
    if way == 1:
        return [*hashes[:other], *hashes[other + 1 :]]
    if way == 2:
        return [*hashes, hashes[other]]
    if way == 3 and hashes[at] != hashes[other]:
        changed = [*hashes]
        changed[at], changed[other] = hashes[other], hashes[at]
        return changed
    return flipped(draw, hashes)


def test_a_proof_with_one_thing_changed_is_refused():
    draw = random.Random(SEED)
    for _ in range(max(6000, SOAK * 10) // 3):
        new = draw.randint(2, 300)
        old, index = draw.randint(1, new - 1), draw.randrange(new)
        root, old_root, leaf = trees.root(0, new), trees.root(0, old), trees.leaf(index)

        path = trees.path(index, 0, new)
        told_leaf, told_root, *proof = damaged(draw, [leaf, root, *path])
        assert fails(check_inclusion, told_leaf, index, new, proof, told_root), (index, new)
        elsewhere = index ^ 1 << draw.randrange(9)
        assert fails(check_inclusion, leaf, elsewhere, new, path, root), (index, elsewhere, new)

        told_old, told_new, *proof = damaged(draw, [old_root, root, *trees.grown(old, new)])
        assert fails(check_consistency, old, new, proof, told_old, told_new), (old, new)


def test_what_cannot_be_proven_is_refused():
    root, leaf = trees.root(0, 5), trees.leaf(0)
    for index, size in [(-1, 5), (5, 5), (0, 0)]:
        assert fails(inclusion, index, size, trees.node) and fails(check_inclusion, leaf, index, size, [], root)
    for old, new in [(-1, 5), (6, 5)]:
        assert fails(consistency, old, new, trees.node) and fails(check_consistency, old, new, [], root, root)
    assert fails(check_inclusion, leaf, 0, 5, [b"short"], root)


def test_every_log_begins_with_the_empty_one_and_needs_no_proof_of_it():
    root = trees.root(0, 5)
    assert consistency(0, 5, trees.node) == []
    check_consistency(0, 5, [], EMPTY_ROOT, root)
    check_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    for old_root, proof in [(root, []), (EMPTY_ROOT, [root])]:
        assert fails(check_consistency, 0, 5, proof, old_root, root)
    assert fails(check_consistency, 5, 5, [], trees.root(0, 4), root)
