"""Every verdict has a word, a shape and a colour of its own on the page of a pack."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

import yipin
from yipin.scan.verdicts import VERDICT_WORDS, Verdict

WEB = Path(yipin.__file__).parent / "web"
CSS = (WEB / "static/public/public.css").read_text("utf-8")
GREEN = "#09623a"


def shapes() -> dict[str, str]:
    """The icon of each verdict, as the template has it."""
    icons = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True).get_template("public/_icons.html")
    return icons.module.shapes  # type: ignore[attr-defined, no-any-return]


def band_of(selector: str) -> str | None:
    """The colour that a rule with this selector gives to the band."""
    rules = re.findall(r"^([^{}@/*]+)\{([^}]*)\}", CSS, re.MULTILINE)
    bands = [
        re.search(r"--band: (#\w+)", body) for names, body in rules if selector in re.split(r",\s*", names.strip())
    ]
    return next((found[1] for found in bands if found), None)


def test_every_verdict_has_a_word_of_its_own() -> None:
    assert set(VERDICT_WORDS) == set(Verdict) and len(set(VERDICT_WORDS.values())) == len(Verdict)


def test_every_verdict_has_a_shape_of_its_own() -> None:
    found = shapes()
    assert set(found) == set(Verdict) and len(set(found.values())) == len(Verdict)


def test_every_verdict_has_a_colour_of_its_own() -> None:
    colours = {verdict: band_of(f".is-{verdict}") for verdict in Verdict}
    assert None not in colours.values(), colours
    assert len(set(colours.values())) == len(Verdict), colours


def test_only_a_genuine_pack_has_the_green_band_of_one() -> None:
    assert band_of(".is-genuine") == GREEN
    assert band_of("body") not in (None, GREEN)


@pytest.mark.parametrize("page", [".is-plain", ".is-home"])
def test_a_page_that_is_about_no_pack_keeps_its_green(page: str) -> None:
    """A certificate page in force is both `.is-plain` and `.is-genuine`: of two equal rules the later one holds."""
    assert band_of(page) == "#0d5a40" and CSS.index(".is-genuine {") < CSS.index(".is-home, .is-plain {")
