"""Which witnesses a log has, where they are asked, and how many of them must have signed: a file in the format of c2sp.org/tlog-policy.

A witness signs with several keys of one name; each has a line of its own, and only one of them counts for a group.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import N_, TraceError, Unavailable
from .note import Signed
from .notekeys import Kind, Verifier

NONE = "none"
MOST = 32  # witnesses, and groups: what the format asks of every reader
WORDS = {"any": lambda members: 1, "all": len}


class BadPolicy(TraceError):
    """A line of the policy is none, or says something that another one contradicts."""


@dataclass(frozen=True)
class Witness:
    """A witness: the word for it in the policy, the name of its keys, where it is asked (None: it is not), and its keys."""

    word: str
    name: str
    url: str | None
    keys: tuple[Verifier, ...]


@dataclass(frozen=True)
class Group:
    """So many of these members, each a line of a witness or a group."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """What a policy says; without a file nothing is asked and nothing counts as witnessed."""

    keys: Mapping[str, Verifier] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)  # by the name of the keys
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def witnesses(self) -> list[Witness]:
        """The witnesses in the order of their first lines."""
        names = dict.fromkeys(key.name for key in self.keys.values())
        return [self._witness(name) for name in names]

    def _witness(self, name: str) -> Witness:
        lines = {word: key for word, key in self.keys.items() if key.name == name}
        return Witness(next(iter(lines)), name, self.urls.get(name), tuple(lines.values()))

    @property
    def fewest(self) -> int:
        """The smallest number of witnesses that can make the quorum; 0 where none is asked for."""
        return 0 if self.quorum == NONE else self._fewest(self.quorum)

    def _fewest(self, word: str) -> int:
        if word in self.keys:
            return 1
        group = self.groups[word]
        return sum(sorted(map(self._fewest, group.members))[: group.least])

    def is_reached(self, by: Iterable[Verifier]) -> bool:
        """Whether these keys make the quorum. None is made where the policy asks for none."""
        signed = set(by)
        return self.quorum != NONE and self._has(self.quorum, signed)

    def _has(self, word: str, signed: set[Verifier]) -> bool:
        if word in self.keys:
            return self.keys[word] in signed
        group = self.groups[word]
        return sum(self._has(each, signed) for each in group.members) >= group.least

    def reached_at(self, cosigned: Iterable[Signed]) -> int | None:
        """When the quorum was reached, in seconds since 1970, by what the signatures say; None if it is not."""
        timed = sorted((one for one in cosigned if one.at), key=lambda one: one.at or 0)
        by = [one.by for one in timed]
        return next((one.at for n, one in enumerate(timed, 1) if self.is_reached(by[:n])), None)


def load(path: Path) -> Policy:
    """The policy in a file; one that asks nobody without the file. Raises Unavailable, which names the line."""
    try:
        return parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeDecodeError, TraceError) as error:
        raise Unavailable(N_("见证名单 %(path)s 读不懂：%(error)s"), path=str(path), error=str(error)) from None


def kept(path: Path) -> Policy:
    """The same for a scan, from memory while the file is the same; a policy that cannot be read vouches for nothing."""
    try:
        found = path.stat()
        return _parsed(path, found.st_mtime_ns, found.st_ino)
    except (OSError, Unavailable):
        return Policy()


@lru_cache(maxsize=8)
def _parsed(path: Path, changed: int, node: int) -> Policy:
    return load(path)


def parse(text: str) -> Policy:
    """The policy in a text. Lines that name logs are for other readers. Raises BadPolicy or BadNote."""
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        word, *rest = line.replace("\t", " ").split(" ")
        parts = [part for part in (word, *rest) if part]
        if parts and not parts[0].startswith("#"):
            _take(reading, number, parts)
    if reading.quorum is None:
        raise BadPolicy(N_("缺少 quorum 一行：要几家联署才算数，或 none"))
    return Policy(reading.keys, reading.urls, reading.groups, reading.quorum)


@dataclass
class _Reading:
    keys: dict[str, Verifier] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    used: set[str] = field(default_factory=set)

    def witness(self, word: str, vkey: str, url: str = "") -> bool:
        key = Verifier.from_vkey(vkey)
        if (
            not self._is_new(word)
            or key.kind is Kind.ED25519
            or key.public_key in self._raw()
            or len(self.keys) >= MOST
        ):
            return False
        self.keys[word] = key
        return not url or (_is_address(url) and self.urls.setdefault(key.name, url) == url)

    def group(self, word: str, least: str, *members: str) -> bool:
        count = WORDS[least](members) if least in WORDS else int(least) if least.isascii() and least.isdigit() else 0
        are_free = all(self._is_known(each) and each not in self.used for each in members)
        if not self._is_new(word) or not 1 <= count <= len(set(members)) or not are_free or len(self.groups) >= MOST:
            return False
        self.used.update(members)
        self.groups[word] = Group(count, members)
        return len(set(members)) == len(members)

    def quorum_of(self, word: str) -> bool:
        if self.quorum is not None or not (word == NONE or self._is_known(word)):
            return False
        self.quorum = word
        return True

    def _raw(self) -> Iterator[bytes]:
        return (key.public_key for key in self.keys.values())

    def _is_known(self, word: str) -> bool:
        return word in self.keys or word in self.groups

    def _is_new(self, word: str) -> bool:
        return word != NONE and not self._is_known(word)


def _take(reading: _Reading, number: int, parts: list[str]) -> None:
    kinds: dict[str, tuple[Callable[..., bool], range]] = {
        "log": (lambda *told: True, range(1, 3)),
        "witness": (reading.witness, range(2, 4)),
        "group": (reading.group, range(3, MOST + 3)),
        "quorum": (reading.quorum_of, range(1, 2)),
    }
    kind, *told = parts
    if kind not in kinds or len(told) not in kinds[kind][1] or not kinds[kind][0](*told):
        raise BadPolicy(N_("第 %(number)s 行不对：%(line)s"), number=number, line=" ".join(parts)[:80])


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.query or parts.fragment) and url.isascii()
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and plain
