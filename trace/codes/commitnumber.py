"""The number of a commitment certificate (承诺达标合格证), which a buyer reads or scans: `C3F7 KQ2C 8A1W`.

A C, ten random characters and a check character, all of the GB 32100 alphabet. Every single wrong character is caught.
The next number cannot be guessed from the last.
"""

import secrets

from ..errors import N_, Mistyped, Numbered
from .checkdigits import ALPHABET, VALUE, gb32100_check, shown
from .meant import number_in

LENGTH = 12
OF = (Numbered.COMMITMENT,)


def new_commitment_number() -> str:
    """A new random number. The database's unique index refuses the rare duplicate."""
    body = "C" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 2))
    return body + gb32100_check(body)


def parse_commitment_number(typed: str) -> str:
    """The number that was meant, 12 characters, also from the address in its QR symbol.

    Raises Mistyped (number), which names what is wrong.
    """
    number = number_in(typed, LENGTH, is_lettered)
    for position, character in enumerate(number, start=1):
        if character not in VALUE:
            raise Mistyped(
                "number",
                typed,
                OF,
                N_("合格证编号第 %(position)s 位%(character)s不能用：只能用数字和大写字母"),
                position=position,
                character=shown(character),
            )
    if len(number) != LENGTH or number[0] != "C":
        raise Mistyped(
            "number",
            typed,
            OF,
            N_("合格证编号应为 12 位，以 C 开头，如 C3F7 KQ2C 8A1W；这里有 %(count)s 位"),
            count=len(number),
        )
    if number[-1] != gb32100_check(number[:-1]):
        raise Mistyped("number", typed, OF, N_("合格证编号抄错了一位；请对照证上的编号逐位核对"))
    return number


def is_lettered(number: str) -> bool:
    """Whether it begins with the letter of certificates."""
    return number.startswith("C")
