"""Of whatever is brought, every row is named or counted: what enters, what is there already, what is not read, and why."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet

from world import World, signed_in
from world.shared import shared
from world.tables import filled, token_on, upload
from yipin.imports.outcome import Outcome, found
from yipin.models import Batch, ImportState, TableImport

POSTGRESQL_IN_SOAK = True  # the rules are those of the sheet
BATCHES = "/producer/import/batches"
DAYS = [["炎陵黄桃", "屋后坡", f"2026-07-1{day}", f"{100 + day}", "kg", "1"] for day in range(9)]
Change = Callable[[Worksheet], object]


@pytest.fixture
def ama(app: Flask) -> FlaskClient:
    return signed_in(app, "ama")


def last(world: World) -> TableImport:
    with world.db.read.begin() as session:
        return session.scalars(sa.select(TableImport).order_by(TableImport.id.desc())).first()  # type: ignore[return-value]


def outcome(world: World) -> Outcome:
    return found(last(world).found)


def batches(world: World) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Batch)) or 0


def brought(ama: FlaskClient, *rows: list[str], change: Change | None = None) -> str:
    return str(upload(ama, BATCHES, filled(ama, BATCHES, *rows, change=change)).text)


def filled_rows(file: io.BytesIO | Path) -> int:
    sheet = openpyxl.load_workbook(file).worksheets[0]
    return sum(any(value not in (None, "") for value in row) for row in sheet.iter_rows(values_only=True))


def typed_over(sheet: Worksheet) -> None:
    sheet["E5"] = "11"


def filled_down(sheet: Worksheet) -> None:
    for row in (6, 7):
        sheet.cell(row, 1, "示例")


def note_beside(sheet: Worksheet) -> None:
    sheet["K9"] = "仓库在东边"


CHANGES: dict[str, Change] = {
    "as given out": lambda sheet: None,
    "the example typed over": typed_over,
    "the example filled down": filled_down,
    "a note beside": note_beside,
    "a wrong day": lambda sheet: sheet.cell(6, 4, "昨天"),
    "the example gone": lambda sheet: sheet.delete_rows(5),
    "hidden rows": lambda sheet: setattr(sheet.row_dimensions[6], "hidden", True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_counts_add_up_to_the_rows_of_the_file(world: World, ama: FlaskClient, what: str) -> None:
    file = filled(ama, BATCHES, DAYS[0], DAYS[1], DAYS[0], change=CHANGES[what])
    rows = filled_rows(io.BytesIO(file.getvalue()))
    upload(ama, BATCHES, file)
    told = outcome(world)
    assert told.total == rows == told.head + len(told.left) + told.wrong + len(told.known) + told.new


@pytest.mark.parametrize("name", ["01", "01b", "02_week1", "02_week2", "03", "05", "06"])
def test_they_add_up_for_what_people_brought(world: World, ama: FlaskClient, name: str) -> None:
    (path,) = (each for each in shared("cases/records").iterdir() if each.name.startswith((f"{name}_", f"{name}.")))
    upload(ama, BATCHES, io.BytesIO(path.read_bytes()))
    assert outcome(world).total == filled_rows(path)


def test_an_example_row_that_was_typed_over_is_an_error_with_its_number(world: World, ama: FlaskClient) -> None:
    page = brought(ama, DAYS[1], change=typed_over)
    assert "<b>A5</b>" in page and "标着“示例”" in page and 'name="token"' not in page
    brought(ama, *DAYS[:3], change=filled_down)
    assert [fault.row for fault in outcome(world).faults] == [6, 7] and outcome(world).new == 1


def test_the_template_s_own_rows_are_named_and_not_read(world: World, ama: FlaskClient) -> None:
    brought(ama, DAYS[0])
    assert [fault.row for fault in outcome(world).left] == [4, 5]
    brought(ama, DAYS[0], change=lambda sheet: sheet.delete_cols(1))  # without the column of the marks
    assert [fault.row for fault in outcome(world).left] == [4, 5] and outcome(world).new == 1


def with_second_sheet(sheet: Worksheet) -> None:
    other = sheet.parent.copy_worksheet(sheet)
    other.title = "11月下旬"


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[7].hidden = sheet.column_dimensions["E"].hidden = True


def too_far_right(sheet: Worksheet) -> None:
    sheet.cell(6, 80, "还有")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_second_sheet, "“11月下旬”里有 7 行有内容，没有读"),
        (hide, "第 7 行在 Excel 里是隐藏的"),
        (hide, "E 列在 Excel 里是隐藏的"),
        (lambda sheet: [sheet.cell(3, 9, "面积"), sheet.cell(6, 9, "8")], "I 列“面积”不是模板里的列"),
        (lambda sheet: [sheet.cell(3, 9, "总量"), sheet.cell(6, 9, "8")], "I 列“总量”不是模板里的列，或者重复了"),
        (note_beside, "K 列没有表头，没有读"),
        (too_far_right, "太靠右的 1 格"),
    ],
)
def test_what_stands_beside_the_rows_is_named(ama: FlaskClient, change: Change, said: str) -> None:
    page = brought(ama, *DAYS[:2], change=change)
    assert said in page and 'name="token"' in page


def test_rows_above_the_header_are_refused_and_a_first_sheet_without_rows_names_the_other(ama: FlaskClient) -> None:
    def above(sheet: Worksheet) -> None:
        for column, text in enumerate(DAYS[3], 2):
            sheet.cell(2, column, text)

    assert "第 2 行在表头上面" in brought(ama, DAYS[0], change=above)
    assert "“11月下旬”没有读" in brought(ama, change=with_second_sheet)


def test_only_the_new_rows_enter_by_one_click(world: World, ama: FlaskClient) -> None:
    ama.post(BATCHES, data={"token": token_on(brought(ama, *DAYS[:2]))})
    page = brought(ama, *DAYS[:3])
    told = outcome(world)
    assert [each.fault.row for each in told.known] == [6, 7] and told.new == 1 and "和已登记的批次" in page
    answer = ama.post(BATCHES, data={"token": token_on(page), "take": "new"}, follow_redirects=True)
    assert "已导入 1 行" in answer.text and "另有 2 行是已有的" in answer.text and batches(world) == 3


def test_twins_are_named_and_without_a_choice_nothing_enters(world: World, ama: FlaskClient) -> None:
    page = brought(ama, DAYS[0], DAYS[1], DAYS[0])
    assert "和第 6 行完全一样" in page and "只导入新的（2 行）" in page and "共 3 行" in page
    assert ama.post(BATCHES, data={"token": token_on(page)}).status_code == 422 and batches(world) == 0


@pytest.mark.parametrize(("take", "made"), [("new", 2), ("alike", 3)])
def test_the_person_chooses_whether_twins_are_meant(world: World, ama: FlaskClient, take: str, made: int) -> None:
    token = token_on(brought(ama, DAYS[0], DAYS[1], DAYS[0]))
    assert ama.post(BATCHES, data={"token": token, "take": take}).status_code == 302
    assert batches(world) == made and last(world).state is ImportState.DONE


def test_a_file_without_anything_new_says_so(world: World, ama: FlaskClient) -> None:
    file = filled(ama, BATCHES, DAYS[0]).getvalue()
    ama.post(BATCHES, data={"token": token_on(upload(ama, BATCHES, io.BytesIO(file)).text)})
    page = upload(ama, BATCHES, io.BytesIO(file))
    assert page.status_code == 422 and "没有新的行可以导入" in page.text and batches(world) == 1
