"""A label is scanned on the home page, in a real browser: by its camera, before which a real label of the demonstration is held, and
where the browser reads no codes by itself, by a photograph."""

import base64
import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from .conftest import Opener, Served, refuse_axe_violations, shoot

# Chromium on Linux has no reader of codes of its own. This stands for the one that telephones bring: it is handed what the page shows.
READER = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code", "ean_13"]; }
  async detect(video) {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    return window.codesIn(canvas.toDataURL("image/jpeg"));
  }
};
"""
FORMATS = {zxingcpp.BarcodeFormat.QRCodeModel2: "qr_code", zxingcpp.BarcodeFormat.EAN13: "ean_13"}


def codes_in(data_url: str) -> list[dict[str, str]]:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(data_url.partition(",")[2]))))
    return [{"format": FORMATS.get(each.format, "qr_code"), "rawValue": each.text} for each in found]


def test_the_camera_of_the_home_page_leads_from_a_label_to_its_pack(demo: Served, phone: Browser) -> None:
    page = phone.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.expose_function("codesIn", codes_in)
    page.add_init_script(READER)
    page.goto(demo.url)
    page.get_by_role("link", name="扫一扫").click()
    _arrived(page)


def test_a_camera_that_is_not_allowed_leaves_a_way_on_and_closes(demo: Served, window: Opener) -> None:
    page = window(390).new_page()
    page.add_init_script(READER)
    page.goto(demo.url)
    page.get_by_role("link", name="扫一扫").click()
    expect(page.get_by_text("相机打不开")).to_be_visible()
    refuse_axe_violations(page)
    shoot(page, "scan-blocked")
    page.get_by_role("button", name="关上相机").click()
    expect(page.get_by_role("link", name="扫一扫")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_where_the_browser_reads_no_codes_a_photograph_is_enough(
    demo: Served, window: Opener, label: Path, scripts: bool
) -> None:
    page = window(390, java_script_enabled=scripts).new_page()
    page.goto(demo.url)
    page.get_by_role("link", name="扫一扫").click()
    page.get_by_label("标签的照片").set_input_files(label)
    if not scripts:  # with them it is sent by itself
        page.get_by_role("button", name="识别").click()
    _arrived(page)


def _arrived(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("正品")
    expect(page.get_by_role("main")).to_contain_text("炎陵黄桃")
