"""Whom a reader believes: the keys of one log, those of its witnesses, and how many of them must have seen a checkpoint."""

from dataclasses import dataclass
from typing import NamedTuple

from ..errors import N_
from .checkpoint import Checkpoint
from .note import Note, Signed
from .notekeys import Verifier
from .strict import BadNote


class Trusted(NamedTuple):
    """A checkpoint that may be believed, and the good signatures under it: the log's, and those of its witnesses."""

    checkpoint: Checkpoint
    log: list[Signed]
    witnesses: list[Signed]


@dataclass(frozen=True)
class Trust:
    """The log of this `origin`, signed with one of these keys and cosigned by `quorum` of these witnesses or more.

    A witness is a name: one that cosigns with two keys counts once.
    """

    origin: str
    log: tuple[Verifier, ...]
    witnesses: tuple[Verifier, ...] = ()
    quorum: int = 0

    def check(self, note: Note) -> Trusted:
        """The checkpoint in a note. Raises BadNote unless it is of this log, signed by it and by enough witnesses."""
        checkpoint = Checkpoint.parse(note.text)
        if checkpoint.origin != self.origin:
            raise BadNote(N_("这是另一份日志的检查点：%(origin)s"), origin=checkpoint.origin[:100])
        by_log = note.check(self.log)
        seen = note.check([*self.log, *self.witnesses])
        cosigned = [signed for signed in seen if signed.by in self.witnesses]
        if len({signed.by.name for signed in cosigned}) < self.quorum:
            raise BadNote(N_("见证不足：至少要 %(quorum)s 家见证联署"), quorum=self.quorum)
        return Trusted(checkpoint, by_log, cosigned)
