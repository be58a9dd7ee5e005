"""The secrets of a data directory: small files of mode 600 beside the signing keys, never in the database.

`session` signs cookies; `renew_session` makes another one, and everybody signs in again. `units` keys the permutation of
unit numbers; without it printed codes can no longer be looked up, so it is backed up with the keys. `identity` encrypts
the ID numbers and contacts of natural persons.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..diskfiles import write_whole
from ..errors import N_, Unavailable

_UNMISTAKEN = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u
NAMES = ("session", "units", "identity")


@dataclass(frozen=True, repr=False)
class Secrets:
    """The three secrets, of 32 bytes each."""

    session: bytes
    units: bytes
    identity: bytes

    @classmethod
    def load(cls, folder: Path) -> "Secrets":
        """Read the secrets. Raises Unavailable, with the cure, when one is missing, short or readable by others."""
        return cls(*(read(folder, name) for name in NAMES))

    @classmethod
    def create(cls, folder: Path) -> "Secrets":
        """Make the missing secrets of a new installation, and read them all. A secret that exists is never replaced.

        The caller knows that nothing was done under a secret that is missing.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in NAMES:
            path = folder / f"{name}.secret"
            if not path.exists():
                write_whole(path, secrets.token_bytes(32), replaces=False)
        return cls.load(folder)

    def seal_identity(self, number: str) -> bytes:
        """Encrypt a resident ID number. It is sensitive (PIPL): kept for the authority, never shown."""
        return self._seal(number, b"yipin/identity/1")

    def open_identity(self, sealed: bytes) -> str:
        """The resident ID number that was sealed. Raises Unavailable when it was sealed with another secret."""
        return self._open(sealed, b"yipin/identity/1")

    def identity_mark(self, number: str) -> str:
        """A keyed hash of the ID number, by which the same person is found again without decryption."""
        return self._hash(b"mark/1\0" + number.encode()).hex()

    def seal_contact(self, contact: str) -> bytes:
        """Encrypt the contact of a person who filed a case."""
        return self._seal(contact, b"yipin/contact/1")

    def open_contact(self, sealed: bytes) -> str:
        """The contact that was sealed. Raises Unavailable when it was sealed with another secret."""
        return self._open(sealed, b"yipin/contact/1")

    def seal_form(self, content: bytes) -> bytes:
        """Encrypt what somebody typed and sent when the session was over."""
        return self._sealed(content, b"yipin/form/1")

    def open_form(self, sealed: bytes) -> bytes:
        """The form that was sealed. Raises Unavailable when it was sealed with another secret."""
        return self._opened(sealed, b"yipin/form/1")

    def seal_hook(self, secret: bytes) -> bytes:
        """Encrypt the secret that signs what is posted to a web hook."""
        return self._sealed(secret, b"yipin/hook/1")

    def open_hook(self, sealed: bytes) -> bytes:
        """The secret that was sealed. Raises Unavailable when it was sealed with another secret."""
        return self._opened(sealed, b"yipin/hook/1")

    def case_mark(self, number: str, digits: str) -> str:
        """A keyed hash of a case number and four digits, by which the person who filed the case is recognised."""
        return self._hash(f"case/1\0{number}\0{digits}".encode()).hex()

    def case_digits(self, number: str) -> str:
        """The four digits for a person who left no telephone; otherwise its last four digits are used."""
        return f"{int.from_bytes(self._hash(f'digits/1{chr(0)}{number}'.encode())[:8]) % 10_000:04d}"

    def list_password(self, run: str) -> str:
        """The password of a list of codes: 80 bits in four groups, without letters and digits that look alike."""
        number = int.from_bytes(self._hash(f"list/1\0{run}".encode())[:10])
        letters = [_UNMISTAKEN[number >> 5 * place & 31] for place in range(16)]
        return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))

    def _seal(self, text: str, purpose: bytes) -> bytes:
        return self._sealed(text.encode(), purpose)

    def _open(self, sealed: bytes, purpose: bytes) -> str:
        return self._opened(sealed, purpose).decode()

    def _sealed(self, content: bytes, purpose: bytes) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self.identity).encrypt(nonce, content, purpose)

    def _opened(self, sealed: bytes, purpose: bytes) -> bytes:
        try:
            return AESGCM(self.identity).decrypt(sealed[:12], sealed[12:], purpose)
        except (InvalidTag, ValueError):  # ValueError: the nonce is too short
            raise Unavailable(N_("identity.secret 与库里的密文不配套")) from None

    def _hash(self, text: bytes) -> bytes:
        return hmac.new(self.identity, text, hashlib.sha256).digest()


def fingerprint(name: str, secret: bytes) -> str:
    """By what a secret is known again: a keyed hash, of which nobody learns the secret."""
    return hmac.new(secret, b"yipin/fingerprint/1\0" + name.encode(), hashlib.sha256).hexdigest()


def renew_session(folder: Path) -> bytes:
    """Put a new secret in the place of the one that signs cookies, or of the one that was lost."""
    value = secrets.token_bytes(32)
    write_whole(folder / "session.secret", value)
    return value


def read(folder: Path, name: str) -> bytes:
    """One secret. Raises Unavailable, with the cure, when it is missing, short or readable by others."""
    path = folder / f"{name}.secret"
    try:
        mode, value = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        raise Unavailable(_cure(folder, name), path=str(path)) from None
    except OSError as error:
        raise Unavailable(
            N_("%(path)s 读不出来（%(error)s）；请检查属主和权限，或从备份恢复"),
            path=str(path),
            error=error.strerror or "",
        ) from None
    if mode & 0o077:
        raise Unavailable(N_("%(path)s 别人也能读；请运行 chmod 600 %(path)s"), path=str(path))
    if len(value) != 32:
        raise Unavailable(N_("%(path)s 已损坏（应为 32 字节）；请从备份恢复"), path=str(path))
    return value


def is_empty(folder: Path) -> bool:
    """Whether a folder holds no secret, no key and no key list."""
    return (
        not any(folder.glob("*.secret")) and not any(folder.glob("code-*.pem")) and not (folder / "keys.json").exists()
    )


def _cure(folder: Path, name: str) -> str:
    if is_empty(folder):
        return N_("缺少 %(path)s；新的数据目录请先运行 yipin init，用过的请从备份恢复整个 keys 目录")
    if name == "session":
        return N_("缺少 %(path)s；请从备份恢复，或运行 yipin key session 换一个新的（所有人要重新登录）")
    return N_("缺少 %(path)s；请从备份恢复，不能另造：没有它，印出的标签和封存的联系方式都读不出来")
