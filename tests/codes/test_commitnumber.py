"""The number of a commitment certificate catches every slip, and is read from the QR's address as well."""

import pytest

from yipin.codes.checkdigits import ALPHABET
from yipin.codes.commitnumber import new_commitment_number, parse_commitment_number
from yipin.errors import Invalid


def test_a_fresh_number_reads_back_however_it_is_typed() -> None:
    for _ in range(50):
        number = new_commitment_number()
        spaced = f" {number[:4]} {number[4:8]}-{number[8:].lower()} "
        for typed in (number, spaced, f"https://t.example.cn/c/{number}"):
            assert parse_commitment_number(typed) == number


def test_every_single_wrong_character_is_caught() -> None:
    number = new_commitment_number()
    for place in range(1, 12):
        for character in set(ALPHABET) - {number[place]}:
            with pytest.raises(Invalid):
                parse_commitment_number(number[:place] + character + number[place + 1 :])


@pytest.mark.parametrize("typed", ["", "C", "430225AB3D5FG7HQ", "C3F7KQ2C8A1!", "B" * 12])
def test_what_cannot_be_a_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_commitment_number(typed)
