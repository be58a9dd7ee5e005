"""The picture of a label: everything on it, nothing over the edge, nothing in the symbol's quiet zone."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yipin.codes.kinds import CodeKind
from yipin.codes.label.layout import EDGE_MM, FLOOR_PT, POINT, layout
from yipin.codes.label.stock import own_stock, stocks, suits, symbol_size
from yipin.codes.label.text import LabelText
from yipin.codes.paper.glyphs import find_font, fixed_pitch, text_width
from yipin.codes.paper.linebreak import WORDS, cut_evenly
from yipin.errors import Invalid, TraceError

KEYS = sorted(key for key, stock in stocks().items() if suits(stock, CodeKind.FULL))  # stickers: see test_tiny
FONT = find_font()


def set_label(key, text, symbol_mm=None):
    stock = stocks()[key]
    return stock, layout(stock, text, symbol_size(stock, symbol_mm), FONT)


def boxes(placed):
    """Left, top, right and bottom of every line's characters, mm."""
    for line in (*placed.lines, placed.ordinal):
        face = fixed_pitch(FONT) if line.mono else FONT
        right = line.x + text_width(line.text, face, line.size) * POINT
        yield line, (line.x, line.y - 0.86 * line.size * POINT, right, line.y + 0.14 * line.size * POINT)


@pytest.mark.parametrize("key", KEYS)
def test_every_label_says_all_there_is_to_say(key, text):
    _, placed = set_label(key, text)
    said = "".join(line.text for line in placed.lines).replace(" ", "")
    for words in ("炎陵黄桃", "炎陵县", text.producer, "2026年7月18日", "净含量2.5kg", text.id_number, text.host):
        assert words in said


CERTIFIED = {"commitment": "承诺达标合格证"}
PROCESSED = {"made": True, "best_before": date(2026, 8, 17)}


@pytest.mark.parametrize("key", KEYS)
def test_a_certified_batch_names_its_certificate_plainly(key, text):
    _, placed = set_label(key, replace(text, **CERTIFIED))
    assert "承诺达标合格证" in "".join(line.text for line in placed.lines)
    assert all(line.bold and line.size >= placed.body_pt for line in placed.lines if "承诺" in line.text)


@pytest.mark.parametrize("key", KEYS)
def test_processed_food_says_when_it_was_made_and_until_when_it_is_best(key, text):
    full = replace(text, **PROCESSED)
    said = "".join(line.text for line in set_label(key, full)[1].lines).replace(" ", "")
    assert "保质期至2026年8月17日" in said.replace("保质至", "保质期至") and "采收" not in said
    assert "生产日期2026年7月18日" in said or "生产2026年7月18日" in said
    assert LabelText.from_dict(json.loads(json.dumps(full.as_dict()))) == full


def test_what_was_frozen_before_labels_named_certificates_is_still_read(text):
    old = {name: value for name, value in text.as_dict().items() if name not in ("commitment", "made", "best_before")}
    assert LabelText.from_dict(old) == text


@pytest.mark.parametrize("more", [{}, CERTIFIED, PROCESSED], ids=["fresh", "certified", "processed"])
@pytest.mark.parametrize("key", KEYS)
def test_text_keeps_off_the_cutting_edge_and_off_the_symbol(key, text, more):
    stock, placed = set_label(key, replace(text, **more))
    x, y, side = placed.symbol
    assert 0.19 < x and x + side < stock.label_width - 0.19 and 0.19 < y and y + side < stock.label_height - 0.19
    for line, (left, top, right, bottom) in boxes(placed):
        assert left >= EDGE_MM - 1e-6 and right <= stock.label_width - EDGE_MM + 1e-6, line
        assert top >= EDGE_MM - 1e-6 and bottom <= stock.label_height - EDGE_MM + 1e-6, line
        assert right <= x + 1e-6 or bottom <= y or top >= y + side, line


@pytest.mark.parametrize("key", KEYS)
def test_no_line_stands_on_another_or_below_the_floor_of_legibility(key, text):
    _, placed = set_label(key, text)
    lines = sorted(boxes(placed), key=lambda box: box[1][1])
    for n, (line, (left, top, right, bottom)) in enumerate(lines):
        assert line.size >= FLOOR_PT
        for other, (left2, top2, right2, bottom2) in lines[n + 1 :]:
            apart = bottom <= top2 + 0.05 or bottom2 <= top + 0.05 or right <= left2 or right2 <= left
            assert apart, (line.text, other.text)


@pytest.mark.parametrize("key", KEYS)
def test_the_name_is_the_largest_line(key, text):
    _, placed = set_label(key, text)
    name, *others = placed.lines
    assert name.text == text.name and name.bold
    assert name.size > 1.15 * max(line.size for line in others)


@pytest.mark.parametrize("key", KEYS)
def test_the_id_number_is_broken_only_between_its_groups(key, text):
    _, placed = set_label(key, text)
    groups = [group for line in placed.lines if line.mono for group in line.text.split(" ")]
    assert groups == ["4302", "25AB", "3D5F", "G7HQ"]


def test_on_a_sheet_without_margins_text_keeps_off_the_border_that_office_printers_leave_white(text):
    _, placed = set_label("a4-24", text)
    assert min(line.x for line in placed.lines) >= 4.5


def test_a_long_producer_is_set_smaller_or_on_two_lines_but_never_cut_off(text):
    producer = "株洲市芦淞区白关镇示范生态农业科技发展有限公司"
    _, placed = set_label("a4-21", replace(text, producer=producer))
    assert producer in "".join(line.text for line in placed.lines)


def test_what_does_not_fit_is_refused_naming_the_line(text):
    with pytest.raises(Invalid, match="“特长的名字特长.*这一行仍然太长") as refusal:
        set_label("a4-65", replace(text, producer="特长的名字" * 12))
    assert refusal.value.field == "stock"


def test_a_word_that_no_line_can_hold_is_refused_naming_it(text):
    with pytest.raises(Invalid, match="XXXXXXXX"):
        set_label("roll-40x30", replace(text, net_content="X" * 60))


def test_a_tall_label_has_its_text_below_the_symbol(text):
    stock = own_stock("竖标签", 30, 60, roll=True)
    placed = layout(stock, text, symbol_size(stock), FONT)
    _, y, side = placed.symbol
    assert all(top >= y + side for _, (_, top, _, _) in boxes(placed))


def test_a_label_without_brand_gives_the_county_alone(text):
    _, placed = set_label("a4-24", replace(text, brand=None))
    assert "炎陵县" in [line.text for line in placed.lines]


def test_further_lines_are_set_with_the_facts(text):
    _, placed = set_label("a4-24", replace(text, extra=("承诺达标合格证",)))
    assert "承诺达标合格证" in [line.text for line in placed.lines]


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(font):
    text = "白关丝瓜（精品、礼盒装），每盒“六根”。"
    for width in range(20, 200, 3):
        for line in cut_evenly(text, WORDS, font, 8, width) or ():
            assert line[0] not in "）、，”。" and line[-1] not in "（“"


def test_the_text_of_a_label_survives_being_frozen_as_json(text):
    full = replace(text, extra=("承诺达标合格证",))
    assert LabelText.from_dict(json.loads(json.dumps(full.as_dict()))) == full


def test_a_damaged_record_of_a_text_is_refused(text):
    plain = text.as_dict()
    for damaged in ({}, plain | {"harvest_date": "18.7.2026"}, plain | {"name": 3}, plain | {"more": ""}, None, []):
        with pytest.raises(Invalid):
            LabelText.from_dict(damaged)


@settings(max_examples=25)
@given(st.sampled_from(KEYS), st.text("黄桃合作社（）· abc1", max_size=40), st.text("丝瓜 -x", max_size=30), st.dates())
def test_any_text_is_set_within_the_label_or_refused(key, producer, name, day):
    text = LabelText(name, None, producer, "炎陵县", day, "1 kg", "430225AB3D5FG7HQ", "t.zhuzhou.gov.cn")
    try:
        stock, placed = set_label(key, text)
    except TraceError:
        return
    for line, (left, top, right, bottom) in boxes(placed):
        inside = left >= EDGE_MM - 0.01 and right <= stock.label_width and bottom <= stock.label_height and top >= 0
        assert inside, line
