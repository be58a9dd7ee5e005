"""The key lists that roots have signed, kept beside the keys as `keys/lists/0001.txt` and so on, each for ever.

An installation without one goes by its own `keys.json`. With one, only keys that the list in force names sign and verify;
what `keys.json` says worse of a key (retired, leaked) holds at once, before the roots have signed it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from ..clock import day_of
from ..codes.keylist import BadKeyList, KeyList, KeyStatus, PublicKey
from ..codes.keys import KeyRing
from ..codes.roots import chain
from ..codes.roots.signedlist import SignedList
from ..diskfiles import write_whole
from ..errors import N_, Message, Unavailable

FOLDER = "lists"
SOON = timedelta(days=30)  # before the end of a list, when its administrators are told
_ORDER = [KeyStatus.ACTIVE, KeyStatus.RETIRED, KeyStatus.COMPROMISED]


def folder_of(keys: Path) -> Path:
    """The folder of the lists, in that of the keys. It is not there before the first list."""
    return keys / FOLDER


def read(keys: Path) -> tuple[SignedList, ...]:
    """All lists, oldest first, each of which follows the one before it. Raises BadKeyList."""
    lists = [_read_one(path) for path in sorted(folder_of(keys).glob("[0-9]*.txt"))]
    chain.followed(lists)
    return tuple(sorted(lists, key=lambda one: one.number))


def _read_one(path: Path) -> SignedList:
    try:
        return SignedList.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise BadKeyList(N_("%(path)s 读不出来；请检查权限，或从备份恢复"), path=str(path)) from None


def ending(lists: Sequence[SignedList], now: datetime) -> Message | None:
    """What is to be said of the end of the list in force at `now` (aware UTC): that it is near, or over."""
    if not lists or now < lists[-1].expires - SOON:
        return None
    over = N_("第 %(number)s 期密钥公告已于 %(day)s过期：离线核验的人得到的是无法确认。")
    near = N_("第 %(number)s 期密钥公告 %(day)s到期，到期以后离线核验的人得到的是无法确认。")
    told = {"number": lists[-1].number, "day": day_of(lists[-1].expires)}
    return Message(over if now >= lists[-1].expires else near, told)


def keep(keys: Path, signed: SignedList) -> None:
    """Write a list beside the keys. Raises BadKeyList if another one of this number is there, and Unavailable."""
    folder = folder_of(keys)
    path = folder / f"{signed.number:04d}.txt"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(path, signed.note.encode("utf-8"), 0o644, replaces=False)
    except FileExistsError:
        if _read_one(path).mark != signed.mark:
            raise BadKeyList(N_("%(path)s 是另一份公告；请先查明它的来历"), path=str(path)) from None
    except OSError as error:
        raise Unavailable(
            N_("密钥目录 %(folder)s 写不进去：%(reason)s"), folder=str(folder), reason=error.strerror or ""
        ) from None


def ring_under(ring: KeyRing, lists: Sequence[SignedList]) -> KeyRing:
    """The keys as the list in force names them; all of them where no root has signed any. Raises BadKeyList."""
    return ring.under(merged(ring.keys, lists[-1].keys)) if lists else ring


def merged(here: KeyList, signed: KeyList) -> KeyList:
    """The signed list with what is known worse of a key here. Raises BadKeyList if a key here is another one."""
    own = {key.number: key for key in here.keys}
    return KeyList(tuple(_worse(key, own.get(key.number, key)) for key in signed.keys))


def _worse(signed: PublicKey, own: PublicKey) -> PublicKey:
    if own.public_key != signed.public_key:
        raise BadKeyList(N_("keys.json 里的第 %(number)s 号密钥不是根密钥签名的那一把；请查明来历"), number=own.number)
    if own.status is signed.status and own.since and signed.since:
        return replace(signed, since=min(own.since, signed.since))
    return max(signed, own, key=lambda key: _ORDER.index(key.status))
