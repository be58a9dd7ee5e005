"""A roll's file in a printer's language: each label its code, the same bytes each time, and nothing in it but labels."""

from dataclasses import replace

import numpy as np
import pytest

from yipin.codes.label.bitmap import canvas, drawn
from yipin.codes.label.job import Output
from yipin.codes.label.readback import ReadBackFailed
from yipin.codes.label.rollread import first_label, read_back_roll
from yipin.codes.label.rolls import check_roll, write_roll
from yipin.codes.paper.glyphs import find_font
from yipin.codes.qr.symbol import url
from yipin.errors import Invalid

BOTH = pytest.mark.parametrize("output", [Output.TSPL, Output.ZPL])
HOSTILE = '^XZ~JR"PRINT 99'


def addresses(codes, prefix):
    found = [url(prefix, digits) for _, digits in codes]
    return lambda number: [found[number]]


@BOTH
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_label_of_a_roll_reads_back_at_the_printers_dpi(tmp_path, job, output, dpi, signed):
    codes, run, path = signed(3, first=40), job("roll-50x30", dpi=dpi, output=output), tmp_path / "roll"
    made = write_roll(path, run, codes)
    seen = read_back_roll(path, output, addresses(codes, run.prefix), dpi, count=3)
    assert (made.pages, made.bytes, seen.checked, seen.matched, seen.dpi) == (3, path.stat().st_size, 3, 3, dpi)
    dots = next(drawn(canvas(run, find_font()), run.prefix, codes.ordinals(0, 3), codes.tokens(0, 3)))
    assert np.array_equal(first_label(path, output)[:, : dots.shape[1]], dots)  # the picture, dot for dot


@BOTH
def test_two_processes_write_the_bytes_of_one(tmp_path, job, output, signed):
    run, codes, seen = job("roll-40x30", output=output), signed(150), []
    made = [write_roll(tmp_path / f"{crew}", run, codes, seen.append, crew=crew) for crew in (1, 2)]
    assert made[0] == made[1] and (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert seen == [64, 128, 150] * 2


@BOTH
def test_a_name_that_is_a_command_is_in_the_file_as_a_picture_alone(tmp_path, job, text, output, signed):
    run = job("roll-70x50", text=replace(text, name=HOSTILE, producer=HOSTILE), output=output)
    codes, path = signed(2), tmp_path / "roll"
    write_roll(path, run, codes)
    sent = path.read_bytes()
    assert HOSTILE.encode() not in sent
    # The gate takes the file apart command by command: it holds nothing but two whole labels.
    assert read_back_roll(path, output, addresses(codes, run.prefix), 203, count=2).matched == 2


@BOTH
@pytest.mark.parametrize(
    "harm", ["cut", "command before", "command after", "another command", "swapped", "one too many"]
)
def test_a_file_that_is_not_as_it_should_be_is_refused(tmp_path, job, output, harm, signed):
    run, codes, path = job("roll-40x30", output=output), signed(2), tmp_path / "roll"
    write_roll(path, run, codes)
    sent = path.read_bytes()
    half = len(sent) // 2 if output is Output.TSPL else sent.index(b"^XA", 1)
    command = b"SIZE 9 mm\r\n" if output is Output.TSPL else b"^XA^JUS^XZ\n"
    broken = {
        "cut": sent[:-20],
        "command before": command + sent,
        "command after": sent + command,
        "another command": sent.replace(b"GAP 2 mm,0 mm", b"GAP 2 mm,1 mm").replace(b"^PQ1", b"^PQ2"),
        "swapped": sent[half:] + sent[:half],
        "one too many": sent + sent[half:],
    }[harm]
    assert broken != sent
    path.write_bytes(broken)
    with pytest.raises(ReadBackFailed):
        read_back_roll(path, output, addresses(codes, run.prefix), 203, count=2)


def test_a_zpl_picture_with_another_checksum_is_refused(tmp_path, job, signed):
    run, codes, path = job("roll-40x30", output=Output.ZPL), signed(1), tmp_path / "roll"
    write_roll(path, run, codes)
    sent = bytearray(path.read_bytes())
    sent[sent.index(b":Z64:") + 30] ^= 1
    path.write_bytes(bytes(sent))
    with pytest.raises(ReadBackFailed, match="第 1 枚"):
        read_back_roll(path, Output.ZPL, addresses(codes, run.prefix), 203, count=1)


def test_a_sheet_has_no_printer_language_and_a_file_has_its_bound(job, font):
    with pytest.raises(Invalid) as sheet:
        check_roll(job("a4-24", output=Output.TSPL), 1, font)
    assert sheet.value.field == "output"
    check_roll(job("roll-50x30", output=Output.TSPL), 100_000, font)
    with pytest.raises(Invalid, match="最多放 166") as large:
        check_roll(job("roll-50x30", output=Output.TSPL), 200_000, font)
    assert large.value.field == "count"


def test_labels_stay_small_in_the_file(tmp_path, job, signed):
    """A roll of 20,000 labels of 50 by 30 mm at 203 dpi: 240 MB of TSPL, 64 MB of ZPL."""
    for output, most in ((Output.TSPL, 12_100), (Output.ZPL, 4_000)):
        assert write_roll(tmp_path / output, job("roll-50x30", output=output), signed(20)).bytes / 20 <= most
