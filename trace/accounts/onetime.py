"""Codes on paper that are good once: made here, typed however one likes, and kept as a hash alone."""

import hashlib
import secrets

from .signin import wide_to_narrow

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that the eye takes for another one
GROUP = 4


def fresh(length: int) -> str:
    """A new code in groups of four: ABCD-EFGH-JKMN. Each letter is one of 30."""
    code = "".join(secrets.choice(LETTERS) for _ in range(length))
    return "-".join(code[start : start + GROUP] for start in range(0, length, GROUP))


def mark_of(code: str) -> str:
    """The hash of a code, however it was typed: small letters, blanks, without the lines between its groups."""
    plain = "".join(letter for letter in wide_to_narrow(code).upper() if letter in LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()
