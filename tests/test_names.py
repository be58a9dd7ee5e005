"""Two spellings of one name have one normal form, and two names have two."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yipin.names import normal_form


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
