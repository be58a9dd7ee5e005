"""Entries of the farm's record written without a network, in a real browser: kept when the page is closed, sent when it is
back, once each; also when the sign-in ended meanwhile, when the service refuses one, and without any script."""

import sqlite3
import time

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from world.uploads import encoded

from .conftest import Opener, Served, refuse_axe_violations, shoot, sign_in
from .test_pages import told

WAITING = "未发送 {} 条"
PHOTOGRAPHS = [encoded(Image.new("RGB", (2400, 1800), colour), "PNG") for colour in ("orange", "green")]
TWICE = "addEventListener('load', () => ['online', 'online'].forEach(word => dispatchEvent(new Event(word))))"


def login(page: Page, demo: Served) -> None:
    sign_in(page, demo.url, "grower", next(a["password"] for a in told(demo)["accounts"] if a["login"] == "grower"))


def field(context: BrowserContext, demo: Served) -> Page:
    """The page of a new entry, as a phone has it that was there before and has kept it."""
    page = context.new_page()
    login(page, demo)
    page.goto(f"{demo.url}producer/farm/")
    page.wait_for_function("caches.match('/producer/farm/new').then(Boolean)")
    page.goto(f"{demo.url}producer/farm/new?kind=work")
    return page


def write(page: Page, what: str, *photos: str) -> None:
    page.get_by_label("写一句").fill(what)
    page.get_by_label("照片").set_input_files(
        [
            {"name": name, "mimeType": "image/png", "buffer": picture}
            for name, picture in zip(photos, PHOTOGRAPHS, strict=False)
        ]
    )
    page.get_by_role("button", name="保存记录").click()


def end_session(phone: BrowserContext, demo: Served, window: Opener) -> None:
    """Sign out of the phone's session where it cannot notice."""
    elsewhere = window(1280)
    elsewhere.add_cookies(phone.cookies())  # type: ignore[arg-type]
    page = elsewhere.new_page()
    page.goto(f"{demo.url}producer/profile")
    page.locator("details.mine > summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(demo.url)


def recorded(demo: Served, what: str) -> int:
    with sqlite3.connect(demo.data / "yipin.db") as db:
        return int(db.execute("SELECT count(*) FROM farm_entries WHERE what LIKE ?", (what,)).fetchone()[0])


def until_recorded(demo: Served, what: str, count: int, seconds: float = 60) -> None:
    """Wait until the record has so many entries; it is asked again and again, never through the page."""
    end = time.monotonic() + seconds
    while recorded(demo, what) < count:
        assert time.monotonic() < end, f"{recorded(demo, what)} of {count} entries after {seconds:.0f} s"
        time.sleep(0.1)


def test_three_entries_without_a_network_are_three_records_once_each(demo: Served, window: Opener) -> None:
    phone = window(390)
    page = field(phone, demo)
    phone.set_offline(True)
    for number in (1, 2):
        write(page, f"演示断网 {number}", *(("地头.png", "药瓶.png") if number == 2 else ()))
        expect(page.get_by_role("heading", name=WAITING.format(number))).to_be_visible()
    page.close()  # and opened again, still without a network
    page = phone.new_page()
    page.goto(f"{demo.url}producer/farm/")
    expect(page.get_by_role("heading", name=WAITING.format(2))).to_be_visible()
    write(page, "演示断网 3")
    expect(page.get_by_role("heading", name=WAITING.format(3))).to_be_visible()
    expect(page.locator(".draft").filter(has_text="演示断网 2")).to_contain_text("2 张")
    expect(page.get_by_role("main")).to_contain_text("现在没有网络")
    refuse_axe_violations(page)
    shoot(page, "offline-drafts")
    page.close()
    assert recorded(demo, "演示断网 %") == 0
    phone.add_init_script(TWICE)  # a page that reloads after a send must not be asked anything from outside meanwhile
    phone.set_offline(False)
    for each in (phone.new_page(), phone.new_page()):  # two windows send at once
        each.goto(f"{demo.url}producer/farm/", wait_until="commit")
    until_recorded(demo, "演示断网 %", 3)
    page = phone.new_page()
    page.goto(f"{demo.url}producer/farm/")
    for number in (1, 2, 3):
        expect(page.locator("main li").filter(has_text=f"演示断网 {number}")).to_have_count(1)
    assert recorded(demo, "演示断网 %") == 3
    expect(page.locator("main li").filter(has_text="演示断网 2")).to_contain_text("2 张照片")


@pytest.mark.soak
@pytest.mark.parametrize("arrived", [True, False])
def test_an_entry_of_which_no_answer_came_is_sent_again_and_counts_once(
    demo: Served, window: Opener, arrived: bool
) -> None:
    """The network breaks while it is being sent: after the service wrote it, or before it got there."""
    what, phone = f"演示没有回音 {arrived}", window(390, service_workers="block")
    page, lost = phone.new_page(), list[str]()

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.request.url)
        if arrived:
            route.fetch()
        return route.abort()

    login(page, demo)
    page.goto(f"{demo.url}producer/farm/new?kind=work")
    phone.route("**/producer/farm/new*", lose)
    write(page, what)
    expect(page.get_by_role("main")).to_contain_text("现在没有网络")
    assert (len(lost), recorded(demo, what)) == (1, arrived)
    page.goto(f"{demo.url}producer/farm/")
    expect(page.get_by_role("main")).to_contain_text("已发送 1 条")
    assert recorded(demo, what) == 1


def test_a_draft_waits_for_the_sign_in_and_a_refused_one_is_kept_and_mended(demo: Served, window: Opener) -> None:
    phone = window(390)
    page = field(phone, demo)
    end_session(phone, demo, window)
    write(page, "演示过期")
    expect(page.get_by_role("main")).to_contain_text("登录已过期")
    shoot(page, "offline-signed-out")
    login(page, demo)
    page.goto(f"{demo.url}producer/farm/")
    expect(page.get_by_role("main")).to_contain_text("已发送 1 条")
    assert recorded(demo, "演示过期") == 1

    page.goto(f"{demo.url}producer/farm/new?kind=work")
    phone.set_offline(True)
    write(page, "长")
    phone.set_offline(False)
    expect(page.locator(".draft.refused")).to_contain_text("至少 2 个字")
    shoot(page, "offline-refused")
    page.goto(f"{demo.url}producer/farm/")
    page.get_by_role("button", name="改一改").click()
    expect(page.get_by_label("写一句")).to_have_value("长")
    write(page, "演示改好了")
    page.wait_for_url("**/producer/farm/")
    expect(page.get_by_role("main")).to_contain_text("演示改好了")
    assert (recorded(demo, "演示改好了"), recorded(demo, "长")) == (1, 0)


def test_without_script_the_form_is_a_plain_form(demo: Served, window: Opener) -> None:
    page = window(390, java_script_enabled=False).new_page()
    login(page, demo)
    page.goto(f"{demo.url}producer/farm/new?kind=work")
    write(page, "演示无脚本")
    page.wait_for_url("**/producer/farm/")
    assert recorded(demo, "演示无脚本") == 1
