"""The whole story, as the people in it live it: register, approve, issue, print, scan, freeze, scan again, release,
recall. One real server, one real browser, a PDF that two independent readers decode."""

from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from world import USCC

from .conftest import Opener, Served, refuse_axe_violations, shoot, sign_in

PASSWORD = "a pear in a tree"


def test_from_register_to_recall_by_role(fresh: Served, window: Opener, tmp_path: Path) -> None:
    for login, county in (("county", "430225"), ("chen", "")):
        words = ["account", "add", login, "--name", login.title(), "--role", "officer", "--password-stdin"]
        fresh.yipin(*words, *(["--county", county] if county else []), typed=PASSWORD + "\n")
    ama, county, chen = window(390).new_page(), window(1280).new_page(), window(1280).new_page()

    ama_registers(ama, fresh)
    sign_in(county, fresh.url, "county", PASSWORD)
    the_officer_approves_the_producer(county)
    ama_enters_a_plot_and_a_product(ama, fresh, tmp_path)
    the_officer_approves_the_product(county, "县级通过")
    sign_in(chen, fresh.url, "chen", PASSWORD)
    the_officer_approves_the_product(chen, "市级通过，编身份证号")

    code = ama_declares_issues_and_prints(ama, fresh, tmp_path)
    phone = window(390, java_script_enabled=False).new_page()
    the_scan_says(phone, code, "未上市", "scan-not-released")
    ama.get_by_role("button", name="标签已贴好，确认上市").click()
    expect(ama.locator(".flash")).to_contain_text("已确认上市")
    shoot(ama, "story-released")
    the_scan_says(phone, code, "正品", "scan-genuine")

    chen.goto(f"{fresh.url}bureau/batches")
    chen.get_by_role("link", name=phone.locator("strong.code").inner_text()).click()
    batch_page = chen.url
    the_officer_stops_all(chen, "冻结", "抽检样品送检中")
    the_scan_says(phone, code, "已冻结", "scan-on-hold")
    chen.goto(batch_page)
    chen.get_by_label("解除冻结的理由").fill("检测合格")
    chen.get_by_role("button", name="解除冻结", exact=True).click()
    expect(chen.locator(".flash")).to_be_visible()
    the_scan_says(phone, code, "正品", None)
    the_officer_stops_all(chen, "召回", "抽检不合格")
    the_scan_says(phone, code, "已召回", "scan-recalled")
    expect(phone.locator("main")).to_contain_text("抽检不合格")
    shoot(chen, "story-officer-batch")


def ama_registers(page: Page, fresh: Served) -> None:
    page.goto(f"{fresh.url}join")
    page.get_by_label("登录名").fill("ama")
    page.get_by_label("您的姓名").fill("Ama")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="开通").click()
    page.get_by_label("类型").select_option(label="农民专业合作社")
    page.get_by_label("名称").fill("霞阳黄桃合作社")
    page.get_by_label("统一社会信用代码").fill(USCC["ama"][:-1] + "8")
    page.get_by_label("县市区", exact=True).select_option(label="炎陵县")
    page.get_by_label("乡镇（街道）").fill("霞阳镇")
    page.get_by_label("联系人").fill("Ama")
    page.get_by_label("电话").fill("13800000000")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("名称")).to_have_value("霞阳黄桃合作社")  # nothing typed is lost
    shoot(page, "story-wrong-check-character")
    page.get_by_label("统一社会信用代码").fill(USCC["ama"])
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main")).to_contain_text("正在等县市区农业农村局审核")
    shoot(page, "story-submitted")


def the_officer_approves_the_producer(page: Page) -> None:
    page.get_by_role("link", name="待审主体").click()
    page.get_by_role("link", name="霞阳黄桃合作社").click()
    shoot(page, "story-review-producer")
    refuse_axe_violations(page)
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.locator(".flash")).to_contain_text("已通过")


def ama_enters_a_plot_and_a_product(page: Page, fresh: Served, folder: Path) -> None:
    page.goto(f"{fresh.url}producer/")
    page.get_by_role("link", name="登记地块").click()
    for label, text in (("名称", "屋后坡"), ("乡镇、村", "霞阳镇山垄村"), ("面积（亩）", "20")):
        page.locator("form.card-form").get_by_label(label).fill(text)
    page.get_by_role("button", name="登记", exact=True).click()
    page.goto(f"{fresh.url}producer/")
    page.get_by_role("link", name="登记产品").click()
    page.get_by_label("产品名称").fill("炎陵黄桃")
    page.get_by_label("类别").select_option("other")
    page.get_by_label("品牌", exact=True).select_option(label="炎陵黄桃")
    page.get_by_label("产品照片").set_input_files(a_picture_of_a_peach(folder))
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".flash")).to_contain_text("已提交")
    shoot(page, "story-product-submitted")


def a_picture_of_a_peach(folder: Path) -> Path:
    picture = Image.new("RGB", (1600, 1200), "#cfe3c0")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((480, 300, 1120, 940), fill="#f4a259", outline="#d97b29", width=12)
    draw.ellipse((900, 220, 1200, 330), fill="#4d8b3a")
    path = folder / "peach.jpg"
    picture.save(path, quality=90)
    return path


def the_officer_approves_the_product(page: Page, button: str) -> None:
    page.get_by_role("link", name="首页").click()
    page.get_by_role("link", name="待审产品").click()
    page.get_by_role("link", name="炎陵黄桃").first.click()
    page.get_by_role("button", name=button).click()
    expect(page.locator(".flash")).to_contain_text("通过“炎陵黄桃”")


def ama_declares_issues_and_prints(page: Page, fresh: Served, folder: Path) -> str:
    """To the finished PDF; returns the address that both readers find on its first label."""
    page.goto(f"{fresh.url}producer/")
    page.get_by_role("link", name="新批次，打标签").click()
    page.get_by_label("总量").fill("60")
    page.get_by_label("每件的量").fill("2.5")
    shoot(page, "story-new-batch")
    page.get_by_role("button", name="登记批次").click()
    page.get_by_role("button", name="赋码", exact=True).click()
    shoot(page, "story-print-form")
    page.get_by_role("button", name="生成标签").click()
    link = page.get_by_role("link", name="下载 PDF")
    link.wait_for(timeout=60_000)
    shoot(page, "story-ready-to-print")
    with page.expect_download() as download:
        link.click()
    pdf = folder / "labels.pdf"
    download.value.save_as(pdf)
    return read_twice(pdf)


def read_twice(pdf: Path) -> str:
    """The first label's address, read by zxing-cpp and by OpenCV."""
    with pdfium.PdfDocument(pdf) as document:
        whole = document[0].render(scale=203 / 72).to_pil().convert("L")
    found = zxingcpp.read_barcodes(whole, formats=zxingcpp.BarcodeFormat.QRCode)  # bars may be seen in anything
    assert len(found) == 24
    first = min(found, key=lambda code: (round(code.position.top_left.y / 40), code.position.top_left.x))
    left, top = first.position.top_left.x - 24, first.position.top_left.y - 24  # with its quiet zone
    right, bottom = first.position.bottom_right.x + 24, first.position.bottom_right.y + 24
    symbol = np.asarray(whole.crop((left, top, right, bottom)))
    text, _points, _straight = cv2.QRCodeDetectorAruco().detectAndDecode(symbol)
    assert text == first.text
    return str(first.text)


def the_scan_says(phone: Page, code: str, verdict: str, name: str | None) -> None:
    phone.goto(code)
    expect(phone.get_by_role("heading", level=1)).to_contain_text(verdict)
    if name:
        shoot(phone, name)


def the_officer_stops_all(page: Page, act: str, reason: str) -> None:
    """From the batch's page: what its goods went into is seen first, then decided, then confirmed."""
    page.get_by_role("button", name="冻结或召回：先看涉及范围").click()
    page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name=f"{act}全部…").click()
    page.get_by_role("button", name=f"确认{act} 1 批").click()
    expect(page.locator(".flash")).to_be_visible()
