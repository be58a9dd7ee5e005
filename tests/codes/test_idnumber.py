"""ID numbers as people type them: read, forgiven, or refused by naming the fault."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes.checkdigits import ALPHABET, gb32100_check
from yipin.codes.idnumber import BATCHES, batch_integer, id_number_from, new_id_number, parse_id_number, spaced
from yipin.errors import BadIdNumber, Invalid

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "idnumbers.json").read_text("utf-8"))


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["id_number"])
def test_a_printed_id_number_is_read_for_ever(case):
    assert parse_id_number(case["spaced"]) == case["id_number"]
    assert spaced(case["id_number"]) == case["spaced"]
    assert batch_integer(case["id_number"]) == case["batch"]
    assert id_number_from(case["county"], case["batch"]) == case["id_number"]
    assert id_number_from(int(case["county"]), case["batch"]) == case["id_number"]


@pytest.mark.parametrize("case", VECTORS["forgiven"], ids=lambda case: ascii(case["typed"]))
def test_what_was_plainly_meant_is_forgiven(case):
    assert parse_id_number(case["typed"]) == case["id_number"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: ascii(case["typed"]))
def test_a_wrong_id_number_is_refused_naming_the_fault(case):
    with pytest.raises(BadIdNumber) as refusal:
        parse_id_number(case["typed"])
    assert all(word in str(refusal.value) for word in case["says"])


@given(st.integers(0, 999_999), st.integers(0, BATCHES - 1))
def test_county_and_batch_survive_the_way_to_paper_and_back(county, batch):
    number = parse_id_number(spaced(id_number_from(county, batch)))
    assert (int(number[:6]), batch_integer(number)) == (county, batch)


def test_look_alikes_are_read_as_the_character_of_the_alphabet():
    body = "430225" + "01520U0U1"
    number = body + gb32100_check(body)
    assert parse_id_number(number.translate(str.maketrans("0152U", "oIsZv"))) == number


def test_a_new_id_number_lies_in_its_county_and_is_not_the_last_one():
    drawn = {new_id_number("430225") for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(parse_id_number(number) == number and number.startswith("430225") for number in drawn)
    for place in range(6, 15):  # 1,000 draws miss one of 31 characters at one place once in 10^14
        assert {number[place] for number in drawn} == set(ALPHABET)


@pytest.mark.parametrize("county", ["", "43022", "4302251", "43022A", "４３０２２５", "-30225", "43022²"])
def test_a_county_that_is_not_six_digits_is_refused(county):
    for make in (lambda: new_id_number(county), lambda: id_number_from(county, 0)):
        with pytest.raises(Invalid) as refusal:
            make()
        assert refusal.value.field == "county"


@pytest.mark.parametrize(("county", "batch"), [(1_000_000, 0), (-1, 0), (430225, -1), (430225, BATCHES)])
def test_numbers_out_of_range_make_no_id_number(county, batch):
    with pytest.raises(Invalid):
        id_number_from(county, batch)


def test_every_single_wrong_character_and_swap_of_neighbours_is_refused():
    good = "430225AB3D5FG7HQ"
    wrong = {good[:i] + c + good[i + 1 :] for i in range(16) for c in ALPHABET}
    wrong |= {good[:i] + good[i + 1] + good[i] + good[i + 2 :] for i in range(15)}
    for number in wrong - {good}:
        with pytest.raises(BadIdNumber):
            parse_id_number(number)


@given(st.text())
def test_any_text_gives_an_id_number_or_says_why_not(text):
    try:
        number = parse_id_number(text)
    except BadIdNumber as refusal:
        str(refusal).encode("utf-8")
    else:
        assert parse_id_number(number) == number


@given(st.text(ALPHABET + "oisvz \u3000-—Ａ\ud800\x00", min_size=14, max_size=20))
def test_near_misses_give_an_id_number_or_say_why_not(text):
    try:
        number = parse_id_number(text)
    except BadIdNumber as refusal:
        str(refusal).encode("utf-8")
    else:
        assert gb32100_check(number[:15]) == number[15]
