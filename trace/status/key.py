"""The key that signs the status bundle: an Ed25519 seed in `keys/status.secret`, mode 600, beside the keys that sign codes.

It is another key than theirs: one that is used each day on a machine that anyone can ask must not be able to make codes.
"""

import json
import secrets
from pathlib import Path

from ..diskfiles import write_whole
from ..errors import N_, Message, Unavailable
from ..installation import vault
from ..installation.identity import Identity
from ..installation.settings import Settings
from ..log.note import BadNote, Kind, Signer, Verifier
from .rice import BadBundle

NAME = "status"
MEMBER = "status_keys"  # of the published key list


def make(settings: Settings) -> None:
    """Make the key where there is none and no list was ever signed. A lost one comes from the backup."""
    if not _path(settings).exists() and not any(settings.status.glob("[0-9]*")):
        write_whole(_path(settings), secrets.token_bytes(32), replaces=False)


def signer(settings: Settings) -> Signer:
    """Signs as this installation. Raises Unavailable, with the cure, without the key or the installation's id."""
    own = Identity.load(settings.data)
    if own is None or not _path(settings).exists():
        raise Unavailable(
            N_("缺少 %(path)s，召回名单没有签；新装或刚升级的请运行 yipin init，丢失的请从备份恢复"),
            path=str(_path(settings)),
        )
    return Signer(f"yipin-status/{own.id}", Kind.ED25519, vault.read(settings.keys, NAME))


def missing(settings: Settings) -> Message | None:
    """What is told at the start where no status bundle can be signed, as after an upgrade."""
    try:
        signer(settings)
    except Unavailable as bad:
        return bad.message
    return None


def listed(published: str, settings: Settings) -> str:
    """The published key list, with the key that status bundles are checked by; as it is where that key is missing."""
    try:
        told = json.loads(published) | {MEMBER: [signer(settings).verifier.vkey]}
    except Unavailable:
        return published
    return json.dumps(told, indent=2) + "\n"


def verifiers(published: bytes) -> list[Verifier]:
    """By what the status bundles are checked, out of a published key list; none where it names none. Raises BadBundle."""
    told = json.loads(published).get(MEMBER, [])
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
        raise BadBundle(N_("密钥公告里的 status_keys 应是文字的列表"))
    try:
        return [Verifier.from_vkey(each) for each in told]
    except BadNote:
        raise BadBundle(N_("密钥公告里的 status_keys 读不懂")) from None


def _path(settings: Settings) -> Path:
    return settings.keys / f"{NAME}.secret"
