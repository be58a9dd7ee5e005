"""The tiny code: one spelling, no false accept, the same codes for ever, and symbols that stickers can carry."""

import json
import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import BIT_LIMIT_TABLE

from world.symbols import symbols
from yipin.codes import tiny
from yipin.codes.idnumber import batch_integer, id_number_from
from yipin.codes.kinds import CodeKind
from yipin.codes.label.job import Printer, SheetJob
from yipin.codes.label.readback import read_back
from yipin.codes.label.sheet import check_job, write_sheet
from yipin.codes.label.stock import own_stock, stocks, suits, symbol_size
from yipin.codes.label.text import LabelText
from yipin.codes.paper.glyphs import find_font
from yipin.codes.qr.symbol import check_prefix, modules, png, svg
from yipin.codes.tiny import TinyCodes
from yipin.codes.units import UnitPermutation
from yipin.errors import BadCheck, BadCode, Invalid

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "tiny-v1.json").read_text("utf-8"))
SECRET, COUNTIES = bytes.fromhex(VECTORS["secret"]), VECTORS["counties"]
NUMBER = id_number_from(430225, 8834588899717)
PREFIX = "https://t.zhuzhou.gov.cn/"
CODES = TinyCodes(SECRET, NUMBER, UnitPermutation(SECRET, NUMBER), 0, 30)
CODE = next(iter(CODES))[1]
TEXT = LabelText("炎陵黄桃", None, "示范合作社", "炎陵县", date(2026, 7, 18), "1 个", NUMBER, "t.zhuzhou.gov.cn")
STICKERS = sorted(key for key in stocks() if key.startswith("sticker"))


def refusal(text):
    """The BadCode by which a text is refused, or None where it is taken; anything else ends the test."""
    try:
        tiny.batch_of(tiny.read(text), SECRET, COUNTIES)
    except BadCode as bad:
        return bad
    return None


@pytest.mark.parametrize("case", VECTORS["codes"], ids=lambda case: case["what"].replace(" ", "-"))
def test_a_published_tiny_code_says_what_it_said_when_it_was_printed(case):
    said = tiny.read(case["digits"])
    number = tiny.batch_of(said, SECRET, COUNTIES)
    assert (number, said.unit) == (case["id_number"], case["unit"])
    assert UnitPermutation(SECRET, number).ordinal(said.unit) == case["ordinal"]
    assert tiny.to_digits(tiny.make(SECRET, number, said.unit)) == case["digits"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["what"].replace(" ", "-"))
def test_a_refused_tiny_code_is_refused_for_the_same_reason(case):
    assert refusal(case["digits"]).reason == case["reason"]


def test_37_digits_hold_15_bytes_and_36_do_not():
    assert 10**36 < 2**120 < 10**37


def test_with_25_characters_before_it_a_tiny_code_fills_350_of_the_352_bits_of_version_3():
    assert len(PREFIX) == 25 and check_prefix(PREFIX, 3, CodeKind.TINY) == 3
    assert 4 + 8 + 8 * 25 + 4 + 10 + 12 * 10 + 4 == 350
    assert BIT_LIMIT_TABLE[ERROR_CORRECT_M][3] == 352
    assert check_prefix(PREFIX[:-1] + "x/", 40, CodeKind.TINY) == 4
    assert modules(PREFIX, CODE).shape == (29, 29)


def test_there_is_one_spelling_only():
    for _ordinal, code in CODES:
        assert tiny.to_digits(tiny.from_digits(code)) == code
    others = [CODE.lstrip("0"), "0" + CODE, " " + CODE, CODE + "\n", f"+{CODE[1:]}", CODE.replace("1", "１")]
    others += [str(int(CODE) + 2**120), CODE[:5] + "_" + CODE[6:]]
    assert all(refusal(other) for other in others if other != CODE)


def test_every_flipped_bit_is_refused():
    token = tiny.from_digits(CODE)
    for bit in range(120):
        other = bytearray(token)
        other[bit // 8] ^= 1 << bit % 8
        assert refusal(tiny.to_digits(bytes(other))).reason in ("check", "range"), bit


def test_every_changed_digit_is_refused():
    for place in range(37):
        for digit in "0123456789":
            if digit != CODE[place]:
                assert refusal(CODE[:place] + digit + CODE[place + 1 :]), (place, digit)


def test_50_000_random_strings_find_no_way_in():
    r = random.Random(20260718)
    reasons = dict.fromkeys(("length", "digits", "range", "check"), 0)
    for count in range(50_000):
        text = r.choice(
            (
                lambda: tiny.to_digits(r.randbytes(15)),
                lambda: tiny.to_digits(tiny.from_digits(CODE)[:9] + r.randbytes(6)),
                lambda: "".join(r.choices("0123456789", k=r.choice((0, 36, 37, 37, 38, 191)))),
                lambda: "".join(chr(r.randrange(0x3000)) for _ in range(37)),
            )
        )()
        bad = refusal(text)
        assert bad, (count, ascii(text))
        reasons[bad.reason] += 1
    assert min(reasons.values()) > 300, reasons


def test_the_check_of_one_batch_or_county_is_none_for_another():
    said = tiny.read(CODE)
    with pytest.raises(BadCheck):
        tiny.batch_of(said, SECRET, ["430203"])
    with pytest.raises(BadCheck):
        tiny.batch_of(said, b"another secret of thirty-two by.", COUNTIES)
    other = tiny.Tiny(batch_integer(NUMBER) + 1, said.unit, said.check)
    with pytest.raises(BadCheck):
        tiny.batch_of(other, SECRET, COUNTIES)


def test_any_part_of_a_run_can_be_made_again():
    tokens = CODES.tokens(0, 30)
    assert np.array_equal(CODES.tokens(7, 5), tokens[7:12])
    assert [tiny.to_digits(token.tobytes()) for token in tokens] == [code for _, code in CODES]
    with pytest.raises(Invalid):
        CODES.tokens(29, 2)


def test_bulk_symbols_of_tiny_codes_are_those_of_qrcode():
    drawn = symbols(PREFIX, CODES.tokens(0, 30))
    for symbol, (_, code) in zip(drawn, CODES, strict=True):
        assert np.array_equal(symbol, modules(PREFIX, code))


READABLE = {
    "sticker-15x18": {203: 13.9, 300: None, 600: 14.1},
    "sticker-18x18": {203: 13.9, 300: 15.7, 600: 15.7},
    "sticker-round-20": {203: 13.9, 300: None, 600: 14.1},
    "sticker-a4-140": {203: 13.9, 300: 15.7, 600: 15.7},
}


@pytest.mark.parametrize("key", STICKERS)
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_sticker_is_read_back_at_its_dpi_or_refused_with_the_size_it_would_need(key, dpi, tmp_path):
    stock, job = stocks()[key], SheetJob(stocks()[key], TEXT, PREFIX, Printer(dpi=dpi), kind=CodeKind.TINY)
    if READABLE[key][dpi] is None:
        with pytest.raises(Invalid, match=r"15\.7"):
            check_job(job, find_font())
        return
    assert round(check_job(job, find_font()).symbol[2], 1) == READABLE[key][dpi]
    written = [code for _, code in CODES]
    write_sheet(tmp_path / "s.pdf", job, CODES, len(CODES))
    pages = [[PREFIX + code for code in written[n : n + stock.per_page]] for n in range(0, 30, stock.per_page)]
    assert read_back(tmp_path / "s.pdf", pages, dpi).matched == 30


def test_what_is_too_small_even_for_a_tiny_code_is_refused():
    for stock in (own_stock("圆", 15, 15, roll=True), stocks()["sticker-round-20"]):
        if not stock.round:
            assert symbol_size(stock, kind=CodeKind.TINY) == 14.6
        with pytest.raises(Invalid, match="太小"):
            symbol_size(stock, 12, CodeKind.TINY)
    with pytest.raises(Invalid, match="序号"):
        check_job(SheetJob(own_stock("方", 15, 15, roll=True), TEXT, PREFIX, kind=CodeKind.TINY), find_font())


def test_stickers_are_for_tiny_codes_and_labels_for_the_others():
    assert {key for key, stock in stocks().items() if suits(stock, CodeKind.TINY)} == set(STICKERS)
    assert not any(suits(stocks()[key], CodeKind.FULL) for key in STICKERS)


def test_one_symbol_alone_may_be_small_too():
    assert png(PREFIX, CODE)[:4] == b"\x89PNG" and 'width="15mm"' in svg(PREFIX, CODE)
    with pytest.raises(Invalid):
        svg(PREFIX, CODE, 12)
