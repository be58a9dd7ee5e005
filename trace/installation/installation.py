"""What a use-case may need besides its session: settings, policy, secrets and the key ring.

They are read once. The keys are read again when `keys.json` changes, so that a rotation of keys needs no restart.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ..codes.keylist import KeyList
from ..codes.keys import KeyRing, read_list
from ..codes.roots import chain
from ..codes.roots.signedlist import SignedList
from ..policy import policy
from ..policy.policy import Policy
from ..signer.client import SocketSigner
from . import fingerprints, keylists
from .settings import Settings
from .vault import Secrets


@dataclass
class Installation:
    """One data directory, opened: its settings, the city's policy, the secrets, the signing keys."""

    settings: Settings
    policy: Policy
    secrets: Secrets
    # What the record knows of this data directory, and of keys also what was seen since: see `fingerprints`.
    marks: dict[str, str] = field(default_factory=dict, repr=False)
    # What was read, in one value: so two threads cannot mix two lists.
    _read: "_Keys | None" = field(default=None, repr=False)

    @classmethod
    def open(cls, settings: Settings) -> "Installation":
        """Open the installation. Raises Unavailable, with the cure, when secrets or the policy are missing or unsafe."""
        return cls(settings, policy.load(settings.policy), Secrets.load(settings.keys))

    @property
    def ring(self) -> KeyRing:
        """The keys as they are on disk now, private ones with them. Raises BadKeyList or Unavailable.

        A key that the record knows, or that was listed before, is never missing and never another one. Where roots have
        signed a list, these are the keys that it names (`keylists`).
        """
        return self._now.ring

    @property
    def lists(self) -> tuple[SignedList, ...]:
        """The key lists that roots have signed, oldest first; the last is in force. Raises BadKeyList or Unavailable."""
        return self._now.lists

    @property
    def _now(self) -> "_Keys":
        stamp = (_stamp(self._list), _stamp(self._lists))
        read = self._read
        if read is None or read.stamp != stamp:
            self._read = read = self._load(stamp)
        return read

    def _load(self, stamp: "_Stamp") -> "_Keys":
        folder = self.settings.keys
        ring, lists = self._ring(folder), keylists.read(folder)
        fingerprints.refuse_other_keys(self.marks, ring.keys)
        fingerprints.refuse_other_lists(self.marks, lists)
        self.marks |= fingerprints.of_keys(ring.keys) | fingerprints.of_lists(lists)
        return _Keys(stamp, keylists.ring_under(ring, lists), lists)

    def _ring(self, folder: Path) -> KeyRing:
        if not self.settings.signer:
            return KeyRing.load(folder, self.settings.key_passphrase)
        path = Path(self.settings.signer)
        return KeyRing.elsewhere(folder, lambda key: SocketSigner(path, key.number, key.public_key))

    def check_keys(self) -> None:
        """Raises BadKeyList when the key list is damaged, or not the one that the record knows. Asks no private key."""
        fingerprints.refuse_other_keys(self.marks, read_list(self.settings.keys))
        fingerprints.refuse_other_lists(self.marks, keylists.read(self.settings.keys))

    @cached_property
    def _list(self) -> str:
        return str(self.settings.keys / "keys.json")

    @cached_property
    def _lists(self) -> str:
        return str(keylists.folder_of(self.settings.keys))

    @property
    def keys(self) -> KeyList:
        """The public keys. Raises BadKeyList or Unavailable."""
        return self.ring.keys


def published(keys: KeyList, settings: Settings, now: datetime, lists: Sequence[SignedList] = ()) -> KeyList:
    """The key list as anyone gets it: with the hosts of our labels, of which moment (aware UTC) it speaks, and those of
    `lists` (all that roots have signed) that a verifier needs; none of them where no root has signed any."""
    notes = tuple(each.note for each in chain.needed(lists))
    return replace(keys, hosts=settings.hosts, as_of=now.replace(microsecond=0), lists=notes)


_Stamp = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class _Keys:
    """The keys and the lists as they were at the stamps of `keys.json` and of the folder of lists."""

    stamp: _Stamp
    ring: KeyRing
    lists: tuple[SignedList, ...]


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return (0, 0)
    return found.st_mtime_ns, found.st_ino
