"""The two kinds of unit code: the signed one, and the tiny one for small stickers. A unit has only one of them."""

from enum import StrEnum

from . import payload, tiny


class CodeKind(StrEnum):
    """Signed code or tiny code."""

    FULL = "full"  # 191 digits, signed: anyone can check it offline
    TINY = "tiny"  # 37 digits, for stickers too small for a signed code: only the service can check it

    @property
    def digits(self) -> int:
        """The number of its decimal digits."""
        return payload.DIGITS if self is CodeKind.FULL else tiny.DIGITS


def kind_of(digits: str) -> CodeKind:
    """The kind of a code, by its length. A text of any other length counts as a malformed signed code."""
    return CodeKind.TINY if len(digits) == tiny.DIGITS else CodeKind.FULL


def check_digits(text: str) -> None:
    """Raises BadLength or BadDigits unless the text is 191 or 37 ASCII digits."""
    (tiny.check_digits if kind_of(text) is CodeKind.TINY else payload.check_digits)(text)


def token_of(digits: str) -> bytes:
    """The token (79 or 15 bytes) of a code of either kind. Raises BadCode."""
    return tiny.from_digits(digits) if kind_of(digits) is CodeKind.TINY else payload.from_digits(digits)


def spelled(token: bytes) -> str:
    """The digits (191 or 37) of a token of either kind. Raises BadLength."""
    return tiny.to_digits(token) if len(token) == tiny.TOKEN_BYTES else payload.to_digits(token)
