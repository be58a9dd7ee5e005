"""The farmer's two minutes: from the log-in to the printed labels of the next batch, on a phone, counted."""

from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2 as pdfium
import zxingcpp
from playwright.sync_api import Page

from .conftest import Opener, Served, shoot, sign_in
from .test_pages import told

MOST_PAGES, MOST_FIELDS = 3, 8
CONTROLS = "main input:not([type=hidden]), main select, main textarea"


def fields(page: Page) -> int:
    """The fields that this page shows, those included that need not be touched."""
    return sum(control.is_visible() for control in page.locator(CONTROLS).all())


def test_from_log_in_to_labels_in_three_pages_and_eight_fields(demo: Served, window: Opener, tmp_path: Path) -> None:
    password = next(row["password"] for row in told(demo)["accounts"] if row["login"] == "grower")
    page = window(390).new_page()
    pages: list[str] = []
    page.on("domcontentloaded", lambda: pages.append(urlsplit(page.url).path))
    page.goto(f"{demo.url}login")
    seen = fields(page)
    sign_in(page, demo.url, "grower", password)
    seen += fields(page)
    shoot(page, "two-minutes-form")
    field = page.locator("option", has_text="演示坡").first.get_attribute("value")  # the other one waits for an officer
    page.get_by_label("今天采的是").select_option(field)
    page.get_by_label("总量").fill("60")
    page.get_by_label("承诺达标合格证").check()
    page.get_by_role("button", name="登记，打标签").click()
    assert page.get_by_role("alert").all_inner_texts() == []
    link = page.get_by_role("link", name="下载 PDF")
    link.wait_for(timeout=60_000)
    shoot(page, "two-minutes-labels")
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "labels.pdf")
    assert len(dict.fromkeys(pages)) <= MOST_PAGES, pages
    assert seen <= MOST_FIELDS
    with pdfium.PdfDocument(tmp_path / "labels.pdf") as document:
        found = zxingcpp.read_barcodes(document[0].render(scale=203 / 72).to_pil())
    assert found and all(code.text.startswith(demo.url) for code in found)
