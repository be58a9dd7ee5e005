"""The numbers that one slip makes of another: a character that is wrong, missing or too many, or two neighbours swapped.

A check character tells that a number is wrong, and never where. All numbers with a right check character that are one
slip away are some thirty; which of them exists, the record knows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import commitnumber, idnumber
from .checkdigits import ALPHABET, VALUE, all_digits, gb32100_check
from .meant import as_meant, core
from .typed import unescaped


@dataclass(frozen=True)
class Shape:
    """The form of a kind of number: its length, and what a number of it must have besides the check character of GB 32100."""

    length: int
    fits: Callable[[str], bool]


ID_NUMBER = Shape(idnumber.LENGTH, idnumber.has_county)
COMMITMENT = Shape(commitnumber.LENGTH, commitnumber.is_lettered)
CREDIT_CODE = Shape(18, lambda number: all_digits(number[2:8]))  # 统一社会信用代码, GB 32100-2015


def nearby(typed: str, shape: Shape = ID_NUMBER) -> list[str]:
    """The numbers of this form that were perhaps meant by what was typed, each once; none if it is more than one slip away.

    What was typed is read as `parse_id_number` reads it.
    """
    number = core(as_meant(unescaped(typed)))
    if abs(len(number) - shape.length) > 1 or sum(each not in VALUE for each in number) > 1:
        return []
    found = dict.fromkeys(each for each in _slips(number, shape.length) if _is_right(each, shape))
    return [each for each in found if each != number]


def _slips(number: str, length: int) -> Iterator[str]:
    places = range(len(number))
    if len(number) < length:
        yield from (number[:at] + each + number[at:] for at in range(len(number) + 1) for each in ALPHABET)
    elif len(number) > length:
        yield from (number[:at] + number[at + 1 :] for at in places)
    else:
        yield from (number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in places[:-1])
        yield from (number[:at] + each + number[at + 1 :] for at in places for each in ALPHABET)


def _is_right(number: str, shape: Shape) -> bool:
    return (
        len(number) == shape.length
        and all(each in VALUE for each in number)
        and shape.fits(number)
        and number[-1] == gb32100_check(number[:-1])
    )
