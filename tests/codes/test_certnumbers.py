"""Numbers of certificates: those printed on real papers are taken, anything else is named with what is expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes import certnumbers
from yipin.errors import Invalid

# LB-15-19012700330A (甘肃), LB-50-1703081720A (黑龙江), LB-15-1711196965A (广东), AGI01459 and AGI2016-01-1794 are published
# numbers; the others are of the published forms, with figures of ours.
REAL = {
    "green": ["LB-15-19012700330A", "LB-50-1703081720A", "LB-15-1711196965A", "LB-18-0601181234", "LB-18-1001180012AA"],
    "organic": ["134OP1500123", "001OP2200045-1", "1234OP2400001", "F12OP1300077"],
    "geographical": ["AGI01459"],
    "gi_mark": ["9061852"],
    "gi_product": ["2011年第69号"],
}
CODES = {"green": "GF430225210001", "geographical": "AGI2016-01-1794"}
EVERY = [(scheme, number) for scheme, numbers in REAL.items() for number in numbers]
TYPED = st.sampled_from(EVERY)


@pytest.mark.parametrize(("scheme", "number"), EVERY)
def test_a_real_number_is_kept_as_it_is(scheme: str, number: str) -> None:
    assert certnumbers.number(scheme, number) == number


@given(TYPED, st.sampled_from([str.lower, lambda text: f"  {text} ", lambda text: text.translate(WIDE), " ".join]))
def test_case_width_and_spaces_do_not_matter(case: tuple[str, str], slip) -> None:  # type: ignore[no-untyped-def]
    scheme, number = case
    assert certnumbers.number(scheme, slip(number)) == certnumbers.plain(number)


WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"}


@given(TYPED, st.data())
def test_a_number_with_a_strange_character_is_refused_with_an_example(case: tuple[str, str], data) -> None:  # type: ignore[no-untyped-def]
    scheme, number = case
    if scheme in ("gi_mark", "gi_product"):
        return  # no form is published: nearly anything with figures may be one
    at = data.draw(st.integers(0, len(number) - 1))
    wrong = number[:at] + data.draw(st.sampled_from("*?#%@/_")) + number[at + 1 :]
    with pytest.raises(Invalid) as refused:
        certnumbers.number(scheme, wrong)
    assert refused.value.field == "number"
    assert certnumbers.plain(wrong) in str(refused.value) and certnumbers.FORMS[scheme].example in str(refused.value)


# One figure or letter more or less than any form of the scheme has.
NEARLY = {
    "green": [
        "LB-15-190127003A",
        "LB-15-190127003301A",
        "LB-15-19012700330",
        "LB-15-19012700330B",
        "LB-15-19012700330AAA",
        "LB-18-060118123",
        "LB-5-19012700330A",
        "LB-150-19012700330A",
        "15-19012700330A",
    ],
    "organic": [
        "134OP150012",
        "134OP15001234",
        "13OP1500123",
        "12345OP1500123",
        "F1OP1300077",
        "F123OP1300077",
        "001OP2200045-",
        "134P1500123",
    ],
    "geographical": ["AGI0145", "AGI014590", "AG01459", "01459"],
    "gi_mark": ["906", "9061852000", "9061852AB", "A9061852"],
    "gi_product": ["公告", "69"],
}


@pytest.mark.parametrize(
    ("scheme", "wrong"), [(scheme, wrong) for scheme, all_of in NEARLY.items() for wrong in all_of]
)
def test_a_number_with_a_character_lost_or_too_many_is_refused_with_an_example(scheme: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        certnumbers.number(scheme, wrong)
    assert refused.value.field == "number" and wrong in str(refused.value)
    assert certnumbers.FORMS[scheme].example in str(refused.value)


@given(st.sampled_from(sorted(certnumbers.FORMS)), st.text(max_size=40))
def test_any_text_gives_a_number_that_reads_itself_again_or_a_refusal(scheme: str, typed: str) -> None:
    try:
        kept = certnumbers.number(scheme, typed)
    except Invalid as refused:
        assert refused.field == "number" and certnumbers.FORMS[scheme].example in str(refused)
    else:
        assert certnumbers.number(scheme, kept) == kept


@pytest.mark.parametrize("scheme", sorted(certnumbers.FORMS))
def test_the_example_of_each_scheme_is_a_number_of_it(scheme: str) -> None:
    example = certnumbers.FORMS[scheme].example
    assert certnumbers.number(scheme, example) == example


@pytest.mark.parametrize(
    ("typed", "told"),
    [("GF430225210001", "企业信息码"), ("AGI2016-01-1794", "质量控制技术规范"), ("12345678901234567", "有机码")],
)
def test_a_code_that_stands_beside_the_mark_is_recognised_and_said_to_be_one(typed: str, told: str) -> None:
    for scheme in ("green", "organic", "geographical"):
        with pytest.raises(Invalid, match=told) as refused:
            certnumbers.number(scheme, typed)
        assert certnumbers.FORMS[scheme].example in str(refused.value)


def test_the_code_beside_the_mark_has_its_own_field() -> None:
    for scheme, code in CODES.items():
        assert certnumbers.mark_code(scheme, code.lower()) == code
    assert certnumbers.mark_code("organic", " ") is None
    for scheme, code in (("green", "GF43022521"), ("organic", "GF430225210001"), ("geographical", "AGI01459")):
        with pytest.raises(Invalid) as refused:
            certnumbers.mark_code(scheme, code)
        assert refused.value.field == "mark_code"


def test_a_month_of_thirteen_or_a_county_of_elsewhere_is_odd_but_kept() -> None:
    odd = certnumbers.oddities
    assert odd("green", "LB-15-19012700330A", "GF430221090001", {"430225", "430221"}) == ()
    assert [str(each) for each in odd("green", "LB-15-19132700330A", "GF440100210001", {"430225"})] == [
        "产品编号里的月份是 13，应在 01 到 12 之间",
        "企业信息码里的县市区代码 440100 不属于本市",
    ]
    assert odd("organic", "001OP2200045", None, set()) == ()
