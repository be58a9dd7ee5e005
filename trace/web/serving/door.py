"""The fast way for scans: a pack whose page is drawn already is answered here, before Flask is called.

Nine scans in ten are of this kind. The door decides nothing by itself: it calls the same functions as the view
`public.unit`. For each scan it checks the signature, asks for the version of the record, and stores the look. Scans
that arrive at the same moment share one query and one commit, and none of them holds a thread. A scan whose look is not
written in time goes on to Flask, which says so.

Every other request goes on to Flask: another address, another cookie, a query, JSON, a batch that changed. A test
compares the answers of both ways byte by byte.
"""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from functools import cached_property
from threading import Event, Lock
from typing import cast

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ... import clock
from ...indicators.board import Progress
from ...scan import lookup
from ...scan.batcher import Batcher
from ...scan.counting import Counted, Counting
from ...scan.looks import Look, Reader
from ...scan.pack import GenuineCode, Pack
from ..errors import asks_for_json
from ..guard import Service
from ..language import LANGUAGES
from ..pages.public import PURPOSES, answer_page, reader_of
from ..unitpage import COUNTED, Wanted
from .bridge import Bridge, Receive, Scope, Send
from .patience import Patience
from .refusals import Refusals

CODE = re.compile(r"/([0-9]{191})")
HOST = re.compile(rb"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[1-9][0-9]{0,3}|:[1-5][0-9]{4})?")
COOKIES = {b"": LANGUAGES[0]} | {f"lang={language}".encode(): language for language in LANGUAGES}
# Seconds in which scans gather while the looks of those before are written: one large commit costs less than two small ones.
MEANWHILE = 0.05
# The page, or None if Flask is to draw it; what became of the look, or None if Flask is to count it.
Opened = tuple[bytes | None, Counted | None]
FOR_FLASK: Opened = (None, None)


@dataclass(slots=True, eq=False)
class _Knock:
    """A genuine code, and the person who scanned it. `how` is set once the look is handed over to be written."""

    code: str
    genuine: GenuineCode
    language: str
    reader: Reader
    opened: "asyncio.Future[Opened]"
    how: Counting | None = None
    is_late: bool = False  # Flask counts this look: nobody else may


_Found = tuple[_Knock, Pack, Look]


class Door:
    """The application with its door, as the server calls it."""

    def __init__(self, app: Flask) -> None:
        self._app, self._flask = app, Bridge(app.wsgi_app, self._network, Refusals(app))
        self._inbox, self._handing = Batcher("door", self._open), Lock()
        self._service = cast(Service, app.extensions["yipin"])
        self._patience = Patience(lambda: self._service.tally.patience, self._late)
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
        self._patience.wait(knock)
        page, counted = await knock.opened
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
        if _FORWARDED in environ:
            self._proxied(environ, lambda *_: lambda _: None)  # replaces the proxy's address by the reader's
        return reader_of(environ)

    def _late(self, knock: _Knock) -> None:
        """Give up waiting. A look that is not handed over yet is left to Flask, and then only Flask counts it."""
        with self._handing:
            knock.is_late = knock.how is None
        _tell([(knock, FOR_FLASK if knock.how is None else (None, Counted(None, knock.how)))])

    def _network(self, scope: Scope) -> str:
        return self._reader(scope, dict(scope["headers"])).network

    def _open(self, knocks: list[_Knock]) -> None:
        """Answer all scans that came together. It runs in the batcher's thread."""
        try:
            found = self._found(knocks)
        except Exception:  # for example no database. Flask meets the same error and shows its page
            found = [None] * len(knocks)
        self._answer([(knock, FOR_FLASK) for knock, one in zip(knocks, found, strict=True) if one is None])
        self._hand([(knock, *one) for knock, one in zip(knocks, found, strict=True) if one])

    def _found(self, knocks: list[_Knock]) -> list[tuple[Pack, Look] | None]:
        """For each scan the pack and the look to be written, or None where Flask must read the record."""
        now, service = clock.now(), self._service
        packs = lookup.known(service.installation, [knock.genuine for knock in knocks], now, service.facts)
        return [
            (pack, Look(knock.reader, pack.unit, pack.verdict, now)) if pack else None
            for knock, pack in zip(knocks, packs, strict=True)
        ]

    def _hand(self, found: list[_Found]) -> None:
        """Have the looks written. The writer's thread then answers the scans."""
        written = Event()
        with self._handing:
            found = [one for one in found if not one[0].is_late]
            if not found:
                return
            is_taken = self._service.tally.put(
                [look for _, _, look in found], lambda: self._answer_written(found, written)
            )
            for knock, _, _ in found:
                knock.how = Counting.KEPT if is_taken else Counting.LOST
        if is_taken:
            written.wait(MEANWHILE)
        else:
            self._answer([(knock, (None, Counted(None, Counting.LOST))) for knock, _, _ in found])

    def _answer_written(self, found: list[_Found], written: Event) -> None:
        line = self._service.facts.line(self._service.installation, clock.day_of(clock.now()))
        self._answer(
            [(knock, self._opened(knock, pack, Counted(look.seen, Counting.DONE), line)) for knock, pack, look in found]
        )
        written.set()

    def _opened(self, knock: _Knock, pack: Pack, counted: Counted, line: Progress | None) -> Opened:
        return self._service.pages.kept(Wanted(knock.language, f"/{knock.code}", pack, *counted, line)), counted

    def _answer(self, told: list[tuple[_Knock, Opened]]) -> None:
        for loop in {knock.opened.get_loop() for knock, _ in told}:
            with contextlib.suppress(RuntimeError):  # the server has stopped meanwhile
                loop.call_soon_threadsafe(_tell, [one for one in told if one[0].opened.get_loop() is loop])

    @cached_property
    def _headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of every unit page, taken from an answer of Flask. The length is added to each page."""
        with self._app.test_request_context(f"/{'0' * 191}"):
            answer = self._app.process_response(answer_page(""))
        return [(name.lower().encode(), value.encode()) for name, value in answer.headers if name != "Content-Length"]


def _tell(opened: list[tuple[_Knock, Opened]]) -> None:
    for knock, answer in opened:
        if not knock.opened.done():  # nobody waits any longer
            knock.opened.set_result(answer)


_FORWARDED = "HTTP_X_FORWARDED_FOR"
_NAMES = [
    ("HTTP_USER_AGENT", b"user-agent"),
    *((name, name[5:].lower().replace("_", "-").encode()) for name in PURPOSES),
    (_FORWARDED, b"x-forwarded-for"),
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
