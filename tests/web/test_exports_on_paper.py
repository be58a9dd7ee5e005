"""Every export as it is read and printed: numbers that name something are whole, texts wrap, the header is repeated, and the
sheet is an A4 page wide."""

import io
import re

import openpyxl
import pytest
from flask import Flask
from openpyxl.worksheet.worksheet import Worksheet

from world import World
from world.streets import Street, open_street
from yipin.models import Role
from yipin.policy import policy
from yipin.sheets.writer import Kind
from yipin.web.exportlists import EXPORTS
from yipin.web.rights import RULES

NAMING = re.compile(
    "编号|年份|生产季|起号|末号|密钥号|第几枚"
)  # a number in such a column names something and counts nothing
CODES = re.compile(r"[a-z]+(_[a-z]+)*")  # of the program's own: on_sale, county_approved
OWN_WORDS = {"登录名", "姓名", "名称", "产品", "单位", "详情", "谁", "保险机构", "店铺"}  # what people typed, and units


def sheet_of(street: Street, key: str) -> Worksheet:
    export = next(each for each in EXPORTS if each.key == key)
    roles = RULES[export.endpoint, "GET"].roles or set()
    browser = street.browsers["chen" if Role.OFFICER in roles else "administrator"]
    answer = browser.get(f"/bureau/exports/{key}.xlsx?state=")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert isinstance(sheet, Worksheet)
    return sheet


@pytest.fixture
def street(world: World, app: Flask) -> Street:
    return open_street(world, app)


def test_every_export_is_read_and_printed_well(street: Street) -> None:
    wrong = []
    for export in EXPORTS:
        sheet = sheet_of(street, export.key)
        heads, first = [cell.value for cell in sheet[3]], sheet[4]
        paper = (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight)
        if (*map(str, paper), sheet.print_title_rows) != ("9", "landscape", "0", "$3:$3"):
            wrong.append(f"{export.key}: {paper} {sheet.print_title_rows}")
        if not sheet.sheet_properties.pageSetUpPr.fitToPage or sheet.page_setup.fitToWidth not in (1, None):
            wrong.append(f"{export.key} is wider than a page")
        for head, cell in zip(heads, first, strict=True):
            wrong += [f"{export.key} {head}: {told}" for told in _told(str(head), cell)]
    assert not wrong, "\n".join(wrong)


def _told(head: str, cell: openpyxl.cell.Cell) -> list[str]:
    """What is wrong with a cell of a list."""
    found = []
    if isinstance(cell.value, int) and NAMING.search(head) and cell.number_format != "0":
        found.append(f"{cell.value} is shown as {cell.number_format}")
    if isinstance(cell.value, str) and not cell.alignment.wrap_text:
        found.append("does not wrap")
    if isinstance(cell.value, str) and head not in OWN_WORDS and CODES.fullmatch(cell.value):
        found.append(f"{cell.value} is a code and no word")
    return found


def test_a_column_whose_numbers_name_something_is_declared_so() -> None:
    for export in EXPORTS:
        for column in export.columns(policy.load("zhuzhou")):
            if NAMING.search(column.title):
                assert column.kind in (Kind.NUMBER, Kind.TEXT), (export.key, column.title)


def test_a_batch_is_listed_with_the_name_of_its_plot(street: Street) -> None:
    sheet = sheet_of(street, "batches")
    column = [cell.value for cell in sheet[3]].index("地块")
    assert sheet[4][column].value == "屋后坡"


def test_the_log_is_given_out_with_its_details(street: Street) -> None:
    sheet = sheet_of(street, "events")
    column = [cell.value for cell in sheet[3]].index("详情")
    assert any("name=炎陵黄桃" in str(row[column].value) for row in sheet.iter_rows(min_row=4))


def test_the_page_of_certificates_leads_to_their_export(street: Street) -> None:
    page = street.browsers["chen"].get("/bureau/certificates?scheme=green").text
    assert "/bureau/exports/certificates.xlsx?scheme=green" in page
