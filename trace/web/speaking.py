"""Texts in a language of one's choice outside of any answer to a reader: for files and letters that a job makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask

from . import language


@contextmanager
def spoken(lang: str) -> Iterator[None]:
    """Inside, texts are said in this language, as in an answer to a reader."""
    with _speaker().test_request_context(query_string={"lang": lang}):
        yield


@cache
def _speaker() -> Flask:
    app = Flask(__name__)
    language.init_app(app)
    return app
