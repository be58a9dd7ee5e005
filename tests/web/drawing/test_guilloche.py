"""The ornament of the ID card: small, the same every time, different for every number, and well-formed."""

import re
from xml.etree import ElementTree

import pytest

from yipin.web.drawing.guilloche import GROUND_FILE, ground, rosette

NUMBER = "430225AB3D5FG7HQ"
TEMPLATES = GROUND_FILE.parents[2] / "templates" / "public"


def test_the_ground_in_the_static_folder_is_the_one_the_generator_draws():
    assert GROUND_FILE.read_text(encoding="utf-8") == ground(), "run python -m yipin.web.guilloche"


def test_the_same_number_always_has_the_same_rosette():
    assert rosette(NUMBER) == rosette(NUMBER)


def test_numbers_that_differ_in_one_character_have_different_rosettes():
    others = {rosette(NUMBER[:15] + last) for last in "0123456789ABCDEF"}
    assert len(others) == 16


@pytest.mark.parametrize("seed", [NUMBER, "", "home", "黄桃", "\ud800", '"><script>', "9" * 10_000])
def test_any_text_gives_a_small_well_formed_rosette_that_does_not_repeat_the_text(seed):
    drawn = rosette(seed)
    root = ElementTree.fromstring(drawn)
    assert root.find("symbol[@id='rosette']") is not None
    assert len(drawn) <= 3_000
    assert "script" not in drawn


def test_the_ground_is_a_small_well_formed_svg_that_asks_for_nothing_from_elsewhere():
    root = ElementTree.fromstring(ground())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(ground()) <= 6_000
    assert re.findall(r'(?:href|src)="(?!#)|<script|<style|style=|url\((?!#)', ground()) == []


def test_every_reference_in_the_drawings_points_to_a_shape_that_is_there():
    for drawn in (ground(), str(rosette(NUMBER))):
        named = re.findall(r' id="(\w+)"', drawn)
        assert len(named) == len(set(named))
        assert set(re.findall(r'(?:href="|url\()#(\w+)', drawn)) <= set(named)


def test_every_ring_of_a_rosette_ends_where_it_began():
    paths = re.findall(r' d="M([^q]+)q([^t]+)t([^"]+)"', rosette(NUMBER))
    assert len(paths) == 3
    for _start, first, rest in paths:
        steps = [int(number) for number in re.findall(r"-?\d+", first)[2:] + re.findall(r"-?\d+", rest)]
        assert sum(steps[0::2]) == 0
        assert sum(steps[1::2]) == 0


# Whose script is shown only where a network must show work first, and whose opens the camera; without a script one waits or types.
OWN_SCRIPT = {"_proof.html": "proof.js", "home.html": "scan.js", "photo.html": "scan.js"}
OFFLINE = "check.html"  # it is a program: without scripts it says so


def test_public_pages_carry_no_other_script_no_inline_style_and_no_foreign_address():
    for page in TEMPLATES.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        if page.name == OFFLINE:
            text = re.sub(r'<script (type="application/json"|type="module" src="{{ url_for[^>]*)', "", text)
        if script := OWN_SCRIPT.get(page.name):
            ours = f"<script src=\"{{{{ url_for('static', filename='public/{script}') }}}}\" defer>"
            assert text.count(ours) == 1
            text = text.replace(ours, "")
        assert not re.search(r'<script|<style|\sstyle="|\son\w+="|https?://(?!www\.w3\.org)', text), page.name


def test_no_text_of_the_public_pages_is_smaller_than_18_px():
    css = (GROUND_FILE.parent / "public.css").read_text(encoding="utf-8")
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;}]*?(\d+(?:\.\d+)?)px", css)]
    assert sizes and min(sizes) >= 18
    assert not re.search(r"font-size:[^;}]*(?:em|%|small)", css)
