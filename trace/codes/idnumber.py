"""The ID number (身份证号) of a product or a batch, which people read aloud and type. It has 16 characters.

Six digits of the county (GB/T 2260), nine random characters, and one check character by the rule of GB 32100. It is
given out at registration, printed on every label and typed on the scan page. It names a product or batch and proves
nothing about a single pack; the unit code does that (`payload`, `signing`).
"""

import secrets

from ..errors import N_, BadIdNumber, Invalid
from .checkdigits import ALPHABET, VALUE, all_digits, gb32100_check, shown
from .meant import number_in

LENGTH = 16
BATCHES = 31**9  # values of the nine random characters

_COUNTY_DIGITS = 6


def new_id_number(county: str) -> str:
    """A new random ID number in a county (six digits, GB/T 2260). The unique index refuses the rare duplicate.

    Raises Invalid (county).
    """
    if len(county) != _COUNTY_DIGITS or not all_digits(county):
        raise Invalid("county", N_("区划代码应为 6 位数字，这里是“%(county)s”"), county=county[:20])
    return id_number_from(county, secrets.randbelow(BATCHES))


def id_number_from(county: int | str, batch: int) -> str:
    """The ID number of a county and a batch integer, as a unit code holds them. Raises Invalid (county, batch)."""
    digits = f"{county:06d}" if isinstance(county, int) else county
    if len(digits) != _COUNTY_DIGITS or not all_digits(digits):
        raise Invalid("county", N_("区划代码应为 6 位数字，这里是“%(county)s”"), county=digits[:20])
    if not 0 <= batch < BATCHES:
        raise Invalid("batch", N_("批次编号应在 0 到 %(limit)s 之间"), limit=BATCHES - 1)
    characters = ""
    for _ in range(9):
        batch, value = divmod(batch, 31)
        characters = ALPHABET[value] + characters
    body = digits + characters
    return body + gb32100_check(body)


def batch_integer(id_number: str) -> int:
    """The nine random characters of an ID number as an integer below 31^9. Raises BadIdNumber."""
    total = 0
    for character in parse_id_number(id_number)[_COUNTY_DIGITS:-1]:
        total = total * 31 + VALUE[character]
    return total


def parse_id_number(typed: str) -> str:
    """The ID number that was meant, 16 characters. Raises BadIdNumber, which says what is wrong.

    It forgives spaces, dashes, lower case, full-width forms, invisible characters, O, I, S, Z, V for 0, 1, 5, 2, U, and an
    address, caption or sign around the number.
    """
    number = number_in(typed, LENGTH, has_county)
    if len(number) != LENGTH:
        raise BadIdNumber(N_("身份证号应为 16 位，这里有 %(count)s 位"), count=len(number))
    _check_characters(number)
    if number[-1] != gb32100_check(number[:-1]):
        raise BadIdNumber(N_("身份证号抄错了一位，或有相邻两位颠倒；请对照标签逐位核对"))
    return number


def has_county(number: str) -> bool:
    """Whether it begins with the six digits of a county."""
    return all_digits(number[:_COUNTY_DIGITS])


def _check_characters(number: str) -> None:
    """Name the first character that cannot stand where it stands. Which one is wrong of those that can, nobody knows."""
    for position, character in enumerate(number, start=1):
        if character not in VALUE:
            template = N_("身份证号第 %(position)s 位%(character)s不能用：只能用数字和大写字母")
        elif position <= _COUNTY_DIGITS and not all_digits(character):
            template = N_("身份证号第 %(position)s 位应为数字（前 6 位是区划代码），填的是%(character)s")
        else:
            continue
        raise BadIdNumber(template, position=position, character=shown(character))


def spaced(id_number: str) -> str:
    """The number in groups of four, as it is printed: `4302 25AB 3D5F G7HQ`."""
    return " ".join(id_number[start : start + 4] for start in range(0, len(id_number), 4))
