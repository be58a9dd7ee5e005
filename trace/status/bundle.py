"""The status bundle as a file: a signed note (C2SP) that says of when it speaks, and behind it the list of batches.

<origin>                        who speaks; not bound to a host
<sequence>                      never goes back
as-of <unix seconds>            what was acknowledged before is in the list
next <unix seconds>             from then on it is stale
log <size> <base64 root>        of the public log when the list was made; size 0 where there is none
part <name> <bytes> <sha256>    for each part: `batches`, and `voids-430225` in a file of its own
                                (an empty line)
— <origin> <signature>
                                (an empty line)
batches <base64>                or: changes <the sequence before> <base64>
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ..errors import N_
from ..log.merkle import EMPTY_ROOT
from ..log.note import BadNote, Signer, Verifier, parse
from ..log.note import signed as signed_note
from .parts import Batch, Standings, State, batches_part, changed, read_batches
from .rice import BadBundle, broken

LASTS = timedelta(hours=24)  # after which a list is stale
BATCHES = "batches"
_NUMBER = "(0|[1-9][0-9]{0,14})"
_HEAD = re.compile(
    rf"(\S+)\n{_NUMBER}\nas-of {_NUMBER}\nnext {_NUMBER}\nlog {_NUMBER} (\S{{44}})\n((?:part [^\n]*\n)*)"
)
_PART = re.compile(rf"part ([a-z0-9-]+) {_NUMBER} ([0-9a-f]{{64}})")
_BEHIND = re.compile(rf"(?:batches|changes {_NUMBER}) ([A-Za-z0-9+/=]*)\n?")


@dataclass(frozen=True)
class LogHead:
    """How large the public log was, and its root."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True)
class Part:
    """The length of a part in bytes, and its SHA-256 in hexadecimal."""

    size: int
    sha256: str

    @classmethod
    def of(cls, raw: bytes) -> "Part":
        return cls(len(raw), hashlib.sha256(raw).hexdigest())

    def refuse_other(self, raw: bytes) -> None:
        """Raises BadBundle unless these are the bytes of the part."""
        if Part.of(raw) != self:
            raise broken()


@dataclass(frozen=True)
class Head:
    """What a bundle's note says. Moments are aware, in UTC, of whole seconds."""

    origin: str
    sequence: int
    as_of: datetime
    next: datetime
    parts: Mapping[str, Part]
    log: LogHead = field(default_factory=LogHead)

    def text(self) -> str:
        """The note's text, which is signed."""
        lines = [self.origin, str(self.sequence), f"as-of {_unix(self.as_of)}", f"next {_unix(self.next)}"]
        lines.append(f"log {self.log.size} {base64.b64encode(self.log.root).decode('ascii')}")
        lines += [f"part {name} {part.size} {part.sha256}" for name, part in sorted(self.parts.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The inverse of `text`. Raises BadBundle."""
        found = _HEAD.fullmatch(text)
        if not found:
            raise broken()
        origin, sequence, as_of, following, size, root, parts = found.groups()
        rows = [_PART.fullmatch(line) for line in parts.splitlines()]
        told = {row[1]: Part(int(row[2]), row[3]) for row in rows if row}
        head = cls(origin, int(sequence), _moment(as_of), _moment(following), told, LogHead(int(size), _bytes(root)))
        if head.text() != text:
            raise broken()
        return head


@dataclass(frozen=True)
class Bundle:
    """A bundle whose signature was checked: what its note says, and how the batches stand that are not on sale."""

    head: Head
    standings: Standings

    def standing(self, batch: Batch) -> State | None:
        """How a batch stood, None for one that was not stopped."""
        return self.standings.get(batch)

    def is_stale(self, now: datetime) -> bool:
        """Whether too much may have happened since. A clock that lies before the list's own moment is not believed."""
        return max(now, self.head.as_of) >= self.head.next


def signed(head: Head, signer: Signer) -> str:
    """The note of a bundle."""
    return str(signed_note(head.text(), [signer]))


def whole(note: str, batches: bytes) -> str:
    """The file of a bundle with its list."""
    return f"{note}\nbatches {base64.b64encode(batches).decode('ascii')}\n"


def difference(note: str, before: int, changes: bytes) -> str:
    """The file of a bundle with what has changed since the bundle before."""
    return f"{note}\nchanges {before} {base64.b64encode(changes).decode('ascii')}\n"


def read_head(note: str, verifiers: Sequence[Verifier]) -> Head:
    """What a note says that one of the keys signed for its own origin. Raises BadBundle."""
    try:
        found = parse(note.encode())
    except (BadNote, UnicodeEncodeError):
        raise broken() from None
    head = Head.parse(found.text)
    try:
        found.check([verifier for verifier in verifiers if verifier.name == head.origin])
    except BadNote:
        raise BadBundle(N_("名单不是发码单位签发的：密钥公告里没有签它的密钥，或签名不符")) from None
    return head


def read(file: str, verifiers: Sequence[Verifier], before: Bundle | None = None) -> Bundle:
    """The bundle of a file; one that holds changes needs the bundle before. Raises BadBundle."""
    note, _, behind = file.rpartition("\n\n")
    head, found = read_head(note + "\n", verifiers), _BEHIND.fullmatch(behind)
    if not found:
        raise broken()
    standings: Standings = read_batches(_bytes(found[2]))
    if found[1] is not None:
        if before is None or before.head.sequence != int(found[1]):
            raise BadBundle(N_("这份名单只写了变化，要和第 %(number)s 号名单一起用"), number=found[1])
        standings = changed(before.standings, standings)
    if BATCHES not in head.parts or State.LISTED_NO_MORE in standings.values():
        raise broken()
    head.parts[BATCHES].refuse_other(batches_part(standings))
    return Bundle(head, standings)


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        raise broken() from None


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise broken() from None
