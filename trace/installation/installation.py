"""What a use-case may need besides its session: settings, policy, secrets and the key ring.

They are read once. The keys are read again when `keys.json` changes, so that a rotation of keys needs no restart.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from ..codes.keylist import KeyList
from ..codes.keys import KeyRing, read_list
from ..policy import policy
from ..policy.policy import Policy
from . import fingerprints
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
    # The stamp of `keys.json` and its keys, in one value: so two threads cannot mix two lists.
    _read: tuple[tuple[int, int], KeyRing] | None = field(default=None, repr=False)

    @classmethod
    def open(cls, settings: Settings) -> "Installation":
        """Open the installation. Raises Unavailable, with the cure, when secrets or the policy are missing or unsafe."""
        return cls(settings, policy.load(settings.policy), Secrets.load(settings.keys))

    @property
    def ring(self) -> KeyRing:
        """The keys as they are on disk now, private ones with them. Raises BadKeyList or Unavailable.

        A key that the record knows, or that was listed before, is never missing and never another one.
        """
        stamp = _stamp(self._list)
        read = self._read
        if read is None or read[0] != stamp:
            ring = KeyRing.load(self.settings.keys, self.settings.key_passphrase)
            fingerprints.refuse_other_keys(self.marks, ring.keys)
            self.marks |= fingerprints.of_keys(ring.keys)
            self._read = read = (stamp, ring)
        return read[1]

    def check_keys(self) -> None:
        """Raises BadKeyList when the key list is damaged, or not the one that the record knows. Asks no private key."""
        fingerprints.refuse_other_keys(self.marks, read_list(self.settings.keys))

    @cached_property
    def _list(self) -> str:
        return str(self.settings.keys / "keys.json")

    @property
    def keys(self) -> KeyList:
        """The public keys. Raises BadKeyList or Unavailable."""
        return self.ring.keys


def published(keys: KeyList, settings: Settings, now: datetime) -> KeyList:
    """The key list as anyone gets it: with the hosts of our labels, and of which moment (aware UTC) it speaks."""
    return replace(keys, hosts=settings.hosts, as_of=now.replace(microsecond=0))


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return (0, 0)
    return found.st_mtime_ns, found.st_ino
