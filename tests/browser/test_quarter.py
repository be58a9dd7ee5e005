"""The officer's quarter in the browser: what growers declared is verified, the report is frozen, its files are opened by
other programs, and page, workbook and paper say the same."""

import json
import re
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page, expect

from .conftest import Opener, Served, refuse_axe_violations, shoot, sign_in

pytestmark = pytest.mark.soak  # tests/indicators asks the same without a browser

MEASURES = ("首次新增", "净增", "有效存量", "待核")
Figures = dict[tuple[str, str], int]  # of an indicator and a measure


def test_three_certificates_a_frozen_report_and_its_two_files(demo: Served, window: Opener, tmp_path: Path) -> None:
    told = json.loads((demo.data / "demo.json").read_text("utf-8"))
    password = next(one["password"] for one in told["accounts"] if one["login"] == "officer")
    page = window(1280).new_page()
    sign_in(page, demo.url, "officer", password)

    before = the_board(page, demo)
    assert before["待核"] > 0
    verified = [the_officer_verifies_the_next(page, demo, left) for left in (2, 1, 0)]
    after = the_board(page, demo)
    counted = sum("转换" not in scheme for scheme in verified)  # what is on the way to organic counts nowhere
    assert (after["待核"], after["有效存量"]) == (before["待核"] - counted, before["有效存量"] + counted)

    the_officer_freezes(page, demo)
    shown = on_the_page(page)
    main = next(iter(shown))[0]
    assert {name: shown[main, name] for name in MEASURES} == after
    assert in_the_workbook(downloaded(page, "下载 XLSX", tmp_path)) == shown
    assert on_paper(downloaded(page, "下载 PDF", tmp_path), page) == shown


def the_board(page: Page, demo: Served) -> dict[str, int]:
    """The main indicator's figures on the page of progress."""
    page.goto(f"{demo.url}bureau/progress")
    return dict(zip(MEASURES, map(number, page.locator(".tiles").first.locator("b").all_inner_texts()), strict=True))


def number(text: str) -> int:
    """The figure of a tile: “3 / 50”, “−2”, “+1”."""
    return int(text.split("/")[0].strip().replace("−", "-"))


def the_officer_verifies_the_next(page: Page, demo: Served, left: int) -> str:
    """Verify what waits longest; `left` wait after it. Returns the scheme's name."""
    page.goto(f"{demo.url}bureau/certificates/next")
    scheme = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="和证书一致，核实").click()
    expect(page.get_by_role("status")).to_contain_text("已核实")
    expect(page.get_by_role("button", name="和证书一致，核实")).to_have_count(1 if left else 0)
    return scheme


def the_officer_freezes(page: Page, demo: Served) -> None:
    page.goto(f"{demo.url}bureau/progress")
    page.get_by_role("link", name="季度报告").click()
    today = page.get_by_label("截至哪一天").get_attribute("placeholder")
    page.get_by_label("截至哪一天").fill(str(today))
    page.get_by_label("更正说明").fill("又核实了三张证书")  # the demonstration has frozen this quarter already
    page.get_by_role("button", name="定稿（不能再改）").click()
    expect(page.get_by_role("status")).to_contain_text("第 2 份")
    expect(page.locator("main")).to_contain_text("和上一份的差别")
    refuse_axe_violations(page)
    shoot(page, "quarter-report")


def on_the_page(page: Page) -> Figures:
    found: Figures = {}
    headings = [text.split(" · ")[0] for text in page.locator("h2:has(+ .tiles)").all_inner_texts()]
    for place, name in enumerate(headings):
        tiles = page.locator(".tiles").nth(place).locator("b").all_inner_texts()
        found |= {(name, measure): number(tile) for measure, tile in zip(MEASURES, tiles, strict=True)}
    assert len(found) == 4 * 4
    return found


def downloaded(page: Page, link: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def in_the_workbook(path: Path) -> Figures:
    sheet = openpyxl.load_workbook(path)["指标"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(n for n, row in enumerate(rows) if row[0] == "指标" and "待核" in row)
    places = {name: rows[start].index(name) for name in MEASURES}
    return {(str(row[0]), name): int(row[at]) for row in rows[start + 1 :] if row[0] for name, at in places.items()}


def on_paper(path: Path, page: Page) -> Figures:
    """The figures of the first indicator's band and of the others' lines; the paper's hash is the page's."""
    with pdfium.PdfDocument(path) as document:
        text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    assert page.locator(".hash").inner_text() in text.replace("\n", "").replace("\r", "")
    found: Figures = {}
    main, *others = dict.fromkeys(name for name, _ in on_the_page(page))
    for measure in MEASURES:
        said = re.search(rf"{measure}\s+([+−]?\d+)(?: / \d+)?\s", text[text.index(f"{main}　") :])
        assert said, (measure, text)
        found[main, measure] = number(said[1])
    for name in others:
        line = re.search(rf"{name}\s+\d{{4}}—\d{{4}}\s+\d+" + r"\s+([+−]?\d+)" * 4, text[text.index("其他指标") :])
        assert line, (name, text)
        found |= {(name, measure): number(value) for measure, value in zip(MEASURES, line.groups(), strict=True)}
    return found
