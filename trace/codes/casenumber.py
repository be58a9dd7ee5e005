"""The number of a case (案件编号), which a person notes down and reads out on the telephone: `J3F7-KQ2C`.

A letter for the kind of case, six random characters and a check character, all of the GB 32100 alphabet. No letter of
it looks like a digit. Every single wrong character is caught. The next number cannot be guessed from the last.
"""

import secrets

from ..errors import N_, Invalid
from .checkdigits import ALPHABET, VALUE, gb32100_check, shown
from .meant import number_in

LENGTH = 8


def new_case_number(letter: str) -> str:
    """A new random number of the kind with this letter. The database's unique index refuses the rare duplicate."""
    body = letter + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 2))
    return body + gb32100_check(body)


def parse_case_number(typed: str) -> str:
    """The case number that was meant, 8 characters. Forgives what `idnumber.parse_id_number` forgives.

    Raises Invalid (number), which names what is wrong.
    """
    number = number_in(typed, LENGTH, lambda _: True)
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
