"""Large runs: codes signed by the batch, pages made by several processes, cancelled, broken off, and the same bytes."""

import errno
import multiprocessing
import os
import re
import signal
import time
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from yipin.codes.label import pages, workers
from yipin.codes.label.readback import read_back, sampled
from yipin.codes.label.sheet import Stopped, write_sheet
from yipin.codes.label.stock import own_stock
from yipin.codes.paper.pdf import WholeFile
from yipin.codes.qr import bulk
from yipin.codes.signing import sign, verify
from yipin.codes.unitcodes import UnitCodes
from yipin.codes.units import UNITS, UnitPermutation
from yipin.errors import Conflict, Invalid, TraceError, Unavailable

ID_NUMBER = "430225AB3D5FG7HQ"


def test_codes_signed_by_the_batch_are_those_signed_one_by_one(signed, ring):
    codes, units = signed(300, first=UNITS - 300), UnitPermutation(b"a secret of the tests", ID_NUMBER)
    many = list(codes)
    assert [ordinal for ordinal, _ in many] == list(range(UNITS - 300, UNITS))
    for ordinal, digits in (many[0], many[131], many[-1]):
        assert digits == sign(replace(codes.payload, unit=units.number(ordinal)), codes.key)
    assert len({verify(digits, ring.keys).unit for _, digits in many}) == 300


def test_a_part_of_a_run_is_the_same_part_of_the_whole(signed):
    whole = signed(40).tokens(0, 40)
    assert np.array_equal(signed(10, first=30).tokens(0, 10), whole[30:])
    assert np.array_equal(signed(40).tokens(7, 3), whole[7:10])
    with pytest.raises(Invalid):
        signed(40).tokens(38, 3)


def test_a_payload_that_names_another_key_is_not_signed(signed):
    codes = signed(1)
    with pytest.raises(Conflict, match="密钥"):
        UnitCodes(replace(codes.payload, key=9), codes.key, codes.units, 0, 1)


def test_one_process_and_three_write_the_same_bytes(tmp_path, job, signed):
    written = [
        write_sheet(tmp_path / f"{n}.pdf", job("a4-24", start_at=5), signed(1100), 1100, crew=n) for n in (1, 2, 3)
    ]
    assert written[0] == written[1] == written[2]
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "3.pdf").read_bytes()


def test_codes_given_as_digits_or_to_be_signed_make_the_same_sheet(tmp_path, job, signed):
    files = [
        write_sheet(tmp_path / "x.pdf", job("a4-65", dpi=600), codes, 100) for codes in (signed(100), list(signed(100)))
    ]
    assert files[0] == files[1]


@pytest.mark.parametrize("dpi", [203, 300])
def test_every_symbol_of_a_run_over_several_blocks_reads_back(tmp_path, job, signed, dpi):
    count = bulk.CHUNK + 40
    run = job("a4-24", dpi=dpi)
    write_sheet(tmp_path / "x.pdf", run, signed(count), count)
    codes = [run.prefix + digits for _, digits in signed(count)]
    wanted = [codes[n : n + 24] for n in range(0, count, 24)]
    assert read_back(tmp_path / "x.pdf", wanted, dpi=dpi).matched == count


def test_the_number_on_the_label_belongs_to_its_code(tmp_path, job, signed):
    write_sheet(tmp_path / "x.pdf", job("roll-50x30"), signed(3, first=98), 3)
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
        for page, (ordinal, digits) in enumerate(signed(3, first=98)):
            said = document[page].get_textpage().get_text_range()
            image = document[page].render(scale=203 / 72, grayscale=True).to_numpy()
            assert f"第 {ordinal + 1} 枚" in said
            assert zxingcpp.read_barcode(image.reshape(image.shape[:2])).text.endswith(digits)


def test_every_label_of_a_run_over_several_blocks_bears_its_own_number_once(tmp_path, job, signed):
    """By this number a spoiled label is voided."""
    count = 2 * bulk.CHUNK + 40
    write_sheet(tmp_path / "x.pdf", job("a4-65"), signed(count, first=7), count, crew=2)
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
        said = "".join(page.get_textpage().get_text_range() for page in document)
    assert sorted(map(int, re.findall(r"第 (\d+) 枚", said))) == list(range(8, 8 + count))


def test_a_picture_with_the_mark_of_its_own_end_is_written_in_hexadecimal(tmp_path, job, codes):
    dark = np.zeros((41, 48), np.uint8)
    dark[7, 8:24] = np.unpackbits(np.frombuffer(b"EI", np.uint8))
    picture = np.packbits(dark, axis=1).reshape(1, -1)
    run = job("roll-50x30", dpi=600)
    write_sheet(tmp_path / "x.pdf", run, codes(1), 1, draw=lambda prefix, tokens: picture)
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
        said = document[0].get_textpage().get_text_range()
        images = [each for each in document[0].get_objects() if isinstance(each, pypdfium2.PdfImage)]
        assert len(images) == 1 and images[0].get_px_size() == (41, 41)
    assert "第 1 枚" in said
    (content,) = [one for one in page_contents(tmp_path / "x.pdf") if b"BI/W" in one]
    assert content.count(b"EI") == 1 and picture.tobytes().hex().encode() in content


def page_contents(path):
    return re.findall(rb"<< /Length \d+ >>\nstream\n(.*?)\nendstream", path.read_bytes(), re.DOTALL)


def test_labels_take_less_than_600_bytes(tmp_path, job, signed):
    count = 2400
    assert write_sheet(tmp_path / "x.pdf", job("a4-24"), signed(count), count).bytes / count <= 600


@pytest.mark.parametrize("crew_size", [1, 2])
def test_a_cancelled_run_leaves_no_file_and_no_process(tmp_path, job, signed, crew_size):
    done: list[int] = []
    with pytest.raises(Stopped, match="已取消"):
        write_sheet(
            tmp_path / "x.pdf",
            job("a4-24"),
            signed(4000),
            4000,
            done.append,
            stop=lambda: len(done) >= 3,
            crew=crew_size,
        )
    assert done == [24, 48, 72]
    assert list(tmp_path.iterdir()) == []
    assert_no_child()


def assert_no_child():
    """No worker of the crew is left. Other children of this process, such as a database server, are none of ours."""
    assert multiprocessing.active_children() == []


def test_a_full_disk_in_the_middle_of_a_shared_run_leaves_no_file_and_no_process(tmp_path, job, signed, monkeypatch):
    write, room = WholeFile.write, [40]

    def until_full(self, data):
        room[0] -= 1
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(WholeFile, "write", until_full)
    with pytest.raises(OSError, match="No space"):
        write_sheet(tmp_path / "x.pdf", job("a4-24"), signed(4000), 4000, crew=2)
    assert list(tmp_path.iterdir()) == []
    assert_no_child()


def test_a_run_again_after_it_was_cancelled_has_the_bytes_of_one_that_was_not(tmp_path, job, signed):
    with pytest.raises(Stopped):
        write_sheet(tmp_path / "x.pdf", job("a4-24"), signed(600), 600, stop=lambda: True)
    again = write_sheet(tmp_path / "x.pdf", job("a4-24"), signed(600), 600)
    assert again == write_sheet(tmp_path / "y.pdf", job("a4-24"), signed(600), 600)


@pytest.mark.parametrize("count", [0, -1, 11, 13])
def test_a_run_of_none_or_of_other_than_the_codes_is_refused(tmp_path, job, signed, count):
    with pytest.raises(Conflict):
        write_sheet(tmp_path / "x.pdf", job("a4-24"), signed(12), count)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_any_code_is_refused_and_makes_no_empty_page(tmp_path, job, signed):
    for none in (signed(0), []):
        with pytest.raises(Conflict):
            write_sheet(tmp_path / "x.pdf", job("a4-24"), none, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_stock_on_which_the_symbol_cannot_reach_its_floor_is_refused(tmp_path, job, signed):
    narrow = own_stock("窄卷筒", 60, 20, roll=True)
    with pytest.raises(Invalid, match="放不下二维码"):
        write_sheet(tmp_path / "x.pdf", job("a4-24", stock=narrow), signed(1), 1)


def test_parts_come_in_their_order_from_any_crew():
    for size in (1, 2, 3, 7):
        assert list(workers.in_order(lambda n: n * n, 20, size)) == [n * n for n in range(20)]
    assert list(workers.in_order(lambda n: n, 0, 2)) == []
    assert_no_child()


def test_an_error_in_one_process_is_the_runs_error():
    def make(number):
        if number == 5:
            raise Conflict("第 %(n)s 块", n=number)
        return number

    taken = []
    with pytest.raises(Conflict, match="第 5 块"):
        for part in workers.in_order(make, 20, 2):
            taken.append(part)
    assert taken == [0, 1, 2, 3, 4]
    assert_no_child()


def test_a_process_that_dies_stops_the_run_with_a_clear_word():
    def make(number):
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(Unavailable, match="意外中断"):
        list(workers.in_order(make, 20, 2))
    assert_no_child()


def test_a_crew_whose_parent_is_killed_does_not_stay(tmp_path):
    parent = os.fork()
    if parent == 0:
        told = os.open(tmp_path / "told", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

        def make(number):
            os.write(told, b"%d\n" % os.getpid())
            return bytes(2**19)

        for _ in workers.in_order(make, 10**6, 2):
            pass
        os._exit(0)
    try:
        until(lambda: (tmp_path / "told").exists() and len(seen(tmp_path)) == 2)
    finally:
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
    until(lambda: not any(alive(number) for number in seen(tmp_path)))


def seen(folder):
    return {int(line) for line in (folder / "told").read_text().split()}


def alive(number):
    try:
        with open(f"/proc/{number}/stat") as stat:
            return stat.read().rsplit(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_key_that_signs_wrongly_stops_the_batch(signed, monkeypatch):
    class Faulty:
        def sign(self, messages):
            return [bytes(64) for _ in messages]

    key = signed(1).key
    monkeypatch.setitem(key.__dict__, "_signer", Faulty())
    with pytest.raises(TraceError, match="签名自检失败"):
        key.sign_all([b"message"])


def test_large_runs_are_sampled_and_small_ones_read_whole():
    assert sampled(2400, 100) == "all"
    assert sampled(2401, 101) == 6
    assert sampled(100_000, 4167) == 100
    assert sampled(65 * 40, 40) == 2


def test_blocks_of_pages_have_every_label_once_and_in_order():
    for count, size, lead in [(1, 1, 0), (100, 24, 23), (5000, 24, 0), (5000, 1, 0), (1300, 65, 64), (513, 600, 0)]:
        blocks = pages.Blocks(count, size, lead)
        ranges = [labels for n in range(len(blocks)) for labels in blocks.pages(n)]
        assert [n for labels in ranges for n in labels] == list(range(count))
        assert all(0 < len(labels) <= size for labels in ranges)
        assert len(ranges) == -(-(count + lead) // size)
