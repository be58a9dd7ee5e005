"""The door for the many: a scan of a pack whose page is drawn already is answered here, before Flask is asked.

Nine scans in ten are such. Nothing is decided here that the view `public.unit` does not decide by the same functions:
the signature is checked, the record version asked, the look written down for good, each time. Whatever is not plainly
the page of a known pack (another address, a cookie, a query, JSON, a batch that changed) goes on to Flask, and a test
compares both ways byte by byte.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from flask import Flask

from .. import clock, scan
from .errors import asks_for_json
from .language import LANGUAGES
from .public import COUNTED, answer_page, count_look, reader_of
from .unitpage import Wanted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from .guard import Service

CODE = re.compile(r"/([0-9]{191})")
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[1-9][0-9]{0,3}|:[1-5][0-9]{4})?")
COOKIES = {"": LANGUAGES[0]} | {f"lang={language}": language for language in LANGUAGES}
OK = "200 OK"


class Door:
    """The application with its door."""

    def __init__(self, app: Flask) -> None:
        self._app, self._flask = app, cast("WSGIApplication", app.wsgi_app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        page = self._page(environ) if _is_plain(environ) else None
        if page is None:
            return self._flask(environ, start_response)
        before, after = self._headers
        start_response(OK, [*before, ("Content-Length", str(len(page))), *after])
        return [page]

    def _page(self, environ: "WSGIEnvironment") -> bytes | None:
        """The page; None where it is for Flask to draw, with the look counted or not as `environ` tells."""
        code, now = environ["PATH_INFO"][1:], clock.now()
        try:
            pack = scan.known(self._service.office, code, now, self._service.facts)
        except Exception:
            return None  # Flask's way meets the same, and says so as it says everything
        if pack is None:
            return None
        environ[COUNTED] = counted = count_look(self._service.tally, reader_of(environ), pack, now)
        return self._service.pages.kept(Wanted(COOKIES[environ.get("HTTP_COOKIE", "")], f"/{code}", pack, *counted))

    @property
    def _service(self) -> "Service":
        return cast("Service", self._app.extensions["yipin"])

    @cached_property
    def _headers(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Those of every unit page, as Flask itself gives them: what stands before its length, and after."""
        with self._app.test_request_context(f"/{'0' * 191}"):
            answer = self._app.process_response(answer_page(""))
        told = list(answer.headers)
        place = [name for name, _ in told].index("Content-Length")
        return told[:place], told[place + 1 :]


def _is_plain(environ: "WSGIEnvironment") -> bool:
    """Whether this is a browser's bare request for the page of a signed code, with no cookie but the language's."""
    told: Any = environ.get
    return (
        environ["REQUEST_METHOD"] == "GET"
        and CODE.fullmatch(told("PATH_INFO", "")) is not None
        and not told("QUERY_STRING")
        and not told("SCRIPT_NAME")
        and told("HTTP_COOKIE", "") in COOKIES
        and HOST.fullmatch(told("HTTP_HOST", "")) is not None
        and not asks_for_json(told("HTTP_ACCEPT", ""))
    )
