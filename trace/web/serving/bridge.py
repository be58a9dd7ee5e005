"""From the server, which speaks ASGI, to Flask, which speaks WSGI: each request in a thread of its own."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

from a2wsgi import WSGIMiddleware
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import ClosingIterator, FileWrapper

from ..unitpage import COUNTED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What ASGI passes: dicts whose values depend on their "type" (ASGI 3.0, HTTP and lifespan).
Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

THREADS, SENDERS = 24, 8  # threads of each server process: for pages, and for forms that are sent
SLOWEST, GRACE = 1_000, 30  # bytes a second that a connection must carry, and seconds before this is demanded
FILE_BLOCK = 256 << 10  # bytes of a file handed over at a time
_LINE = "yipin.line"


class Bridge:
    """A WSGI application as an ASGI one."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._pages, self._forms = self._threads(THREADS), self._threads(SENDERS)

    def _threads(self, most: int) -> AsgiApp:
        return cast(AsgiApp, WSGIMiddleware(self._called, workers=most))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        line = _Line(receive, send)
        over = self._pages if scope["method"] in ("GET", "HEAD") else self._forms  # a slow upload keeps no page waiting
        try:
            await over(_tidy(scope) | {_LINE: line}, line.receive, line.send)
        finally:
            line.close()

    def _called(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Call the WSGI application, in a thread. It gets the address as it was sent, and what this server can do."""
        scope = environ["asgi.scope"]
        environ["PATH_INFO"] = unquote_to_bytes(scope["raw_path"]).decode("latin-1")
        environ["wsgi.input_terminated"], environ["wsgi.errors"] = True, sys.stderr
        environ["wsgi.file_wrapper"] = _blocks
        if COUNTED in scope:
            environ[COUNTED] = scope[COUNTED]
        told = self._app(environ, start_response)
        return ClosingIterator(scope[_LINE].while_heard(told), getattr(told, "close", None))


class _Line:
    """The connection to one reader. When the reader hangs up during a long answer, the rest is not made."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._parts = self._came = 0
        self._since: float | None = None
        self._is_given_up = False
        self._watch: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """The next piece of an upload.

        Raises ClientDisconnected when the upload breaks off, or comes slower than SLOWEST. Half an upload is of no use.
        """
        self._since = self._since or time.monotonic()
        patience = self._since + GRACE + self._came / SLOWEST - time.monotonic()
        try:
            message = await asyncio.wait_for(self._heard(), patience)
        except TimeoutError:
            raise ClientDisconnected from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        self._came += len(message.get("body", b""))
        return message

    async def _heard(self) -> Message:
        return await self._receive()  # a coroutine for `wait_for`: a server may give any other awaitable

    async def send(self, message: Message) -> None:
        """Send a piece of the answer. From the second piece on, watch whether the reader hangs up."""
        if self._watch is None and message.get("more_body"):
            self._parts += 1
            if self._parts > 1:
                self._watch = asyncio.create_task(self._hung_up())
        if not self.is_dead:
            await self._said(message)

    async def _said(self, message: Message) -> None:
        """Send a piece. A reader must take a long answer as fast as an upload must come, or the answer is given up."""
        if self._watch is None:
            await self._send(message)
            return
        try:
            await asyncio.wait_for(self._send(message), GRACE + len(message.get("body", b"")) / SLOWEST)
        except TimeoutError:
            self._is_given_up = True

    @property
    def is_dead(self) -> bool:
        """Whether the reader has hung up, or was too slow."""
        return self._is_given_up or self._watch is not None and self._watch.done()

    async def _hung_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def while_heard(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """The parts of an answer, as long as the reader is there."""
        for part in parts:
            if self.is_dead:
                return
            yield part

    def close(self) -> None:
        """Stop watching the connection."""
        if self._watch is not None:
            self._watch.cancel()


def _tidy(scope: Scope) -> Scope:
    """The request in the form that WSGI can carry.

    Headers whose names hold "_" are dropped: WSGI would spell X_Forwarded_For as it spells the proxy's own
    X-Forwarded-For. Cookies are joined to one header; HTTP/2 may send several (RFC 9113, 8.2.3). The query becomes ASCII.
    """
    headers = [header for header in scope["headers"] if b"_" not in header[0] and header[0] != b"cookie"]
    if cookies := [value for name, value in scope["headers"] if name == b"cookie"]:
        headers.append((b"cookie", b"; ".join(cookies)))
    query = b"".join(b"%c" % byte if byte < 128 else b"%%%02X" % byte for byte in scope["query_string"])
    return scope | {"headers": headers, "query_string": query}


def _blocks(file: IO[bytes], _size: int = 0) -> FileWrapper:
    return FileWrapper(file, FILE_BLOCK)
