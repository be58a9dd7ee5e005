"""A consumer's complaint in a real browser without script, from the page of a forged code and of a genuine pack, to the
status page after an officer's outcome that holds the batch."""

import re

import pytest
from playwright.sync_api import Page

from .conftest import Opener, Served, refuse_axe_violations, shoot, sign_in
from .test_pages import told, unit_address

pytestmark = pytest.mark.soak  # tests/web/pages/test_complaints.py asks the same without a browser


def complain(page: Page, address: str, phone: str) -> str:
    """File a complaint from a scan page; returns its number."""
    page.goto(address)
    page.get_by_role("link", name=re.compile("举报")).last.click()  # in the foot, which names the code too
    page.get_by_label("假冒").check()
    page.get_by_label("发生了什么").fill("包装和以前买的不一样，")
    page.get_by_label("电话").fill(phone)
    page.get_by_role("button", name="提交").click()
    assert "请勾选“同意”" in page.get_by_role("main").inner_text()
    assert page.get_by_label("发生了什么").input_value() == "包装和以前买的不一样，"
    page.get_by_label("我同意").check()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/reported/*")
    return page.locator(".big-number").first.inner_text()


def status(page: Page, url: str, number: str, digits: str) -> str:
    page.goto(f"{url}case")
    page.get_by_label("案件编号").fill(number)
    page.get_by_label("4 位数字").fill(digits)
    page.get_by_role("button", name="查询").click()
    return page.get_by_role("main").inner_text()


def test_from_a_forged_and_a_genuine_code_to_an_answer_that_holds_the_batch(demo: Served, window: Opener) -> None:
    phone = window(390, java_script_enabled=False).new_page()
    genuine = unit_address(demo, 0)
    forged = complain(phone, f"{demo.url}{'1' * 191}", "13900001234")
    number = complain(phone, genuine, "13900005678")
    shoot(phone, "complaint-number")
    looker = window(390).new_page()  # with script, which axe needs
    looker.goto(phone.url)
    refuse_axe_violations(looker)
    assert number != forged and "已收到" in status(phone, demo.url, forged, "1234")
    assert "对不上" in status(phone, demo.url, number, "1234")

    desk = window(1280).new_page()
    passwords = {account["login"]: account["password"] for account in told(demo)["accounts"]}
    sign_in(desk, demo.url, "officer", passwords["officer"])
    desk.get_by_text("监管", exact=True).click()
    desk.get_by_role("link", name="投诉举报", exact=True).click()
    desk.get_by_role("link", name=number).click()
    desk.get_by_role("button", name="我来办").click()
    desk.get_by_label("结果").select_option("founded")
    desk.get_by_label("答复", exact=True).fill("演示：查实，已冻结。")
    desk.get_by_label("同时冻结这个批次").check()
    desk.get_by_label("冻结理由").fill("演示：投诉查实")
    desk.get_by_role("button", name="办结并答复").click()
    refuse_axe_violations(desk)
    shoot(desk, "complaint-decided")

    answered = status(phone, demo.url, number, "5678")
    assert "已办结" in answered and "演示：查实，已冻结。" in answered
    shoot(phone, "complaint-status")
    status(looker, demo.url, number, "5678")
    refuse_axe_violations(looker)
    phone.goto(genuine)
    assert "已冻结" in phone.get_by_role("heading", level=1).inner_text()
    assert "演示：投诉查实" in phone.get_by_role("main").inner_text()
