"""On a phone whatever is tapped in the office is large enough for a thumb; at night and in the reader's own colours every frame is
legible; on paper a scan says when and where it was, with its evidence open."""

import json

import pytest
from playwright.sync_api import Page

from .conftest import Opener, Served, sign_in

LEAST = 44  # px: WCAG 2.2, target size (enhanced)
PAGES = {
    "grower": (
        *(
            "producer/",
            "producer/batches",
            "producer/batches/new",
            "producer/plots",
            "producer/farm/",
            "producer/profile",
        ),
        *("producer/certificates", "producer/credit", "producer/paper", "producer/prints/1", "inbox/", "jobs/"),
    ),
    "officer": (
        *("bureau/", "bureau/batches", "bureau/producers?state=approved", "bureau/producers/1", "bureau/products/1"),
        *(
            "bureau/complaints",
            "bureau/complaints/1",
            "bureau/certificates",
            "bureau/recalls",
            "bureau/brands",
            "bureau/events",
        ),
    ),
}
# What is tapped and lower: a link in the midst of a sentence may be (WCAG 2.5.5, inline), and what is not seen.
LOW = f"""() => [...document.querySelectorAll("main a, main button, main summary, header a, header button, header summary")]
  .filter(e => e.checkVisibility() && !e.closest(".skip, details:not([open]) > :not(summary)"))
  .filter(e => e.getBoundingClientRect().height < {LEAST} - .5)
  .filter(e => !(e.tagName === "A" && [...e.parentNode.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())))
  .map(e => `${{e.tagName}} “${{e.textContent.trim().slice(0, 30)}}” ${{Math.round(e.getBoundingClientRect().height)}} px`)"""
# Words whose colour hardly differs from the ground of the page: dark words that were forgotten on a dark ground.
DIM = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(c)) return c; } return "rgb(255, 255, 255)"; };
  return [...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && !e.closest("svg, .card, .band, img"))
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => Math.abs(light(getComputedStyle(e).color) - light(ground(e))) < 70)
    .map(e => `${e.tagName}.${e.className} “${e.textContent.trim().slice(0, 30)}”`);
}"""


def passwords(demo: Served) -> dict[str, str]:
    accounts = json.loads((demo.data / "demo.json").read_text("utf-8"))["accounts"]
    return {each["login"]: each["password"] for each in accounts}


def looked_at(page: Page, address: str) -> list[str]:
    """What is too low on a page, and how much wider than the screen it is."""
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{address}: {each}" for each in page.evaluate(LOW)] + (
        [f"{address}: {wide} px too wide"] if wide > 0 else []
    )


@pytest.mark.parametrize("who", PAGES)
def test_what_is_tapped_on_a_phone_is_44_px_high(demo: Served, window: Opener, who: str) -> None:
    page = window(390).new_page()
    sign_in(page, demo.url, who, passwords(demo)[who])
    low = [each for path in PAGES[who] for each in looked_at(page, demo.url + path)]
    assert not low, "\n".join(low)
    menu = page.locator(".menu").bounding_box()
    assert menu and menu["height"] < 60  # one line, whatever page is shown


def test_no_word_is_lost_in_the_dark(demo: Served, window: Opener) -> None:
    page = window(390, color_scheme="dark").new_page()
    dim = [
        f"{path}: {each}"
        for path in ("", "report", "progress")
        if page.goto(demo.url + path)
        for each in page.evaluate(DIM)
    ]
    sign_in(page, demo.url, "grower", passwords(demo)["grower"])
    for path in PAGES["grower"][:6]:
        page.goto(demo.url + path)
        dim += [f"{path}: {each}" for each in page.evaluate(DIM)]
    assert not dim, "\n".join(dim)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 20)"


def test_a_printed_scan_says_when_and_where_and_shows_its_evidence(demo: Served, window: Opener) -> None:
    digits = json.loads((demo.data / "demo.json").read_text("utf-8"))["chain"]["digits"]
    page = window(794).new_page()
    page.goto(demo.url + digits)
    printed, evidence = page.locator(".printed"), page.locator(".part-body").first
    assert not printed.is_visible() and not evidence.is_visible()
    page.emulate_media(media="print")
    assert f"{demo.url}{digits}" in printed.inner_text() and "查询" in printed.inner_text()
    assert all(each.is_visible() for each in page.locator(".part-body").all())


BROKEN = """of => [...document.querySelectorAll(of)].filter(e => {
  const text = document.createRange(); text.selectNodeContents(e);
  return new Set([...text.getClientRects()].map(box => Math.round(box.top))).size > 1 }).map(e => e.textContent)"""


def test_no_word_of_a_scan_page_is_broken_on_a_phone(demo: Served, window: Opener) -> None:
    number = json.loads((demo.data / "demo.json").read_text("utf-8"))["batches"][0]["id_number"]
    page, broken = window(360).new_page(), {}
    for language, words in (("zh", ".card dt, .word"), ("en", ".card dt")):
        page.goto(f"{demo.url}{number}?lang={language}")
        assert page.locator(".card dt").count() > 5 and page.locator(".gist .word").count() > 1
        broken |= {(language, width): found for width in (360, 390) if (found := _at(page, width, words))}
    assert broken == {}


def _at(page: Page, width: int, words: str) -> list[str]:
    page.set_viewport_size({"width": width, "height": 844})
    return list(page.evaluate(BROKEN, words))
