"""A consumer's insurance claim in a real browser without script, from the page of a scanned pack with a photograph to the
status page after the insurer's answer; and what the bureau's count of the pilot makes of it."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import Opener, Served, refuse_axe_violations, shoot, sign_in
from .test_complaint import status
from .test_pages import told, unit_address

pytestmark = pytest.mark.soak  # tests/web/pages/test_claims.py asks the same without a browser


def test_from_a_scanned_pack_to_the_insurers_own_words(demo: Served, window: Opener, tmp_path: Path) -> None:
    photo = tmp_path / "压伤的果子.png"
    Image.new("RGB", (640, 480), "saddlebrown").save(photo)
    passwords = {account["login"]: account["password"] for account in told(demo)["accounts"]}
    phone = window(390, java_script_enabled=False).new_page()
    phone.goto(unit_address(demo, 0))
    phone.locator("summary").filter(has_text="有问题").click()
    phone.get_by_role("link", name="向保险机构报案").click()
    phone.get_by_label("哪一天发现的").fill(phone.get_by_label("哪一天发现的").get_attribute("max") or "")
    phone.get_by_label("经过和损失").fill("打开箱子，两个果子压烂了。")
    phone.get_by_label("照片").set_input_files(photo)
    phone.get_by_label("电话").fill("13900007777")
    phone.get_by_role("button", name="提交报案").click()
    assert "请勾选“同意”" in phone.get_by_role("main").inner_text()
    assert phone.get_by_label("经过和损失").input_value() == "打开箱子，两个果子压烂了。"
    phone.get_by_label("照片").set_input_files(photo)
    phone.get_by_label("我同意").check()
    phone.get_by_role("button", name="提交报案").click()
    phone.wait_for_url("**/claimed/*")
    number = phone.locator(".big-number").inner_text()
    shoot(phone, "claim-number")
    looker = window(390).new_page()  # with script, which axe needs
    looker.goto(phone.url)
    refuse_axe_violations(looker)
    assert "等保险机构接收" in status(phone, demo.url, number, "7777")

    desk = window(1280).new_page()
    sign_in(desk, demo.url, "insurer", passwords["insurer"])
    desk.get_by_role("link", name="报案", exact=True).click()
    desk.get_by_role("link", name=number).click()
    said = desk.get_by_role("main").inner_text()
    assert "打开箱子，两个果子压烂了。" in said and "13900007777" not in said
    expect(desk.locator(".papers img")).to_have_js_property("naturalWidth", 480)
    desk.get_by_role("button", name="打开（会留下记录）").click()
    assert "13900007777" in desk.get_by_role("main").inner_text()
    desk.get_by_role("button", name="接收，由我办理").click()
    desk.get_by_label("保险机构的答复").fill("演示：已查勘，按合同第五条办理。")
    desk.get_by_role("button", name="答复并办结").click()
    shoot(desk, "claim-answered")

    answered = status(phone, demo.url, number, "7777")
    assert "保险机构已答复" in answered and "演示：已查勘，按合同第五条办理。" in answered
    shoot(phone, "claim-status")
    officer = window(1280).new_page()
    sign_in(officer, demo.url, "officer", passwords["officer"])
    officer.goto(f"{demo.url}bureau/pilot")
    assert "3\n报案，已答复 2 件" in officer.locator(".tiles").inner_text()
