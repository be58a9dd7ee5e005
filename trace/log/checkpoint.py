"""What a log says of itself at one moment: its name, how many entries it has, and their root (c2sp.org/tlog-checkpoint)."""

from dataclasses import dataclass

from ..errors import N_
from .merkle import HASH_BYTES
from .strict import LARGEST_SIZE, BadNote, encoded, hash_of, size_of


@dataclass(frozen=True)
class Checkpoint:
    """The text of a checkpoint, without its signatures. Raises BadNote if a field cannot stand in one.

    `origin` names the log and outlives any address of it. `extension` are further lines, which ours leave empty: an
    ML-DSA signature does not cover them.
    """

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extension):
            if not line or any(character < " " for character in line):
                raise BadNote(N_("检查点的每一行都不能空，也不能有控制字符"))
        if not 0 <= self.size <= LARGEST_SIZE or len(self.root) != HASH_BYTES:
            raise BadNote(N_("检查点的条数或根哈希不对"))

    def text(self) -> str:
        """What is signed: it ends with a newline."""
        return "\n".join([self.origin, str(self.size), encoded(self.root), *self.extension]) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint in a note's text. Raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise BadNote(N_("检查点应至少有三行：日志名、条数、根哈希，末尾换行"))
        origin, size, root, *extension = lines
        return cls(origin, size_of(size), hash_of(root), tuple(extension))
