"""Reads bodies in the event loop, before a thread is taken, and bounds them while they come.

A body is kept in memory up to 256 kB, then in a temporary file. The room for unfinished bodies is bounded. When it is
full, the slowest body of the network that sends most of them has to go, so that slow senders stand in their own way only.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import IO, Any, cast

from werkzeug.exceptions import ClientDisconnected

from ...errors import N_
from .. import bounds
from ..bounds import Bound
from .refused import Refused

Receive = Callable[[], Awaitable[dict[str, Any]]]

IN_MEMORY, ALL_IN_MEMORY = 256 << 10, 16 << 20  # bytes of one body, and of all
MOST, SHARE = 400, 200  # unfinished bodies in this process, and of one network
YOUNG, FAIR = 1, 2_000  # seconds, and bytes a second by `Body.pace`: a telephone on 2G sends 5,000

_FIELDS = N_("请求里的项太多，没有提交。请回到页面，重新填写后提交。")
_SLOW = N_("上传太慢，没有提交。请到信号好的地方，或把照片改小一点，再提交一次。")
_BROKEN = N_("上传中断了，没有提交。请再提交一次。")


class Room:
    """The unfinished bodies of this process."""

    def __init__(self) -> None:
        self._bodies: set[Body] = set()
        self.in_memory = 0

    def enter(self, body: "Body") -> None:
        """Take a body in. If there is no room, another one has to go."""
        held = Counter(each.network for each in self._bodies)
        if held[body.network] >= SHARE:
            self._drop(body.network)
        elif held.total() >= MOST:
            self._drop(held.most_common(1)[0][0])
        self._bodies.add(body)

    def leave(self, body: "Body") -> None:
        """The body is complete, or has ended in another way."""
        self._bodies.discard(body)

    def _drop(self, network: str) -> None:
        """Give up the slowest. One that has just begun shows no pace yet: if no other is slow, chance decides among these."""
        mine = [each for each in self._bodies if each.network == network]
        slow = [each for each in mine if each.age() >= YOUNG and each.pace() < FAIR]
        young = [each for each in mine if each.age() < YOUNG]
        gone = min(slow, key=Body.pace) if slow else random.choice(young or mine)
        self.leave(gone)
        gone.drop()


class Body:
    """One body while it comes, and then its bytes. `file` may be read once `read` has returned."""

    def __init__(self, room: Room, network: str, bound: Bound, is_plain: bool) -> None:
        self.network = network
        self._room, self._bound, self._is_plain = room, bound, is_plain
        self._began, self._came, self._fields = time.monotonic(), 0, 0
        self._held = 0  # bytes that the room counts as kept in memory
        self._piece: asyncio.Future[dict[str, Any]] | None = None
        self._is_dropped = False
        self.file: IO[bytes] = BytesIO()

    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def pace(self) -> float:
        """Bytes a second since it began. One second more, for the way of the first bytes."""
        return self._came / (self.age() + 1)

    def drop(self) -> None:
        """Give this body up: another one needs the room."""
        self._is_dropped = True
        if self._piece is not None:
            self._piece.cancel()

    async def read(self, receive: Receive) -> None:
        """Read all of it. Raises Refused when it is too large, has too many fields, is too slow or breaks off."""
        self._room.enter(self)
        try:
            while await self._more(receive):
                pass
        finally:
            self._room.leave(self)
        self.file.seek(0)

    async def _more(self, receive: Receive) -> bool:
        self._piece = asyncio.ensure_future(_coming(receive))
        await asyncio.wait({self._piece}, timeout=self._patience())
        if not self._piece.done() or self._piece.cancelled():
            self._piece.cancel()
            raise Refused(408, _SLOW)
        try:
            message = self._piece.result()
        except ClientDisconnected:
            raise Refused(400, _BROKEN) from None
        if message["type"] == "http.disconnect":
            raise Refused(400, _BROKEN)
        self._keep(message.get("body", b""))
        goes_on = bool(message.get("more_body"))
        if goes_on and self._is_dropped:
            raise Refused(408, _SLOW)
        return goes_on

    def _patience(self) -> float:
        """Seconds until the next piece must be there."""
        slow = bounds.GRACE + self._came / bounds.SLOWEST
        return self._began + min(slow, self._bound.seconds) - time.monotonic()

    def _keep(self, piece: bytes) -> None:
        self._came += len(piece)
        self._fields += piece.count(b"&") if self._is_plain else 0
        if self._came > self._bound.body:
            raise Refused(413, self._bound.advice)
        if self._fields >= self._bound.fields > 0:
            raise Refused(400, _FIELDS)
        if isinstance(self.file, BytesIO) and (
            self._came > IN_MEMORY or self._room.in_memory + len(piece) > ALL_IN_MEMORY
        ):
            self._to_disk()
        if isinstance(self.file, BytesIO):
            self._held += len(piece)
            self._room.in_memory += len(piece)
        self.file.write(piece)

    def _to_disk(self) -> None:
        kept = cast(BytesIO, self.file).getvalue()
        self._free()
        self.file = tempfile.TemporaryFile(buffering=0)
        self.file.write(kept)

    def _free(self) -> None:
        self._room.in_memory -= self._held
        self._held = 0

    def close(self) -> None:
        """Forget the bytes."""
        self._free()
        self.file.close()


async def _coming(receive: Receive) -> dict[str, Any]:
    return await receive()  # a coroutine for a task: a server may give any other awaitable


def check_head(scope: dict[str, Any], told: dict[bytes, bytes], bound: Bound) -> None:
    """Raises Refused when query, headers or the announced length of the body go beyond the bound."""
    query = scope["query_string"]
    if len(query) > bounds.LONGEST_QUERY or query.count(b"&") >= bounds.QUERY_FIELDS:
        raise Refused(400, N_("网址太长，打不开。请从页面上的按钮进入，或重新扫码。"))
    if len(scope["headers"]) > bounds.HEADERS or sum(len(n) + len(v) for n, v in scope["headers"]) > (
        bounds.LONGEST_HEADERS
    ):
        raise Refused(431, N_("浏览器送来的附加信息太多，打不开。请清除本网站的浏览器数据后再试。"))
    length = told.get(b"content-length", b"0")
    if length.isdigit() and len(length) > 12 or int(length if length.isdigit() else 0) > bound.body:
        raise Refused(413, bound.advice)


def has_body(told: dict[bytes, bytes]) -> bool:
    """Whether the headers of a request announce a body."""
    return b"transfer-encoding" in told or told.get(b"content-length", b"0") != b"0"
