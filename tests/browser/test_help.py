"""The pictures of the help pages are of the real pages, and say when these have changed. `HELP=write` takes them anew."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from yipin.web.guidewords import GUIDES

from .conftest import Opener, Served, refuse_axe_violations, sign_in
from .help.pictures import PHONE, SHARPER, SHOTS, shown, taken
from .help.pictures import told as said
from .test_pages import told, unit_address
from .test_sizes import passwords

PICTURES = Path(__file__).resolve().parents[2] / "trace" / "web" / "static" / "help"
SAID = Path(__file__).parent / "help" / "said.json"  # what each page said when its picture was taken
ALL_PICTURES = 600_000  # bytes
LANGUAGES = ("zh", "en")
WRITES = os.environ.get("HELP") == "write"


def windows(demo: Served, window: Opener) -> Iterator[tuple[str, str, Page]]:
    """Each picture's name, its address, and a page of the person who sees it."""
    places = {"batch": told(demo)["batches"][0]["id_number"], "unit": unit_address(demo, 0).removeprefix(demo.url)}
    pages: dict[str, Page] = {}
    for name, shot in SHOTS.items():
        if shot.login not in pages:
            pages[shot.login] = window(shot.width, device_scale_factor=SHARPER).new_page()
            if shot.login:
                sign_in(pages[shot.login], demo.url, shot.login, passwords(demo)[shot.login])
        if "{run}" in shot.path:
            places["run"] = labels_made(pages[shot.login], demo.url)
        yield name, shot.path.format(**places), pages[shot.login]


def labels_made(page: Page, url: str) -> str:
    """The number of a print run that is ready: the next batch of the short form."""
    page.goto(f"{url}producer/next?lang=zh")
    field = page.locator("option", has_text="演示坡").first.get_attribute("value")
    page.get_by_label("今天采的是").select_option(field)
    page.get_by_label("总量").fill("60")
    page.get_by_label("承诺达标合格证").check()
    page.get_by_role("button", name="登记，打标签").click()
    page.get_by_role("link", name="下载 PDF").wait_for(timeout=60_000)
    return page.url.rpartition("/")[2]


def seen(demo: Served, window: Opener) -> dict[str, list[str]]:
    """What every pictured part says now, by picture and language; takes the pictures too where it was asked for."""
    found = {}
    for name, path, page in windows(demo, window):
        for language in LANGUAGES:
            page.goto(f"{demo.url}{path}{'&' if '?' in path else '?'}lang={language}")
            parts = shown(page, SHOTS[name])
            found[f"{name}.{language}"] = said(parts)
            if WRITES:
                kept(taken(page, SHOTS[name], parts), f"{name}.{language}")
    return found


def kept(png: bytes, name: str) -> None:
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(PICTURES / f"{name}.webp", quality=26, method=6)


@pytest.mark.soak
def test_what_a_picture_shows_is_what_its_page_says_today(demo: Served, window: Opener) -> None:
    found = seen(demo, window)
    if WRITES:
        SAID.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    before = json.loads(SAID.read_text("utf-8"))
    changed = {name: (before.get(name), now) for name, now in found.items() if before.get(name) != now}
    assert not changed, f"take these pictures anew (HELP=write): {changed}"


def test_every_topic_has_its_picture_in_both_languages_and_all_are_light() -> None:
    wanted = {f"{who}-{topic.key}" for who, guide in GUIDES.items() for topic in guide.topics if topic.has_picture}
    assert wanted == SHOTS.keys()
    files = {path.name: path.stat().st_size for path in PICTURES.glob("*.webp")}
    assert files.keys() == {f"{name}.{language}.webp" for name in wanted for language in LANGUAGES}
    assert sum(files.values()) <= ALL_PICTURES


def test_a_help_page_fits_a4_and_is_read_by_whoever_is_signed_in(demo: Served, window: Opener) -> None:
    page = window(PHONE).new_page()
    page.goto(f"{demo.url}help/consumer")
    refuse_axe_violations(page)
    sign_in(page, demo.url, "grower", passwords(demo)["grower"])
    page.goto(f"{demo.url}help")
    assert page.url.endswith("/help/grower") and page.get_by_role("navigation", name="主菜单").is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".readers").is_visible() and page.locator(".paper").is_visible()
