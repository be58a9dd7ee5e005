"""scripts/auditor, which shares nothing with the program, finds true what is and false what is not, from files alone."""

import ast
import json
import random
import sys
from datetime import UTC, date, datetime
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from world import trees
from yipin.codes import keys as keyring
from yipin.codes.payload import Fact, Payload
from yipin.codes.signing import sign
from yipin.log import note
from yipin.log.checkpoint import Checkpoint
from yipin.log.merkle import consistency, inclusion
from yipin.log.note import Kind, Signer
from yipin.log.proof_file import ProofFile
from yipin.log.strict import encoded
from yipin.status import bundle, parts
from yipin.status.parts import State
from yipin.status.publisher import mark

AUDITOR = Path(__file__).parents[2] / "scripts" / "auditor"
NAME = "yipin.example/log"
LOG = [Signer(NAME, kind, b"l" * 32) for kind in (Kind.ED25519, Kind.ML_DSA_44)]
WITNESS = [Signer("w.example", kind, b"w" * 32) for kind in (Kind.ED25519_TIMED, Kind.ML_DSA_44)]
TRUST = [f"--log={one.verifier.vkey}" for one in LOG] + [f"--witness={one.verifier.vkey}" for one in WITNESS]


@pytest.fixture
def audit(monkeypatch, capsys):
    loader = SourceFileLoader("auditor", str(AUDITOR))
    module = module_from_spec(spec_from_loader("auditor", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["auditor", *map(str, words)])
        return module.main(), capsys.readouterr().out

    run.module = module
    return run


def checkpoint(size, signers=(*LOG, *WITNESS)):
    return note.signed(Checkpoint(NAME, size, trees.root(0, size)).text(), signers, 1_800_000_000)


def test_it_is_one_short_file_that_needs_the_standard_library_and_cryptography_alone():
    text = AUDITOR.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    imported = set()
    for line in ast.walk(ast.parse(text)):
        if isinstance(line, ast.Import):
            imported |= {name.name for name in line.names}
        if isinstance(line, ast.ImportFrom):
            imported.add(line.module)
    roots = {name.split(".")[0] for name in imported}
    assert roots - {"cryptography"} <= sys.stdlib_module_names and "trace" not in roots


def test_a_code_is_told_from_a_forged_one(audit, tmp_path):
    key = keyring.new_key(tmp_path, datetime(2026, 7, 1, tzinfo=UTC))
    ring = keyring.KeyRing.load(tmp_path)
    code = sign(
        Payload(key.number, 430212, 12345, 7, date(2026, 7, 2), Fact.ORGANIC),
        ring.signer(datetime(2026, 7, 2, tzinfo=UTC)),
    )
    keys = f"--keys={tmp_path / 'keys.json'}"
    status, said = audit("code", f"https://t.example/{code}", keys)
    assert status == 0 and "430212" in said and "2026-07-02" in said and "有机" in said and "绿色" not in said
    assert audit("code", f"{int(code) ^ 1:0191d}", keys)[0] == 1
    assert audit("code", code[1:], keys)[0] == 2
    assert audit("code", f"{int(code) ^ 1 << 110 + 512:0191d}", keys)[0] == 2  # a key that is not in the list


def test_a_checkpoint_is_believed_with_its_signatures_and_witnesses(audit, tmp_path):
    old, new, path = tmp_path / "old", tmp_path / "new", tmp_path / "path"
    old.write_bytes(bytes(checkpoint(5)))
    new.write_bytes(bytes(checkpoint(300)))
    path.write_text("\n".join(encoded(one) for one in consistency(5, 300, trees.node)))
    status, said = audit("checkpoint", new, *TRUST, "--quorum=1", f"--old={old}", f"--consistency={path}")
    assert status == 0 and "5 条到 300 条：只增不改" in said and "w.example" in said
    assert audit("checkpoint", new, *TRUST, "--quorum=2")[0] == 1
    assert audit("checkpoint", new, *TRUST[2:], TRUST[2].replace("witness", "log"))[0] == 1
    assert audit("checkpoint", new, *TRUST, f"--old={old}")[0] == 1
    for place in (0, 1, 2, 3):
        signatures = list(checkpoint(300).signatures)
        one = signatures[place]
        signatures[place] = one.__class__(one.name, one.key_id, one.raw[:-1] + bytes([one.raw[-1] ^ 1]))
        new.write_bytes(bytes(note.Note(checkpoint(300).text, tuple(signatures))))
        assert audit("checkpoint", new, *TRUST)[0] == 1
    assert audit("checkpoint", tmp_path / "missing", *TRUST)[0] == 2


def test_an_entry_is_found_in_the_log_by_its_proof(audit, tmp_path):
    proof, entry = tmp_path / "a.tlog-proof", tmp_path / "entry"
    for index in (0, 77, 255, 256, 299):
        entry.write_bytes(str(index).encode())
        hashes = tuple(inclusion(index, 300, trees.node))
        proof.write_bytes(bytes(ProofFile(index, hashes, checkpoint(300), b"unsigned")))
        status, said = audit("proof", proof, f"--entry={entry}", *TRUST, "--quorum=1")
        assert status == 0 and f"第 {index} 条" in said
        entry.write_bytes(b"another")
        assert audit("proof", proof, f"--entry={entry}", *TRUST)[0] == 1


def test_growth_and_inclusion_are_judged_as_by_the_program_for_every_small_tree(audit):
    told = audit.module
    for new in range(1, 40):
        for old in range(1, new + 1):
            proof = trees.grown(old, new)
            told.grown(old, trees.root(0, old), new, trees.root(0, new), proof)
            told.included(str(old - 1).encode(), old - 1, new, trees.path(old - 1, 0, new), trees.root(0, new))
            with pytest.raises(told.Bad):
                told.grown(old, trees.root(1, old + 1), new, trees.root(0, new), proof)
            with pytest.raises(told.Bad):
                told.grown(old, trees.root(0, old), new, trees.root(0, new), [*proof, bytes(32)])
            with pytest.raises(told.Bad):
                told.included(b"other", old - 1, new, trees.path(old - 1, 0, new), trees.root(0, new))


def test_a_key_under_which_anybody_can_sign_is_refused(audit):
    for y in (0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18):
        for side in (0, 1 << 255):
            with pytest.raises(audit.module.Bad):
                audit.module.ed25519((y | side).to_bytes(32, "little"))
    for order_8 in (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ):
        with pytest.raises(audit.module.Bad):
            audit.module.ed25519(bytes.fromhex(order_8))


def bundled(tmp_path, listed=None):
    """A bundle of three stopped batches as a file, and its key."""
    batches = parts.batches_part({(430225, 77): State.RECALLED, (430225, 90): State.HELD, (430223, 5): State.WITHDRAWN})
    signer = Signer("yipin-status/1", Kind.ED25519, b"s" * 32)
    part, when = bundle.Part.of(batches), datetime(2026, 7, 20, tzinfo=UTC)
    head = bundle.Head(signer.name, 7, when, when + bundle.LASTS, {"batches": part, "voids-430225": part})
    note_text = bundle.signed(head, signer)
    path = tmp_path / "bundle"
    path.write_text(bundle.whole(note_text, batches if listed is None else listed), "utf-8")
    return path, f"--status={signer.verifier.vkey}", mark(note_text)


def test_a_bundle_says_how_a_batch_stands_and_holds_with_its_leaf_alone(audit, tmp_path):
    path, status, said_of = bundled(tmp_path)
    key = keyring.new_key(tmp_path, datetime(2026, 7, 1, tzinfo=UTC))
    signer = keyring.KeyRing.load(tmp_path).signer(datetime(2026, 7, 2, tzinfo=UTC))
    for batch, word in ((77, "已召回"), (90, "已冻结"), (91, "不在停售名单上")):
        code = sign(Payload(key.number, 430225, batch, 7, date(2026, 7, 2), Fact.ORGANIC), signer)
        held, said = audit("bundle", path, status, f"--code={code}")
        assert held == 0 and "停售 3 批" in said and word in said
    leaf = tmp_path / "leaf.json"
    for number, sha256, expected in ((7, said_of, 0), (8, said_of, 1), (7, "0" * 64, 1)):
        leaf.write_text(json.dumps({"data": {"number": number, "sha256": sha256}}))
        assert audit("bundle", path, status, f"--leaf={leaf}")[0] == expected


def test_a_bundle_of_another_key_with_another_list_or_of_changes_alone_does_not_hold(audit, tmp_path):
    path, status, _ = bundled(tmp_path)
    other = Signer("yipin-status/1", Kind.ED25519, b"t" * 32)
    assert audit("bundle", path, f"--status={other.verifier.vkey}")[0] == audit("bundle", path)[0] == 1
    path.write_text(path.read_text("utf-8").replace("\nbatches ", "\nchanges 6 "), "utf-8")
    assert audit("bundle", path, status)[0] == 2
    assert audit("bundle", bundled(tmp_path, listed=b"")[0], status)[0] == 1


def test_it_reads_every_list_as_it_was_written(audit):
    chance = random.Random(2)
    many = {
        (chance.choice([430202, 430225]), chance.randrange(31**9)): chance.choice(list(State)[1:]) for _ in range(300)
    }
    for some in ({}, {(430225, 0): State.HELD}, many):
        assert dict(audit.module.stopped(parts.batches_part(some))) == some
