"""Label stocks: what is on the shelf fits its page, and what is entered by hand is checked the same way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes.label.stock import Stock, own_stock, stocks, symbol_size
from yipin.errors import Invalid, TraceError

EXPECTED = {
    "a4-24": (24, 70, 37),
    "a4-21": (21, 63.5, 38.1),
    "a4-65": (65, 38.1, 21.2),
    "roll-40x30": (1, 40, 30),
    "roll-50x30": (1, 50, 30),
    "roll-60x40": (1, 60, 40),
    "roll-70x50": (1, 70, 50),
    "sticker-15x18": (1, 15, 18),
    "sticker-18x18": (1, 18, 18),
    "sticker-round-20": (1, 20, 20),
    "sticker-a4-140": (140, 18, 18),
}


def test_the_common_stocks_are_there_with_their_measures():
    assert {key: (s.per_page, s.label_width, s.label_height) for key, s in stocks().items()} == EXPECTED


@pytest.mark.parametrize("key", EXPECTED)
def test_every_label_lies_on_its_page_and_none_on_another(key):
    stock = stocks()[key]
    corners = [stock.position(n) for n in range(1, stock.per_page + 1)]
    assert all(0 <= x and x + stock.label_width <= stock.page_width + 0.01 for x, _ in corners)
    assert all(0 <= y and y + stock.label_height <= stock.page_height + 0.01 for _, y in corners)
    for n, (x, y) in enumerate(corners):
        for other_x, other_y in corners[n + 1 :]:
            beside = abs(x - other_x) >= stock.label_width - 0.01
            assert beside or abs(y - other_y) >= stock.label_height - 0.01


def test_labels_are_counted_row_by_row_from_one():
    stock = stocks()["a4-24"]
    assert stock.position(1) == (0, 0.5)
    assert stock.position(3) == (140, 0.5)
    assert stock.position(4) == (0, 37.5)
    assert stock.position(24) == (140, 259.5)


@pytest.mark.parametrize("n", [0, 25, -1, 1.5, "3", None])
def test_a_position_beyond_the_sheet_is_refused(n):
    with pytest.raises(Invalid, match="1 到 24") as refusal:
        stocks()["a4-24"].position(n)
    assert refusal.value.field == "start_at"


@pytest.mark.parametrize("key", EXPECTED)
def test_a_stock_survives_being_frozen_as_json(key):
    stock = stocks()[key]
    assert Stock.from_dict(json.loads(json.dumps(stock.as_dict()))) == stock


def test_a_damaged_record_of_a_stock_is_refused():
    plain = stocks()["a4-24"].as_dict()
    for damaged in ({}, plain | {"colour": "red"}, plain | {"columns": 4}, plain | {"left": None}, [], None, "a4-24"):
        with pytest.raises(Invalid):
            Stock.from_dict(damaged)


def test_a_stock_of_ones_own_needs_only_the_page_for_a_roll():
    roll = own_stock("我的卷筒", 45, 35, roll=True)
    assert (roll.per_page, roll.label_width, roll.label_height, roll.default_dpi) == (1, 45, 35, 203)


def test_labels_that_would_overlap_are_refused():
    with pytest.raises(Invalid, match="间距 60 毫米小于标签 70 毫米") as refusal:
        own_stock("重叠", 210, 297, columns=2, label_width=70, label_height=37, pitch_x=60)
    assert refusal.value.field == "pitch_x"


def test_labels_that_would_leave_the_page_are_refused():
    with pytest.raises(Invalid, match="排到 298 毫米，超出纸张的 297 毫米") as refusal:
        own_stock("太高", 210, 297, columns=3, rows=8, label_width=70, label_height=37, top=2)
    assert refusal.value.field == "pitch_y"


def test_a_roll_has_one_label_a_page():
    with pytest.raises(Invalid, match="卷筒"):
        own_stock("双排卷筒", 80, 30, columns=2, label_width=40, label_height=30, roll=True)


@given(
    st.fixed_dictionaries(
        {"name": st.one_of(st.text(), st.none(), st.integers())},
        optional={
            name: st.one_of(st.integers(-5, 400), st.floats(), st.text(max_size=3), st.booleans())
            for name in ("columns", "rows", "label_width", "label_height", "left", "top", "pitch_x", "default_dpi")
        },
    ),
    st.one_of(st.integers(), st.floats(), st.text(max_size=3)),
)
def test_any_measures_give_a_stock_that_fits_or_our_own_error(measures, page):
    try:
        stock = own_stock(page_width=page, page_height=297, **measures)
    except TraceError:
        return
    x, y = stock.position(stock.per_page)
    assert x + stock.label_width <= stock.page_width + 0.02
    assert y + stock.label_height <= stock.page_height + 0.02


def test_a_symbol_is_25_mm_and_20_where_25_does_not_fit():
    sizes = {key: symbol_size(stock) for key, stock in stocks().items() if not key.startswith("sticker")}
    assert sizes == {key: 20.0 if key == "a4-65" else 25.0 for key in sizes}


def test_a_symbol_may_be_chosen_between_20_mm_and_what_fits():
    assert symbol_size(stocks()["roll-40x30"], 20) == 20
    assert symbol_size(stocks()["roll-70x50"], 40) == 40
    with pytest.raises(Invalid, match="最大 29.6 毫米"):
        symbol_size(stocks()["roll-40x30"], 30)


@pytest.mark.parametrize("wanted", [19.9, 0, -25, float("nan"), float("inf"), "25", True])
def test_a_symbol_too_small_to_scan_is_refused(wanted):
    with pytest.raises(Invalid):
        symbol_size(stocks()["a4-24"], wanted)


def test_a_label_too_small_for_any_symbol_is_refused_with_the_reason():
    with pytest.raises(Invalid, match="至少 20 毫米.*难以扫读") as refusal:
        symbol_size(own_stock("小标签", 40, 20, roll=True))
    assert refusal.value.field == "stock"
