"""How a server process stops: within `LONGEST` seconds, whatever is at work.

granian waits at the stop until all connections are closed, without end. A reader who takes a long file slowly, half an
upload or half a request line would keep the process alive for ever. And when a connection closes first, granian ends the
loop while a thread of the bridge still waits for an answer from it, and the interpreter waits for that thread.

So this wrapper has an order of its own. On SIGTERM the requests get `GRACE` seconds to finish. Then every connection is
told that its reader is gone: each thread comes to its end by the way that it knows. When all requests have ended, what
is registered in `Closing` is closed. Only then may the loop end. If granian still waits then, the process is ended.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable
from threading import Thread
from types import FrameType
from typing import TypeVar

from ...running.closing import Closing
from .bridge import AsgiApp, Message, Receive, Scope, Send

GRACE = 4.0  # seconds for the requests that are at work
UNWINDING = 1.5  # seconds for their threads, once the connections are given up
CLOSING = 2.0  # seconds for what is registered
LAST = 0.5  # seconds for granian
LONGEST = GRACE + UNWINDING + CLOSING + LAST
GONE: Message = {"type": "http.disconnect"}
Found = TypeVar("Found")


class Stopping:
    """An ASGI application that stops in good order. It is the outermost one of a server process."""

    def __init__(self, app: AsgiApp, closing: Closing) -> None:
        self._app, self._closing = app, closing
        self._at_work: set[asyncio.Task[object]] = set()
        self._waiting: set[asyncio.Task[object]] = set()  # for a connection: its reader, or its sender
        self._given_up = False
        self._stop: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        try:
            await self._app(scope, self._receiving(receive), self._sending(send))
        finally:
            self._at_work.discard(task)

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
        self._given_up = True
        for task in list(self._waiting):
            task.cancel()
        await self._ended(UNWINDING)
        await asyncio.to_thread(self._closing.close, CLOSING)
        Thread(target=_end, name="end", daemon=True).start()

    async def _ended(self, seconds: float) -> None:
        """Wait until no request is at work, so many seconds at most."""
        end = time.monotonic() + seconds
        while self._at_work and (rest := end - time.monotonic()) > 0:
            await asyncio.wait(list(self._at_work), timeout=rest)

    def _receiving(self, receive: Receive) -> Receive:
        async def received() -> Message:
            return GONE if self._given_up else await self._waited(receive(), GONE)

        return received

    def _sending(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if not self._given_up:
                await self._waited(send(message), None)

        return sent

    async def _waited(self, work: Awaitable[Found], instead: Found) -> Found:
        """What the connection gave, or `instead` when it is given up meanwhile."""
        task = asyncio.current_task()
        assert task is not None
        self._waiting.add(task)
        try:
            return await work
        except asyncio.CancelledError:
            if not self._given_up:
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
