"""What each picture of the help pages shows: who is signed in, the page, the part of it, and what is ringed."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

PHONE, DESK = 390, 480  # px; the pages of a desk are shown narrow, so that they can be read in a picture
MARGIN = 10  # px around the part
HIGHEST = 420  # px
SHARPER = 1.5  # pixels of a picture for one of the page, as `yipin.web.pages.guide` shows it

# The ring around what is to be tapped; the colour is that of the leaf in the mark.
RING = """e => Object.assign(e.style, {outline: "4px solid #e8590c", outlineOffset: "3px", borderRadius: "8px"})"""
# What differs from one demonstration to the next: numbers, days, and numbers of batches, codes and cases.
VARIES = re.compile(r"[0-9A-Z]{4}( [0-9A-Z]{4}){3}|\b[A-Z0-9]{3,4}-[A-Z0-9]{4}\b|\d+([.,:/-]\d+)*")
MONTHS = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b")


@dataclass(frozen=True)
class Shot:
    """A picture. `path` may hold {batch}, {unit} and {run}; `part` is a selector, of which all are shown together; `ring` one
    within the page."""

    login: str
    path: str
    part: str
    ring: str
    width: int = PHONE
    open: str = ""  # the fold that is opened first


SHOTS: dict[str, Shot] = {
    "grower-record": Shot("grower", "producer/farm/", "nav.quick", "nav.quick a.input"),
    "grower-next": Shot("grower", "producer/", "form.next-batch", "form.next-batch button"),
    "grower-sale": Shot("grower", "producer/prints/{run}", "main .steps", "main .steps .btn-success"),
    "grower-mend": Shot("grower", "producer/farm/", "main .rows >> nth=0", "main .rows li >> nth=0 >> a >> nth=1"),
    "grower-stop": Shot("grower3", "producer/", "main .next.wrong", "main .next.wrong button"),
    "grower-people": Shot("grower", "producer/people", "main form.card-form", "main form.card-form > .btn"),
    "clerk-farmers": Shot("clerk", "producer/farm/farmers", "main form.card-form", "main form.card-form .btn"),
    "clerk-import": Shot("clerk", "producer/import/batches", "main", "main button"),
    "clerk-several": Shot("clerk", "producer/batches", "main table.list, #several", "#several button >> nth=0"),
    "clerk-commitment": Shot(
        "clerk", "producer/batches/{batch}/commitment", "main fieldset >> nth=0, main form .btn", "main form .btn"
    ),
    "officer-worklist": Shot("county", "bureau/", "main section >> nth=0", "main table a >> nth=0", DESK),
    "officer-review": Shot("county", "bureau/certificates/4", "main .act", "main .act .btn >> nth=0", DESK),
    "officer-rule": Shot("county", "bureau/farmcases/1", "main .act", "main .act .btn >> nth=0", DESK),
    "officer-hold": Shot(
        "county",
        "bureau/recall/reach?by=batch&number={batch}",
        "main form:has(.btn-warning)",
        "main .btn-warning",
        DESK,
    ),
    "officer-complaint": Shot(
        "county", "bureau/complaints/2", "main .act form.card-form", "main .act form.card-form .btn", DESK
    ),
    "officer-password": Shot(
        "county", "bureau/producers/1", "main .rows:has(form)", "main .rows form button >> nth=0", DESK
    ),
    "insurer-policy": Shot("insurer", "bureau/insurance", "main", "main a[href$='/insurance/new']", DESK),
    "insurer-claim": Shot("insurer", "bureau/claim-notices/2", "main .act", "main .act .btn >> nth=0", DESK),
    "administrator-account": Shot("admin", "bureau/accounts", "main section.narrow", "main section.narrow .btn", DESK),
    "administrator-password": Shot("admin", "bureau/accounts/2", "main .act", "main .act .btn >> nth=0", DESK),
    "consumer-scan": Shot("", "{unit}", ".band", ".band h1"),
    "consumer-number": Shot("", "", "main .raised", "main .raised form button"),
    "consumer-report": Shot("", "report?code={unit}", "main form", "main form textarea"),
}


def shown(page: Page, shot: Shot) -> list[Locator]:
    """The parts of the page, which is opened and in the right language, that a picture shows."""
    if shot.open:
        page.locator(shot.open).click()
    return [page.locator(each.strip()).first for each in shot.part.split(", ")]


def told(parts: list[Locator]) -> list[str]:
    """What these parts say, line by line: roles and words, without what differs from one demonstration to the next."""
    said = "\n".join(part.aria_snapshot() for part in parts)
    lines = (line.strip() for line in said.split("\n"))
    kept = [line for line in lines if not line.startswith(("- /url", "- option"))]
    return [MONTHS.sub("#", VARIES.sub("#", line)) for line in kept]


def taken(page: Page, shot: Shot, parts: list[Locator]) -> bytes:
    """The picture, as PNG: the parts from the top of the first to the bottom of the last. Of what is too high, as much is left
    out above that the ring is seen."""
    ring = page.locator(shot.ring).first
    ring.evaluate(RING)
    scrolled = page.evaluate("scrollY")
    spans = [(box["y"], box["y"] + box["height"]) for part in parts if (box := part.bounding_box())]
    top, bottom = min(y for y, _ in spans) - MARGIN, max(y for _, y in spans) + MARGIN
    box = ring.bounding_box()
    assert box, shot
    top = max(top, box["y"] + box["height"] + 2 * MARGIN - HIGHEST)
    height = min(bottom - top, HIGHEST)
    clip = {"x": 0, "y": max(top + scrolled, 0), "width": shot.width, "height": height}
    return page.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
