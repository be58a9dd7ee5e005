"""Rolls for thermal printers: the picture sent is the label, and nothing that is sent is a command but ours."""

import base64
import binascii
import random
import re
import zlib
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from yipin.codes.kinds import token_of
from yipin.codes.label.bitmap import canvas, drawn
from yipin.codes.label.job import Printer
from yipin.codes.label.languages import tspl_label, zpl_label
from yipin.codes.label.sheet import check_job, write_sheet
from yipin.codes.label.stock import own_stock, stocks
from yipin.codes.paper.glyphs import find_font
from yipin.errors import Invalid

ROLLS = sorted(key for key in stocks() if key.startswith("roll"))
COMMANDS = [
    '"\r\nPRINT 999\r\n',
    "^XA^JUS^XZ",
    "~JR",
    "^FS^XZ^XA^PQ99999999^XZ",
    'DOWNLOAD F,"A",9,',
    "\x1b@",
    "<xpml>",
]


def of_tspl(sent):
    """What a TSPL printer makes of one label: its size in mm, and its dots. Fails on anything that is not expected."""
    head = re.match(
        rb"SIZE ([\d.]+) mm,([\d.]+) mm\r\nGAP [\d.]+ mm,0 mm\r\nDIRECTION 0\r\nCLS\r\nBITMAP 0,0,(\d+),(\d+),0,", sent
    )
    width, height = int(head[3]), int(head[4])
    picture = sent[head.end() : head.end() + width * height]
    assert sent[head.end() + width * height :] == b"\r\nPRINT 1,1\r\n"
    bits = np.unpackbits(np.frombuffer(picture, np.uint8).reshape(height, width), axis=1)
    return (float(head[1]), float(head[2])), bits == 0


def of_zpl(sent):
    """What a Zebra makes of one label: its width in dots, and its dots."""
    whole = re.fullmatch(
        rb"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),(:Z64:[\w+/=]+:[0-9A-F]{4})\^FS\^PQ1\^XZ\n", sent
    )
    dots, height, total, again, width = (int(whole[n]) for n in range(1, 6))
    assert total == again == width * height
    _, _, digits, check = whole[6].split(b":")
    assert binascii.crc_hqx(digits, 0) == int(check, 16)
    octets = zlib.decompress(base64.b64decode(digits, validate=True))
    return dots, np.unpackbits(np.frombuffer(octets, np.uint8).reshape(height, width), axis=1) == 1


def labels(run, some):
    """The dots of some codes' labels, as a roll is drawn."""
    tokens = np.frombuffer(b"".join(token_of(digits) for _, digits in some), np.uint8).reshape(len(some), -1)
    return list(drawn(canvas(run, find_font()), run.prefix, [ordinal for ordinal, _ in some], tokens))


def tspl(run, some):
    return [tspl_label(dots, (run.stock.page_width, run.stock.page_height)) for dots in labels(run, some)]


def zpl(run, some):
    return [zpl_label(dots) for dots in labels(run, some)]


def read(dots):
    return zxingcpp.read_barcodes((~dots).astype(np.uint8) * 255)


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("key", ROLLS)
def test_what_is_sent_reads_back_as_the_code(job, codes, urls, key, dpi):
    wanted, run = codes(2, first=41), job(key, dpi=dpi)
    for sent in (tspl(run, wanted), zpl(run, wanted)):
        found = [of_tspl(label) if label.startswith(b"SIZE") else of_zpl(label) for label in sent]
        assert [read(dots)[0].text for _, dots in found] == urls(wanted)


def test_both_languages_send_the_same_dots_and_the_labels_size(job, codes):
    run = job("roll-60x40")
    (dots,) = labels(run, codes(1))
    size, by_tspl = of_tspl(tspl(run, codes(1))[0])
    width, by_zpl = of_zpl(zpl(run, codes(1))[0])
    assert size == (60, 40) and width == dots.shape[1] == 480
    for each in (by_tspl, by_zpl):
        assert np.array_equal(each[:, :480], dots) and not each[:, 480:].any()


def test_a_width_that_is_no_whole_number_of_bytes_leaves_the_rest_white():
    dots = np.ones((3, 13), np.bool_)
    for _, sent in (of_tspl(tspl_label(dots, (20, 20))), of_zpl(zpl_label(dots))):
        assert sent[:, :13].all() and not sent[:, 13:].any()


def test_every_module_is_a_square_of_whole_dots(job, codes, font):
    run = job("roll-60x40", dpi=300)
    side = round(check_job(run, font).symbol[2] / 49 / 25.4 * 300)
    (dots,) = labels(run, codes(1))
    corner = read(dots)[0].position.top_left
    square = dots[corner.y : corner.y + 41 * side, corner.x : corner.x + 41 * side]
    modules = square[::side, ::side]
    assert np.array_equal(np.kron(modules, np.ones((side, side), np.bool_)), square)
    assert modules[0, :7].all() and not modules[7, :8].any()


def test_chinese_and_the_labels_own_number_are_in_the_picture(job, codes, text):
    one, other = labels(job("roll-60x40"), codes(2))
    (renamed,) = labels(job("roll-60x40", text=replace(text, name="白关丝瓜")), codes(1))
    for changed, part in ((renamed, np.s_[:80, :280]), (other, np.s_[260:, 380:])):
        assert one[part].sum() > 100 and (one[part] ^ changed[part]).sum() > 20


def test_the_number_in_the_picture_is_that_of_the_sheet(job, codes, tmp_path):
    """By this number a spoiled label is voided. The same label, drawn by two ways, must be alike in it."""
    run, corner, sheets = job("roll-60x40"), np.s_[260:, 380:], []
    for first in (40, 41, 42):
        write_sheet(tmp_path / "x.pdf", run, codes(1, first=first), 1)
        with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
            sheets.append(document[0].render(scale=203 / 72, grayscale=True).to_numpy().squeeze() < 128)
    (dots,) = labels(run, codes(1, first=41))
    unlike = [int((dots[corner] ^ sheet[: dots.shape[0], : dots.shape[1]][corner]).sum()) for sheet in sheets]
    assert unlike[1] < unlike[0] and unlike[1] < unlike[2], unlike


def test_the_printers_offset_moves_the_dots(job, codes):
    straight, moved = (
        labels(job("roll-60x40", printer=Printer(dpi=203, offset_x=x)), codes(1))[0] for x in (0.0, -1.0)
    )
    lefts = [np.nonzero(dots.any(axis=0))[0][0] for dots in (straight, moved)]
    assert lefts[0] - lefts[1] == pytest.approx(8, abs=1)


def test_no_name_becomes_a_command(job, codes, text):
    """A sender that never sees a text cannot send one: 10,000 names that are commands, as the very bytes of pictures."""
    rng = random.Random(4)
    for n in range(10_000):
        name = "".join(rng.choices(COMMANDS, k=3)).encode("utf-8") + rng.randbytes(n % 40)
        width = len(name) // 4 * 4
        octets = np.frombuffer(name[:width], np.uint8).reshape(4, -1)
        dots = np.unpackbits(octets, axis=1).astype(np.bool_)
        for sent in (tspl_label(~dots, (40, 30)), zpl_label(dots)):
            _, found = of_tspl(sent) if sent.startswith(b"SIZE") else of_zpl(sent)
            assert np.array_equal(found, ~dots if sent.startswith(b"SIZE") else dots)


@pytest.mark.parametrize("name", ['"\\PRINT 9', "^XA^JUS^XZ", "~JR~JR", "^GFA,1,1,1,FF^FS", "%0D%0A$((1))"])
def test_a_hostile_name_is_printed_and_not_obeyed(job, codes, text, name):
    run = job("roll-70x50", text=replace(text, name=name, producer=name))
    for sent in (tspl(run, codes(1))[0], zpl(run, codes(1))[0]):
        assert name.encode("utf-8") not in sent
        of_tspl(sent) if sent.startswith(b"SIZE") else of_zpl(sent)


def test_a_dpi_that_makes_modules_unequal_is_refused_with_the_nearest_sizes(job, codes):
    narrow = own_stock("窄卷筒", 60, 22, roll=True)
    with pytest.raises(Invalid, match="18.4 和 24.5 毫米.*不超过 21.6 毫米") as refusal:
        tspl(job("roll-60x40", stock=narrow), codes(1))[0]
    assert refusal.value.field == "symbol_mm"
    assert tspl(job("roll-60x40", stock=narrow, dpi=300), codes(1))[0]


def test_a_sheet_of_many_labels_is_no_roll(job, codes):
    with pytest.raises(Invalid, match="卷筒") as refusal:
        zpl(job("a4-24"), codes(1))[0]
    assert refusal.value.field == "stock"
