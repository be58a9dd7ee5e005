"""The proof of work in a real browser: the script finds it while the password is typed, and a browser without scripts waits."""

import time

from playwright.sync_api import Page

from .conftest import Opener, Served


def log_in(page: Page, password: str) -> None:
    page.get_by_label("登录名").fill("nobody-here")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def refused(page: Page, url: str) -> None:
    """Six wrong passwords: the sixth needs a proof of work."""
    page.goto(f"{url}login")
    for _ in range(6):
        log_in(page, "wrong password")


def test_the_script_finds_the_proof_and_the_form_is_sent_by_itself(demo: Served, window: Opener) -> None:
    page = window(390).new_page()
    refused(page, demo.url)
    assert "要多确认一下" in page.get_by_role("main").inner_text()
    began = time.monotonic()
    log_in(page, "wrong password")  # before the work may be done: the form waits for it
    page.get_by_text("登录名或密码不对").wait_for(timeout=20_000)
    assert time.monotonic() - began < 20


def test_without_scripts_the_page_says_how_long_to_wait(demo: Served, window: Opener) -> None:
    page = window(390, java_script_enabled=False).new_page()
    refused(page, demo.url)
    assert "请等 30 秒以后再提交" in page.get_by_role("main").inner_text()
