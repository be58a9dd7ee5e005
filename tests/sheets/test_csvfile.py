"""CSV for print shops: opened in Excel it shows Chinese and runs nothing."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from world.formulas import FORMULAS
from yipin.sheets import csvfile


def test_chinese_is_shown_and_lines_end_as_windows_expects() -> None:
    data = b"".join(csvfile.stream(["名称", "件"], [["炎陵黄桃", 3], [None, Decimal("2.50")]]))
    assert data == '\ufeff"名称","件"\r\n"炎陵黄桃","3"\r\n"","2.50"\r\n'.encode()


@pytest.mark.parametrize("text", [text for text in FORMULAS if not text.startswith(("{", "#", "_"))])
def test_a_text_that_could_be_a_formula_has_an_apostrophe_before_it(text: str) -> None:
    data = b"".join(csvfile.stream(["x"], [[text]])).decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(data, newline=""))
    assert row[0].startswith("'")


def test_numbers_days_and_moments_are_left_alone() -> None:
    assert csvfile.field(Decimal("-2.5")) == "-2.5"
    assert csvfile.field(date(2026, 7, 18)) == "2026-07-18"
    assert csvfile.field(datetime(2026, 7, 18, 17, 30, tzinfo=UTC)) == "2026-07-19 01:30"
    assert csvfile.field("https://t.example.cn/0123") == "https://t.example.cn/0123"
    assert csvfile.field("4302 25AB 3D5F G7HQ") == "4302 25AB 3D5F G7HQ"


def test_many_rows_come_in_pieces() -> None:
    sizes = [len(piece) for piece in csvfile.stream(["x"], (["甲" * 100] for _ in range(2000)))]
    assert len(sizes) > 6 and max(sizes) < 4 * csvfile.CHUNK
