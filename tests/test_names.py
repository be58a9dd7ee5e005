"""Two spellings of one name have one normal form, and two names have two."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yipin.names import bare, near, normal_form


@pytest.mark.parametrize(
    "spelling",
    [
        "５０％多菌灵",
        "50％多菌灵",
        "50﹪多菌灵",
        "50٪多菌灵",
        "50 % 多菌灵",
        "50%\u3000多菌灵",  # the wide space
        "50%\u200b多菌灵\ufeff",  # spaces of no width
        "50%\u00a0多菌\u00ad灵",  # a space that holds a line together, a hyphen that is not seen
        "\u206650%多菌灵\u2069",  # marks of direction
        "50%多菌灵\ufe00",  # a choice of glyph
        "50%\u3164多菌灵",  # a filler, which counts as a letter
    ],
)
def test_the_ways_to_write_a_pesticide_are_one(spelling: str) -> None:
    assert normal_form(spelling) == normal_form("50% 多菌灵") == "50%多菌灵"


@pytest.mark.parametrize("brackets", ["（）", "()", "﹙﹚", "【】", "〔〕", "［］", "「」", "{}", "《》"])
def test_brackets_are_of_one_kind(brackets: str) -> None:
    opened, closed = brackets
    assert normal_form(f"多菌灵{opened}可湿性粉剂{closed}") == "多菌灵(可湿性粉剂)"


def test_letters_are_folded() -> None:
    assert normal_form("PD20081234") == normal_form("ｐｄ２００８１２３４") == "pd20081234"
    assert normal_form("STRASSE-é") == normal_form("straße-e\u0301")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("50% 多菌灵", "多菌灵 50%"),  # the order of the words counts
        ("50% 多菌灵", "5% 多菌灵"),
        ("50% 多菌灵", "50 多菌灵"),
        ("50% 多菌灵", "50‰ 多菌灵"),
        ("1.8% 乳油", "18% 乳油"),
        ("A-7", "A7"),
    ],
)
def test_other_names_stay_others(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize(
    "spelling",
    [
        "炎\u034f陵黄桃",  # a joiner of graphemes, which nobody sees
        "炎陵黃桃",  # the traditional form
        "炎 陵黄桃",
        "炎\u0301陵黄桃",  # an accent upon a Chinese character
        "炎陵⻩桃",  # a radical that is drawn like the character
        "\U000e0100炎陵黄\ufe0f桃\u3164",
    ],
)
def test_what_the_eye_takes_for_a_name_is_that_name(spelling: str) -> None:
    assert normal_form(spelling) == normal_form("炎陵黄桃") == "炎陵黄桃"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湘潭縣黃龍醬園", "湘潭县黄龙酱园"),
        ("臺灣雞蛋", "台湾鸡蛋"),
        ("攸縣大荳", "攸县大豆"),  # a variant of the bean
        ("аma", "ama"),  # a Cyrillic letter
        ("be1l", "bell"),
        ("grower0", "growero"),
        ("rnarket", "market"),
    ],
)
def test_forms_and_lookalikes_of_a_character_count_as_one(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


def test_common_characters_are_one_only_where_one_is_the_traditional_form_of_the_other() -> None:
    """What stands for a common character is read off the table; here stand the pairs, so that a new table shows its new ones."""
    common = [
        bytes([first, last]).decode("gb2312", "ignore") for first in range(0xB0, 0xF8) for last in range(0xA1, 0xFF)
    ]
    classes: dict[str, str] = {}
    for character in filter(None, common):
        classes[normal_form(character)] = classes.get(normal_form(character), "") + character
    pairs = "么幺麽 口囗 后後 吒咤 土士 坂阪 复覆 乾干 于於 伙夥 借藉 征徵 折摺 着著 鹃鹂"
    assert {"".join(sorted(each)) for each in classes.values() if len(each) > 1} == {
        "".join(sorted(each)) for each in pairs.split()
    }


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("炎陵黄桃", "炎陵黄桃", True),
        ("炎陵黄桃", "炎陵黄桃合作社", True),
        ("炎陵黄桃", "炎陵红桃", True),
        ("炎陵黄桃", "炎陵黄", True),
        ("炎陵黄桃", "炎炎陵黄桃", True),
        ("炎陵黄桃", "攸县大豆", False),
        ("炎陵黄桃", "醴陵红桃", False),
        ("黄桃", "黄豆", False),
        ("", "黄桃", False),
    ],
)
def test_near_is_one_slip_away_or_held_by_the_other(one: str, other: str, alike: bool) -> None:
    assert near(one, other) is near(other, one) is alike


def test_signs_between_the_characters_hide_no_name() -> None:
    for typed in ("炎陵·黄桃", "炎.陵.黄.桃", "「炎陵」黄桃", "炎陵-黄桃", "炎陵—黄桃"):
        assert bare(normal_form(typed)) == "炎陵黄桃"


def test_a_name_that_cannot_be_seen_is_part_of_no_other() -> None:
    assert normal_form("") == ""
    assert normal_form("\u3164\u3164") not in normal_form("50% 多菌灵\u3164\u3164")


@given(st.text())
@example("a\u00b4")  # NFKC parts the accent from a space, and without the space it joins the letter
@example("e\u200c\u0301")
def test_the_normal_form_of_a_normal_form_is_itself(name: str) -> None:
    assert normal_form(normal_form(name)) == normal_form(name)


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=60))
def test_the_normal_form_of_the_longest_name_fits_its_column(name: str) -> None:
    assert len(normal_form(name)) <= 1000
