"""Identifiers that people bring along: which are read, and what is said of the others.

The resident IDs begin with 999999, a place that does not exist: they are nobody's.
"""

import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes.checkdigits import ALPHABET, gb32100_check, parse_food_licence, parse_resident_id, parse_uscc
from yipin.errors import Invalid

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "uscc.json").read_text("utf-8"))
bodies = st.text(ALPHABET, min_size=15, max_size=17)


@pytest.mark.parametrize("code", VECTORS["good"])
def test_a_good_uscc_is_read(code):
    assert parse_uscc(code) == code


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: ascii(case["typed"]))
def test_a_bad_uscc_is_refused_and_told_why(case):
    with pytest.raises(Invalid) as refusal:
        parse_uscc(case["typed"])
    assert refusal.value.field == "uscc"
    assert all(word in str(refusal.value) for word in case["says"])


def test_spaces_lower_case_and_full_width_forms_of_a_uscc_are_forgiven():
    assert parse_uscc(" 91430225ma　0000 000f\n") == "91430225MA0000000F"
    assert parse_uscc("９１４３０２２５ＭＡ０００００００Ｆ") == "91430225MA0000000F"


@given(bodies, st.data())
def test_every_single_wrong_character_changes_the_check(body, data):
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(body[place], "")))
    assert gb32100_check(body[:place] + other + body[place + 1 :]) != gb32100_check(body)


@given(bodies, st.data())
def test_every_swap_of_neighbours_changes_the_check(body, data):
    place = data.draw(st.integers(0, len(body) - 2))
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert (gb32100_check(swapped) == gb32100_check(body)) == (swapped == body)


def test_the_check_of_a_character_outside_the_alphabet_is_refused():
    with pytest.raises(Invalid, match="第 2 位“I”"):
        gb32100_check("1I")


def test_a_synthetic_resident_id_is_read():
    assert parse_resident_id("999999 19820212 0049") == "999999198202120049"
    assert parse_resident_id("９９９９９９１９８２０２１２００４９") == "999999198202120049"


def test_a_resident_id_may_end_in_a_small_x():
    assert parse_resident_id("99999919000101012x") == "99999919000101012X"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "有 0 位"),
        ("999999820212004", "18 位，这里有 15 位"),
        ("9999991982021200494", "有 19 位"),
        ("99999A198202120049", "第 6 位应为数字"),
        ("999999198202120٠49", "第 16 位应为数字"),
        ("999999198213120049", "出生日期"),
        ("999999198202300049", "出生日期"),
        ("999999000002120049", "出生日期"),
        ("999999189902120049", "出生日期"),
        ("999999198202120048", "抄错了一位"),
        ("99999919820212004A", "0–9 或字母 X"),
        ("99999919820212004五", "0–9 或字母 X"),
    ],
)
def test_a_bad_resident_id_is_refused_without_being_repeated(typed, says):
    with pytest.raises(Invalid) as refusal:
        parse_resident_id(typed)
    assert refusal.value.field == "resident_id"
    assert says in str(refusal.value)
    told = {str(value) for value in refusal.value.message.values.values()}
    assert not any(len(value) > 2 for value in told)


def test_every_single_wrong_digit_of_a_resident_id_is_refused():
    good = "999999198202120049"
    for place, digit in enumerate(good):
        for other in string.digits.replace(digit, ""):
            with pytest.raises(Invalid):
                parse_resident_id(good[:place] + other + good[place + 1 :])


@given(st.text())
def test_any_text_gives_an_answer_or_our_own_error(text):
    for parse in (parse_uscc, parse_resident_id):
        try:
            parse(text)
        except Invalid as refusal:
            str(refusal).encode("utf-8")  # what cannot be seen is named by its number, so it can be shown


@given(st.text(ALPHABET + "ISOVZ\ud800\x00ßı", min_size=18, max_size=18))
def test_a_text_of_the_right_length_gives_an_answer_or_our_own_error(text):
    try:
        assert parse_uscc(text) == text
    except Invalid as refusal:
        str(refusal).encode("utf-8")


def test_a_food_licence_number_with_its_check_digit_is_read() -> None:
    assert parse_food_licence(" sc1254302 2300013 ") == "SC12543022300013"


@pytest.mark.parametrize("place", range(2, 16))
def test_every_wrong_digit_of_a_food_licence_number_is_caught(place: int) -> None:
    number = "SC12543022300013"
    for digit in set("0123456789") - {number[place]}:
        with pytest.raises(Invalid, match="抄错了一位"):
            parse_food_licence(number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize("typed", ["", "12543022300013", "SC1254302230001", "SC1254302230001X", "QS1254302230001"])
def test_what_is_no_food_licence_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="SC 加 14 位数字"):
        parse_food_licence(typed)
