"""The two keys that sign checkpoints, Ed25519 and ML-DSA-44, as files of mode 600 in the folder of the keys.

They are made once, with the log itself. A log that was signed before goes on only with its own keys.
"""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ..diskfiles import write_whole
from ..errors import N_, Unavailable
from ..installation.identity import Identity
from ..installation.settings import Settings
from .note import Kind, Signer

Private = Ed25519PrivateKey | MLDSA44PrivateKey
FILES: dict[str, tuple[Kind, type[Ed25519PrivateKey] | type[MLDSA44PrivateKey]]] = {
    "log-ed25519.pem": (Kind.ED25519, Ed25519PrivateKey),
    "log-ml-dsa-44.pem": (Kind.ML_DSA_44, MLDSA44PrivateKey),
}


def origin(settings: Settings) -> str:
    """The name of the log: the setting `log_origin`, or one made of the installation's id. No host is part of it, so that
    it stays when the host changes."""
    own = Identity.load(settings.data)
    if settings.log_origin or own is None:
        return settings.log_origin or "yipin/unnamed"
    return f"yipin/{own.id}"


def make(settings: Settings) -> None:
    """Make the keys that are not there. For a log that was never signed."""
    for name, (_, kind) in FILES.items():
        path = settings.keys / name
        if not path.exists():
            write_whole(path, _pem(kind.generate(), settings.key_passphrase), replaces=False)


def are_there(settings: Settings) -> bool:
    """Whether both keys are on this machine."""
    return all((settings.keys / name).exists() for name in FILES)


def signers(settings: Settings) -> list[Signer]:
    """What signs the checkpoints of this log. Raises Unavailable, with the cure, when a key is missing, damaged, locked or
    readable by others."""
    name, phrase = origin(settings), settings.key_passphrase
    found = {file: _read(settings.keys / file, phrase) for file in FILES}
    return [Signer(name, FILES[file][0], private.private_bytes_raw()) for file, private in found.items()]


def _pem(private: Private, passphrase: bytes | None) -> bytes:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase)
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def _read(path: Path, passphrase: bytes | None) -> Private:
    try:
        with path.open("rb") as file:
            mode, pem = os.fstat(file.fileno()).st_mode, file.read()
    except OSError:
        raise Unavailable(N_("日志密钥 %(path)s 读不出来；请从备份恢复整个 keys 目录"), path=str(path)) from None
    if mode & 0o077:
        raise Unavailable(N_("私钥文件 %(path)s 别人也能读；请运行 chmod 600 %(path)s"), path=str(path))
    locked = pem.startswith(b"-----BEGIN ENCRYPTED")
    try:
        private = serialization.load_pem_private_key(pem, passphrase if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, FILES[path.name][1]):
        raise Unavailable(N_("私钥文件 %(path)s 打不开：口令不对或文件已损坏；请核对或恢复备份"), path=str(path))
    return private
