"""The two kinds of unit code: the signed one, and the tiny one of small stickers. A unit has one of them, never both."""

from enum import StrEnum

from . import payload, tiny


class CodeKind(StrEnum):
    FULL = "full"  # 191 digits, signed: anyone can check it without us
    TINY = "tiny"  # 37 digits, for stickers too small for the other: only the service can check it

    @property
    def digits(self) -> int:
        return payload.DIGITS if self is CodeKind.FULL else tiny.DIGITS


def kind_of(digits: str) -> CodeKind:
    """Which kind has so many characters; what has another number is taken for a malformed signed code."""
    return CodeKind.TINY if len(digits) == tiny.DIGITS else CodeKind.FULL


def check_digits(text: str) -> None:
    """Refuse what is neither 191 nor 37 digits: BadLength or BadDigits."""
    (tiny.check_digits if kind_of(text) is CodeKind.TINY else payload.check_digits)(text)


def token_of(digits: str) -> bytes:
    """The bytes of a code of either kind; raises BadCode."""
    return tiny.from_digits(digits) if kind_of(digits) is CodeKind.TINY else payload.from_digits(digits)


def spelled(token: bytes) -> str:
    """The digits of a token of either kind; raises BadLength."""
    return tiny.to_digits(token) if len(token) == tiny.TOKEN_BYTES else payload.to_digits(token)


def code_in(text: str) -> str:
    """The digits in what a scanner read, bare or at the end of an address; raises BadLength or BadDigits.

    The host is not looked at: it is not part of what is checked, and a changed domain must not kill printed labels.
    """
    path = text.strip().split("#", 1)[0].split("?", 1)[0]
    digits = path.rstrip("/").rpartition("/")[2]
    check_digits(digits)
    return digits
