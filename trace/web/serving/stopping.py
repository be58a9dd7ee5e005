"""How a server process stops: within `LONGEST` seconds, whatever is at work.

granian waits at the stop until all connections are closed, without end. A reader who takes a long file slowly, half an
upload or half a request line would keep the process alive for ever. And when a connection closes first, granian ends the
loop while a thread of the bridge still waits for an answer from it, and the interpreter waits for that thread.

So this wrapper has an order of its own. On SIGTERM the requests get `GRACE` seconds to finish. Then whoever has not been
answered at all is refused in our own words, and every connection is told that its reader is gone: each thread comes to its
end by the way that it knows. When all requests have ended, what is registered in `Closing` is closed. Only then may the loop
end. If granian still waits then, the process is ended.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable
from threading import Thread
from types import FrameType
from typing import TypeVar

from ...errors import N_
from ...running.closing import Closing
from .bridge import AsgiApp, Message, Receive, Refuse, Scope, Send, plainly
from .refused import Refused

GRACE = 3.0  # seconds for the requests that are at work
UNWINDING = 1.5  # seconds for their threads, once the connections are given up
CLOSING = 2.0  # seconds for what is registered
LAST = 0.5  # seconds for granian
LONGEST = GRACE + UNWINDING + CLOSING + LAST
STOPS = N_("服务正在重新启动，这一次没有办完。请过一分钟再试；提交过的，先看看办成了没有。")
GONE: Message = {"type": "http.disconnect"}
Found = TypeVar("Found")


class Stopping:
    """An ASGI application that stops in good order. It is the outermost one of a server process.

    `refuse` makes the answer to a request that was not done in time.
    """

    def __init__(self, app: AsgiApp, closing: Closing, refuse: Refuse = plainly) -> None:
        self._app, self._closing, self._refuse = app, closing, refuse
        self._at_work: dict[asyncio.Task[object], _Line] = {}
        self._stop: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        task = asyncio.current_task()
        assert task is not None
        self._at_work[task] = line = _Line(scope, receive, send)
        try:
            await self._app(scope, line.receive, line.send)
        finally:
            del self._at_work[task]

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._hear_signals(asyncio.get_running_loop())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._begin()
        await send({"type": "lifespan.shutdown.complete"})

    def _hear_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to stop at the signal. The server's own handler is called as before."""
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def hear(number: int, frame: FrameType | None, before: object = before) -> None:
                loop.call_soon_threadsafe(self._begin)
                if callable(before):
                    before(number, frame)

            signal.signal(number, hear)

    def _begin(self) -> "asyncio.Task[None]":
        if self._stop is None:
            self._stop = asyncio.create_task(self._in_order())
        return self._stop

    async def _in_order(self) -> None:
        await self._ended(GRACE)
        await asyncio.gather(*(line.give_up(self._refuse) for line in list(self._at_work.values())))
        await self._ended(UNWINDING)
        await asyncio.to_thread(self._closing.close, CLOSING)
        Thread(target=_end, name="end", daemon=True).start()

    async def _ended(self, seconds: float) -> None:
        """Wait until no request is at work, so many seconds at most."""
        end = time.monotonic() + seconds
        while self._at_work and (rest := end - time.monotonic()) > 0:
            await asyncio.wait(list(self._at_work), timeout=rest)


class _Line:
    """The connection of one request, until it is given up. What the request still says then is not heard."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._waiting: set[asyncio.Task[object]] = set()  # for the connection: its reader, or its sender
        self._is_answered = self._is_long = self._is_given_up = False

    async def receive(self) -> Message:
        return GONE if self._is_given_up else await self._waited(self._receive(), GONE)

    async def send(self, message: Message) -> None:
        if self._is_given_up:
            return
        self._is_answered = True
        if message.get("more_body") or self._is_long:  # only a long answer waits for its reader
            self._is_long = True
            await self._waited(self._send(message), None)
        else:
            await self._send(message)

    async def give_up(self, refuse: Refuse) -> None:
        """Refuse the request, unless its answer has begun. Then tell it that its reader is gone."""
        self._is_given_up = True
        if not self._is_answered:
            with contextlib.suppress(Exception):  # the reader has hung up
                async with asyncio.timeout(LAST):
                    await self._tell(*refuse(self._scope, Refused(503, STOPS)))
        for task in list(self._waiting):
            task.cancel()

    async def _tell(self, status: int, headers: list[tuple[bytes, bytes]], page: bytes) -> None:
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        body = b"" if self._scope["method"] == "HEAD" else page
        await self._send({"type": "http.response.body", "body": body})

    async def _waited(self, work: Awaitable[Found], instead: Found) -> Found:
        """What the connection gave, or `instead` when it is given up meanwhile."""
        task = asyncio.current_task()
        assert task is not None
        self._waiting.add(task)
        try:
            return await work
        except asyncio.CancelledError:
            if not self._is_given_up:
                raise
            task.uncancel()
            return instead
        finally:
            self._waiting.discard(task)


def _end() -> None:
    """End the process when neither the server nor a thread has let go of it: nothing of ours is at work any more."""
    time.sleep(LAST)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
