"""A root key: Ed25519, kept off every network, whose only work is to sign key lists.

Its public half is one line, `name+hash+key`, as C2SP signed notes write verifiers (c2sp.org/signed-note); its signature is
a line of such a note. So other programs that read notes can check a key list as well.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ...diskfiles import write_whole
from ...errors import N_, Invalid, Unavailable
from .. import curve, notelines
from ..keyfiles import check_passphrase, pem_of, read_private
from ..keylist import BadKeyList

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_ED25519 = 1  # the kind of key in a signed note


@dataclass(frozen=True)
class Root:
    """The public half of a root key. Raises BadKeyList if the key is not sound."""

    name: str
    public_key: bytes  # 32 raw bytes (RFC 8032, 5.1.2)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise BadKeyList(
                N_("根密钥的名称“%(name)s”应是小写字母、数字、点和连字符，最多 40 个"), name=self.name[:40]
            )
        if problem := curve.problem(self.public_key):
            raise BadKeyList(
                N_("根密钥 %(name)s 不可信任：%(why)s"), name=self.name, why=problem % {"number": self.name}
            )

    @property
    def mark(self) -> bytes:
        """The four bytes by which a signature names this key."""
        return notelines.key_id(self.name, _ED25519, self.public_key)

    def __str__(self) -> str:
        return notelines.key_line(self.name, _ED25519, self.mark, self.public_key)

    @classmethod
    def parse(cls, line: str) -> Self:
        """The root of a public line. Raises BadKeyList for any other text."""
        name, _, raw = notelines.key_parts(line.strip())
        if raw[:1] != bytes([_ED25519]):
            raise BadKeyList(N_("“%(line)s”不是根密钥的公开行；它应是 名称+8 位+公钥"), line=line.strip()[:60])
        root = cls(name, raw[1:])
        if str(root) != line.strip():
            raise BadKeyList(N_("根密钥 %(name)s 的公开行抄错了：中间的 8 位与公钥不符"), name=name)
        return root

    def has_signed(self, text: str, line: str) -> bool:
        """Whether this line is the root's signature of the text."""
        found = notelines.read_signature(line)
        if found is None or (found.name, found.key_id) != (self.name, self.mark):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(found.raw, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class PrivateRoot:
    """A root key on the machine apart, where it signs."""

    root: Root
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def load(cls, path: Path, name: str, passphrase: bytes | None = None) -> Self:
        """Read a private file. Raises Unavailable, with the cure, if others may read it, or it cannot be opened."""
        private = read_private(path, passphrase)
        return cls(Root(name, private.public_key().public_bytes_raw()), private)

    def sign(self, text: str) -> str:
        """The line that says that this root has signed the text. Raises Unavailable if it does not verify."""
        raw = self._private.sign(text.encode())
        line = notelines.signature_line(notelines.Line(self.root.name, self.root.mark, raw))
        if not self.root.has_signed(text, line):
            raise Unavailable(N_("签名自检失败，没有签；请检查这台机器的内存和处理器"))
        return line


def new_root(path: Path, name: str, passphrase: bytes | None = None) -> Root:
    """Make a root key and write its private file (mode 600).

    Raises Invalid if the name is none or the file is there, Unavailable if the disk does not take it.
    """
    if not NAME.fullmatch(name):
        raise Invalid(
            "name", N_("根密钥的名称应是小写字母、数字、点和连字符，最多 40 个，不是“%(name)s”"), name=name[:40]
        )
    check_passphrase(passphrase)
    private = Ed25519PrivateKey.generate()
    try:
        write_whole(path, pem_of(private, passphrase), replaces=False)
    except FileExistsError:
        raise Invalid("out", N_("%(path)s 已经有了，没有动它；请换一个文件名"), path=str(path)) from None
    except OSError as error:
        raise Unavailable(
            N_("%(path)s 写不进去：%(reason)s"), path=str(path), reason=os.strerror(error.errno or 0)
        ) from None
    return Root(name, private.public_key().public_bytes_raw())


def roots_of(text: str) -> tuple[Root, ...]:
    """The roots of a text with one public line each; lines that begin with # say nothing. Raises BadKeyList."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return tuple(Root.parse(line) for line in lines)
