"""Ten kilograms of loofahs go from one producer to another and stay loofahs: what the receiver may choose, what is to be done
where it has no such product, and what the scan says at the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from world import USCC

from .conftest import Opener, Served, refuse_axe_violations, shoot, sign_in

pytestmark = pytest.mark.soak  # test_story.py goes the way of goods for every change

PASSWORD = "a pear in a tree"


def test_loofahs_are_received_as_loofahs(fresh: Served, window: Opener) -> None:
    for login, county in (("county", "430203"), ("chen", "")):
        words = ["account", "add", login, "--name", login.title(), "--role", "officer", "--password-stdin"]
        fresh.yipin(*words, *(["--county", county] if county else []), typed=PASSWORD + "\n")
    officers = [window(1280).new_page() for _ in range(2)]
    for page, login in zip(officers, ("county", "chen"), strict=True):
        sign_in(page, fresh.url, login, PASSWORD)
    ama, ben = (
        registered(window(390).new_page(), fresh, login, uscc)
        for login, uscc in (("ama", USCC["ama"]), ("ben", USCC["ben"]))
    )
    for name in ("ama合作社", "ben合作社"):
        approved(officers[0], fresh, "producers", name, "通过")
    product(ama, fresh, "白关镇丝瓜", "丝瓜")
    product(ben, fresh, "本地大豆", "大豆")
    for name in ("白关镇丝瓜", "本地大豆"):
        approved(officers[0], fresh, "products", name, "县级通过")
        approved(officers[1], fresh, "products", name, "市级通过，编身份证号", "county_approved")
    shipped(ama, fresh)

    ben.goto(f"{fresh.url}producer/incoming")
    ben.locator("main").get_by_role("link", name="收货").last.click()
    expect(ben.locator("main")).to_contain_text("这批货是“丝瓜”，您还没有审核通过的“丝瓜”产品")
    shoot(ben, "goods-nothing-to-receive-under")
    refuse_axe_violations(ben)
    ben.get_by_role("link", name="登记一个“丝瓜”产品").click()
    expect(ben.get_by_label("品类", exact=True)).to_have_value("丝瓜")
    ben.get_by_label("产品名称").fill("收来的丝瓜")
    ben.get_by_label("类别").select_option("other")
    refuse_axe_violations(ben)
    shoot(ben, "goods-product-form")
    ben.get_by_role("button", name="提交审核").click()
    approved(officers[0], fresh, "products", "收来的丝瓜", "县级通过")
    approved(officers[1], fresh, "products", "收来的丝瓜", "市级通过，编身份证号", "county_approved")

    ben.goto(f"{fresh.url}producer/incoming")
    ben.locator("main").get_by_role("link", name="收货").last.click()
    expect(ben.get_by_label("收下后作为哪个产品").locator("option")).to_have_text(["收来的丝瓜"])
    shoot(ben, "goods-receive")
    ben.get_by_role("button", name="确认收货").click()
    expect(ben.locator(".flash")).to_contain_text("已登记新批次：收来的丝瓜 10")
    phone = window(390, java_script_enabled=False).new_page()
    phone.goto(str(ben.get_by_role("link", name="消费者看到的页面").evaluate("link => link.href")))
    expect(phone.locator("article.card")).to_contain_text(re.compile("品类\\s*丝瓜"))
    expect(phone.locator("main")).not_to_contain_text("大豆")
    shoot(phone, "goods-scan")


def registered(page: Page, fresh: Served, login: str, uscc: str) -> Page:
    page.goto(f"{fresh.url}join")
    for label, text in (("登录名", login), ("您的姓名", login), ("密码", PASSWORD)):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="开通").click()
    page.get_by_label("类型").select_option(label="农民专业合作社")
    page.get_by_label("县市区", exact=True).select_option(label="芦淞区")
    for label, text in (
        ("名称", f"{login}合作社"),
        ("统一社会信用代码", uscc),
        ("乡镇（街道）", "白关镇"),
        ("联系人", login),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_label("电话").fill("13800000000")
    page.get_by_role("button", name="提交审核").click()
    return page


def approved(page: Page, fresh: Served, what: str, name: str, button: str, state: str = "submitted") -> None:
    page.goto(f"{fresh.url}bureau/{what}?state={state}")
    page.get_by_role("link", name=name).click()
    shoot(page, f"goods-review-{state}")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".flash")).to_be_visible()


def product(page: Page, fresh: Served, name: str, commodity: str) -> None:
    page.goto(f"{fresh.url}producer/products/new")
    page.get_by_label("产品名称").fill(name)
    page.get_by_label("品类", exact=True).fill(commodity)
    page.get_by_label("类别").select_option("other")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".flash")).to_contain_text("已提交")


def shipped(page: Page, fresh: Served) -> None:
    """A harvest of 50 kg, of which 10 kg go to Ben."""
    page.goto(f"{fresh.url}producer/plots")
    page.get_by_label("县市区", exact=True).select_option(label="芦淞区")
    for label, text in (("名称", "园"), ("乡镇、村", "白关镇"), ("面积（亩）", "20")):
        page.locator("form.card-form").get_by_label(label).fill(text)
    page.get_by_role("button", name="登记", exact=True).click()
    page.goto(f"{fresh.url}producer/batches/new")
    for label, text in (("总量", "50"), ("每件的量", "1")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="登记批次").click()
    page.goto(f"{page.url.split('?')[0]}/ship")
    page.get_by_text("对方也在本系统登记过").click()
    for label, text in (
        ("发给谁", "ben合作社"),
        ("发到哪里", "白关镇"),
        ("数量", "10"),
        ("对方的统一社会信用代码", USCC["ben"]),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="记下发货").click()
    expect(page.locator(".flash")).to_contain_text("已记下发货")
