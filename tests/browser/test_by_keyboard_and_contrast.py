"""Who uses no mouse does a day's work with Tab, Enter and Space; who lets the system choose the colours still tells everything apart."""

import json

import pytest
from playwright.sync_api import Page

from .conftest import Opener, Served

MOST_STEPS = 90  # of Tab on one page, menus and search included
CALLED = """() => { const e = document.activeElement; if (e === document.body) return "";
  return [e.getAttribute("aria-label"), ...[...(e.labels || [])].map(l => l.innerText), e.innerText, e.type].filter(Boolean).join(" ") }"""
# A control or sign that has no border, or no words: it would differ by its colour alone.
BARE = """() => [...document.querySelectorAll("main :is(.chip, .btn, .form-check-input, .form-control), .band, .card, .flash, .next")]
  .filter(e => e.checkVisibility())
  .filter(e => { const s = getComputedStyle(e);
    const edge = ["top", "left"].some(side => parseFloat(s[`border-${side}-width`]) >= 1 && s[`border-${side}-style`] !== "none");
    return !edge || !(e.matches("input, select, textarea") || e.innerText.trim() || e.querySelector("svg, img")); })
  .map(e => `${e.tagName}.${e.className} “${(e.innerText || "").trim().slice(0, 20)}”`)"""
OUTLINED = """() => { const s = getComputedStyle(document.activeElement);
  return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 }"""
LOOK = "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.backgroundImage, s.borderColor].join() }"


def passwords(demo: Served) -> dict[str, str]:
    accounts = json.loads((demo.data / "demo.json").read_text("utf-8"))["accounts"]
    return {each["login"]: each["password"] for each in accounts}


def step_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus, which is seen on the way."""
    for _ in range(MOST_STEPS):
        if name in page.evaluate(CALLED):
            assert page.evaluate(OUTLINED), f"nothing shows that “{name}” has the focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"“{name}” is not reached on {page.url}")


def enter(page: Page, name: str) -> None:
    """Step to a link or button, press Enter, and wait for the page to which it leads."""
    step_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    step_to(page, name)
    page.keyboard.insert_text(text)


def sign_in(page: Page, demo: Served, login: str) -> None:
    page.goto(f"{demo.url}login")
    fill(page, "登录名", login)
    fill(page, "密码", passwords(demo)[login])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def test_a_grower_adds_a_plot_without_a_mouse(demo: Served, window: Opener) -> None:
    page = window(1280).new_page()
    sign_in(page, demo, "grower")
    page.goto(f"{demo.url}producer/plots")
    fill(page, "名称", "键盘坡")
    fill(page, "村", "霞阳镇山垄村")
    fill(page, "面积", "3")
    page.keyboard.press("Enter")
    page.get_by_text("已添加“键盘坡”").wait_for()


@pytest.mark.soak
def test_an_officer_verifies_certificates_without_a_mouse(demo: Served, window: Opener) -> None:
    page = window(1280).new_page()
    sign_in(page, demo, "officer")
    page.goto(f"{demo.url}bureau/certificates?state=declared")
    step_to(page, "勾选")
    page.keyboard.press("Space")
    enter(page, "核实…")
    assert "可以办的 1 件" in page.inner_text("main")
    enter(page, "核实这 1 张")
    assert "已核实 1 张证书" in page.inner_text("body")


@pytest.mark.soak
@pytest.mark.parametrize("login", ["grower", "officer"])
def test_in_the_readers_own_colours_everything_has_an_edge_and_words(demo: Served, window: Opener, login: str) -> None:
    page = window(390, forced_colors="active").new_page()
    sign_in(page, demo, login)
    places = {
        "grower": ("producer/", "producer/batches", "inbox/", "producer/batches/new", "producer/farm/"),
        "officer": (
            "bureau/",
            "bureau/certificates",
            "inbox/",
            "bureau/expiry",
            "bureau/recall",
            "bureau/complaints/1",
        ),
    }
    bare = {}
    for path in (*places[login], "", "brands", "check", "trust", "open/", "open/certificates", "report"):
        page.goto(demo.url + path)
        if found := page.evaluate(BARE):
            bare[path] = found
    assert bare == {}
    page.goto(demo.url + places[login][1])
    box = page.locator("main .pick input").first
    before = box.evaluate(LOOK)
    box.check()
    assert box.evaluate(LOOK) != before, "a tick is not seen"


def test_the_verdict_is_told_by_words_and_an_edge_in_the_readers_own_colours(demo: Served, window: Opener) -> None:
    page = window(390, forced_colors="active").new_page()
    told = json.loads((demo.data / "demo.json").read_text("utf-8"))
    seen = {}
    for path in (told["chain"]["digits"], *(each["id_number"] for each in told["batches"])):
        page.goto(demo.url + path)
        assert page.evaluate(BARE) == []
        seen[page.locator("h1").first.inner_text()] = path
    assert len(seen) > 1, seen
