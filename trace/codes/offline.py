"""What the public key list alone can say of a code, without a network: genuine, not genuine, or that it cannot tell.

    keys = KeyList.from_json(Path("keys.json").read_bytes())
    check("https://t.zhuzhou.gov.cn/0225…", keys).is_genuine  # True, False, or None if that cannot be told

A good signature on a key that may have leaked since, and a code that is newer than the list or the program, are no
forgeries. The address in front of a code is not signed, so it is judged apart: a copied code works under any host.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ..clock import day_of
from ..errors import N_, BadCode, BadVersion, Message, UnknownKey
from .keylist import KeyList
from .kinds import CodeKind, kind_of
from .payload import PAYLOAD_BYTES, VERSION, Payload, from_digits
from .reading import Incomplete, NoCode, SeveralCodes, read_code
from .signing import CompromisedKey, verify
from .typed import unescaped

ONLINE_ONLY = Message(N_("这是贴纸小码，离线不能核验；请联网打开它的网址查看"))
NEWER_KEY = Message(N_("密钥公告比这个码旧：里面还没有它的密钥；请取新的公告再核"))
OLDER_LIST = Message(N_("密钥公告是采收之前取的，此后密钥可能有变；请取新的公告再核"))
NEWER_VERSION = Message(N_("这个码的版本比程序新；请更新程序再核"))
_SIGNS = str.maketrans("、。\\", "/./")  # what an input method types in an address; a browser reads \ as /
_AUTHORITY = re.compile(r"https?:/+([^/?#\s]+)", re.IGNORECASE)
_BARE = re.compile(r"(?:^|\s)([^\s/:<>()]+\.[^\s/:<>()]+(?::[0-9]+)?)/")


class Address(StrEnum):
    """Whose address stands in front of the code."""

    NONE = "none"  # digits alone
    ISSUER = "issuer"
    OTHER = "other"
    UNKNOWN = "unknown"  # the key list names no hosts


ADDRESS_WORDS = {
    Address.OTHER: N_("网址 %(host)s 不是发码单位的，请不要打开"),
    Address.UNKNOWN: N_("密钥公告没有写明发码单位的网址，网址 %(host)s 是不是它的，不能判断"),
}


@dataclass(frozen=True)
class Checked:
    """The answer. `is_genuine` is None if it cannot be told; `check` then and otherwise names what decided, and is empty
    for a genuine code. `hosts` are those in the text, those of others first."""

    is_genuine: bool | None
    check: str
    reason: Message | None
    payload: Payload | None
    address: Address
    hosts: tuple[str, ...] = ()

    @property
    def address_said(self) -> Message | None:
        """What is to be told of the address, if anything."""
        words = ADDRESS_WORDS.get(self.address)
        return Message(words, {"host": self.hosts[0]}) if words else None


def check(text: str, keys: KeyList) -> Checked:
    """Check the one code in a text by the key list alone. No text makes it raise."""
    address, hosts = _address(text, keys.hosts)
    try:
        digits = read_code(text)
        if kind_of(digits) is CodeKind.TINY:
            return Checked(None, "online", ONLINE_ONLY, None, address, hosts)
        payload = verify(digits, keys)
    except BadCode as bad:
        doubt = _doubt(bad, text, keys)
        return Checked(None if doubt else False, bad.reason, doubt or bad.message, None, address, hosts)
    if keys.as_of is not None and day_of(keys.as_of) < payload.harvest_date:
        return Checked(None, "list", OLDER_LIST, None, address, hosts)
    return Checked(True, "", None, payload, address, hosts)


def as_dict(result: Checked, text: str) -> dict[str, object]:
    """The answer for a file or `yipin verify --json`. `genuine` is null if it cannot be told. Days are ISO 8601."""
    told: dict[str, object] = {"genuine": result.is_genuine, "address": result.address, "hosts": result.hosts}
    said = result.payload
    if said is None:
        return told | {"check": result.check, "reason": str(result.reason), "code": text[:60]}
    return told | {
        "id_number": said.id_number,
        "county": said.county,
        "key": said.key,
        "harvest_date": said.harvest_date.isoformat(),
        "facts": [fact.name for fact in said.facts],
    }


def _doubt(bad: BadCode, text: str, keys: KeyList) -> Message | None:
    """Why this refusal proves no forgery, or None if it does."""
    if isinstance(bad, (Incomplete, NoCode, SeveralCodes, CompromisedKey)):
        return bad.message
    head = int.from_bytes(from_digits(read_code(text))[:PAYLOAD_BYTES], "big") if bad.reason != "range" else 0
    if isinstance(bad, BadVersion) and head >> 117 > VERSION:
        return NEWER_VERSION
    if isinstance(bad, UnknownKey) and (head >> 110 & 0x7F) > max((key.number for key in keys.keys), default=-1):
        return NEWER_KEY
    return None


def _address(text: str, issuers: tuple[str, ...]) -> tuple[Address, tuple[str, ...]]:
    shown = unescaped(text).translate(_SIGNS)
    found = {_host(each) for each in _AUTHORITY.findall(shown) or _BARE.findall(shown)}
    hosts = tuple(sorted(found, key=lambda host: (host in issuers, host)))
    if not hosts:
        return Address.NONE, ()
    if not issuers:
        return Address.UNKNOWN, hosts
    return (Address.ISSUER if found <= set(issuers) else Address.OTHER), hosts


def _host(authority: str) -> str:
    """The host as a browser takes it: after any user name, in small letters, without a usual port."""
    host = authority.rpartition("@")[2].lower()
    return re.sub(r":(80|443)?$", "", host).rstrip(".")
