"""Reads the numbers of commitment certificates from what people paste."""

import re

from ..codes import meant
from ..codes.commitnumber import LENGTH, is_lettered
from ..errors import N_, Invalid

MOST = 100  # numbers checked together


def numbers_in(typed: str) -> list[str]:
    """What is listed, one a line or parted by commas; each once, in the order typed. Raises Invalid("q") for more than a
    hundred."""
    once: dict[str, str] = {}
    for piece in re.split(r"[\r\n,，;；、]+", typed):
        if number := meant.number_in(piece, LENGTH, is_lettered):
            once.setdefault(number, piece.strip())
    if len(once) > MOST:
        raise Invalid("q", N_("一次最多查 %(most)s 张，这里有 %(count)s 张；请分几次查"), most=MOST, count=len(once))
    return list(once.values())


def number_in(typed: str) -> str | None:
    """The number of a certificate that a text in the search box is meant as, well or ill written: twelve characters that
    begin with C, or the address of a certificate's page."""
    number = meant.number_in(typed, LENGTH, is_lettered)
    return number if "/c/" in typed or (len(number) == LENGTH and is_lettered(number)) else None
