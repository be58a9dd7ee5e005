"""Signed notes: a text and the signatures under it (c2sp.org/signed-note)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import N_
from .notekeys import Kind, Signature, Signer, Verifier
from .strict import BadNote

__all__ = ["BadNote", "Kind", "Note", "Signature", "Signed", "Signer", "Verifier", "parse", "signed"]

LARGEST = 1_000_000  # bytes of a note: what Go's reader takes
MOST_SIGNATURES = 100


class Signed(NamedTuple):
    """A signature that was verified: whose it is, and when it says that it was made (seconds since 1970)."""

    by: Verifier
    at: int | None


@dataclass(frozen=True)
class Note:
    """A text that ends with a newline, and what stands under it. Nothing of the text is to be believed before `check`."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}"

    def __bytes__(self) -> bytes:
        return str(self).encode()

    def check(self, known: Iterable[Verifier]) -> list[Signed]:
        """Whose good signatures stand under the text, each key once. Raises BadNote if there are none.

        A signature of an unknown key is passed over; a bad one of a known key makes the whole note bad.
        """
        by_key = {(verifier.name, verifier.key_id): verifier for verifier in known}
        found: dict[Verifier, Signed] = {}
        for signature in self.signatures:
            verifier = by_key.get((signature.name, signature.key_id))
            if verifier is not None and verifier not in found:
                found[verifier] = Signed(verifier, verifier.verify(self.text, signature))
        if not found:
            raise BadNote(N_("没有一个认识的密钥在上面签名"))
        return list(found.values())

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """The same text with further signatures under it; one that is there already is not put twice."""
        return Note(self.text, tuple(dict.fromkeys([*self.signatures, *more])))

    def renewed(self, newer: Iterable[Signature]) -> "Note":
        """The same text with these signatures in the place of older ones of the same keys."""
        by_key = {(one.name, one.key_id): one for one in (*self.signatures, *newer)}
        return Note(self.text, tuple(by_key.values()))


def signed(text: str, signers: Sequence[Signer], at: int = 0) -> Note:
    """A text signed by each of these keys, at `at` (seconds since 1970). Raises BadNote if the text cannot be a note's."""
    _check_text(text)
    return Note(text, tuple(signer.sign(text, at) for signer in signers))


def parse(content: bytes) -> Note:
    """The note in these bytes, its signatures not yet checked. Raises BadNote."""
    if len(content) > LARGEST:
        raise BadNote(N_("签名文本太长"))
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise BadNote(N_("签名文本应是 UTF-8")) from None
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadNote(N_("签名文本应是：正文、空行、签名行，末尾换行"))
    text += "\n"
    _check_text(text)
    signatures = lines[:-1].split("\n")
    if len(signatures) > MOST_SIGNATURES:
        raise BadNote(N_("签名行太多"))
    return Note(text, tuple(Signature.parse(line) for line in signatures))


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(character < " " and character != "\n" for character in text):
        raise BadNote(N_("正文应以换行结束，不能有控制字符"))
