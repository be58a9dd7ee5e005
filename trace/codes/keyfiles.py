"""Files of private keys: PKCS#8, mode 600, with or without a passphrase."""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ..errors import N_, Invalid, Unavailable

_LONGEST_PASSPHRASE = 1023  # bytes; the limit of the library's encryption
Private = Ed25519PrivateKey | MLDSA44PrivateKey
Kind = type[Ed25519PrivateKey] | type[MLDSA44PrivateKey]
_LOCKED = b"-----BEGIN ENCRYPTED"


def check_passphrase(passphrase: bytes | None) -> None:
    """Raises Invalid (passphrase) for one that the library cannot use."""
    if passphrase is not None and not 1 <= len(passphrase) <= _LONGEST_PASSPHRASE:
        raise Invalid("passphrase", N_("口令应为 1 到 1023 字节，这里有 %(count)s 字节"), count=len(passphrase))


def is_locked(path: Path) -> bool:
    """Whether the file has a passphrase. One that cannot be read has none: `read_private` says what is the matter."""
    try:
        return path.read_bytes().startswith(_LOCKED)
    except OSError:
        return False


def read_private(path: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    """The Ed25519 key of a file. Raises as `read_key`."""
    private = read_key(path, passphrase, Ed25519PrivateKey)
    assert isinstance(private, Ed25519PrivateKey)
    return private


def read_key(path: Path, passphrase: bytes | None, kind: Kind) -> Private:
    """The key of a file, which must be of this kind. Raises Unavailable, with the cure, if others may read it or it cannot be opened."""
    try:
        with path.open("rb") as file:
            mode, pem = os.fstat(file.fileno()).st_mode, file.read()
    except OSError:
        raise Unavailable(N_("私钥文件 %(path)s 读不出来；请检查它的属主和权限"), path=str(path)) from None
    if mode & 0o077:
        raise Unavailable(N_("私钥文件 %(path)s 别人也能读；请运行 chmod 600 %(path)s"), path=str(path))
    locked = pem.startswith(_LOCKED)
    if locked and not passphrase:
        raise Unavailable(N_("私钥文件 %(path)s 有口令；请设置 YIPIN_KEY_PASSPHRASE_FILE"), path=str(path))
    try:
        private = serialization.load_pem_private_key(pem, passphrase if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, kind):
        raise Unavailable(N_("私钥文件 %(path)s 打不开：口令不对或文件已损坏；请核对或恢复备份"), path=str(path))
    return private


def pem_of(private: Private, passphrase: bytes | None) -> bytes:
    """The content of a private file, encrypted if there is a passphrase."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        encryption = serialization.BestAvailableEncryption(passphrase)
    pkcs8 = serialization.PrivateFormat.PKCS8
    return private.private_bytes(serialization.Encoding.PEM, pkcs8, encryption)
