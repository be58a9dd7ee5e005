"""The fast way for scans: a pack whose page is drawn already is answered here, before Flask is called.

Nine scans in ten are of this kind. The door decides nothing by itself: it calls the same functions as the view
`public.unit`. For each scan it checks the signature, asks for the version of the record, and stores the look. Scans
that arrive at the same moment share one query and one commit, and none of them holds a thread.

Every other request goes on to Flask: another address, another cookie, a query, JSON, a batch that changed. A test
compares the answers of both ways byte by byte.
"""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ... import clock
from ...scan import lookup
from ...scan.batcher import Batcher
from ...scan.look_writer import PATIENCE
from ...scan.looks import Look, Reader
from ...scan.pack import GenuineCode, Pack
from ..errors import asks_for_json
from ..guard import Service
from ..language import LANGUAGES
from ..pages.public import Counted, answer_page, reader_of
from ..unitpage import COUNTED, Wanted
from .bridge import Bridge, Receive, Scope, Send
from .refusals import Refusals

CODE = re.compile(r"/([0-9]{191})")
HOST = re.compile(rb"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[1-9][0-9]{0,3}|:[1-5][0-9]{4})?")
COOKIES = {b"": LANGUAGES[0]} | {f"lang={language}".encode(): language for language in LANGUAGES}
Opened = tuple[bytes | None, Counted | None]  # the page, or None if Flask is to draw it; the look, if it was counted


@dataclass(frozen=True, slots=True)
class _Knock:
    """A genuine code, and the person who scanned it."""

    code: str
    genuine: GenuineCode
    language: str
    reader: Reader
    opened: "asyncio.Future[Opened]"


class Door:
    """The application with its door, as the server calls it."""

    def __init__(self, app: Flask) -> None:
        self._app, self._flask = app, Bridge(app.wsgi_app, self._network, Refusals(app))
        self._inbox = Batcher("door", self._open)
        self._service = cast(Service, app.extensions["yipin"])
        self._proxied = ProxyFix(lambda *_: (), x_for=self._service.installation.settings.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = await self._page(scope) if scope["type"] == "http" else None
        if page is None:
            return await self._flask(scope, receive, send)
        headers = [*self._headers, (b"content-length", b"%d" % len(page))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": page})

    async def _page(self, scope: Scope) -> bytes | None:
        """The page, or None when Flask is to draw it. If the look was counted here, `scope` says so to Flask."""
        knock = self._knock(scope)
        if knock is None:
            return None
        self._inbox.put(knock)
        patience = knock.opened.get_loop().call_later(PATIENCE, _tell, [_uncounted(knock)])
        try:
            page, counted = await knock.opened
        finally:
            patience.cancel()
        if counted is not None:
            scope[COUNTED] = counted
        return page

    def _knock(self, scope: Scope) -> _Knock | None:
        """The scan, or None when this is not a plain request for a genuine code."""
        told = dict(scope["headers"])
        if not _is_plain(scope, told):
            return None
        code = scope["path"][1:]
        try:
            genuine = lookup.signed_code(self._service.installation, code)
        except Exception:  # not our code, or no keys. Flask meets the same error and shows its page
            return None
        language, reader = COOKIES[told.get(b"cookie", b"")], self._reader(scope, told)
        return _Knock(code, genuine, language, reader, asyncio.get_running_loop().create_future())

    def _reader(self, scope: Scope, told: dict[bytes, bytes]) -> Reader:
        """The reader, known by the same headers as in a request of Flask."""
        environ = {"REMOTE_ADDR": (scope.get("client") or ("",))[0]}
        for name, called in _NAMES:
            if called in told:
                environ[name] = told[called].decode("latin-1")
        self._proxied(environ, lambda *_: lambda _: None)  # replaces the proxy's address by the reader's
        return reader_of(environ)

    def _network(self, scope: Scope) -> str:
        return self._reader(scope, dict(scope["headers"])).network

    def _open(self, knocks: list[_Knock]) -> None:
        """Answer all scans that came together. It runs in the batcher's thread."""
        try:
            opened = self._opened(knocks)
        except Exception:  # for example no database. Flask meets the same error and shows its page
            opened = [(None, None)] * len(knocks)
        told = list(zip(knocks, opened, strict=True))
        for loop in {knock.opened.get_loop() for knock in knocks}:
            with contextlib.suppress(RuntimeError):  # the server has stopped meanwhile
                loop.call_soon_threadsafe(_tell, [one for one in told if one[0].opened.get_loop() is loop])

    def _opened(self, knocks: list[_Knock]) -> list[Opened]:
        now, service = clock.now(), self._service
        packs = lookup.known(service.installation, [knock.genuine for knock in knocks], now, service.facts)
        looks = {n: Look(knocks[n].reader, pack.unit, pack.verdict, now) for n, pack in enumerate(packs) if pack}
        is_counted = bool(looks) and service.tally.settle(list(looks.values()))
        seen = {n: look.seen if is_counted else None for n, look in looks.items()}
        return [
            self._answered(knock, pack, (seen[n], is_counted)) if pack else (None, None)
            for n, (knock, pack) in enumerate(zip(knocks, packs, strict=True))
        ]

    def _answered(self, knock: _Knock, pack: Pack, counted: Counted) -> Opened:
        return self._service.pages.kept(Wanted(knock.language, f"/{knock.code}", pack, *counted)), counted

    @cached_property
    def _headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of every unit page, taken from an answer of Flask. The length is added to each page."""
        with self._app.test_request_context(f"/{'0' * 191}"):
            answer = self._app.process_response(answer_page(""))
        return [(name.lower().encode(), value.encode()) for name, value in answer.headers if name != "Content-Length"]


def _uncounted(knock: _Knock) -> tuple[_Knock, Opened]:
    return knock, (None, (None, False))


def _tell(opened: list[tuple[_Knock, Opened]]) -> None:
    for knock, answer in opened:
        if not knock.opened.done():  # nobody waits any longer
            knock.opened.set_result(answer)


_NAMES = [
    ("HTTP_USER_AGENT", b"user-agent"),
    ("HTTP_SEC_PURPOSE", b"sec-purpose"),
    ("HTTP_X_FORWARDED_FOR", b"x-forwarded-for"),
]


def _is_plain(scope: Scope, told: dict[bytes, bytes]) -> bool:
    """Whether this is a plain request for the page of a signed code: no query, and no cookie but the language."""
    return (
        scope["method"] == "GET"
        and CODE.fullmatch(scope["path"]) is not None
        and not scope["query_string"]
        and not scope.get("root_path")
        and len(told) == len(scope["headers"])  # no header twice
        and told.get(b"cookie", b"") in COOKIES
        and HOST.fullmatch(told.get(b"host", b"")) is not None
        and not asks_for_json(told.get(b"accept", b"").decode("latin-1"))
    )
