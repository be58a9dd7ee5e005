"""What people type: each rule of a field, with the answer a person gets when it is broken."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin import fields
from yipin.errors import Invalid
from yipin.models import Unit

TODAY = date(2026, 7, 20)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("炎陵黄桃", "炎陵黄桃"),
        ("  炎陵　黄桃\t合作社 ", "炎陵 黄桃 合作社"),
        ("two\nlines", "two lines"),
        ("e\u0301tang", "étang"),  # NFC
        ("示范社（霞阳）·第2组 A&B 'x' 100%", "示范社（霞阳）·第2组 A&B 'x' 100%"),
        ("25℃ ≥ 18°", "25℃ ≥ 18°"),
    ],
)
def test_a_line_keeps_what_a_label_can_carry(typed: str, kept: str) -> None:
    assert fields.line("name", typed) == kept


@pytest.mark.parametrize(
    "character",
    [
        "🍑",
        "❤",
        "\x00",
        "\x07",
        "\x1b",
        "\u200b",
        "\u200d",
        "\u202e",
        "\ue000",
        "\ud800",
        "\U0010ffff",
        "<",
        ">",
        "\ufe0f",
        "\u20e3",
        "◾",
        "🇨",
        "\U000e0041",
        "\u034f",
        "\u115f",
        "\u17b4",
        "\u180b",
        "\u2800",
        "\u3164",
        "\uffa0",
        "\u0301",
    ],
)
def test_a_line_refuses_what_no_label_can_carry(character: str) -> None:
    with pytest.raises(Invalid) as refused:
        fields.line("name", f"黄{character}桃")
    assert refused.value.field == "name"
    assert f"U+{ord(character):04X}" in str(refused.value)  # named, even where it cannot be seen
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("typed", ["\u3164" * 3, "\u2800\u2800", "……", "·-·", "（）"])
def test_a_name_has_something_to_be_read(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        fields.name("name", typed)
    assert refused.value.field == "name"
    assert fields.name("name", " １号 ") == "１号" and fields.name("name", "", least=0) == ""


def test_a_story_is_measured_by_what_can_be_seen() -> None:
    with pytest.raises(Invalid, match="至少 4 个字"):
        fields.story("what", "\u3164" * 9 + "坏了", least=4)
    assert fields.story("what", "坏了！☹️", least=4) == "坏了！☹️"


def test_a_keycap_emoji_is_an_emoji() -> None:
    with pytest.raises(Invalid, match="U\\+FE0F"):
        fields.line("name", "1\ufe0f\u20e3号黄桃")


def test_a_name_with_a_script_in_it_is_refused() -> None:
    with pytest.raises(Invalid, match="“<”（U\\+003C）"):
        fields.line("name", "<script>alert(1)</script>")


def test_a_line_is_measured_after_it_is_tidied() -> None:
    assert fields.line("name", " 黄 " * 3, most=5) == "黄 黄 黄"
    with pytest.raises(Invalid, match="61 个字，最多 60 个字"):
        fields.line("name", "黄" * 61)
    with pytest.raises(Invalid, match="至少 2 个字"):
        fields.line("name", " 黄 ", least=2)
    with pytest.raises(Invalid, match="至少 1 个字"):
        fields.line("name", " \u3000\n ")


def test_a_reason_has_at_least_two_characters() -> None:
    assert fields.reason(" 农残 超标 ") == "农残 超标"
    for typed in ("", " ", "1", "字" * 301):
        with pytest.raises(Invalid) as refused:
            fields.reason(typed)
        assert refused.value.field == "reason"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("250", "250"),
        ("２５０．５", "250.5"),
        (" 1,200 ", "1200"),
        ("1，200，000.25", "1200000.25"),
        ("0.01", "0.01"),
        ("100000000", "100000000"),
        ("007", "7"),
        ("2.500", "2.5"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert fields.amount("quantity", typed, "kg") == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0", "大于 0"),
        ("０．００", "大于 0"),
        ("-5", "不是数"),
        ("−5", "不是数"),
        ("", "请填大于 0 的数"),
        ("NaN", "不是数"),
        ("Infinity", "不是数"),
        ("1e3", "不是数"),
        ("0x10", "不是数"),
        ("一百", "不是数"),
        ("12 34", "不是数"),
        ("1000000000000", "最多 100,000,000"),
        ("9" * 20, "最多 100,000,000"),
        ("100000000.01", "最多 100,000,000"),
        ("1.005", "两位小数"),
        ("٣", "不是数"),
        ("9" * 5000, "不是数"),
        ("\x00", "不是数"),
        (".", "不是数"),
    ],
)
def test_an_amount_that_is_none_is_refused_with_what_is_expected(typed: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        fields.amount("quantity", typed, "kg")
    assert refused.value.field == "quantity"


@pytest.mark.parametrize("typed", ["2,5", "2，5", "1,20", "12,34,567", "1,2345", ",200", "1,200,"])
def test_a_comma_that_parts_no_thousands_is_refused_rather_than_dropped(typed: str) -> None:
    """2,5 kg would otherwise become 25 kg, and ten times the labels."""
    with pytest.raises(Invalid, match="不是数"):
        fields.amount("quantity", typed, "kg")
    with pytest.raises(Invalid, match="不是整数"):
        fields.count("count", typed, 10**9)


@pytest.mark.parametrize(("typed", "value"), [("24", 24), ("２４", 24), ("1,024", 1024), ("0005", 5)])
def test_a_count_is_a_whole_number(typed: str, value: int) -> None:
    assert fields.count("count", typed, 2000) == value


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0", "1 到 100 之间"),
        ("101", "1 到 100 之间"),
        ("1000000000000", "1 到 100 之间"),
        ("2.5", "不是整数"),
        ("-1", "不是整数"),
        ("", "不是整数"),
        ("NaN", "不是整数"),
        ("9" * 5000, "不是整数"),
    ],
)
def test_a_count_out_of_bounds_says_the_bounds(typed: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        fields.count("count", typed, 100)


@pytest.mark.parametrize(
    "typed",
    ["2026-07-18", "2026/7/18", "2026.7.18", "2026年7月18日", "20260718", " ２０２６－０７－１８ ", "2026-7-18"],
)
def test_a_day_is_read_in_the_usual_spellings(typed: str) -> None:
    assert fields.day("valid_from", typed) == date(2026, 7, 18)


@pytest.mark.parametrize(
    "typed", ["", "今天", "18/07/2026", "2026-02-30", "2026-13-01", "0000-01-01", "26-7-18", "٢٠٢٦-٠٧-١٨", "9" * 99]
)
def test_a_day_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        fields.day("valid_from", typed)
    assert refused.value.field == "valid_from"


def test_a_harvest_is_not_in_the_future_and_not_before_codes_can_say_it() -> None:
    assert fields.harvest_day("2026-07-20", TODAY) == TODAY
    assert fields.harvest_day("2020-01-01", TODAY) == date(2020, 1, 1)
    with pytest.raises(Invalid, match="2026年7月21日还没到；最晚填今天 2026年7月20日"):
        fields.harvest_day("2026-07-21", TODAY)
    with pytest.raises(Invalid, match="不能早于 2020年1月1日"):
        fields.harvest_day("2019-12-31", TODAY)


@pytest.mark.parametrize(
    "typed", ["13800000000", "+8613800000000", "0731-12345678", "138 0000 0000", "400-123-4567", "95500"]
)
def test_a_telephone_number_of_the_mainland_passes(typed: str) -> None:
    assert " " not in fields.phone(typed)


@pytest.mark.parametrize("typed", ["", "12345", "1380000000", "138000000000", "电话", "0731-1", "<b>", "1" * 5000])
def test_any_other_telephone_number_says_what_is_expected(typed: str) -> None:
    with pytest.raises(Invalid, match="11 位手机号"):
        fields.phone(typed)


def test_a_choice_is_one_of_the_list() -> None:
    assert fields.choice("unit", Unit, "kg") is Unit.KILOGRAM
    for typed in ("", "KG", "斤", "kg\x00"):
        with pytest.raises(Invalid, match="列表"):
            fields.choice("unit", Unit, typed)


@given(st.text(st.characters(), max_size=80))
def test_no_text_at_all_raises_anything_but_invalid(typed: str) -> None:
    readers = (
        lambda: fields.line("f", typed),
        lambda: fields.amount("f", typed, "kg"),
        lambda: fields.phone(typed),
        lambda: fields.count("f", typed, 9),
        lambda: fields.day("f", typed),
        lambda: fields.reason(typed),
        lambda: fields.harvest_day(typed, TODAY),
        lambda: fields.choice("f", Unit, typed),
    )
    for read in readers:
        try:
            read()
        except Invalid as refused:
            assert str(refused)


def test_fields_read_together_tell_of_all_that_are_wrong() -> None:
    with fields.Together() as read:
        day, reason = read(fields.day, "day", "2026-07-18"), read(fields.reason, "写错了")
    assert (day, reason) == (date(2026, 7, 18), "写错了")
    with pytest.raises(Invalid) as refused, fields.Together() as read:
        read(fields.day, "day", "昨天")
        read(fields.name, "name", "好名字")
        with fields.Together() as inner:
            inner(fields.reason, "")
    assert refused.value.field == "reason"  # a block of its own, and it ends first


def test_what_is_wrong_within_is_told_with_the_rest() -> None:
    def both() -> None:
        with fields.Together() as inner:
            inner(fields.reason, "")
            inner(fields.name, "name", "")

    with pytest.raises(Invalid) as refused, fields.Together() as read:
        read(fields.day, "day", "昨天")
        read(both)
    assert [refused.value.field, *(each.field for each in refused.value.others)] == ["day", "reason", "name"]


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("300斤", "kg", "150"),
        ("３００ 斤", "kg", "150"),
        ("1.5 吨", "kg", "1500"),
        ("1,500公斤", "kg", "1500"),
        ("1，500．5 千克", "kg", "1500.5"),
        ("500 克", "kg", "0.5"),
        ("500G", "kg", "0.5"),
        ("2kg", "kg", "2"),
        ("2㎏", "kg", "2"),
        ("+3", "kg", "3"),
        ("半吨", "kg", "500"),
        ("3斤半", "kg", "1.75"),
        ("800 斤", "t", "0.4"),
        ("2", "t", "2"),
        ("750 毫升", "L", "0.75"),
        ("30个", "个", "30"),
        ("30", None, "30"),
    ],
)
def test_an_amount_bears_the_unit_that_people_think_in(typed: str, unit: str | None, value: str) -> None:
    assert fields.amount("quantity", typed, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "unit", "says"),
    [
        ("30 个", "kg", "单位不对；这里可以填 1200、2.5，或带单位：1.5 吨、300 斤"),
        ("3 斤", "个", "单位不对"),
        ("3 斤", None, "单位不对"),
        ("8亩", "kg", "单位不对"),
        ("半", "kg", "说不准"),
        ("3半", "kg", "说不准"),
        ("半斤半", "kg", "说不准"),
        ("三斤", "kg", "不是数"),
        ("3 斤 2 两", "kg", "不是数"),
        ("125 克", "kg", "0.125 kg记不下"),
        ("20 万吨", "kg", "不是数|单位不对"),
        ("200000 吨", "kg", "最多 100,000,000"),
    ],
)
def test_an_amount_in_another_unit_or_unclear_says_what_is_expected(typed: str, unit: str | None, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        fields.amount("quantity", typed, unit)


@given(st.integers(min_value=1, max_value=10**9))
def test_an_amount_is_exact_to_the_gram_or_refused(grams: int) -> None:
    try:
        assert fields.amount("quantity", f"{grams} 克", "kg") * 1000 == grams
    except Invalid:
        assert grams % 10


@pytest.mark.parametrize(
    ("typed", "value"),
    [("8", "8"), ("8亩", "8"), ("８ 亩", "8"), ("8亩半", "8.5"), ("半亩", "0.5"), ("1.2公顷", "18"), ("0.5 ha", "7.5")]
    + [
        ("1,000 ㎡", "1.5"),
        ("500平方米", "0.75"),
        ("100 m²", "0.15"),
        ("70平米", "0.11"),
        ("1 ㎡", "0.01"),
        ("3分", "0.3"),
    ],
)
def test_an_area_is_read_in_the_units_of_the_field(typed: str, value: str) -> None:
    assert fields.area("area_mu", typed) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "0.5 公顷"),
        ("三亩", "不是数"),
        ("8 斤", "单位不对"),
        ("0亩", "大于 0"),
        ("8.123", "两位小数"),
        ("100000 公顷", "太大"),
    ],
)
def test_an_area_that_is_none_says_what_is_expected(typed: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        fields.area("area_mu", typed)
