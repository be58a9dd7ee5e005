"""The producer's pages of labels, as a browser goes through them."""

import time

import numpy as np
import pypdfium2
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world.reading import see

JSON = {"Accept": "application/json"}
WAIT = 60  # seconds; far more than a small run takes


def told(client: FlaskClient, path: str) -> dict:
    return client.get(path, headers=JSON).json


def verdict(app: Flask, digits: str) -> str:
    return told(app.test_client(), f"/{digits}")["verdict"]


def filled(browser: FlaskClient, path: str, **typed: str) -> dict[str, str]:
    """A form as its page offers it, with some of its fields typed anew."""
    page = see(browser.get(path).text)
    return {name: values[0] for name, values in page.values.items() if values and name != "csrf_token"} | typed


def sent(browser: FlaskClient, path: str, form: dict[str, str]) -> str:
    """Send a form that should be accepted; where it leads."""
    answer = browser.post(path, data=form)
    assert answer.status_code == 302, (answer.status_code, see(answer.text).messages)
    return answer.headers["Location"]


def wait_until_made(browser: FlaskClient, page: str) -> str:
    """Look at the page of a print run until it is no longer being made."""
    until = time.monotonic() + WAIT
    while "正在生成" in (text := browser.get(page).text):
        assert 'http-equiv="refresh"' in text
        assert time.monotonic() < until, "the press did not finish"
        time.sleep(0.05)
    return text


def read_sheet(data: bytes, dpi: int = 203) -> list[str]:
    """The addresses on a sheet, as a reader of ours that shares no code with the printing sees them."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.render(scale=dpi / 72, grayscale=True).to_numpy() for page in document]
    found = [zxingcpp.read_barcodes(np.ascontiguousarray(page.reshape(page.shape[:2]))) for page in pages]
    return [symbol.text for symbols in found for symbol in symbols]


def ordered(browser: FlaskClient, run_page: str) -> TestResponse:
    return browser.get(f"{run_page}/labels")
