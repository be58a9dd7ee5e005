"""From the server, which speaks ASGI, to Flask, which speaks WSGI: each request in a thread of its own.

A request gets its thread when its body is complete (`bodies`) and when its network has not too many threads (`lanes`).
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

from a2wsgi import WSGIMiddleware
from werkzeug.wsgi import ClosingIterator, FileWrapper

from ...accounts.signin import AT_ONCE
from ...scan.looks import Reader
from ..bounds import GRACE, SLOWEST, bound_of
from ..unitpage import COUNTED
from .bodies import Body, Room, check_head, has_body
from .lanes import Lane
from .refused import Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What ASGI passes: dicts whose values depend on their "type" (ASGI 3.0, HTTP and lifespan).
Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]  # status, headers, body
Refuse = Callable[[Scope, Refused], Answer]

THREADS, SENDERS = 24, 8  # threads of each server process: for pages, and for forms that are sent
HASHERS = (
    AT_ONCE + 1
)  # threads for forms that hash passwords: while all hashes are one network's, another one's is next
HASHING = ("/login", "/join", "/password", "/reset")
LEFT = 2  # threads of pages and of forms that one network cannot take
FILE_BLOCK = 256 << 10  # bytes of a file handed over at a time
LINGER = 2  # seconds in which the rest of a refused body is thrown away, so that the sender comes to read the answer
BREATH = 0.002  # seconds between two pieces thrown away: a sender who pours in a gigabyte a second must not keep scans waiting
_LINE, _BODY = "yipin.line", "yipin.body"


def plainly(_scope: Scope, refused: Refused) -> Answer:
    """The refusal as plain text, where there is no page of our own for it."""
    text = refused.sentence.encode()
    return (
        refused.status,
        [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(text))],
        text,
    )


def _direct(scope: Scope) -> str:
    return Reader.of((scope.get("client") or ("",))[0], "").network


class Bridge:
    """A WSGI application as an ASGI one.

    `network` names the network that a request comes from; `refuse` makes the answer to a request that is refused.
    """

    def __init__(
        self, app: "WSGIApplication", network: Callable[[Scope], str] = _direct, refuse: Refuse = plainly
    ) -> None:
        self._app, self._network, self._refuse, self._room = app, network, refuse, Room()
        self._pages = self._threads(Lane(THREADS, THREADS - LEFT))
        self._forms = self._threads(Lane(SENDERS, SENDERS - LEFT))
        self._hashing = self._threads(Lane(HASHERS, AT_ONCE))

    def _threads(self, lane: Lane) -> tuple[Lane, AsgiApp]:
        return lane, cast(AsgiApp, WSGIMiddleware(self._called, workers=lane.threads))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages[1](scope, receive, send)
            return
        line, network = _Line(receive, send), self._network(scope)
        lane, over = self._way(scope)
        told = dict(scope["headers"])
        bound = bound_of(scope["method"], scope["path"], told.get(b"content-type", b"").decode("latin-1"))
        body = Body(self._room, network, bound, not told.get(b"content-type", b"").startswith(b"multipart/"))
        try:
            check_head(scope, told, bound)
            if has_body(told):
                await body.read(receive)
            async with lane.place(network):
                await over(_tidy(scope) | {_LINE: line, _BODY: body.file}, line.receive, line.send)
        except Refused as refused:
            await self._tell(scope, refused, line, has_body(told))
        finally:
            body.close()
            line.close()

    def _way(self, scope: Scope) -> tuple[Lane, AsgiApp]:
        if scope["method"] in ("GET", "HEAD"):
            return self._pages
        return self._hashing if scope["path"] in HASHING else self._forms

    async def _tell(self, scope: Scope, refused: Refused, line: "_Line", goes_on: bool) -> None:
        status, headers, page = self._refuse(scope, refused)
        await line.send({"type": "http.response.start", "status": status, "headers": headers})
        await line.send({"type": "http.response.body", "body": page if scope["method"] != "HEAD" else b""})
        if goes_on:
            await line.throw_away(LINGER)

    def _called(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Call the WSGI application, in a thread. It gets the address as it was sent, and what this server can do."""
        scope = environ["asgi.scope"]
        environ["PATH_INFO"] = unquote_to_bytes(scope["raw_path"]).decode("latin-1")
        environ["wsgi.input"], environ["wsgi.input_terminated"] = scope[_BODY], True
        environ["wsgi.errors"] = sys.stderr
        environ["wsgi.file_wrapper"] = _blocks
        if COUNTED in scope:
            environ[COUNTED] = scope[COUNTED]
        told = self._app(environ, start_response)
        return ClosingIterator(scope[_LINE].while_heard(told), getattr(told, "close", None))


class _Line:
    """The connection to one reader. When the reader hangs up during a long answer, the rest is not made."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send, self._parts = receive, send, 0
        self._is_given_up = False
        self._watch: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """The body was read before the thread was taken: there is no more of it."""
        return {"type": "http.request", "body": b"", "more_body": False}

    async def throw_away(self, seconds: float) -> None:
        """Read what still comes, and keep nothing of it."""
        rest = asyncio.ensure_future(self._hung_up(BREATH))
        await asyncio.wait({rest}, timeout=seconds)
        rest.cancel()

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

    async def _hung_up(self, breath: float = 0) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            await asyncio.sleep(breath)

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
