"""What people see in a text that was typed, pasted or scanned: without the characters that nobody sees."""

import unicodedata
from urllib.parse import unquote

from ..names import is_unseen

LONGEST = 8_000  # characters that are read of a pasted text
# Every dash that a keyboard, an editor or a copied label may put between the groups of a number.
DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\ufe63"


def visible(text: str) -> str:
    """The text in form NFKC, without zero-width characters, direction marks and selectors of variants.

    Full-width digits and letters become plain ones. Superscripts and circled numbers stay: a footnote is no digit.
    """
    if text.isascii():
        return text
    seen = (character for character in text if not _is_invisible(character))
    return "".join(_plain(character) for character in seen)


def unescaped(text: str) -> str:
    """What people see in a text that may be, or hold, an address: percent signs decoded, nothing invisible."""
    shown = visible(text[:LONGEST])
    for _ in range(2):  # a messenger escapes what was escaped already
        if "%" not in shown:
            break
        shown = visible(unquote(shown))
    return shown


def _plain(character: str) -> str:
    if character.isascii() or unicodedata.category(character) == "No":
        return character
    return "".join(each for each in unicodedata.normalize("NFKC", character) if not is_unseen(each))


def _is_invisible(character: str) -> bool:
    return not character.isascii() and (is_unseen(character) or unicodedata.category(character) == "Cf")
