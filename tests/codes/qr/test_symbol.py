"""The symbol: two readers agree on what it says, and it is never larger than the bureau allowed."""

import io
import re
import xml.etree.ElementTree as ET

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from yipin.codes.payload import to_digits
from yipin.codes.qr.symbol import QUIET_ZONE, check_prefix, modules, png, svg, url
from yipin.errors import BadCode, Invalid, Unavailable

PREFIX = "https://t.zhuzhou.gov.cn/"
DIGITS = to_digits(bytes(range(32, 111)))
LARGEST = str(2**632 - 1)
LEAST = to_digits(b"\x20" + bytes(14) + bytes(range(64)))  # every field at its least


def read(picture):
    [found] = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return found


@pytest.mark.parametrize("digits", [DIGITS, LEAST, LARGEST], ids=["ordinary", "least", "largest"])
def test_two_readers_read_the_address_and_the_digits(digits):
    picture = Image.open(io.BytesIO(png(PREFIX, digits)))
    found = read(picture)
    assert found.text == url(PREFIX, digits) == PREFIX + digits
    assert found.ec_level == "M"
    assert cv2.QRCodeDetector().detectAndDecode(np.array(picture.convert("L")))[0] == PREFIX + digits


def test_25_characters_and_191_digits_fill_version_6():
    assert len(PREFIX) == 25
    assert check_prefix(PREFIX) == 6
    assert modules(PREFIX, DIGITS).shape == (41, 41)


def test_one_character_more_needs_version_7_and_leave():
    longer = "https://tt.zhuzhou.gov.cn/"
    with pytest.raises(Unavailable, match="版本 7"):
        check_prefix(longer)
    assert check_prefix(longer, allow_version=7) == 7
    assert modules(longer, DIGITS).shape == (45, 45)
    assert read(Image.open(io.BytesIO(png(longer, DIGITS)))).text == longer + DIGITS


@pytest.mark.parametrize("length", range(9, 120, 3))
def test_the_version_is_the_one_the_encoder_would_choose(length):
    prefix = "https://" + "a" * (length - 9) + "b/" if length > 9 else "http://a/"
    symbol = QRCode(error_correction=ERROR_CORRECT_M)
    symbol.add_data(QRData(prefix.encode(), MODE_8BIT_BYTE), optimize=0)
    symbol.add_data(QRData(DIGITS.encode(), MODE_NUMBER), optimize=0)
    assert check_prefix(prefix, allow_version=40) == symbol.best_fit()


def test_a_short_address_still_makes_a_symbol_that_reads():
    prefix = "http://127.0.0.1:8000/"
    assert check_prefix(prefix) == 6
    assert read(Image.open(io.BytesIO(png(prefix, DIGITS)))).text == prefix + DIGITS


def test_all_symbols_of_a_run_are_of_one_size():
    assert modules(PREFIX, LEAST).shape == modules(PREFIX, LARGEST).shape


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "/",
        "https://",
        "https:///",
        "https://t.zhuzhou.gov.cn",
        "HTTPS://t.zhuzhou.gov.cn/",
        "https://T.zhuzhou.gov.cn/",
        "https://株洲.cn/",
        "https://t.zhuzhou.gov.cn/?c=",
        "https://t.zhuzhou.gov.cn/#/",
        "https://a@t.cn/",
        "https://t.cn /",
        "https://t.cn/\n",
        "https://t.cn//",
        "https://t.cn:٨/",
        "https://.cn/",
        "https://cn-/",
        "ftp://t.cn/",
        "javascript:alert(1)/",
        "https://t.cn/<b>/",
    ],
)
def test_an_address_that_is_not_plain_is_refused(prefix):
    for use in (lambda: check_prefix(prefix, 40), lambda: modules(prefix, DIGITS)):
        with pytest.raises(Unavailable):
            use()


@pytest.mark.parametrize("prefix", ["http://a/", "https://t.cn:8443/", "https://t.cn/x/y-z/", "https://xn--6qq.cn/"])
def test_a_plain_address_is_taken(prefix):
    assert check_prefix(prefix) <= 6


def test_an_address_no_symbol_can_hold_is_refused():
    with pytest.raises(Unavailable):
        check_prefix("https://" + "a" * 3000 + "/", allow_version=40)


def test_digits_the_drawing_library_fails_on_give_our_own_error():
    with pytest.raises(Unavailable):
        modules(PREFIX, "0" * 191)


@pytest.mark.parametrize("digits", ["", "1" * 190, "1" * 192, "1" * 190 + "a", "1" * 190 + "１"])
def test_only_191_digits_make_a_symbol(digits):
    for draw in (modules, png, svg):
        with pytest.raises(BadCode):
            draw(PREFIX, digits)


@pytest.mark.parametrize(("dpi", "size_mm"), [(203, 25), (300, 25), (600, 25), (203, 20), (600, 60)])
def test_a_png_has_whole_dots_a_quiet_zone_and_its_dpi(dpi, size_mm):
    picture = Image.open(io.BytesIO(png(PREFIX, DIGITS, dpi, size_mm)))
    side = 41 + 2 * QUIET_ZONE
    dots, rest = divmod(picture.width, side)
    assert rest == 0 and picture.size == (dots * side, dots * side)
    assert picture.width <= size_mm / 25.4 * dpi < picture.width + side
    assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.05)
    assert picture.mode == "1"
    light = np.array(picture)
    drawn = light.reshape(side, dots, side, dots)
    assert (drawn == drawn[:, :1, :, :1]).all()
    assert np.array_equal(np.pad(modules(PREFIX, DIGITS), QUIET_ZONE), ~drawn[:, 0, :, 0])
    assert read(picture).text == PREFIX + DIGITS


def test_an_svg_has_the_same_modules_in_millimetres():
    root = ET.fromstring(svg(PREFIX, DIGITS, 25.5))
    space = "{http://www.w3.org/2000/svg}"
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("25.5mm", "25.5mm", "0 0 49 49")
    assert root.findtext(f"{space}title") == PREFIX + DIGITS
    [path] = root.findall(f"{space}path")
    drawn = np.zeros((49, 49), dtype=np.bool_)
    runs = re.findall(r"M(\d+) (\d+)H(\d+)v1H(\d+)z", path.get("d"))
    assert "".join(f"M{a} {y}H{b}v1H{c}z" for a, y, b, c in runs) == path.get("d")
    for start, row, end, back in (map(int, run) for run in runs):
        assert back == start < end
        assert not drawn[row, start - 1 : end].any()  # runs neither touch nor overlap
        drawn[row, start:end] = True
    assert np.array_equal(drawn, np.pad(modules(PREFIX, DIGITS), QUIET_ZONE))


@pytest.mark.parametrize("size_mm", [0, -1, 19.9, 201, float("nan"), float("inf")])
def test_a_size_that_would_not_scan_is_refused(size_mm):
    for draw in (lambda: png(PREFIX, DIGITS, size_mm=size_mm), lambda: svg(PREFIX, DIGITS, size_mm)):
        with pytest.raises(Invalid):
            draw()


@pytest.mark.parametrize("dpi", [0, -600, 149, 1201])
def test_a_dpi_out_of_range_is_refused(dpi):
    with pytest.raises(Invalid):
        png(PREFIX, DIGITS, dpi)


def test_a_dpi_too_low_for_a_large_symbol_is_refused():
    with pytest.raises(Invalid):
        png("https://" + "a" * 300 + "/", DIGITS, dpi=150, size_mm=20)
