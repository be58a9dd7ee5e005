"""Which numbers one slip makes of another."""

import pytest

from yipin.codes.checkdigits import ALPHABET
from yipin.codes.idnumber import new_id_number, parse_id_number, spaced
from yipin.codes.nearby import nearby


def slips(number: str) -> dict[str, str]:
    """Each kind of slip at every place, by the text that it gives."""
    found = {number[:at] + number[at + 1] + number[at] + number[at + 2 :]: "swapped" for at in range(15)}
    for at in range(16):
        found |= {number[:at] + each + number[at + 1 :]: "wrong" for each in ALPHABET}
        found[number[:at] + number[at + 1 :]] = "missing"
        found[number[:at] + number[at] + number[at:]] = "doubled"
        found[f"{number[:at]}#{number[at + 1 :]}"] = "illegible"
    del found[number]
    return found


def test_every_single_slip_and_exchange_leads_back_to_the_number() -> None:
    number = new_id_number("430225")
    for typed in slips(number):
        assert number in nearby(typed), typed


def test_few_numbers_are_near_and_each_is_right() -> None:
    number = new_id_number("430225")
    for typed in slips(number):
        found = nearby(typed)
        assert len(found) <= 40 and all(parse_id_number(each) == each for each in found)


@pytest.mark.parametrize("typed", ["", "桃", "430225", "##0225AB3D5FG7HQ", "1" * 400, "\ud800", "x" * 16])
def test_what_is_no_slip_of_a_number_is_near_to_none(typed: str) -> None:
    assert nearby(typed) == []


def test_a_caption_or_address_around_the_number_does_not_matter() -> None:
    number = new_id_number("430225")
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    for typed in (f"身份证号：{spaced(wrong)}。", f"https://t.example.cn/b/{wrong}?from=x", wrong.lower()):
        assert number in nearby(typed)
