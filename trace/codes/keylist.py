"""The public key list: with it anyone can check a unit code offline.

It is published as `keys.json`. `keys` adds the private halves. A bad entry would make every forgery genuine; so a
`PublicKey` cannot be made from an entry that is not sound.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..errors import N_, BadSignature, TraceError, UnknownKey
from . import curve

ALGORITHM = "Ed25519"
LAST_NUMBER = 127  # seven bits in the code


class BadKeyList(TraceError):
    """The key list cannot be trusted. The message says which entry is wrong and why."""

    status = 503
    is_for_everyone = False


class KeyStatus(StrEnum):
    """Whether a key signs new codes (active), only verifies (retired), or proves nothing by itself (compromised)."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True)
class PublicKey:
    """One entry of the key list. Raises BadKeyList if it is not sound.

    `public_key` is the 32 raw bytes (RFC 8032, 5.1.2). Times are aware UTC. `since` is when the key stopped being
    active.
    """

    number: int
    algorithm: str
    public_key: bytes
    not_before: datetime
    not_after: datetime | None = None
    status: KeyStatus = KeyStatus.ACTIVE
    since: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.number <= LAST_NUMBER:
            raise BadKeyList(N_("密钥号应在 0 到 127 之间，这里是 %(number)s"), number=str(self.number)[:20])
        if self.algorithm != ALGORITHM:
            raise self._bad(N_("第 %(number)s 号密钥的算法应为 Ed25519，这里是“%(found)s”"), self.algorithm[:20])
        if problem := curve.problem(self.public_key):
            raise self._bad(problem)
        if self.not_after is not None and self.not_after <= self.not_before:
            raise self._bad(N_("第 %(number)s 号密钥的 not_after 应晚于 not_before"))
        if (self.status is KeyStatus.ACTIVE) != (self.since is None):
            raise self._bad(N_("第 %(number)s 号密钥：停用或泄露的须写 since，在用的不写"))

    def _bad(self, template: str, found: str = "") -> BadKeyList:
        return BadKeyList(template, number=self.number, found=found)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises BadSignature unless `signature` (64 bytes) is this key's signature of `message`."""
        try:
            self._parsed.verify(signature, message)
        except InvalidSignature:
            raise BadSignature(N_("签名不符：这个身份码不是第 %(number)s 号密钥签发的"), number=self.number) from None

    @cached_property
    def _parsed(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public_key)

    def may_sign(self, now: datetime) -> bool:
        """Whether this key may sign new codes at `now` (aware UTC)."""
        started = self.not_before <= now
        return self.status is KeyStatus.ACTIVE and started and (self.not_after is None or now < self.not_after)

    def as_dict(self) -> dict[str, int | str | None]:
        """The entry as it stands in the published list."""
        return {
            "number": self.number,
            "algorithm": self.algorithm,
            "public_key": base64.urlsafe_b64encode(self.public_key).rstrip(b"=").decode("ascii"),
            "not_before": written(self.not_before),
            "not_after": written(self.not_after),
            "status": self.status.value,
            "since": written(self.since),
        }


@dataclass(frozen=True)
class KeyList:
    """All keys that were ever used. Raises BadKeyList if two of them have one number.

    A published list tells the moment of which it speaks (`as_of`, aware UTC) and the hosts of the issuer's addresses
    (`hosts`, small letters, with any unusual port); older ones tell neither. `lists` are what root keys have signed, as
    `roots.signedlist` reads it: who knows the roots trusts these and not what stands beside them. None of a list that is
    not published.
    """

    keys: tuple[PublicKey, ...] = ()
    hosts: tuple[str, ...] = ()
    as_of: datetime | None = None
    lists: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for key in self.keys:
            if self._by_number[key.number] is not key:
                raise BadKeyList(N_("密钥公告里第 %(number)s 号密钥出现了两次"), number=key.number)

    @cached_property
    def _by_number(self) -> dict[int, PublicKey]:
        return {key.number: key for key in self.keys}

    def get(self, number: int) -> PublicKey:
        """The key with this number. Raises UnknownKey."""
        if number not in self._by_number:
            raise UnknownKey(N_("密钥公告里没有第 %(number)s 号密钥"), number=number)
        return self._by_number[number]

    def to_json(self) -> str:
        """The list as it is published at `/keys.json`, ordered by number."""
        told: dict[str, object] = {"keys": [key.as_dict() for key in sorted(self.keys, key=lambda key: key.number)]}
        if self.hosts:
            told["hosts"] = list(self.hosts)
        if self.as_of:
            told["as_of"] = written(self.as_of)
        if self.lists is not None:
            told["root_signed"] = list(self.lists)
        return json.dumps(told, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The list in a published text, or in the bytes of a file: UTF-8, UTF-16 or UTF-32, with or without a byte order
        mark. Raises BadKeyList, and nothing else, for any other text.
        """
        try:
            told = json.loads(
                text.removeprefix("\ufeff") if isinstance(text, str) else text, object_pairs_hook=no_repeated
            )
        except (ValueError, RecursionError):
            told = None
        return cls.from_told(told)

    @classmethod
    def from_told(cls, told: object) -> Self:
        """The list in the object of a JSON text. Raises BadKeyList."""
        if not isinstance(told, dict) or "keys" not in told:
            raise BadKeyList(N_("密钥公告应是 JSON 对象，其中 keys 是密钥的列表，每项名称不重复"))
        entries = told["keys"]
        if not isinstance(entries, list):
            raise BadKeyList(N_("密钥公告里的 keys 应是列表"))
        keys = tuple(_entry(entry) for entry in entries)
        return cls(keys, _hosts(told.get("hosts", [])), _as_of(told.get("as_of")), _lists(told.get("root_signed")))


def no_repeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object without repeated names. Two readers could choose different ones of two `public_key`."""
    if len(members := dict(pairs)) != len(pairs):
        raise ValueError
    return members


def _entry(entry: object) -> PublicKey:
    if not isinstance(entry, dict) or type(entry.get("number")) is not int:
        raise BadKeyList(N_("密钥公告的每一项应是对象，number 应是整数"))
    number = entry["number"]
    status = _text(entry, "status")
    if status not in set(KeyStatus):
        raise BadKeyList(
            N_("第 %(number)s 号密钥的 status 应为 active、retired 或 compromised"), number=str(number)[:20]
        )
    not_before = _time(entry, "not_before")
    if not_before is None:
        raise BadKeyList(N_("第 %(number)s 号密钥缺少 not_before"), number=str(number)[:20])
    return PublicKey(
        number=number,
        algorithm=_text(entry, "algorithm"),
        public_key=_raw(_text(entry, "public_key")),
        not_before=not_before,
        not_after=_time(entry, "not_after"),
        status=KeyStatus(status),
        since=_time(entry, "since"),
    )


def _hosts(told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(host, str) and host for host in told):
        raise BadKeyList(N_("密钥公告里的 hosts 应是域名的列表"))
    return tuple(host.lower() for host in told)


def _lists(told: object) -> tuple[str, ...] | None:
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(note, str) for note in told):
        raise BadKeyList(N_("密钥公告里的 root_signed 应是文字的列表"))
    return tuple(told)


def _as_of(told: object) -> datetime | None:
    if told is None:
        return None
    moment = moment_of(told)
    if moment is None:
        raise BadKeyList(N_("密钥公告里的 as_of 应是带时区的时间，如 2026-07-18T00:00:00Z"))
    return moment


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        raise BadKeyList(N_("第 %(number)s 号密钥的 %(name)s 应是文字"), number=str(entry["number"])[:20], name=name)
    return value


def _raw(text: str) -> bytes:
    """The 32 bytes of a base64url text in its only correct spelling, else no bytes, which no key has."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", text):
        return b""
    raw = base64.urlsafe_b64decode(text + "=")
    return raw if base64.urlsafe_b64encode(raw)[:43].decode("ascii") == text else b""


def _time(entry: Mapping[str, object], name: str) -> datetime | None:
    if entry.get(name) is None:
        return None
    if moment := moment_of(_text(entry, name)):
        return moment
    raise BadKeyList(
        N_("第 %(number)s 号密钥的 %(name)s 应是带时区的时间，如 2026-07-18T00:00:00Z"),
        number=str(entry["number"])[:20],
        name=name,
    )


def moment_of(text: object) -> datetime | None:
    """The moment in ISO 8601, in UTC, or None if it is none or tells no zone."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def written(time: datetime | None) -> str | None:
    """The moment as lists write it: ISO 8601 with Z."""
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
