"""Another program for the same formats, `tlog-scales`, reads our log, proofs and signatures, and we read its."""

import random

import pytest

from world import trees
from yipin.log import note
from yipin.log.checkpoint import Checkpoint
from yipin.log.merkle import check_consistency, check_inclusion, consistency, inclusion, leaf_hash, root_of
from yipin.log.note import Kind, Signer, Verifier
from yipin.log.tiles import Tiles

pytest.importorskip("tlog_scales", reason="tlog-scales is not installed")
from tlog_scales import backend, reader, signing, tlog, writer  # noqa: E402

NAME = "yipin.example/log"
SIZES = [1, 2, 255, 256, 257, 700, 1100]


def entries(begin, end):
    return [str(number).encode() for number in range(begin, end)]


@pytest.mark.parametrize("kind", list(Kind))
def test_it_verifies_our_signatures(kind):
    signer = Signer.new(NAME, kind)
    text = bytes(note.signed(Checkpoint(NAME, 700, trees.root(0, 700)).text(), [signer], 1_800_000_000)).decode()
    read = tlog.Checkpoint.from_text(text)
    read.verify(signing.Vkey.from_string(signer.verifier.vkey))
    assert read.serialize() == text and read.root_hash == trees.root(0, 700)


def test_it_reads_our_tiles_and_its_proofs_are_ours(tmp_path):
    tiles, begin, draw = Tiles(tmp_path), 0, random.Random(1)
    for size in SIZES:
        tiles.extend(begin, entries(begin, size))
        begin = size
        theirs = reader.TilesReader(backend.LocalBackend(tmp_path))
        theirs.set_size(size)
        assert theirs.calculate_root_hash() == root_of(size, tiles.node)
        for index in {0, size - 1, *(draw.randrange(size) for _ in range(10))}:
            assert theirs.get_entry(index) == tiles.entry(index)
            proof = theirs.get_inclusion_proof(index, size)
            assert proof.node_hashes == inclusion(index, size, tiles.node)
            proof.check(leaf_hash(tiles.entry(index)), trees.root(0, size))
            old = index + 1
            grown = tlog.ConsistencyProof(old, size, consistency(old, size, tiles.node))
            grown.check(trees.root(0, old), trees.root(0, size))
            assert grown == theirs.get_consistency_proof(old, size)


def test_we_read_its_log(tmp_path):
    signers = [signing.PlainEd25519Signer(NAME, b"e" * 32), signing.MLDSA44CosignatureSigner(NAME, b"m" * 32)]
    theirs, ours = writer.TilesWriter.create(tmp_path / "log", NAME), Tiles(tmp_path / "log")
    old = 0
    for size in SIZES:
        for entry in entries(old, size):
            theirs.add_leaf(entry)
        theirs.commit(signers)
        signed = note.parse((tmp_path / "log" / "checkpoint").read_bytes())
        assert len(signed.check([Verifier.from_vkey(one.vkey.serialize()) for one in signers])) == 2
        checkpoint = Checkpoint.parse(signed.text)
        assert (checkpoint.size, checkpoint.root) == (size, root_of(size, ours.node))
        assert ours.entry(size - 1) == str(size - 1).encode()
        proof = theirs.reader.get_inclusion_proof(size - 1, size)
        check_inclusion(leaf_hash(ours.entry(size - 1)), size - 1, size, proof.node_hashes, checkpoint.root)
        if old:
            grown = theirs.reader.get_consistency_proof(old, size)
            check_consistency(old, size, grown.node_hashes, trees.root(0, old), checkpoint.root)
        old = size


def test_our_writer_goes_on_where_its_writer_stopped(tmp_path):
    theirs = writer.TilesWriter.create(tmp_path / "log", NAME)
    for entry in entries(0, 300):
        theirs.add_leaf(entry)
    theirs.commit([signing.PlainEd25519Signer(NAME, b"e" * 32)])
    ours = Tiles(tmp_path / "log")
    ours.extend(300, entries(300, 600))
    assert root_of(600, ours.node) == trees.root(0, 600)
