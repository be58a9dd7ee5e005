"""The long look at an installation, for its operator: each part with its finding, and what to do.

It takes as long as reading the databases once. A part says "" when it is sound; its words may name paths.
"""

import logging
import os
import shutil
from collections.abc import Callable

import sqlalchemy as sa

from .. import clock
from ..codes.paper.glyphs import find_font
from ..codes.payload import PAYLOAD_BYTES
from ..codes.signing import CONTEXT
from ..db import Store
from ..db.probe import Probe
from ..errors import N_, Message, TraceError
from . import fingerprints, identity, keylists, modes
from .identity import Identity
from .installation import Installation
from .pulse import SOUND, Stores
from .vault import Secrets

log = logging.getLogger("yipin.health")
FRESH, PATIENCE = 30.0, 60.0  # seconds for which a finding serves, and in which one is awaited
LONGEST_MS = 30_000  # for one statement of PostgreSQL
LEAST_ROOM = 1 << 30  # bytes
_WORD = CONTEXT + bytes(PAYLOAD_BYTES)  # of version 0, which is no code

Findings = dict[str, str]


def examine(installation: Installation, stores: Stores) -> Findings:
    """What each part of the installation says of itself; "" for a part that is sound, `unknown` for what nobody can tell."""
    parts: dict[str, Callable[[], str]] = {f"store {name}": _whole(db) for name, db in stores.items()}
    parts |= {
        "fingerprints": lambda: _fingerprints(installation, stores["record"]),
        "keys": lambda: _keys(installation),
        "key list": lambda: _said(*filter(None, [keylists.ending(installation.lists, clock.now())])),
        "modes": lambda: _said(*modes.too_open(installation.settings)),
        "font": lambda: _font(installation),
        "labels": lambda: _labels(installation),
        "room": lambda: _room(installation),
    }
    found = {name: _finding(part) for name, part in parts.items()}
    return found | {"backup": "unknown", "jobs": "unknown"}  # no part of the program keeps either yet


def state_of_keys(installation: Installation) -> str:
    """A word for `/healthz`: whether the key list and the private keys can be read. The list is read when it has changed."""
    try:
        _ = installation.ring
    except TraceError as error:
        log.error("keys: %s", error)
        return "failing"
    return SOUND


def is_sound(found: Findings) -> bool:
    """Whether no part has a complaint."""
    return all(said in ("", "unknown") for said in found.values())


def _finding(part: Callable[[], str]) -> str:
    try:
        return part()
    except TraceError as error:
        return str(error)
    except sa.exc.SQLAlchemyError as error:
        return str(getattr(error, "orig", error)).strip().split("\n")[0]


def _whole(db: Store) -> Callable[[], str]:
    def read() -> str:
        if db.damage.seen:
            return db.damage.seen
        probe = Probe(db, LONGEST_MS)
        try:
            return probe.read_all() or ""
        finally:
            probe.dispose()

    return read


def _fingerprints(installation: Installation, db: Store) -> str:
    """The secrets on the disk now, which the next start will read, against the record."""
    settings = installation.settings
    own = Identity.load(settings.data)
    with db.transaction(writes=False) as session:
        kept = fingerprints.known(session)
    secrets = fingerprints.of_secrets(Secrets.load(settings.keys))
    fingerprints.refuse_other_record(kept, own.id if own else None, secrets, identity.shown(settings))
    return ""


def _keys(installation: Installation) -> str:
    """Each private key that is here signs a word, and its public half verifies it; and one of them may sign today."""
    settings = installation.settings
    ring = Installation(settings, installation.policy, installation.secrets, dict(installation.marks)).ring
    for key in ring.private:
        key.sign(_WORD)  # which verifies what it signed
    ring.signer(clock.now())
    return ""


def _font(installation: Installation) -> str:
    find_font(installation.settings.font)
    return ""


def _labels(installation: Installation) -> str:
    """Label files can be written: into their folder, or where it is made with the first of them."""
    folder = installation.settings.labels
    place = folder if folder.exists() else folder.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return ""
    return _said(Message(N_("标签文件写不进 %(folder)s；请检查它的属主和权限"), {"folder": str(folder)}))


def warnings(installation: Installation) -> Findings:
    """What keeps a service from printing labels, but not from starting: every code can still be looked up."""
    found = {"font": _finding(lambda: _font(installation)), "labels": _finding(lambda: _labels(installation))}
    return {name: said for name, said in found.items() if said}


def _room(installation: Installation) -> str:
    free = shutil.disk_usage(installation.settings.data).free
    if free >= LEAST_ROOM:
        return ""
    return _said(Message(N_("数据目录所在的磁盘只剩 %(free)d MB；请腾出空间"), {"free": free >> 20}))


def _said(*lines: Message) -> str:
    return "；".join(str(line) for line in lines)
