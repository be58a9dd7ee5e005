"""Reads a unit code out of whatever people hold: an address with its tail, a wrapped message, digits in groups.

Every entrance asks here: the path of an address, the search box, the forms of complaints and claims, the command line.
What is read is not checked; `signing` and `tiny` do that. A text that holds less or more than one whole code says so by
an error of its own, because that is no sign of a forgery.
"""

import re
from collections.abc import Iterable, Iterator

from ..errors import N_, BadCode
from . import payload, tiny
from .checkdigits import all_digits
from .typed import DASHES, unescaped

LONGEST_NUMBER = 20  # digits: an ID number has 16, and one that was mistyped hardly more
LEAST = 12  # digits together that are taken for a damaged code, not for a date or a telephone number
_SIZES = (payload.DIGITS, tiny.DIGITS)
# Put between the digits by who wraps a message, quotes it or writes in groups.
_BETWEEN = rf"\s\x00-\x1f>|{re.escape(DASHES)}"
_CLUSTER = re.compile(rf"[0-9][0-9{_BETWEEN}]*")
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9]")  # what some scanners send in front: ISO/IEC 15424


class Incomplete(BadCode):
    """No whole code: digits are missing or too many. `digits` are those that were read, at least `LEAST`."""

    reason = "incomplete"

    def __init__(self, digits: str) -> None:
        super().__init__(
            N_("扫得不全，请再扫一次：身份码有 191 位数字（贴纸小码 37 位），这里读到 %(count)s 位"), count=len(digits)
        )
        self.digits = digits


class NoCode(BadCode):
    """The text holds no code, nor part of one."""

    reason = "none"


class SeveralCodes(BadCode):
    """The text holds different codes (`codes`, in their order), and only its sender knows which is meant."""

    reason = "several"

    def __init__(self, codes: list[str]) -> None:
        super().__init__(N_("这里有 %(count)s 个不同的码，请一次查一个"), count=len(codes))
        self.codes = codes


def is_whole(text: str) -> bool:
    """Whether the text is nothing but the digits of one code, 191 or 37 of them."""
    return len(text) in _SIZES and all_digits(text)


def read_code(text: str) -> str:
    """The 191 or 37 digits of the one code in a text. Raises SeveralCodes, Incomplete or NoCode, and nothing else.

    Hosts are ignored. They are not signed, and printed labels must stay valid when the domain changes.
    """
    if is_whole(text):
        return text
    clusters = [re.findall("[0-9]+", each) for each in _CLUSTER.findall(_SYMBOLOGY.sub(" ", unescaped(text)))]
    found = list(dict.fromkeys(code for groups in clusters for code in _codes(groups)))
    if len(found) == 1:
        return found[0]
    if found:
        raise SeveralCodes(found)
    most = max(("".join(groups) for groups in clusters), key=len, default="")
    if len(most) < LEAST:
        raise NoCode(N_("这里没有身份码"))
    raise Incomplete(most)


def is_beginning(digits: str, keys: Iterable[int], counties: Iterable[str]) -> bool:
    """Whether these digits begin as a signed code of one of these keys and counties (GB/T 2260) does.

    A signed code that was cut after 37 digits looks like a tiny one; its first digits tell the two apart.
    """
    heads = {payload.head_of(digits.ljust(payload.DIGITS, end)) for end in "09"}
    return not heads.isdisjoint((key, int(county)) for key in keys for county in counties)


def _codes(groups: list[str]) -> list[str]:
    """The whole codes in digits that stand together, in groups."""
    signed = _single(groups, payload.DIGITS)
    if signed:
        return signed + [group for group in groups if len(group) == tiny.DIGITS]
    whole = (list(_joined(groups, payload.DIGITS)), _single(groups, tiny.DIGITS), list(_joined(groups, tiny.DIGITS)))
    return next((found for found in whole if found), [])


def _single(groups: list[str], size: int) -> list[str]:
    """Groups that are a code, or some that a scanner sent without a blank between them."""
    alone = [group for group in groups if len(group) % size == 0]
    found = [group[at : at + size] for group in alone for at in range(0, len(group), size)]
    if size == payload.DIGITS:
        return found
    digits, alike = sum(map(len, groups)), len(set(found)) == 1
    is_pair = len(alone) == 2 and digits == 2 * size
    is_one = alike and digits - sum(map(len, alone)) < size
    return found if is_one or is_pair else []  # else lines of a longer code, which happen to have this length


def _joined(groups: list[str], size: int) -> Iterator[str]:
    """Neighbouring groups that have so many digits together. Of short codes the groups must be nearly all that is there."""
    if size == tiny.DIGITS and sum(map(len, groups)) >= 2 * size:
        return
    first = digits = 0
    for last, group in enumerate(groups):
        digits += len(group)
        while digits > size:
            digits -= len(groups[first])
            first += 1
        if digits == size:
            yield "".join(groups[first : last + 1])
