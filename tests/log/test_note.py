"""Signed notes, checkpoints and keys are those of C2SP, and nothing else is taken for one."""

import json
import random

import pytest
from cryptography.exceptions import InvalidSignature

from world.shared import shared
from yipin.log.checkpoint import Checkpoint
from yipin.log.merkle import EMPTY_ROOT
from yipin.log.note import BadNote, Kind, Note, Signer, Verifier, parse, signed
from yipin.log.notekeys import ml_dsa_44_key

# c2sp.org/signed-note, Verifier keys, Example
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
# golang.org/x/mod/sumdb/note, the package's example
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = Checkpoint("yipin.example/log", 7, EMPTY_ROOT).text()


def signers(name="yipin.example/log"):
    return [Signer(name, kind, bytes([kind]) * 32) for kind in Kind]


def test_the_pair_of_the_specification_is_read_and_verified():
    verifier = Verifier.from_vkey(VKEY)
    note = parse(NOTE.encode())
    assert (verifier.name, verifier.key_id.hex(), verifier.vkey) == ("example.com/foo", "530d903a", VKEY)
    assert note.check([verifier]) == [(verifier, None)]
    assert str(note) == NOTE and note.text == "This is an example message.\n"


def test_the_private_key_of_gos_example_gives_its_public_one():
    signer = Signer.from_skey(SKEY)
    assert (signer.verifier.vkey, signer.skey) == (PETER, SKEY)


@pytest.mark.parametrize("signer", signers(), ids=lambda signer: signer.kind.name)
def test_a_key_signs_what_its_published_half_verifies(signer):
    note = parse(bytes(signed(TEXT, [signer], 1_700_000_000)))
    [found] = note.check([Verifier.from_vkey(signer.verifier.vkey)])
    assert found.at == (1_700_000_000 if signer.kind.is_timed else None)
    assert Signer.from_skey(signer.skey) == signer
    assert "seed" not in repr(signer) and signer.seed not in signer.verifier.vkey.encode()


@pytest.mark.parametrize("signer", signers(), ids=lambda signer: signer.kind.name)
def test_a_changed_bit_of_text_time_or_signature_is_refused(signer):
    note, draw = signed(TEXT, [signer], 1_700_000_000), random.Random(1)
    raw = note.signatures[0].raw
    for _ in range(60):
        changed = int.from_bytes(raw, "big") ^ 1 << draw.randrange(len(raw) * 8)
        bad = note.signatures[0].__class__(signer.name, signer.verifier.key_id, changed.to_bytes(len(raw), "big"))
        with pytest.raises(BadNote):
            Note(TEXT, (bad,)).check([signer.verifier])
    for text in [TEXT.replace("7", "8"), TEXT.replace("yipin", "yipln"), TEXT + "more\n"]:
        if not (signer.kind is Kind.ML_DSA_44 and text.endswith("more\n")):  # it does not sign extension lines
            with pytest.raises(BadNote, match="签名不符"):
                Note(text, note.signatures).check([signer.verifier])


def test_a_signature_of_an_unknown_key_is_passed_over_and_a_bad_one_of_a_known_key_is_not():
    known, stranger, *_ = Signer.new("a.example", Kind.ED25519), Signer.new("a.example", Kind.ED25519)
    note = signed(TEXT, [stranger, known])
    assert [found.by for found in note.check([known.verifier])] == [known.verifier]
    with pytest.raises(BadNote, match="没有一个认识的密钥"):
        signed(TEXT, [stranger]).check([known.verifier])
    forged = stranger.sign(TEXT).__class__(known.name, known.verifier.key_id, stranger.sign(TEXT).raw)
    with pytest.raises(BadNote, match="签名不符"):
        note.with_signatures([forged, known.sign(TEXT)]).__class__(TEXT, (forged, *note.signatures)).check(
            [known.verifier]
        )


def test_a_signature_is_put_under_a_text_once():
    signer = Signer.new("a.example", Kind.ED25519)
    note = signed(TEXT, [signer])
    assert note.with_signatures(note.signatures) == note
    assert len(Note(TEXT, note.signatures * 3).check([signer.verifier])) == 1


GOOD = NOTE.split("\n\n")[1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        NOTE.rstrip("\n").encode(),
        NOTE.replace("\n\n", "\n").encode(),
        NOTE.split("—")[0].encode(),
        NOTE.encode() + b"\n",
        NOTE.encode() + b"more\n",
        b"\xff" + NOTE.encode(),
        NOTE.replace("message", "mess\tage").encode(),
        NOTE.replace("message", "mess\rage").encode(),
        NOTE.replace("—", "-").encode(),
        NOTE.replace("— ", "—").encode(),
        NOTE.replace("example.com/foo ", "example.com/foo  ").encode(),
        NOTE.replace("com/foo", "com+foo").encode(),
        NOTE.replace("com/foo", "com\u00a0foo").encode(),
        NOTE.replace("aQM=", "aQM").encode(),
        NOTE.replace("aQM=", "aQN=").encode(),
        NOTE.replace("Uw2QOkn8", "Uw2QOk-8").encode(),
        "text\n\n— name AAAAAA==\n".encode(),
        b"x" * 1_000_001,
        (NOTE + GOOD * 100).encode(),
    ],
)
def test_what_the_specification_refuses_is_refused(content):
    with pytest.raises(BadNote):
        parse(content)


def test_sixteen_large_signatures_are_accepted_and_a_text_may_have_empty_lines():
    signer = Signer("a.example", Kind.ML_DSA_44, bytes(32))
    note = Note(TEXT, tuple(signer.sign(TEXT, at) for at in range(16)))
    assert parse(bytes(note)) == note
    assert parse(b"one\n\n\ntwo\n\n" + GOOD.encode()).text == "one\n\n\ntwo\n"


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("foo", "fooo"),
        VKEY + "=",
        "example.com/foo+530d903a+AA==",
        "example.com/foo+530d903a+AQ==",
        "example.com/foo+530d903a+BgAB",
        "a+b",
        PETER.replace("PeterNeumann", "Peter Neumann"),
    ],
)
def test_a_key_that_is_not_sound_is_refused(vkey):
    for text in [vkey, "PRIVATE+KEY+" + vkey]:
        with pytest.raises(BadNote):
            (Signer.from_skey if text.startswith("PRIVATE") else Verifier.from_vkey)(text)


def test_a_key_under_which_anybody_can_sign_is_refused():
    for low_order in [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"]:
        for kind in (Kind.ED25519, Kind.ED25519_TIMED):
            with pytest.raises(BadNote, match="不是可信的"):
                Verifier("a.example", kind, low_order)


def test_a_key_that_signs_checkpoints_signs_nothing_else():
    for signer in signers():
        if signer.kind.is_timed:
            for text in ["hello\n", "a\nb\nc\n"]:
                with pytest.raises(BadNote):
                    signer.sign(text, 1)
            with pytest.raises(BadNote):
                signer.sign(TEXT, -1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n7\n",
        TEXT.rstrip("\n"),
        TEXT + "\n",
        "\n" + TEXT.split("\n", 1)[1],
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n-7\n"),
        TEXT.replace("\n7\n", "\n+7\n"),
        TEXT.replace("\n7\n", "\n７\n"),
        TEXT.replace("\n7\n", "\n9223372036854775808\n"),
        TEXT.replace("\n7\n", "\n\n"),
        TEXT.replace("47DEQ", "47DE"),
        TEXT.replace("uFU=", "uFV="),
        TEXT.replace("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "AAAA"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_a_checkpoint_is_written_as_it_is_read():
    for checkpoint in [
        Checkpoint("a", 0, EMPTY_ROOT),
        Checkpoint("渌口.example/日志", 2**63 - 1, bytes(32), ("more", "lines")),
    ]:
        assert Checkpoint.parse(checkpoint.text()) == checkpoint
    for origin, size in [("", 1), ("a\nb", 1), ("a", -1), ("a", 2**63)]:
        with pytest.raises(BadNote):
            Checkpoint(origin, size, EMPTY_ROOT)


def test_ml_dsa_44_verifies_as_published_by_wycheproof():
    told = json.loads(shared("vectors", "wycheproof-mldsa44-verify.json").read_text())
    seen = 0
    for group in told["testGroups"]:
        for case in group["tests"]:
            seen += 1
            assert holds(group, case) == (case["result"] == "valid"), case
    assert seen == told["numberOfTests"]


def holds(group, case):
    try:
        key = ml_dsa_44_key(bytes.fromhex(group["publicKey"]))
        key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]), bytes.fromhex(case.get("ctx", "")))
    except (BadNote, InvalidSignature, ValueError):
        return False
    return True
