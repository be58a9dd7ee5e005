"""One file that shows offline that an entry is in the log and who saw it there (c2sp.org/tlog-proof, `.tlog-proof`)."""

from dataclasses import dataclass

from ..errors import N_
from . import note
from .merkle import check_inclusion, leaf_hash
from .note import Note
from .strict import BadNote, decoded, encoded, hash_of, size_of
from .trust import Trust, Trusted

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63


@dataclass(frozen=True)
class ProofFile:
    """The entry's number from 0, the hashes from its sibling upwards, and the checkpoint as the log and witnesses signed it.

    `extra` is signed by nobody.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        extra = [f"extra {encoded(self.extra)}"] if self.extra else []
        lines = [FIRST_LINE, *extra, f"index {self.index}", *(encoded(one) for one in self.proof)]
        return ("\n".join(lines) + "\n\n").encode() + bytes(self.checkpoint)

    def check(self, entry: bytes, trust: Trust) -> Trusted:
        """The checkpoint that has this entry. Raises BadNote if it may not be believed, BadProof if the entry is not in it."""
        trusted = trust.check(self.checkpoint)
        of = trusted.checkpoint
        check_inclusion(leaf_hash(entry), self.index, of.size, self.proof, of.root)
        return trusted


def parse(content: bytes) -> ProofFile:
    """The proof in a file, not yet checked. Raises BadNote."""
    head, blank, checkpoint = content.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise _malformed() from None
    if not blank or first != FIRST_LINE or not lines:
        raise _malformed()
    extra = decoded(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index ") or len(lines) > MOST_HASHES + 1:
        raise _malformed()
    hashes = tuple(hash_of(line) for line in lines[1:])
    return ProofFile(size_of(lines[0].removeprefix("index ")), hashes, note.parse(checkpoint), extra)


def _malformed() -> BadNote:
    return BadNote(N_("不是日志存在证明文件（.tlog-proof）"))
