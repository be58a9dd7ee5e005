"""Every page in a real browser: no axe violation in either language and at either width, nothing wider than the
screen; the public pages light, self-contained, legible, and working without script."""

import itertools
import json
import os
import sqlite3
from dataclasses import dataclass
from urllib.parse import urlsplit

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa
import zxingcpp
from playwright.sync_api import Page

from yipin import clock
from yipin.access.actor import Actor
from yipin.codes.barcode import example_barcode
from yipin.db import Database
from yipin.models import Batch
from yipin.scan import clone_cases
from yipin.scan.clones import PackFacts

from . import every_page
from .conftest import WIDTHS, Opener, Served, axe_violations, refuse_axe_violations, shoot, sign_in
from .every_page import PEOPLE

LIGHTEST_PAGE = 50_000  # bytes in all
GROWER_PAGES = (
    "producer/",
    "producer/next",
    "producer/profile",
    "producer/plots",
    "producer/products/new",
    "producer/products/1",
    "producer/commitments",
    "producer/commitments/1",
    "producer/commitments/collected",
    "producer/batches",
    "producer/batches/new?copy=1",
    "producer/codes/1/print",
    "producer/prints/1",
    "producer/paper",
    "producer/import/products",
    "producer/import/batches",
    "producer/certificates",
    "producer/certificates/1",
    "producer/insurance",
    "producer/certificates/new",
    "producer/farm/",
    "producer/farm/new?kind=input",
    "producer/farm/plots/1",
    "producer/farm/farmers",
    "producer/farm/inputs",
    "producer/farm/entries/1/correct",
    "producer/inspections/1",
    "producer/brands",
    "producer/credit",
    "producer/incoming",
    "producer/partners",
    "producer/partners/new",
    "producer/purchase",
    "password",
    "help/grower",
)
OFFICER_PAGES = (
    "bureau/",
    "bureau/commitments",
    "bureau/producers",
    "bureau/producers?state=approved",
    "bureau/producers/1",
    "bureau/products?state=approved",
    "bureau/products/1",
    "bureau/batches",
    "bureau/events",
    "bureau/import/producers",
    "bureau/import/certificates",
    "bureau/certificates",
    "bureau/certificates/1",
    "bureau/certificates/4",
    "bureau/certificates/next",
    "bureau/expiry",
    "bureau/progress",
    "bureau/progress/green-organic-gi/stock",
    "bureau/reports",
    "bureau/reports/1",
    "bureau/rewards",
    "bureau/rewards/1",
    "bureau/brands",
    "bureau/brands/1",
    "bureau/complaints",
    "bureau/complaints/1",
    "bureau/complaints/2",
    "bureau/producers/1/credit",
    "bureau/producers/1/certificate",
    "bureau/certificates/new",
    "bureau/insurance",
    "bureau/insurance/1",
    "bureau/insurance/new",
    "bureau/pilot",
    "bureau/pilot/1/leave",
    "bureau/claim-notices",
    "bureau/farmcases",
    "bureau/farmcases/1",
    "bureau/inputs",
    "bureau/inputs?state=ended",
    "bureau/inputs?state=examples",
    "bureau/inputs/1",
    "bureau/inputs/3",
    "bureau/inputs/new",
    "bureau/import/inputs",
    "bureau/recall",
    "bureau/inspections",
    "bureau/inspections/1",
    "bureau/draws",
    "bureau/draws/1",
    "help/officer",
)
REFUSED = {
    "/no-such-page": 404,
    "/find": 400,
}  # these are looked at as pages of refusal; every other answer is the page itself
PUBLIC_PAGES = (
    "",
    "progress",
    "progress/green-organic-gi/stock",
    "open/draws/1",
    "login",
    "join",
    "find?q=430225AB3D5FG7HX",
    "photo",
    "no-such-page",
    "1" * 191,
    "brands",
    "brands/yanling-peach",
    "report?code=" + "1" * 191,
    "case",
    "help/consumer",
    "help/clerk",
)


def told(demo: Served) -> dict:  # type: ignore[type-arg]
    return json.loads((demo.data / "demo.json").read_text("utf-8"))  # type: ignore[no-any-return]


def unit_address(demo: Served, number: int) -> str:
    """The address on the first label of the n-th batch, read from its PDF."""
    with pdfium.PdfDocument(told(demo)["batches"][number]["label_files"][0]) as document:
        found = zxingcpp.read_barcodes(document[0].render(scale=203 / 72).to_pil())
    return str(found[0].text)


def faults(page: Page, address: str, name: str, axe_at: int) -> list[str]:
    """What is wrong with one page, seen at both widths; put to axe at one of them, which takes most of the time."""
    answer = page.goto(address)
    if answer is None or answer.status != REFUSED.get(urlsplit(address).path, 200):
        return [f"{address}: {answer and answer.status}"]
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{address} is wider than {width} px")
        if width == axe_at:
            wrong += axe_violations(page)
        if "PICTURES" in os.environ:
            shoot(page, f"page-{name}-{width}")
    return wrong


def check(page: Page, address: str, name: str, axe_at: int) -> None:
    wrong = faults(page, address, name, axe_at)
    assert not wrong, "\n".join(wrong)


def name_of(path: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in path)[:40] or "home"


def walk_of(login: str, demo: Served) -> list[str]:
    """What this person opens."""
    facts = told(demo)
    batches = [batch["id_number"] for batch in facts["batches"]]
    if login == "grower":
        more = ("", "/commitment", "/inspection", "/split", "/merge", "/process", "/ship")
        return [*GROWER_PAGES, *(f"producer/batches/{batches[0]}{page}" for page in more)]
    if login == "officer":
        reach = f"bureau/recall/reach?by=batch&number={facts['chain']['id_number']}"
        return [
            *OFFICER_PAGES,
            reach,
            f"bureau/batches/{batches[0]}/sampling",
            *(f"bureau/batches/{number}" for number in (batches[0], batches[2])),
        ]
    if login == "public":
        units = (urlsplit(unit_address(demo, n)).path[1:] for n in (0, 2))
        checked = (f"c{query}{facts['batches'][0]['commitment']}" for query in ("/", "?q=C1,"))
        claims = (f"claim?code={number}" for number in batches[:2])
        with sqlite3.connect(demo.data / "yipin.db") as db:
            (product,) = db.execute("SELECT id_number FROM products WHERE id = 1").fetchone()
        return [
            *PUBLIC_PAGES,
            *(f"b/{number}" for number in batches),
            f"log/of/{batches[0]}",
            f"p/{product}",
            f"barcode/{example_barcode(1)}",
            *checked,
            *claims,
            *units,
            facts["chain"]["digits"],
        ]
    return {
        "grower3": [],
        "insurer": ["bureau/claim-notices/1", "bureau/claim-notices/2"],
        "admin": ["bureau/accounts"],
    }[login]


@dataclass(frozen=True)
class Look:
    """One way to see a page."""

    language: str
    axe_at: int  # px
    colours: str  # the scheme that the reader's device asks for


WAYS = [Look(*way) for way in itertools.product(("zh", "en"), WIDTHS, ("light", "dark"))]
# A run looks at every page in one of these ways, in turns: what is wrong with a page is mostly wrong with its frame too,
# which each way meets a hundred times. `scripts/soak pages` looks at each page in all eight ways.
IN_TURN = [Look("zh", 390, "light"), Look("en", 1280, "dark"), Look("zh", 1280, "dark"), Look("en", 390, "light")]


def looks(number: int) -> list[Look]:
    return WAYS if "SOAK_PAGES" in os.environ else [IN_TURN[number % len(IN_TURN)]]


NOT_IN_THE_DEMONSTRATION = {  # and where they are looked at
    "auth.invited": "the test of an invitation",
    "auth.kept_form": "tests/web/pages/test_kept_form.py, which no browser sees",
    "bureau.clone_case": "the test of a pack that may be copied",
    "bureau.lift_act": "test_recall.py",
    "producer.partner": "test_claims.py",
    "producer.printer": "the test of a printer",
    "producer.receive": "test_claims.py",
    "public.claimed": "test_claim.py",
    "public.reported": "test_complaint.py",
}


# For every change those whose pages are the most: the others' are a tenth.
@pytest.mark.parametrize(
    "login",
    [pytest.param(each, marks=() if each in ("public", "grower", "officer") else pytest.mark.soak) for each in PEOPLE],
)
def test_no_page_has_an_accessibility_violation_or_is_too_wide(demo: Served, window: Opener, login: str) -> None:
    """Every page that the URL map gives this person, and every state of one that the walks name."""
    windows = {colours: window(color_scheme=colours).new_page() for colours in ("light", "dark")}
    if login != "public":
        password = next(account["password"] for account in told(demo)["accounts"] if account["login"] == login)
        for page in windows.values():
            sign_in(page, demo.url, login, password)
    found, missing = pages_of(login, demo, windows["light"])
    wrong = []
    for number, path in enumerate(found):
        for look in looks(number):
            address = f"{demo.url}{path}{'&' if '?' in path else '?'}lang={look.language}"
            name = f"{look.language}-{login}-{name_of(path)}"
            wrong += faults(windows[look.colours], address, name, look.axe_at)
    assert not wrong, "\n".join(wrong)
    assert missing <= NOT_IN_THE_DEMONSTRATION.keys()


def pages_of(login: str, demo: Served, page: Page) -> tuple[list[str], set[str]]:
    """What this person opens, each once, and the endpoints of the URL map that no address of the record answers."""
    found, missing = walk_of(login, demo), set()
    walked = [path for person in PEOPLE for path in walk_of(person, demo)]
    for place in every_page.places(demo.data, walked):
        if place.login == login:
            answering = (path for path in place.paths if answers(page, demo.url + path))
            if (path := next(answering, None)) is None:
                missing.add(place.endpoint)
            else:
                found.append(path)
    return list(dict.fromkeys(found)), missing


def answers(page: Page, address: str) -> bool:
    """Whether a page is there, and not a refusal or another page in its place."""
    answer = page.request.get(address, max_redirects=0)
    return answer.status == REFUSED.get(urlsplit(address).path, 200)


def test_the_page_of_a_printer_is_clean_too(demo: Served, window: Opener) -> None:
    page = window(390).new_page()
    password = next(account["password"] for account in told(demo)["accounts"] if account["login"] == "grower")
    sign_in(page, demo.url, "grower", password)
    page.goto(f"{demo.url}producer/paper")
    page.get_by_label("打印机名称").fill("仓库的标签机")
    page.get_by_role("button", name="添加打印机").click()
    page.get_by_role("heading", name="校准“仓库的标签机”").wait_for()
    check(page, page.url, "zh-grower-printer", 390)


def test_the_page_of_a_pack_that_may_be_copied_is_clean_too(demo: Served, window: Opener) -> None:
    db = Database(f"sqlite:///{demo.data / 'yipin.db'}")
    with db.write.begin() as session:
        batch = session.scalars(sa.select(Batch).order_by(Batch.id)).first()
        assert batch
        found = clone_cases.Found(batch.id, 0, PackFacts(readers=80, places=4, places_elsewhere=3), 9)
        clone_cases.raise_case(session, Actor("worker", clock.now()), found)
    db.dispose()
    page = window(390).new_page()
    password = next(account["password"] for account in told(demo)["accounts"] if account["login"] == "officer")
    sign_in(page, demo.url, "officer", password)
    page.goto(f"{demo.url}bureau/copies")
    page.locator("td a").first.click()
    page.get_by_role("heading", level=1).wait_for()
    check(page, page.url, "zh-officer-clone", 390)
    check(page, page.url, "zh-officer-clone", 1280)


def test_an_invitation_and_the_page_that_it_leads_to_are_clean_too(demo: Served, window: Opener) -> None:
    page = window(390, color_scheme="dark").new_page()
    password = next(account["password"] for account in told(demo)["accounts"] if account["login"] == "grower")
    sign_in(page, demo.url, "grower", password)
    page.goto(f"{demo.url}producer/people")
    page.get_by_label("姓名").fill("演示：办事的人")
    page.get_by_label("岗位").select_option(index=1)
    page.get_by_role("button", name="打一张邀请").click()
    address = "".join(page.locator(".link").inner_text().split())
    refuse_axe_violations(page)
    check(window(390).new_page(), address, "zh-public-invited", 390)


def test_the_unit_page_is_light_and_calls_nobody_else(demo: Served, window: Opener) -> None:
    page = window(390, java_script_enabled=False).new_page()
    seen: dict[str, int] = {}
    page.on("requestfinished", lambda request: seen.update({request.url: len(request.response().body())}))
    page.goto(unit_address(demo, 0), wait_until="networkidle")
    assert "正品" in page.get_by_role("heading", level=1).inner_text()
    assert all(url.startswith(demo.url) for url in seen), seen
    assert len(seen) >= 3
    assert sum(seen.values()) <= LIGHTEST_PAGE, seen


def test_public_text_is_at_least_18_px(demo: Served, window: Opener) -> None:
    page = window(390).new_page()
    for address in (demo.url, unit_address(demo, 0), f"{demo.url}b/{told(demo)['batches'][2]['id_number']}"):
        page.goto(address)
        sizes = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                 .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.offsetParent)
                 .map(e => parseFloat(getComputedStyle(e).fontSize))"""
        )
        assert len(sizes) > 10
        assert min(sizes) >= 18
