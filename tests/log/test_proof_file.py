"""A .tlog-proof shows offline that an entry is in a log that was witnessed, and nothing less is taken for one."""

import pytest

from world import trees
from yipin.log import note, proof_file
from yipin.log.checkpoint import Checkpoint
from yipin.log.merkle import BadProof, inclusion
from yipin.log.note import BadNote, Kind, Signer
from yipin.log.proof_file import ProofFile
from yipin.log.trust import Trust

LOG = Signer("yipin.example/log", Kind.ED25519, b"l" * 32)
WITNESSES = [
    Signer(f"w{number}.example", kind, b"w" * 32) for number in (1, 2) for kind in (Kind.ED25519_TIMED, Kind.ML_DSA_44)
]


def trust(quorum=2):
    return Trust(LOG.name, (LOG.verifier,), tuple(one.verifier for one in WITNESSES), quorum)


def made(signers, origin=LOG.name, extra=b""):
    text = Checkpoint(origin, 300, trees.root(0, 300)).text()
    return ProofFile(77, tuple(inclusion(77, 300, trees.node)), note.signed(text, signers, 1), extra)


def test_a_proof_is_read_as_it_was_written_and_checked():
    for extra in (b"", b"what nobody signed"):
        whole = made([LOG, *WITNESSES], extra=extra)
        read = proof_file.parse(bytes(whole))
        assert read == whole
        found = read.check(b"77", trust())
        assert (found.checkpoint.size, len(found.log), len(found.witnesses)) == (300, 1, 4)


def test_another_entry_too_few_witnesses_and_another_log_are_refused():
    with pytest.raises(BadProof):
        made([LOG, *WITNESSES]).check(b"78", trust())
    with pytest.raises(BadNote, match="见证不足"):
        made([LOG, *WITNESSES[:2]]).check(b"77", trust())  # two keys of one witness
    with pytest.raises(BadNote, match="没有一个认识的密钥"):
        made(WITNESSES).check(b"77", trust())
    with pytest.raises(BadNote, match="另一份日志"):
        made([LOG, *WITNESSES], origin="other.example").check(b"77", trust())


GOOD = bytes(made([LOG]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        GOOD[1:],
        GOOD.replace(b"@v1", b"@v2"),
        GOOD.replace(b"index 77\n", b""),
        GOOD.replace(b"index 77", b"index 077"),
        GOOD.replace(b"index 77", b"extra \nindex 77"),
        GOOD.replace(b"index 77", b"extra YQ==\nextra YQ==\nindex 77"),
        GOOD.replace(b"index 77\n", b"index 77\nAAAA\n"),
        GOOD.replace(b"index 77\n", b"index 77\n" + GOOD.split(b"\n")[2] + b" \n"),
        GOOD.replace(b"\n\n", b"\n", 1),
        GOOD.split(b"\n\n")[0] + b"\n",
        b"\xff" + GOOD,
    ],
)
def test_what_is_no_proof_file_is_refused(content):
    with pytest.raises(BadNote):
        proof_file.parse(content)
