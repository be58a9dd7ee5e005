"""Every page in a real browser: no axe violation in either language and at either width, nothing wider than the
screen; the public pages light, self-contained, legible, and working without script."""

import json
from urllib.parse import urlsplit

import pypdfium2 as pdfium
import pytest
import zxingcpp
from playwright.sync_api import Page

from .conftest import WIDTHS, Opener, Served, refuse_axe_violations, shoot, sign_in

# Each language and each width is put to axe on every page; it takes most of a visit, so not every pair of them.
PUT_TO_AXE = {("zh", 390), ("en", 1280)}
LIGHTEST_PAGE = 50_000  # bytes in all
GROWER_PAGES = ("producer/", "producer/next", "producer/profile", "producer/plots", "producer/products/new", "producer/products/1",
                "producer/commitments", "producer/commitments/1", "producer/commitments/collected", "producer/batches",
                "producer/batches/new?copy=1", "producer/codes/1/print", "producer/prints/1",
                "producer/paper", "producer/import/products", "producer/import/batches", "producer/certificates",
                "producer/certificates/1", "producer/insurance", "producer/certificates/new", "producer/farm/",
                "producer/farm/new?kind=input", "producer/farm/plots/1", "producer/farm/farmers",
                "producer/brands", "producer/credit", "password")  # fmt: skip
OFFICER_PAGES = ("bureau/", "bureau/commitments", "bureau/producers", "bureau/producers?state=approved", "bureau/producers/1",
                 "bureau/products?state=approved", "bureau/products/1", "bureau/batches", "bureau/events", "bureau/import/producers",
                 "bureau/import/certificates", "bureau/certificates", "bureau/certificates/1", "bureau/certificates/4",
                 "bureau/expiry", "bureau/progress", "bureau/progress/green-organic-gi/stock", "bureau/reports",
                 "bureau/reports/1", "bureau/rewards", "bureau/rewards/1", "bureau/brands", "bureau/brands/1",
                 "bureau/complaints", "bureau/complaints/1", "bureau/complaints/2", "bureau/producers/1/credit",
                 "bureau/producers/1/certificate", "bureau/certificates/new",
                 "bureau/insurance", "bureau/insurance/1", "bureau/insurance/new", "bureau/pilot",
                 "bureau/pilot/1/leave", "bureau/claim-notices", "bureau/farmcases", "bureau/farmcases/1",
                 "bureau/inspections", "bureau/inspections/1", "bureau/draws", "bureau/draws/1")  # fmt: skip
PUBLIC_PAGES = ("", "progress", "login", "join", "find?q=430225AB3D5FG7HX", "no-such-page", "1" * 191, "brands",
                "brands/yanling-peach", "report?code=" + "1" * 191, "case")  # fmt: skip


def told(demo: Served) -> dict:  # type: ignore[type-arg]
    return json.loads((demo.data / "demo.json").read_text("utf-8"))  # type: ignore[no-any-return]


def unit_address(demo: Served, number: int) -> str:
    """The address on the first label of the n-th batch, read from its PDF."""
    with pdfium.PdfDocument(told(demo)["batches"][number]["label_files"][0]) as document:
        found = zxingcpp.read_barcodes(document[0].render(scale=203 / 72).to_pil())
    return str(found[0].text)


def check(page: Page, address: str, name: str, width: int) -> None:
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} is wider than {width} px"
    if (name[:2], width) in PUT_TO_AXE:
        refuse_axe_violations(page)
        shoot(page, f"page-{name}-{width}")


def name_of(path: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in path)[:40] or "home"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_has_an_accessibility_violation_or_is_too_wide(
    demo: Served, window: Opener, width: int, language: str
) -> None:
    facts = told(demo)
    passwords = {account["login"]: account["password"] for account in facts["accounts"]}
    batches = [batch["id_number"] for batch in facts["batches"]]
    walks = {
        "": [
            *PUBLIC_PAGES,
            *(f"b/{number}" for number in batches),
            *(f"c{query}{facts['batches'][0]['commitment']}" for query in ("/", "?q=C1,")),
            *(f"claim?code={number}" for number in batches[:2]),
            *(urlsplit(unit_address(demo, n)).path[1:] for n in (0, 2)),
        ],
        "grower": [
            *GROWER_PAGES,
            *(f"producer/batches/{batches[0]}{more}" for more in ("", "/commitment", "/inspection")),
        ],
        "officer": [*OFFICER_PAGES, *(f"bureau/batches/{number}" for number in (batches[0], batches[2]))],
        "insurer": ["bureau/claim-notices/1", "bureau/claim-notices/2"],
        "admin": ["bureau/accounts"],
    }
    for login, paths in walks.items():
        page = window(width).new_page()
        if login:
            sign_in(page, demo.url, login, passwords[login])
        for path in paths:
            address = f"{demo.url}{path}{'&' if '?' in path else '?'}lang={language}"
            check(page, address, f"{language}-{login or 'public'}-{name_of(path)}", width)


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
