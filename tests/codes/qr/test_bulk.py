"""Symbols drawn by the thousand are bit for bit those that qrcode draws one by one, mask included."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import QRCode, base
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData, lost_point

from world.symbols import symbols
from yipin.codes.payload import TOKEN_BYTES, from_digits, to_digits
from yipin.codes.qr import bulk, masks, symbol
from yipin.codes.qr.bitplanes import tally, to_octets, to_planes
from yipin.codes.qr.plan import digits_of, plan
from yipin.errors import BadLength, Unavailable

V6 = "https://t.zhuzhou.gov.cn/"
V7 = "https://identity.zhuzhou.gov.cn/"
TINY_BYTES = 15
VECTORS = json.loads((Path(__file__).parents[2] / "vectors/codes-v1.json").read_text("utf-8"))


def tokens(count, size=TOKEN_BYTES, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size), dtype=np.uint8)


def decimal(token):
    return f"{int.from_bytes(token.tobytes(), 'big'):0{digits_of(len(token))}d}"


def by_qrcode(prefix, digits):
    """The symbol of qrcode's own choice of version and mask."""
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(QRData(prefix.encode(), MODE_8BIT_BYTE))
    code.add_data(QRData(digits.encode(), MODE_NUMBER))
    code.make()
    return np.array(code.modules, dtype=np.bool_)


@pytest.mark.parametrize(
    ("prefix", "size", "side"), [(V6, TOKEN_BYTES, 41), (V7, TOKEN_BYTES, 45), (V6, TINY_BYTES, 29)]
)
def test_random_codes_of_versions_6_7_and_3_are_drawn_as_qrcode_draws_them(prefix, size, side):
    drawn = symbols(prefix, tokens(40, size))
    assert drawn.shape == (40, side, side)
    for token, modules in zip(tokens(40, size), drawn, strict=True):
        assert np.array_equal(modules, by_qrcode(prefix, decimal(token)))


@settings(max_examples=15)
@given(length=st.integers(1, 90), size=st.integers(1, 110), seed=st.integers(0, 2**32))
def test_any_address_and_any_length_are_drawn_as_qrcode_draws_them(length, size, seed):
    prefix = "http://" + "a" * length + "/"
    token = tokens(1, size, seed)
    try:
        expected = by_qrcode(prefix, decimal(token[0]))
    except ValueError:  # qrcode 8.2 gives up on a block of zeros
        return
    assert np.array_equal(symbols(prefix, token)[0], expected)


def test_the_published_codes_are_drawn_as_one_by_one():
    digits = [entry["digits"] for entry in VECTORS["codes"]] if "codes" in VECTORS else []
    assert digits
    drawn = symbols(V6, np.stack([np.frombuffer(from_digits(code), np.uint8) for code in digits]))
    for code, modules in zip(digits, drawn, strict=True):
        assert np.array_equal(modules, symbol.modules(V6, code))


def test_every_mask_is_chosen_now_and_then_and_a_draw_goes_to_the_lowest():
    tables = plan(V6, TOKEN_BYTES)
    padded = tokens(1024)
    data = bulk.segments(tables, bulk.digits(tables, padded))
    chosen = bulk.best_masks(tables, np.concatenate([data, bulk.reed_solomon(tables, data)]))
    assert set(chosen.tolist()) == set(range(8))
    points = np.array([[3, 1, 1, 5], [0, 0, 0, 0]]).T
    assert points.argmin(axis=0).tolist() == [1, 0]


@pytest.mark.parametrize("side", [21, 29, 41, 45])
@pytest.mark.parametrize("dark", [0.05, 0.5, 0.9])
def test_points_are_those_of_qrcode_for_any_picture(side, dark):
    rng = np.random.default_rng(side)
    pictures = rng.random((64, side, side)) < dark
    pictures[:8] = np.kron(rng.random((8, side, side // 5 + 1)) < 0.5, np.ones((1, 1, 5), np.bool_))[:, :, :side]
    finder = np.array([1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0], np.bool_)
    for n in range(8, 24):  # false finders at both ends and in the middle, forwards and backwards, light on both sides
        pictures[n, n % side, : len(finder)] = finder
        pictures[n, -len(finder) :, n % side] = finder[::-1]
        pictures[n, (n + 3) % side, 4:15] = finder
        pictures[n, (n + 3) % side, :4] = False
    flat = np.ascontiguousarray(pictures.reshape(64, -1).T)
    planes = np.ascontiguousarray(np.packbits(flat, axis=1, bitorder="little")).view(np.uint64)
    order = masks.lines(np.arange(side * side).reshape(side, side))
    found = masks.lost_points(planes.take(order, axis=0), side)
    assert found.tolist() == [lost_point(picture.tolist()) for picture in pictures]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, bulk.CHUNK - 1, bulk.CHUNK + 1])
def test_any_number_of_codes_may_be_drawn_at_once(count):
    drawn = symbols(V6, tokens(bulk.CHUNK + 1)[:count])
    assert drawn.shape == (count, 41, 41)
    if count:
        alone = symbols(V6, tokens(bulk.CHUNK + 1)[count - 1 : count])
        assert np.array_equal(drawn[-1], alone[0])


@pytest.mark.parametrize("size", [1, 2, 14, TINY_BYTES, 16, TOKEN_BYTES, 110])
def test_digits_are_those_of_the_number(size):
    some = tokens(50, size)
    some[0], some[1] = 0, 255
    tables = plan(V6, size)
    columns = bulk.digits(tables, some)
    widths = [9] * (len(columns) - 1) + [tables.tail]
    spelled = ["".join(f"{n:0{w}d}" if w else "" for n, w in zip(code, widths, strict=True)) for code in columns.T]
    for token, text in zip(some, spelled, strict=True):
        assert text.lstrip("0") == str(int.from_bytes(token.tobytes(), "big")).lstrip("0")


def test_error_correction_leaves_no_remainder():
    tables = plan(V7, TOKEN_BYTES)
    data = bulk.segments(tables, bulk.digits(tables, tokens(64)))
    words, checks = to_octets(data), to_octets(bulk.reed_solomon(tables, data))
    assert len(tables.blocks) == 1
    correction = tables.blocks[0].correction
    for block in range(len(tables.blocks[0].data)):
        whole = np.concatenate(
            [words[tables.blocks[0].data[block]], checks[block * correction : (block + 1) * correction]]
        )
        for power in range(correction):
            rest = 0
            for value in whole[:, 7].tolist():  # Horner at the generator's root
                rest = (base.gexp(base.glog(rest) + power) if rest else 0) ^ value
            assert rest == 0


def test_a_block_of_zeros_gets_zeros_for_correction_as_the_standard_has_it():
    zeros = np.zeros((1, TOKEN_BYTES), np.uint8)
    with pytest.raises(Unavailable):
        symbol.modules(V6, to_digits(bytes(TOKEN_BYTES)))
    picture = np.kron(np.pad(~symbols(V6, zeros)[0], 4, constant_values=True), np.ones((4, 4), np.bool_))
    assert zxingcpp.read_barcode(picture.astype(np.uint8) * 255).text == V6 + "0" * 191


def test_bits_turned_into_planes_and_back_are_the_same():
    octets = np.random.default_rng(3).integers(0, 256, (9, 192), dtype=np.uint8)
    planes = to_planes(octets)
    assert np.array_equal(to_octets(planes), octets)
    assert (planes[8 * 2 + 7, 1] >> np.uint64(5)) & np.uint64(1) == octets[2, 64 + 5] & 1


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 64, 700])
def test_a_tally_is_the_weighted_sum_of_bits(rows):
    rng = np.random.default_rng(rows)
    groups = [(worth, rng.integers(0, 2**63, (rows, 3), dtype=np.uint64)) for worth in (1, 2, 3, 40)]
    bits = [np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little").astype(int) for _, planes in groups]
    expected = sum(worth * one.sum(axis=0) for (worth, _), one in zip(groups, bits, strict=True))
    assert tally(groups).tolist() == expected.tolist()


@pytest.mark.parametrize(
    "wrong",
    [np.zeros(79, np.uint8), np.zeros((2, 79), np.int64), np.zeros((2, 0), np.uint8), np.zeros((1, 10**5), np.uint8)],
)
def test_an_array_that_holds_no_tokens_is_refused(wrong):
    with pytest.raises(BadLength):
        symbols(V6, wrong)


@pytest.mark.parametrize("prefix", ["", "HTTPS://T.CN/", "https://t.cn", "https://" + "a" * 3000 + "/"])
def test_an_address_that_cannot_be_printed_is_refused(prefix):
    with pytest.raises(Unavailable):
        symbols(prefix, tokens(1))


def test_the_symbols_read_as_what_they_were_made_of():
    rng = random.Random(5)
    some = tokens(30, seed=rng.randrange(1000))
    for token, modules in zip(some, symbols(V7, some), strict=True):
        picture = np.kron(np.pad(~modules, 4, constant_values=True), np.ones((3, 3), np.bool_))
        assert zxingcpp.read_barcode(picture.astype(np.uint8) * 255).text == V7 + decimal(token)
