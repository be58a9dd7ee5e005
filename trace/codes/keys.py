"""The key ring: the published key list together with the private keys that sign codes.

Private keys are files `code-NNN.pem` (PKCS#8, mode 600) beside `keys.json`, never in the database. New codes are signed
with the newest active key; a reprint may use an older one. Only `new_key` makes a key. Without a private key nothing is
issued, but codes can still be looked up.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..diskfiles import write_whole
from ..errors import N_, BadSignature, Conflict, Unavailable
from .keyfiles import check_passphrase, pem_of, read_private
from .keylist import ALGORITHM, LAST_NUMBER, BadKeyList, KeyList, KeyStatus, PublicKey
from .signers import FileSigner, Signer

LIST_NAME = "keys.json"
FIRST_NUMBER = 1

_VERIFY_EVERY = 128  # signatures of a run
_ORDER = [KeyStatus.ACTIVE, KeyStatus.RETIRED, KeyStatus.COMPROMISED]


@dataclass(frozen=True)
class SigningKey:
    """A listed key and what signs as it. Raises BadKeyList if the two do not belong together."""

    public: PublicKey
    _signer: Signer = field(repr=False)

    def __post_init__(self) -> None:
        if self._signer.public_key != self.public.public_key:
            raise BadKeyList(
                N_("第 %(number)s 号密钥的私钥文件与密钥公告里的公钥不配套；请从备份恢复"), number=self.number
            )

    @property
    def number(self) -> int:
        """The key's number in the key list, at most 127."""
        return self.public.number

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes, always the same for the same message (Ed25519, RFC 8032).

        It is verified before it is returned, because a signature made during a hardware fault can reveal the private
        key. Raises Unavailable if it does not verify.
        """
        (signature,) = self._signer.sign([message])
        self._check(signature, message)
        return signature

    def sign_all(self, messages: Iterable[bytes]) -> list[bytes]:
        """The signatures of many messages. Only the first of each 128 is verified; raises Unavailable if it fails.

        Verifying takes three times as long as signing, and it guards against hardware faults alone. A lasting fault
        shows in the sample. A passing one does harm only if its signature gets out: the sampled pages of a run are
        signed again when they are read back, and a difference stops the run before it is released.
        """
        asked = list(messages)
        signatures = self._signer.sign(asked)
        for n in range(0, len(asked), _VERIFY_EVERY):
            self._check(signatures[n], asked[n])
        return signatures

    def _check(self, signature: bytes, message: bytes) -> None:
        try:
            self.public.verify(signature, message)
        except BadSignature:
            raise Unavailable(N_("签名自检失败，已停止发码；请检查这台机器的内存和处理器")) from None


@dataclass(frozen=True)
class KeyRing:
    """The key list and the private keys that are on this machine. Without any it can only verify."""

    keys: KeyList
    _signing: Mapping[int, SigningKey] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path, passphrase: bytes | None = None) -> "KeyRing":
        """Read `keys.json` and the private files of all keys that are not compromised.

        An empty or missing folder gives an empty ring. Raises BadKeyList or Unavailable, with the cure, if the list or
        a file is damaged, missing, readable by others, locked with a passphrase, or does not match its entry.
        """
        keys = read_list(folder)
        signing = {}
        for key in keys.keys:
            path = _private_path(folder, key.number)
            if key.status is not KeyStatus.COMPROMISED and path.exists():
                signing[key.number] = SigningKey(key, FileSigner(read_private(path, passphrase)))
        return cls(keys, signing)

    @classmethod
    def elsewhere(cls, folder: Path, signer_of: Callable[[PublicKey], Signer]) -> "KeyRing":
        """The ring of a machine without private keys: `keys.json` of the folder, and what signs as each key that is not compromised.

        Raises BadKeyList or Unavailable, with the cure, if the list is damaged.
        """
        keys = read_list(folder)
        sound = [key for key in keys.keys if key.status is not KeyStatus.COMPROMISED]
        return cls(keys, {key.number: SigningKey(key, signer_of(key)) for key in sound})

    def under(self, keys: KeyList) -> "KeyRing":
        """The ring under another list of the same keys: one that it does not name signs and verifies nothing."""
        left = [key for key in keys.keys if key.number in self._signing and key.status is not KeyStatus.COMPROMISED]
        return KeyRing(keys, {key.number: replace(self._signing[key.number], public=key) for key in left})

    @property
    def private(self) -> list[SigningKey]:
        """All private keys that are on this machine."""
        return list(self._signing.values())

    def signer(self, now: datetime) -> SigningKey:
        """The newest key that is active at `now` (aware UTC); only it signs new codes.

        Raises Unavailable if there is none.
        """
        usable = [key for key in self.keys.keys if key.may_sign(now)]
        if not usable:
            raise Unavailable(N_("没有可用的签发密钥，暂不能发码；请运行 yipin key new"))
        return self._private(max(usable, key=lambda key: (key.not_before, key.number)))

    def signer_numbered(self, number: int) -> SigningKey:
        """The key with this number, to sign the same bytes again for a reprint. It may be retired.

        Raises Unavailable if the key is compromised or its file is missing, UnknownKey if it is not listed.
        """
        key = self.keys.get(number)
        if key.status is KeyStatus.COMPROMISED:
            raise Unavailable(N_("第 %(number)s 号密钥已泄露，不能再用；请作废旧标签并重新发码"), number=number)
        return self._private(key)

    def _private(self, key: PublicKey) -> SigningKey:
        if key.number not in self._signing:
            raise Unavailable(
                N_("缺少第 %(number)s 号密钥的私钥文件 %(file)s；请从备份放回，或运行 yipin key new 换新密钥"),
                number=key.number,
                file=_private_path(Path(), key.number).name,
            )
        return self._signing[key.number]


def new_key(folder: Path, now: datetime, passphrase: bytes | None = None) -> PublicKey:
    """Make a key with the next number, valid from `now` (aware UTC), and list it. Makes the folder if needed.

    The private file is on the disk before the list names it. Raises Conflict if the numbers are used up, Invalid
    (passphrase), and BadKeyList or Unavailable if the folder is not sound.
    """
    check_passphrase(passphrase)
    with _locked(folder):
        keys = read_list(folder)
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        key = PublicKey(_next_number(folder, keys), ALGORITHM, public, now.replace(microsecond=0))
        write_whole(_private_path(folder, key.number), pem_of(private, passphrase), replaces=False)
        _write_list(folder, KeyList((*keys.keys, key)))
    return key


def set_status(folder: Path, number: int, status: KeyStatus, since: datetime) -> PublicKey:
    """Retire a key, or declare it compromised, from the time `since` (aware UTC). This cannot be undone.

    Raises UnknownKey, or Conflict for a step back.
    """
    with _locked(folder):
        keys = read_list(folder)
        key = keys.get(number)
        if status is KeyStatus.ACTIVE or _ORDER.index(status) < _ORDER.index(key.status):
            raise Conflict(
                N_("第 %(number)s 号密钥现为 %(now)s，不能改回 %(wanted)s；需要新密钥请运行 yipin key new"),
                number=number,
                now=key.status.value,
                wanted=status.value,
            )
        changed = replace(key, status=status, since=since)
        _write_list(folder, KeyList(tuple(changed if each is key else each for each in keys.keys)))
    return changed


def _private_path(folder: Path, number: int) -> Path:
    return folder / f"code-{number:03d}.pem"


def _next_number(folder: Path, keys: KeyList) -> int:
    """One more than every listed number and every number of a private file that was never listed."""
    left = [int(path.stem[5:]) for path in folder.glob("code-[0-9][0-9][0-9].pem")]
    number = max([key.number for key in keys.keys] + left, default=FIRST_NUMBER - 1) + 1
    if number > LAST_NUMBER:
        raise Conflict(N_("密钥号已用完（最大 127）；身份码需要新的版本"))
    return number


def read_list(folder: Path) -> KeyList:
    """The key list of a folder, empty where there is neither a list nor a key. Raises BadKeyList, with the cure."""
    try:
        return KeyList.from_json((folder / LIST_NAME).read_bytes())
    except FileNotFoundError:
        # An empty list beside private keys would call every label ever printed a forgery.
        if any(folder.glob("code-*.pem")):
            raise BadKeyList(
                N_("%(folder)s 里有私钥却没有 keys.json；请从备份恢复它（从未发过码的，可删去私钥文件）"),
                folder=str(folder),
            ) from None
        return KeyList()
    except (OSError, UnicodeDecodeError):
        raise BadKeyList(N_("%(path)s 读不出来；请检查权限，或从备份恢复"), path=str(folder / LIST_NAME)) from None


def _write_list(folder: Path, keys: KeyList) -> None:
    write_whole(folder / LIST_NAME, keys.to_json().encode("ascii"), 0o644)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one writer at a time into the folder. Raises Unavailable if the folder or disk cannot be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
    except OSError as error:
        raise Unavailable(
            N_("密钥目录 %(folder)s 写不进去：%(reason)s"), folder=str(folder), reason=error.strerror or ""
        ) from None
