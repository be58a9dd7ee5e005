"""Case numbers: short, forgiving to type, every slip caught, and not to be guessed from the last."""

import pytest

from yipin.codes.casenumber import dashed, new_case_number, parse_case_number
from yipin.codes.checkdigits import ALPHABET
from yipin.errors import Invalid

NUMBER = new_case_number("J")


def test_a_number_is_eight_characters_and_begins_with_its_kind() -> None:
    assert len(NUMBER) == 8 and NUMBER[0] == "J" and set(NUMBER) <= set(ALPHABET)


def test_a_number_is_read_however_it_is_typed() -> None:
    for typed in (
        NUMBER,
        dashed(NUMBER),
        dashed(NUMBER).lower(),
        f" {NUMBER[:4]} {NUMBER[4:]} ",
        dashed(NUMBER).replace("-", "—"),
    ):
        assert parse_case_number(typed) == NUMBER


def test_look_alikes_are_mended() -> None:
    number = next(n for n in iter(lambda: new_case_number("J"), "") if "0" in n and "1" in n)
    assert parse_case_number(number.replace("0", "O").replace("1", "i")) == number


def test_every_wrong_character_and_every_swap_of_neighbours_is_noticed() -> None:
    wrong = {NUMBER[:i] + c + NUMBER[i + 1 :] for i in range(8) for c in ALPHABET} - {NUMBER}
    wrong |= {NUMBER[:i] + NUMBER[i + 1] + NUMBER[i] + NUMBER[i + 2 :] for i in range(7)} - {NUMBER}
    for typed in wrong:
        with pytest.raises(Invalid):
            parse_case_number(typed)


@pytest.mark.parametrize(
    ("typed", "told"), [("", "8 位"), ("J3F7", "8 位"), ("J3F7-K!2C", "第 6 位"), ("举报编号", "第 1 位")]
)
def test_what_is_wrong_is_named(typed: str, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        parse_case_number(typed)
    assert refused.value.field == "number"


def test_numbers_do_not_follow_one_another() -> None:
    assert len({new_case_number("J") for _ in range(2000)}) == 2000
    assert len({new_case_number("J")[1] for _ in range(400)}) == 31
