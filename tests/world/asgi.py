"""A client of ASGI applications: one request and the whole answer, or many requests at the same moment."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import unquote

Answer = tuple[int, list[tuple[str, str]], bytes]
Header = tuple[bytes, bytes]
Found = TypeVar("Found")
ADDRESS = "203.0.113.9"


def asked(
    app: Any,
    path: str,
    headers: dict[str, str],
    method: str = "GET",
    query: str = "",
    body: bytes = b"",
    more: Iterable[Header] = (),
    goes_on: bool = False,
    takes: int = 1_000_000,
) -> Answer:
    """What `app` answers; `path` as it stands in the request, `more` headers besides, as they come over the line. A body
    that `goes_on` is never sent to its end; of the answer no more is taken than that many parts."""
    return _run(_answer(app, _scope(path, headers, method, query, more), body, goes_on, takes))


def all_asked(
    app: Any, wanted: Iterable[tuple[str, dict[str, str]]], addresses: Iterable[str] = itertools.repeat(ADDRESS)
) -> list[Answer]:
    """What `app` answers to many who come together with their paths and headers, each from its address."""

    async def together() -> list[Answer]:
        return await asyncio.gather(
            *(
                _answer(app, _scope(path, headers) | {"client": (address, 40_000)})
                for (path, headers), address in zip(wanted, addresses, strict=False)
            )
        )

    return _run(together())


def _run(answer: Coroutine[Any, Any, Found]) -> Found:
    """In a thread of its own, since a browser of other tests may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, answer).result()


def _scope(
    path: str, headers: dict[str, str], method: str = "GET", query: str = "", more: Iterable[Header] = ()
) -> dict[str, Any]:
    told = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [*told, *more],
        "client": (ADDRESS, 40_000),
        "server": ("127.0.0.1", 8_000),
    }


async def _answer(
    app: Any, scope: dict[str, Any], body: bytes = b"", goes_on: bool = False, takes: int = 1_000_000
) -> Answer:
    parts, sent = [{"type": "http.request", "body": body, "more_body": goes_on}], []

    async def receive() -> dict[str, Any]:
        return parts.pop() if parts else await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        if len(sent) == takes:
            await asyncio.Future()
        sent.append(message)

    await app(scope, receive, send)
    found = sorted((name.decode().lower(), value.decode()) for name, value in sent[0]["headers"])
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])
