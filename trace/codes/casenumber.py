"""The number of a case (案件编号): what a person who complained notes down and reads out on the telephone.

A letter for the kind of case, six random characters and a check character of the GB 32100 alphabet, `J3F7-KQ2C`: no
letter that is taken for a digit, every slip caught, and the next number cannot be guessed from the last.
"""

import secrets

from ..errors import N_, Invalid
from .checkdigits import ALPHABET, VALUE, gb32100_check, shown
from .idnumber import as_meant

LENGTH = 8


def new_case_number(letter: str) -> str:
    """A fresh number of a kind of case; a unique index refuses the rare twin."""
    body = letter + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 2))
    return body + gb32100_check(body)


def parse_case_number(typed: str) -> str:
    """The case number that was meant; raises Invalid naming what is wrong. Forgives what an ID number forgives."""
    number = as_meant(typed)
    for position, character in enumerate(number, start=1):
        if character not in VALUE:
            raise Invalid(
                "number",
                N_("案件编号第 %(position)s 位%(character)s不能用：只能用数字和大写字母"),
                position=position,
                character=shown(character),
            )
    if len(number) != LENGTH:
        raise Invalid("number", N_("案件编号应为 8 位，这里有 %(count)s 位"), count=len(number))
    if number[-1] != gb32100_check(number[:-1]):
        raise Invalid("number", N_("案件编号抄错了一位；请对照记下的编号逐位核对"))
    return number


def dashed(number: str) -> str:
    """The number as it is shown and read out: `J3F7-KQ2C`."""
    return f"{number[:4]}-{number[4:]}"
