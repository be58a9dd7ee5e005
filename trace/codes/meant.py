"""The short number that is meant by what was typed, pasted or scanned: an ID number, or that of a case or a certificate.

People copy a number with its caption, its address, the full stop after it. No character of the alphabet (GB 32100) looks
like another one, so each look-alike letter can only stand for one.
"""

import re
from collections.abc import Callable

from .checkdigits import ALPHABET, gb32100_check, plain
from .typed import DASHES, unescaped

# None of these letters is in the alphabet, so each can only be its look-alike; the check character decides.
_MEANT = str.maketrans("OISZV", "0152U", DASHES)
_CLUSTER = re.compile(rf"[0-9A-Za-z][0-9A-Za-z\s{re.escape(DASHES)}]*")
_EDGES = re.compile(r"^[^0-9A-Z]+|[^0-9A-Z]+$")
MOST_AROUND = 3  # characters of the alphabet beside a number, without a sign between them: so many times its length
_MEMBERS = frozenset(ALPHABET)


def as_meant(typed: str) -> str:
    """A typed number in capitals, without spaces and dashes, and with each look-alike letter as what it stands for."""
    return plain(typed).translate(_MEANT)


def number_in(typed: str, length: int, fits: Callable[[str], bool]) -> str:
    """The one number of this length in a text that has its form (`fits`) and the right check character.

    If there is none, or more than one, the text as it was meant, without what stands around the number: whoever called then
    says what is wrong with it.
    """
    shown = unescaped(typed)
    whole = as_meant(shown)
    if _is_right(whole, length, fits):
        return whole
    found = {each for each in pieces(shown, length) if _is_right(each, length, fits)}
    return found.pop() if len(found) == 1 else core(whole)


def pieces(shown: str, length: int) -> set[str]:
    """All that may be a number of this length: a group of characters, or neighbouring groups together."""
    found = set()
    for cluster in _CLUSTER.findall(shown):
        groups = [as_meant(group) for group in re.findall("[0-9A-Za-z]+", cluster)]
        if sum(map(len, groups)) > MOST_AROUND * length:
            continue  # the digits of a code in groups, of which some may be a number by chance
        for first in range(len(groups)):
            together = ""
            for group in groups[first : first + length]:
                together += group
                if len(together) >= length:
                    break
            if len(together) == length:
                found.add(together)
    return found


def _is_right(number: str, length: int, fits: Callable[[str], bool]) -> bool:
    return (
        len(number) == length
        and _MEMBERS.issuperset(number)
        and fits(number)
        and number[-1] == gb32100_check(number[:-1])
    )


def core(whole: str) -> str:
    """The last part of an address, without a query, and without signs and Chinese text at its ends."""
    address = re.split("[?&#]", whole, maxsplit=1)[0].rstrip("/") if "/" in whole else whole
    return _EDGES.sub("", address.rpartition("/")[2]) or whole
