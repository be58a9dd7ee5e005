"""A table that goes out is read again by another program's eyes: openpyxl's, and the bare XML."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from world.formulas import FORMULAS, KEPT
from yipin.sheets import reader, safe
from yipin.sheets.writer import Column, Kind, Sheet, write


def written(*columns: Column, rows: list, **more) -> io.BytesIO:  # type: ignore[no-untyped-def,type-arg]
    out = io.BytesIO()
    write(out, Sheet("表", "标题", columns, rows, **more))
    return out


def cells(out: io.BytesIO):  # type: ignore[no-untyped-def]
    return [row for row in openpyxl.load_workbook(out).active.iter_rows()]


@pytest.mark.parametrize("column", [0, 1])
def test_no_text_becomes_a_formula(column: int) -> None:
    out = written(
        Column("=甲"),
        Column("+乙"),
        rows=[["一"] * column + [text] + ["二"] * (1 - column) for text in FORMULAS],
        notes=FORMULAS[:3],
    )
    for row in cells(out):
        assert {cell.data_type for cell in row} <= {"s", "n"}  # an empty cell beside the title is an "n"
        assert all(cell.quotePrefix for cell in row if cell.value is not None)
    raw = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in raw and "<f " not in raw


@pytest.mark.parametrize("text", KEPT)
def test_a_text_is_kept_letter_for_letter(text: str) -> None:
    out = written(Column("甲"), rows=[[text]])
    assert list(reader.Sheet(out).rows())[2].text(1) == text.strip()  # as Excel would show it
    if "_x" not in text:  # openpyxl shows the escape as it stands
        assert cells(out)[2][0].value == text


def test_what_xlsx_refuses_is_replaced_and_what_is_too_long_is_cut() -> None:
    rows = [["a\x00b\x1fc\ud800d\uffffe"], ["长" * 40_000], ["x\r\ny\rz"]]
    found = [row[0].value for row in cells(written(Column("甲"), rows=rows))[2:]]
    assert found[0] == "a�b�c�d�e"
    assert len(found[1]) == safe.LONGEST and found[1].endswith(safe.CUT)
    assert found[2] == "x\ny\nz"


def test_numbers_days_and_moments_are_numbers_days_and_moments_of_shanghai() -> None:
    out = written(
        Column("量", Kind.AMOUNT),
        Column("件", Kind.COUNT),
        Column("日", Kind.DAY),
        Column("时", Kind.MOMENT),
        rows=[
            [Decimal("1250.5"), 12, date(2026, 7, 18), datetime(2026, 7, 18, 17, 30, tzinfo=UTC)],
            [None, None, None, None],
        ],
    )
    row = cells(out)[2]
    assert [cell.value for cell in row] == [1250.5, 12, datetime(2026, 7, 18), datetime(2026, 7, 19, 1, 30)]
    assert [cell.number_format for cell in row] == ["#,##0.00", "#,##0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.COUNT, "=1"), (Kind.AMOUNT, 2.5), (Kind.DAY, datetime(2026, 1, 1)), (Kind.TEXT, 12), (Kind.COUNT, True)],
)
def test_a_value_of_another_kind_is_refused_and_leaves_nothing_behind(kind: Kind, value: object) -> None:
    with pytest.raises(TypeError):
        written(Column("甲", kind), rows=[[None], [value]])
    assert not ALL_TEMP_FILES


def test_the_header_stays_and_can_filter_and_columns_are_as_wide_as_their_words() -> None:
    page = openpyxl.load_workbook(written(Column("统一社会信用代码"), rows=[["x"]], notes=["依据"])).active
    assert page.title == "表"
    assert page["A1"].value == "标题" and page["A3"].value == "统一社会信用代码"
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:A4"
    assert page.column_dimensions["A"].width >= 20


def test_a_name_that_excel_refuses_is_mended() -> None:
    out = io.BytesIO()
    write(out, Sheet("a/b:c*[d]?" + "长" * 40, "t", [Column("甲")], []))
    name = openpyxl.load_workbook(out).sheetnames[0]
    assert len(name) == 31 and not set(name) & set("[]:*?/\\")


def test_what_does_not_fit_one_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipin.sheets.writer.MOST_ROWS", 3)
    out = io.BytesIO()
    assert write(out, Sheet("表", "t", [Column("甲")], [[str(n)] for n in range(7)])) == 7
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["表", "表 2", "表 3"]
    assert [row[0] for page in book for row in page.iter_rows(min_row=3, values_only=True)] == [
        str(n) for n in range(7)
    ]


MEASURE = """
import io, resource, sys
from yipin.sheets.writer import Column, Sheet, write
from yipin.sheets import reader
class Nowhere(io.FileIO): pass
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "w+b") as out:
    columns = [Column(str(n)) for n in range(6)]
    write(out, Sheet("a", "a", columns, ([f"行{n}-{k}" for k in range(6)] for n in range(200))))
    before = peak()
    write(out, Sheet("a", "a", columns, ([f"行{n}-{k}" for k in range(6)] for n in range(int(sys.argv[2])))))
    assert sum(1 for _ in reader.Sheet(out).rows()) > int(sys.argv[2])
    print(peak() - before)
"""


def test_memory_does_not_grow_with_the_rows(tmp_path) -> None:  # type: ignore[no-untyped-def]
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "x.xlsx"), "4000"], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 12_000, "kB more for 4,000 rows than for 200"
