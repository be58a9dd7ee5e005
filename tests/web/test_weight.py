"""What a telephone loads for the heaviest pages: page, stylesheets, scripts and pictures, as they are served."""

import gzip
import re
import sys
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.many import more
from yipin.models import Batch

ROOT = Path(__file__).parents[2]
MOST, MOST_PACKED = 200_000, 45_000  # bytes; the second behind a proxy that packs them
SCAN = 50_000
LOADED = re.compile(r'<(?:link[^>]*rel="(?:stylesheet|icon)"[^>]*href|script[^>]*src|img[^>]*src)="(/[^"]+)"')


def weight(browser: FlaskClient, path: str) -> tuple[int, int]:
    """The bytes of a page with all that it loads, and how many they are when packed."""
    page = browser.get(path)
    assert page.status_code == 200, path
    parts = [page.data, *(browser.get(unescape(each)).data for each in sorted(set(LOADED.findall(page.text))))]
    return sum(map(len, parts)), sum(len(gzip.compress(part)) for part in parts)


@pytest.fixture
def heavy(world: World, sold: Sold) -> str:
    """The number of a batch that was sold, of a grower with fifty more."""
    more(world, Batch, 60, id=sold.batch.id)
    return sold.batch.id_number


def test_a_telephone_loads_little_for_the_heaviest_pages(world: World, app: Flask, sold: Sold, heavy: str) -> None:
    ama, chen = signed_in(app, "ama"), signed_in(app, "chen")
    places = {
        (ama, "/producer/"),
        (ama, "/producer/batches"),
        (ama, f"/producer/batches/{heavy}"),
        (ama, "/producer/farm/"),
        (ama, "/inbox/"),
        (ama, "/producer/products/new"),
        (chen, "/bureau/"),
        (chen, "/bureau/batches"),
        (chen, f"/bureau/batches/{heavy}"),
    }
    told = {path: weight(browser, path) for browser, path in places}
    assert {path: sizes for path, sizes in told.items() if sizes[0] > MOST or sizes[1] > MOST_PACKED} == {}
    nobody = app.test_client()
    for path in ("/", f"/{sold.digits[0]}"):
        assert weight(nobody, path)[0] <= SCAN, path
    for path in ("/trust", "/open/", "/open/certificates", "/open/draws", "/progress/green-organic-gi/first"):
        assert weight(nobody, path)[0] <= SCAN, path


def test_the_stylesheet_has_what_the_pages_use_of_bootstrap_and_no_more() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from _stylesheet import stylesheet
    finally:
        sys.path.pop(0)
    kept = (ROOT / "trace/web/static/office/bootstrap.css").read_text("utf-8")
    assert kept == stylesheet(), "run scripts/stylesheet"
    assert "Licensed under MIT" in kept and len(kept) < 25_000
    for name in (".btn-outline-danger", ".form-select", ".form-check-input:checked", ".visually-hidden"):
        assert name in kept, name
    assert ".accordion" not in kept and ".offcanvas" not in kept
