"""A key list that roots sign: numbered, dated, expiring, with the roots that may sign the next one.

It is a C2SP signed note: the text, an empty line, one line for each signature. The text is a line that says what it is, and
a JSON object; the bytes are signed as they stand, so nobody needs to agree on one spelling of JSON.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

from ...errors import N_
from ..keylist import BadKeyList, KeyList, moment_of, no_repeated, written
from .root import Root

FORMAT = "yipin/keys/1"  # signed in front of the list, so that a signature made for another purpose is none of a list
ROOTS, NEEDED = 3, 2  # so many roots are named, so many of them must sign
LONGEST = timedelta(days=400)  # from the issue to the end of a list
LARGEST = 200_000  # characters
_NAMES = ["number", "issued", "expires", "previous", "roots", "hosts", "keys"]


@dataclass(frozen=True)
class SignedList:
    """One list with what signatures it bears. Whether these are enough, `chain` says. Times are aware UTC.

    `previous` is the mark of the list before it, "" of the first. Raises BadKeyList if it is not sound.
    """

    text: str
    number: int
    issued: datetime
    expires: datetime
    previous: str
    roots: tuple[Root, ...]
    keys: KeyList
    signatures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keys = {root.public_key for root in self.roots} | {root.name for root in self.roots}
        if len(self.roots) != ROOTS or len(keys) != 2 * ROOTS:
            raise BadKeyList(N_("密钥公告应写明 3 把不同名的根密钥"))
        if not self.issued < self.expires <= self.issued + LONGEST:
            raise BadKeyList(N_("密钥公告的有效期应在签发之后，最长 400 天"))
        if self.number < 1 or (self.number == 1) != (self.previous == ""):
            raise BadKeyList(N_("密钥公告的期号应从 1 起；第 1 期没有上一期，以后各期须写明上一期"))

    @cached_property
    def mark(self) -> str:
        """By what the next list names this one: SHA-256 of the text, without the signatures."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def note(self) -> str:
        """The list as it is kept and published, with its signatures."""
        return self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)

    def signed_by(self, roots: tuple[Root, ...]) -> tuple[Root, ...]:
        """Which of these roots have signed, each counted once."""
        return tuple(root for root in roots if any(root.has_signed(self.text, line) for line in self.signatures))

    def with_signatures(self, *lines: str) -> Self:
        """The list with these signatures besides its own."""
        return replace(self, signatures=tuple(dict.fromkeys((*self.signatures, *lines))))

    @property
    def trusted(self) -> KeyList:
        """The keys for a verifier: the list speaks for all days until it expires."""
        return replace(self.keys, as_of=self.expires)

    @classmethod
    def parse(cls, note: str) -> Self:
        """A list out of a text, signed or not. Raises BadKeyList, and nothing else, for any other text."""
        text, _, below = note.replace("\r\n", "\n").partition("\n\n")
        text = text.rstrip("\n") + "\n"
        head, _, body = text.partition("\n")
        if len(note) > LARGEST or head != FORMAT or not text.isascii():
            raise BadKeyList(N_("这不是一品一码的密钥公告：第一行应是 %(head)s"), head=FORMAT)
        told = _object(body)
        number, previous = _named(told)
        issued, expires = moment_of(told["issued"]), moment_of(told["expires"])
        if issued is None or expires is None:
            raise BadKeyList(N_("密钥公告的 issued 和 expires 应是带时区的时间，如 2026-07-18T00:00:00Z"))
        keys = KeyList.from_told({"keys": told["keys"], "hosts": told["hosts"]})
        lines = tuple(line for line in below.split("\n") if line.strip())
        return cls(text, number, issued, expires, previous, _roots(told["roots"]), keys, lines)


def draft(
    number: int, issued: datetime, expires: datetime, previous: str, roots: tuple[Root, ...], keys: KeyList
) -> SignedList:
    """A list that nobody has signed yet. Raises BadKeyList."""
    told = {
        "number": number,
        "issued": written(issued),
        "expires": written(expires),
        "previous": previous,
        "roots": [str(root) for root in roots],
        "hosts": list(keys.hosts),
        "keys": [key.as_dict() for key in sorted(keys.keys, key=lambda key: key.number)],
    }
    return SignedList.parse(f"{FORMAT}\n{json.dumps(told, indent=2)}\n")


def _object(body: str) -> dict[str, object]:
    try:
        told = json.loads(body, object_pairs_hook=no_repeated)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or sorted(told) != sorted(_NAMES):
        raise BadKeyList(N_("密钥公告的正文应是 JSON 对象，正好有这几项：%(names)s"), names=" ".join(_NAMES))
    return told


def _named(told: dict[str, object]) -> tuple[int, str]:
    """The number of the list, and the mark of the one before it."""
    number, previous = told["number"], told["previous"]
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(previous, str):
        raise BadKeyList(N_("密钥公告的 number 应是整数，previous 应是文字"))
    return number, previous


def _roots(told: object) -> tuple[Root, ...]:
    if not isinstance(told, list) or not all(isinstance(line, str) for line in told):
        raise BadKeyList(N_("密钥公告的 roots 应是根密钥公开行的列表"))
    return tuple(Root.parse(line) for line in told)
