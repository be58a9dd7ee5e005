"""Tables as a clerk fills them in and brings them."""

import io
import re

import openpyxl
from flask.testing import FlaskClient


def filled(browser: FlaskClient, address: str, *rows: list, query: str = "", change=None) -> io.BytesIO:  # type: ignore[no-untyped-def,type-arg]
    """The template of the page, with these rows under its example."""
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}/template.xlsx{query}").data))
    for number, row in enumerate(rows, 6):
        for column, value in enumerate(row, 2):
            book.worksheets[0].cell(number, column, value)
    if change:
        change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def upload(browser: FlaskClient, address: str, file: io.BytesIO, query: str = ""):  # type: ignore[no-untyped-def]
    return browser.post(address + query, data={"file": (file, "名单.xlsx")}, content_type="multipart/form-data")


def token_on(page: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found, page
    return found[1]


def bring_in(browser: FlaskClient, address: str, *rows: list, **more: str):  # type: ignore[no-untyped-def,type-arg]
    preview = upload(browser, address, filled(browser, address, *rows))
    assert preview.status_code == 200, preview.text
    return browser.post(address, data={"token": token_on(preview.text), **more})
