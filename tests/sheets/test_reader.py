"""Workbooks that people upload: those of Excel as they come, and those made to do harm."""

import io
import resource
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from world.pace import Took, in_time, worked
from yipin.errors import Invalid
from yipin.sheets import archive
from yipin.sheets.reader import Row, Sheet, address

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def book(rows: list, change=None) -> io.BytesIO:  # type: ignore[no-untyped-def,type-arg]
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    if change:
        change(made)
    made.save(out)
    return out


def raw(sheet: str, *, strings: str = "", workbook: str = "", compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """A workbook of handwritten XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        made.writestr(
            "xl/workbook.xml",
            workbook
            or f'<workbook {SPACE} xmlns:r="{RELATED}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        made.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings:
            made.writestr("xl/sharedStrings.xml", strings)
    return out


def rows_of(source: io.BytesIO) -> list[Row]:
    return list(Sheet(source).rows())


def only(source: io.BytesIO) -> Row:
    (row,) = rows_of(source)
    return row


def message(source: io.BytesIO) -> str:
    with pytest.raises(Invalid) as caught:
        rows_of(source)
    assert caught.value.field == "file"
    return str(caught.value)


def test_cells_are_read_as_a_person_would_have_typed_them() -> None:
    days = [date(2026, 7, 18), datetime(2026, 7, 18, 9, 30)]
    row = only(book([["  炎陵黄桃　", 1250, 2.5, 0.1 + 0.2, *days, True, "０１２", None, "000123"]]))
    assert row.texts == {
        1: "炎陵黄桃",
        2: "1250",
        3: "2.5",
        4: "0.3",
        5: "2026-07-18",
        6: "2026-07-18",
        7: "TRUE",
        8: "０１２",
        10: "000123",
    }
    assert not row.faults


def test_a_number_too_long_for_excel_has_lost_its_end_and_is_a_fault() -> None:
    row = only(book([["x", 430225199001010012]]))
    assert "设为“文本”" in str(row.faults[2])


def test_the_value_of_a_formula_is_what_excel_last_showed_and_without_one_it_is_a_fault() -> None:
    sheet = (
        f'<worksheet {SPACE}><sheetData><row r="3"><c r="B3" t="str"><f>A1&amp;"桃"</f><v>黄桃</v></c>'
        '<c r="C3"><f>1+1</f></c><c r="D3" t="e"><f>A9</f><v>#REF!</v></c></row></sheetData></worksheet>'
    )
    row = only(raw(sheet))
    assert (row.number, row.texts) == (3, {2: "黄桃"})
    assert "选择性粘贴" in str(row.faults[3]) and "#REF!" in str(row.faults[4])


def test_empty_rows_are_passed_over_and_the_rest_keep_their_numbers() -> None:
    found = rows_of(book([["一"], [None], ["   "], ["四"]]))
    assert [(row.number, row.text(1)) for row in found] == [(1, "一"), (4, "四")]


def test_a_dimension_that_lies_and_a_far_away_cell_change_nothing() -> None:
    sheet = (
        f'<worksheet {SPACE}><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData></worksheet>'
    )
    assert only(raw(sheet)).texts == {1: "1"}


@pytest.mark.usefixtures("untraced")
def test_a_text_in_the_last_corner_of_the_sheet_costs_neither_time_nor_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def read() -> None:
        found = rows_of(book([["一"]], lambda made: made.active.__setitem__("XFD1048576", "误填")))
        assert [(row.number, row.texts) for row in found] == [(1, {1: "一"})]

    in_time(lambda _: [Took("the sheet", worked(read), 1)])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_rows_and_cells_without_an_address_stand_one_after_another() -> None:
    first, second = "<row><c><v>1</v></c><c><v>2</v></c></row>", "<row><c/><c><v>3</v></c></row>"
    sheet = f"<worksheet {SPACE}><sheetData>{first}{second}</sheetData></worksheet>"
    assert [(row.number, row.texts) for row in rows_of(raw(sheet))] == [(1, {1: "1", 2: "2"}), (2, {2: "3"})]


def test_merged_cells_are_told() -> None:
    sheet = Sheet(book([["一", "二"]], lambda made: made.active.merge_cells("A5:A9")))
    list(sheet.rows())
    assert sheet.beside.merged == ["A5:A9"]


def test_a_hidden_first_sheet_is_passed_over() -> None:
    def hide(made: openpyxl.Workbook) -> None:
        made.create_sheet("数据").append(["要的"])
        made.worksheets[0].sheet_state = "hidden"

    source = book([["不要"]], hide)
    assert Sheet(source).name == "数据" and only(source).texts == {1: "要的"}


def test_rich_text_and_readings_and_escapes_are_read_as_shown() -> None:
    strings = (
        f"<sst {SPACE}><si><r><t>炎</t></r><r><t>陵</t></r><rPh sb='0' eb='1'><t>yan</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_x0041_</t></si></sst>"
    )
    sheet = (
        f"<worksheet {SPACE}><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c>"
        "<c t='inlineStr'><is><t>内</t><rPh sb='0' eb='1'><t>nei</t></rPh></is></c></row></sheetData></worksheet>"
    )
    assert only(raw(sheet, strings=strings)).texts == {1: "炎陵", 2: "a\nb_x0041_", 3: "内"}


def test_prefixed_names_and_years_from_1904_are_understood() -> None:
    workbook = (
        f'<x:workbook xmlns:x="m" xmlns:r="{RELATED}"><x:workbookPr date1904="1"/><x:sheets>'
        '<x:sheet name="a" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>'
    )
    sheet = '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert only(raw(sheet, workbook=workbook)).texts == {1: "7"}


def test_addresses_are_those_excel_shows() -> None:
    assert (address(3, 5), address(27, 1)) == ("C5", "AA1")


# What is no XLSX is named.


def zipped(**parts: str) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), text)
    return out


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "旧版 .xls"),
        (io.BytesIO("名称,类型\n".encode("gbk")), ".csv"),
        (io.BytesIO("名称,类型\n".encode()), ".csv"),
        (io.BytesIO(b""), "空的"),
        (io.BytesIO(b"%PDF-1.7"), "不是 Excel"),
        (io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0"), "不是 Excel"),
        (io.BytesIO(b"PK\x03\x04 cut off"), "打不开"),
        (zipped(mimetype="x", content_xml="<a/>"), ".ods"),
        (zipped(xl__workbook_bin="x"), ".xlsb"),
        (zipped(xl__workbook_xml="<a/>", xl__vbaProject_bin="x"), "宏"),
        (zipped(word__document_xml="<a/>"), "不是 Excel"),
        (zipped(xl__workbook_xml="<a/>"), "没有可读的工作表"),
        (zipped(xl__workbook_xml="<a"), "坏了"),
    ],
)
def test_another_kind_of_file_is_named(source: io.BytesIO, named: str) -> None:
    assert named in message(source)


def test_a_file_cut_off_anywhere_is_refused_or_read_but_never_an_accident() -> None:
    whole = book([["炎陵黄桃", 1, date(2026, 7, 18)]] * 20).getvalue()
    for length in range(0, len(whole), 97):
        message(io.BytesIO(whole[:length]))
    for place in range(0, len(whole), 53):
        try:
            rows_of(io.BytesIO(whole[:place] + b"\xff\x00\x41" + whole[place + 3 :]))
        except Invalid as error:
            assert error.field == "file"


# What is made to do harm.

ENTITIES = (
    '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;"><!ENTITY n "&m;&m;&m;&m;&m;&m;&m;&m;">]>'
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prologue", [ENTITIES, OUTSIDE, "<!DOCTYPE a SYSTEM 'http://evil.example/a.dtd'>"])
@pytest.mark.parametrize("part", ["sheet", "strings", "workbook"])
def test_a_document_type_is_refused_wherever_it_stands(prologue: str, part: str) -> None:
    parts = {"sheet": f"<worksheet {SPACE}/>", "strings": "<sst/>"} | {part: f"{prologue}<a>&f;</a>"}
    assert "DTD" in message(raw(parts.pop("sheet"), **parts))


def bomb(kind: str) -> io.BytesIO:
    """Files of at most 8 MB, the most that is taken, that would unpack, or grow, to far more."""
    stored = zipfile.ZIP_STORED
    return {
        "ratio": lambda: raw("<worksheet>" + " " * (60 << 20)),
        "cells in one row": lambda: raw("<worksheet><sheetData><row>" + "<c/>" * 1_900_000, compression=stored),
        "cells": lambda: raw("<worksheet><sheetData>" + f"<row>{'<c/>' * 200}</row>" * 9_000, compression=stored),
        "rows": lambda: raw("<worksheet><sheetData>" + "<row/>" * 1_300_000, compression=stored),
        "one tag": lambda: raw('<worksheet a="' + "x" * (8 << 20), compression=stored),
        "strings": lambda: raw("<worksheet/>", strings="<sst>" + "<si/>" * 1_500_000, compression=stored),
        "depth": lambda: raw("<worksheet>" + "<a>" * 2_600_000, compression=stored),
    }[kind]()


@pytest.mark.parametrize("kind", ["ratio", "cells in one row", "cells", "rows", "one tag", "strings", "depth"])
@pytest.mark.usefixtures("untraced")
def test_a_bomb_is_refused_quickly_and_in_little_memory(kind: str) -> None:
    source, before = bomb(kind), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    in_time(lambda _: [Took("the refusal", worked(lambda: message(source)), 3)])  # alone on the machine under 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # kB


def claiming(*sizes: tuple[int, int]) -> io.BytesIO:
    """An archive whose sheets say that they are so large, unpacked and packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("xl/workbook.xml", "<a/>")
        for number, (unpacked, packed) in enumerate(sizes):
            made.writestr(f"xl/worksheets/sheet{number}.xml", "<a/>")
            made.filelist[-1].file_size, made.filelist[-1].compress_size = unpacked, packed
    return out


MB = 1 << 20


@pytest.mark.parametrize(
    "sizes", [[(2 * MB, 2 * MB // 151)], [(65 * MB, 7 * MB)], [(44 * MB, MB)] * 3], ids=["steep", "part", "all"]
)
def test_what_claims_to_unpack_to_too_much_is_not_opened(sizes: list[tuple[int, int]]) -> None:
    with pytest.raises(Invalid, match="不正常"):
        archive.opened(claiming(*sizes))


def test_what_claims_no_more_than_a_large_table_has_is_opened() -> None:
    assert archive.opened(claiming((2 * MB, 2 * MB // 149), (60 * MB, 7 * MB), (60 * MB, 7 * MB), (MB, 10)))


def test_an_archive_of_too_many_or_twice_named_entries_is_refused() -> None:
    many, twice = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(many, "w") as made:
        for number in range(archive.MOST_ENTRIES + 1):
            made.writestr(f"x{number}" if number else "xl/workbook.xml", "")
    with pytest.warns(UserWarning), zipfile.ZipFile(twice, "w") as made:
        made.writestr("xl/workbook.xml", "<a/>")
        made.writestr("xl/workbook.xml", "<b/>")
    for source in (many, twice):
        assert "不正常" in message(source)


def test_too_many_rows_are_refused_and_the_most_is_said() -> None:
    with pytest.raises(Invalid, match="最多 3 行"):
        list(Sheet(book([["x"]] * 5)).rows(most=3))


def test_a_number_with_a_monstrous_exponent_is_a_fault() -> None:
    for number in ("1e999999999", "1e-999999999", "NaN", "-1e400", "1" * 30_000, "0x10"):
        sheet = f"<worksheet {SPACE}><sheetData><row><c><v>{number}</v></c></row></sheetData></worksheet>"
        row = only(raw(sheet))
        assert row.faults or row.texts == {1: "1"}, number
