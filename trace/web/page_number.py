"""Which page of a long list an address asks for, and the address of another page of it."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy.orm import Session

from .. import paging
from ..paging import Page

Row = TypeVar("Row")
Asked = Mapping[str, object]  # what an address asks for behind its question mark


def init_app(app: Flask) -> None:
    """Give templates the addresses of pages, for the macro `pager`."""
    app.jinja_env.globals["page_url"] = page_url


def page_number(name: str = "page") -> int:
    """The page of a list that the address asks for. It is the first page when the address asks for no valid one."""
    typed = request.args.get(name, "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def shown(rows: Sequence[Row], name: str = "page") -> Page[Row]:
    """The page that the address asks for, of a list that is at hand as a whole."""
    return paging.cut(rows, page_number(name), name)


def shown_of(session: Session, rows: sa.Select[Row], name: str = "page") -> Page[Row]:
    """The page that the address asks for, of an ordered query."""
    return paging.page_of(session, rows, page_number(name), name=name)


def page_url(listed: Page[Row], number: int, at: str | None = None, asked: Asked | None = None) -> str:
    """The address of another page of a list, with all that this address asks for besides. `at` is the list's own path and
    `asked` its question, where a refused form shows it at another address."""
    kept = asked or {key: request.args.getlist(key) for key in request.args if key != listed.name}
    query = urlencode({**kept, listed.name: number}, doseq=True)
    return f"{at or request.script_root + request.path}?{query}"
