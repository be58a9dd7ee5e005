"""The ID numbers that one slip makes of another: a character that is wrong, missing or too many, or two neighbours swapped.

A check character tells that a number is wrong, and never where. All numbers with a right check character that are one
slip away are some thirty; which of them exists, the record knows.
"""

from collections.abc import Iterator

from .checkdigits import ALPHABET, VALUE, gb32100_check
from .idnumber import LENGTH, has_county
from .meant import as_meant, core
from .typed import unescaped


def nearby(typed: str) -> list[str]:
    """The ID numbers that were perhaps meant by what was typed, each once; none if it is more than one slip away.

    What was typed is read as `parse_id_number` reads it.
    """
    number = core(as_meant(unescaped(typed)))
    if abs(len(number) - LENGTH) > 1 or sum(each not in VALUE for each in number) > 1:
        return []
    found = dict.fromkeys(each for each in _slips(number) if _is_right(each))
    return [each for each in found if each != number]


def _slips(number: str) -> Iterator[str]:
    places = range(len(number))
    if len(number) < LENGTH:
        yield from (number[:at] + each + number[at:] for at in range(len(number) + 1) for each in ALPHABET)
    elif len(number) > LENGTH:
        yield from (number[:at] + number[at + 1 :] for at in places)
    else:
        yield from (number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in places[:-1])
        yield from (number[:at] + each + number[at + 1 :] for at in places for each in ALPHABET)


def _is_right(number: str) -> bool:
    return (
        len(number) == LENGTH
        and all(each in VALUE for each in number)
        and has_county(number)
        and number[-1] == gb32100_check(number[:-1])
    )
