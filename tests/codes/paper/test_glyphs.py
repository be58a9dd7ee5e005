"""The font: found or named with its cure, and every character that it cannot draw refused by name."""

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes.paper.glyphs import FontFile, check_glyphs, find_font, fixed_pitch, text_width
from yipin.errors import Invalid, Unavailable


def test_the_words_of_a_label_can_all_be_drawn(font):
    words = "炎陵黄桃 · 攸县香干 白关丝瓜 茶陵白芷 王十万黄辣椒 渌口区 芦淞区 醴陵市 身份证号 采收日期 净含量 2.5 kg×6 承诺达标合格证"
    check_glyphs([("name", words)], font)


def test_a_missing_character_is_refused_by_name(font):
    with pytest.raises(Invalid, match="字体里没有“㸆”（U\\+3E06）") as refusal:
        check_glyphs([("name", "炎陵黄桃"), ("producer", "㸆香合作社")], font)
    assert refusal.value.field == "producer"


def test_every_missing_character_is_named_once(font):
    with pytest.raises(Invalid, match="“㸆”（U\\+3E06）、“㙟”（U\\+365F）"):
        check_glyphs([("name", "㸆㙟㸆")], font)


def test_a_character_that_the_font_knows_but_draws_as_nothing_is_refused(font):
    with TTFont(font.path, fontNumber=font.index, lazy=True) as table:
        assert ord("℃") in table.getBestCmap()
    with pytest.raises(Invalid, match="“℃”（U\\+2103）"):
        check_glyphs([("net_content", "0–4 ℃")], font)


@pytest.mark.parametrize(
    "character", ["\n", "\r", "\t", "\0", "\u200b", "\u202e", "\u0301", "\ufe0f", "\ud800", "\u2028", "😀", "🍑"]
)
def test_what_is_no_printing_character_is_refused_by_name(font, character):
    with pytest.raises(Invalid, match=f"U\\+{ord(character):04X}"):
        check_glyphs([("name", f"黄{character}桃")], font)


FONT = find_font()


@given(st.text())
def test_any_text_is_drawable_or_refused_as_invalid(text):
    try:
        check_glyphs([("name", text)], FONT)
    except Invalid as refusal:
        assert refusal.field == "name"


def test_no_font_file_is_refused_with_the_cure(tmp_path):
    with pytest.raises(Unavailable, match="apt-get install fonts-wqy-microhei"):
        find_font(str(tmp_path / "none.ttf"))


def test_a_file_that_is_no_truetype_font_is_refused_with_the_cure(tmp_path):
    broken = tmp_path / "broken.ttf"
    for content in (b"", b"not a font", b"OTTO" + bytes(60), b"ttcf" + bytes(60)):
        broken.write_bytes(content)
        with pytest.raises(Unavailable, match="apt-get install"):
            find_font(str(broken))


def test_a_configured_font_is_taken(font):
    assert find_font(font.path) == FontFile(font.path, 0)


def test_id_numbers_are_set_in_characters_of_one_width(font):
    mono = fixed_pitch(font)
    assert len({round(text_width(character, mono, 10), 6) for character in "0123456789ABWM"}) == 1
