"""The list of codes for a print shop: each code in its place, encrypted, refused when it is not as it should be."""

import csv
import io
import os
import shutil
import subprocess
import zipfile

import pytest
import pyzipper

from yipin.codes.label.codelist import TITLES, read_back_list, row_of, write_list
from yipin.codes.label.job import Output
from yipin.codes.label.readback import ReadBackFailed

PREFIX, PASSWORD = "https://t.zhuzhou.gov.cn/", "wq3k-7m2p-x9ta-bcde"
BOTH = pytest.mark.parametrize("output", [Output.CSV, Output.XLSX])


def rows(codes):
    return [row_of(PREFIX, ordinal, digits) for ordinal, digits in codes]


@BOTH
def test_every_code_is_in_the_list_in_its_order(tmp_path, signed, output):
    codes, path, seen = signed(60, first=7), tmp_path / "list.zip", []
    made = write_list(path, output, PREFIX, codes, PASSWORD, seen.append)
    found = read_back_list(path, output, PASSWORD, 7, 60, rows(codes).__getitem__)
    assert (made.pages, found.checked, found.matched, seen) == (60, 60, 60, [60])


def test_the_csv_says_number_address_and_small_print(tmp_path, signed):
    codes, path = signed(2), tmp_path / "list.zip"
    write_list(path, Output.CSV, PREFIX, codes, PASSWORD)
    with pyzipper.AESZipFile(path) as archive:
        archive.setpassword(PASSWORD.encode())
        text = archive.read("codes.csv").decode("utf-8-sig")
    (_, digits), _second = codes
    assert list(csv.reader(io.StringIO(text)))[:2] == [list(TITLES), ["1", f"{PREFIX}{digits}", "第 1 枚"]]


def test_two_processes_list_the_codes_of_one(tmp_path, signed):
    codes = signed(5000)
    for crew in (1, 2):
        path = tmp_path / f"{crew}.zip"
        write_list(path, Output.CSV, PREFIX, codes, PASSWORD, crew=crew)
        assert read_back_list(path, Output.CSV, PASSWORD, 0, 5000, rows(codes).__getitem__, 499).matched == 12


@BOTH
def test_nothing_can_be_read_without_the_password(tmp_path, signed, output):
    codes, path = signed(3), tmp_path / "list.zip"
    write_list(path, output, PREFIX, codes, PASSWORD)
    assert PREFIX.encode() not in path.read_bytes() and b"xl/worksheets" not in path.read_bytes()
    assert [part.name for part in tmp_path.iterdir()] == ["list.zip"]
    with zipfile.ZipFile(path) as archive, pytest.raises((NotImplementedError, RuntimeError)):
        archive.read(f"codes.{output}", pwd=b"other")
    with pytest.raises(ReadBackFailed):
        read_back_list(path, output, "other", 0, 3, rows(codes).__getitem__)


@pytest.mark.skipif(not shutil.which("bsdtar"), reason="no other program here reads encrypted zips")
def test_another_program_opens_the_list(tmp_path, signed):
    path = tmp_path / "list.zip"
    write_list(path, Output.CSV, PREFIX, signed(3), PASSWORD)
    out = subprocess.run(["bsdtar", "-xO", "--passphrase", PASSWORD, "-f", path], capture_output=True, check=True)
    assert out.stdout.decode("utf-8-sig").count(PREFIX) == 3


@BOTH
@pytest.mark.parametrize("harm", ["one more", "one less", "from another place", "another code", "cut"])
def test_a_list_that_is_not_as_it_should_be_is_refused(tmp_path, signed, output, harm):
    codes, path = signed(4), tmp_path / "list.zip"
    write_list(path, output, PREFIX, codes, PASSWORD)
    wanted, first, count = rows(codes), 0, 4
    if harm == "one more":
        count = 3
    elif harm == "one less":
        count = 5
    elif harm == "from another place":
        first = 1
    elif harm == "another code":
        wanted[2] = (3, *rows(signed(1, first=9))[0][1:])
    else:
        os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(ReadBackFailed):
        read_back_list(path, output, PASSWORD, first, count, (wanted * 2).__getitem__)
