"""A code is read out of whatever people hold, and what is no whole code is never called one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.distortions import FORGED_BY_MESSENGERS, WHOLE
from yipin.codes.reading import Incomplete, NoCode, SeveralCodes, is_beginning, read_code
from yipin.errors import BadCode

VECTORS = Path(__file__).parents[1] / "vectors"
SIGNED, OTHER = (case["digits"] for case in json.loads((VECTORS / "codes-v1.json").read_text("utf-8"))["codes"][:2])
TINY = json.loads((VECTORS / "tiny-v1.json").read_text("utf-8"))["codes"][0]["digits"]


@pytest.mark.parametrize("code", [SIGNED, TINY], ids=["signed", "tiny"])
@pytest.mark.parametrize("distort", WHOLE.values(), ids=WHOLE)
def test_a_whole_code_is_read_however_it_was_carried(code, distort):
    assert read_code(distort(code)) == code


@pytest.mark.parametrize("distort", FORGED_BY_MESSENGERS.values(), ids=FORGED_BY_MESSENGERS)
def test_digits_missing_or_too_many_are_said_to_be_that(distort):
    with pytest.raises(Incomplete, match="再扫一次") as cut:
        read_code(distort(SIGNED))
    assert cut.value.digits.isdigit()


@pytest.mark.parametrize(
    "text", [f"{SIGNED}{OTHER}", f"{SIGNED} {TINY}", f"第一个 {TINY}，第二个 https://h.cn/{SIGNED}。"]
)
def test_of_two_different_codes_none_is_taken_for_the_other(text):
    with pytest.raises(SeveralCodes) as several:
        read_code(text)
    assert len(several.value.codes) == 2 and set(several.value.codes) <= {SIGNED, OTHER, TINY}


@pytest.mark.parametrize(
    "text", ["", "/", "hello", "https://t.zhuzhou.gov.cn/", "13812345678", "2026-07-18", "\ud800" * 191, "٣" * 191]
)
def test_a_text_without_a_code_holds_none(text):
    with pytest.raises(NoCode):
        read_code(text)


def test_a_footnote_or_a_digit_of_another_script_is_no_digit_of_the_code():
    for text in (SIGNED + "²", SIGNED + "①", SIGNED + "٣"):
        assert read_code(text) == SIGNED
    with pytest.raises(Incomplete):
        read_code(SIGNED[:-1] + "٣")


def test_a_signed_code_cut_after_37_digits_is_told_from_a_tiny_one():
    keys, counties = range(1, 5), ["430225", "430211"]
    county = json.loads((VECTORS / "codes-v1.json").read_text("utf-8"))["codes"][0]
    assert is_beginning(SIGNED[:37], range(128), [f"{number:06d}" for number in (430225, county.get("county", 430225))])
    assert not is_beginning(TINY, keys, counties)


@given(st.text(st.sampled_from("0123456789 \n-/。，&=%\u200b０٣"), max_size=450))
def test_any_text_gives_a_code_or_says_why_not(text):
    try:
        code = read_code(text)
    except BadCode as bad:
        assert str(bad)
    else:
        assert len(code) in (191, 37) and read_code(code) == code
