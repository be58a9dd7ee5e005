"""Tables that people really brought: what the reader makes of each today, and that no cell is lost."""

from pathlib import Path

import pytest

from world.shared import shared
from yipin.sheets.reader import Row, Sheet

HEAD = ["行类型（不用填）", "产品*", "地块*", "采收日期*", "总量*", "单位*", "每件的量*"]
TABLES = {  # file: the texts of the rows under the head and its hints, by the number of the row
    "01_example_row_overwritten.xlsx": {
        5: "示例 炎陵黄桃 演示坡 2026-11-21 11 kg 1",
        6: "炎陵黄桃 演示坡 2026-11-22 12 kg 1",
    },
    "01b_example_row_filled_down.xlsx": {
        5: "示例 炎陵黄桃 演示坡 2026-07-18 1200 kg 2.5",
        6: "示例 炎陵黄桃 演示坡 2026-11-21 11 kg 1",
        7: "示例 炎陵黄桃 演示坡 2026-11-22 12 kg 1",
        8: "示例 炎陵黄桃 演示坡 2026-11-23 13 kg 1",
        9: "炎陵黄桃 演示坡 2026-11-24 14 kg 1",
    },
    "02_week1.xlsx": {
        5: "示例 炎陵黄桃 演示坡 2026-07-18 1200 kg 2.5",
        6: "炎陵黄桃 演示坡 2026-11-13 101 kg 1",
        7: "炎陵黄桃 演示坡 2026-11-14 102 kg 1",
    },
    "02_week2_same_rows_plus_one.xlsx": {
        5: "示例 炎陵黄桃 演示坡 2026-07-18 1200 kg 2.5",
        6: "炎陵黄桃 演示坡 2026-11-13 101 kg 1",
        7: "炎陵黄桃 演示坡 2026-11-14 102 kg 1",
        8: "炎陵黄桃 演示坡 2026-11-15 103 kg 1",
    },
    "03_second_sheet_ignored.xlsx": {
        5: "示例 炎陵黄桃 演示坡 2026-07-18 1200 kg 2.5",
        6: "炎陵黄桃 演示坡 2026-11-01 1 kg 1",
    },
    "05_serial_date_in_text_column.xlsx": {
        5: "示例 炎陵黄桃 演示坡 2026-07-18 1200 kg 2.5",
        6: "炎陵黄桃 演示坡 46346 1 kg 1",
    },
    "06_units_and_125g.xlsx": {
        5: "示例 炎陵黄桃 演示坡 2026-07-18 1200 kg 2.5",
        6: "炎陵黄桃 演示坡 2026-11-20 1 公斤 0.5",
        7: "炎陵黄桃 演示坡 2026-11-20 1 ｋｇ 0.5",
        8: "炎陵黄桃 演示坡 2026-11-20 1 KG 0.5",
        9: "炎陵黄桃 演示坡 2026-11-20 10 kg 0.125",
    },
}


def read(path: Path) -> list[Row]:
    with path.open("rb") as file:
        sheet = Sheet(file)
        rows = list(sheet.rows())
    assert not sheet.beside.merged and not any(row.faults for row in rows)
    return rows


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_a_filled_template_is_read_where_it_stands(name: str) -> None:
    rows = {row.number: row for row in read(shared("cases", "records", name))}
    assert list(rows[3].texts.values()) == HEAD
    filled = {number: " ".join(row.texts.values()) for number, row in rows.items() if number > 4}
    assert filled == TABLES[name]


def test_the_first_sheet_is_the_one_that_is_read() -> None:
    with shared("cases", "records", "03_second_sheet_ignored.xlsx").open("rb") as file:
        assert Sheet(file).name == "导入批次"


def test_an_export_of_ours_is_read_again_and_its_season_is_a_year() -> None:
    head, *rows = read(shared("cases", "records", "10_export_season_2026_shown_as_2_026.xlsx"))[2:]
    season = next(column for column, title in head.texts.items() if title == "生产季")
    assert [row.text(season) for row in rows] == ["2026"] * 4 + ["2025"] * 3


def test_every_table_that_was_brought_is_read_by_a_test() -> None:
    brought = {path.name for path in shared("cases", "records").glob("*.xlsx")}
    assert brought == {*TABLES, "10_export_season_2026_shown_as_2_026.xlsx"}
