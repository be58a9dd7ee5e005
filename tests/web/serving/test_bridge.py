"""What comes over the line reaches Flask as it was meant and whole, and who is slow or hangs up keeps nobody waiting."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from world import asgi, bridged
from world.bridged import app
from yipin.web.serving.bridge import BREATH, LEFT, SENDERS, THREADS, Message, _Line
from yipin.web.serving.stopping import STOPS

MEGABYTE = 1 << 20
LARGE = 64 * MEGABYTE
START = 'import sys; from yipin.web.serving.server import server; server("world.bridged:served", "127.0.0.1", int(sys.argv[1]), 1).serve()'


@dataclass(frozen=True)
class Running:
    """A real server, and what it wrote."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    def send(self, request: bytes) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        line.sendall(request)
        return line

    def answer(self, request: bytes, breaks_off: bool = False) -> bytes:
        with self.send(request) as line:
            if breaks_off:
                line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(1 << 20), b""))

    def memory(self) -> int:
        """Bytes that the worker holds."""
        (worker,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(Path(f"/proc/{worker}/status").read_text().split("VmRSS:")[1].split()[0]) << 10


def get(path: bytes, more: bytes = b"") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + more + b"\r\n"


UPLOAD = b"POST /up HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"


@contextmanager
def serving(folder: Path, **named: str) -> Iterator[Running]:
    """A real server until the block ends; `named` are variables of its environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"PYTHONPATH": str(Path(bridged.__file__).parents[1])} | named
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", START, str(port)], env=environ, stdout=log, stderr=log)
    server = Running(port, folder / "log", process)
    try:
        for _ in range(200):
            with suppress(OSError):
                server.answer(get(b"/"))
                break
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("bridge")
    (folder / "large").write_bytes(os.urandom(MEGABYTE) * (LARGE // MEGABYTE))
    with serving(folder, LARGE=str(folder / "large")) as server:
        yield server


def test_a_large_file_comes_whole(running: Running) -> None:
    _, _, body = running.answer(get(b"/large")).partition(b"\r\n\r\n")
    assert len(body) == LARGE


def test_who_hangs_up_in_the_middle_keeps_nobody_waiting(running: Running) -> None:
    for _ in range(2 * THREADS):
        with running.send(get(b"/large")) as line:
            line.recv(100)
    before = running.log.stat().st_size
    assert running.answer(get(b"/")).endswith(b"a page")
    time.sleep(0.5)
    assert running.log.stat().st_size - before < LARGE >> 10  # nothing is made any more for those who are gone


def test_nothing_is_logged_of_those_who_hang_up(running: Running) -> None:
    before = running.log.read_bytes()
    for _ in range(50):
        with running.send(get(b"/large")) as line:
            line.recv(100)
    assert running.answer(get(b"/")).endswith(b"a page")
    time.sleep(0.5)
    assert running.log.read_bytes() == before


def test_who_reads_no_further_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(2 * MEGABYTE))
    monkeypatch.setenv("LARGE", str(tmp_path / "large"))
    monkeypatch.setattr("yipin.web.serving.bridge.GRACE", 0.05)
    monkeypatch.setattr("yipin.web.serving.bridge.SLOWEST", 10 * MEGABYTE)
    *_, body = asgi.asked(app, "/large", {"Host": "a"}, takes=3)
    assert len(body) < MEGABYTE


def test_who_reads_slowly_costs_little_memory(running: Running) -> None:
    before = running.memory()
    with ExitStack() as lines:
        for _ in range(THREADS - LEFT - 1):  # the last thread of the network's share is for the page
            lines.enter_context(running.send(get(b"/large"))).recv(100)
        time.sleep(0.5)
        assert running.answer(get(b"/")).endswith(b"a page")
        assert running.memory() - before < 8 * MEGABYTE * THREADS


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\n...\r\n0\r\n\r\n", b"8 bytes"),
        (b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000, b"200000 bytes"),
        (b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", b"3 bytes"),
        (b"Content-Length: 0\r\n\r\n", b"0 bytes"),
    ],
)
def test_an_upload_comes_whole_however_it_is_sent(running: Running, request_: bytes, said: bytes) -> None:
    assert running.answer(UPLOAD + request_).endswith(said)


def test_an_upload_that_breaks_off_is_no_error_of_ours(running: Running) -> None:
    with running.send(b"POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\nabc"):
        time.sleep(0.1)
    time.sleep(0.2)
    assert b"Traceback" not in running.log.read_bytes()
    assert running.answer(get(b"/")).endswith(b"a page")


@pytest.mark.parametrize(
    "half", [b"Content-Length: 70000\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]
)
def test_half_an_upload_is_never_taken_for_the_whole(running: Running, half: bytes) -> None:
    assert running.answer(UPLOAD + half, breaks_off=True)[9:12] == b"400"


def test_slow_uploads_keep_no_page_waiting(running: Running) -> None:
    with ExitStack() as lines:
        for _ in range(THREADS + SENDERS):
            lines.enter_context(running.send(UPLOAD + b"Content-Length: 70000\r\n\r\nabc"))
        time.sleep(0.2)
        assert running.answer(get(b"/")).endswith(b"a page")


def test_an_upload_that_hardly_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipin.web.bounds.GRACE", 0.05)
    told = {"Host": "a", "Content-Length": "70000"}
    assert asgi.asked(app, "/up", told, "POST", body=b"abc", goes_on=True)[0] == 408


def test_what_is_poured_in_after_a_refusal_is_thrown_away_with_a_breath_between_the_pieces() -> None:
    taken = 0

    async def pours() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"", "more_body": True}

    async def hears(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(_Line(pours, hears).throw_away(0.1))
    assert 1 < taken <= 0.1 / BREATH + 1


def test_headers_without_end_are_refused(running: Running) -> None:
    assert running.answer(get(b"/", b"X-A: " + b"a" * 300_000 + b"\r\n"))[9:12] == b"431"


def test_the_second_version_of_the_protocol_is_not_spoken(running: Running) -> None:
    assert running.answer(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == b""


def test_who_wishes_for_a_websocket_is_refused_in_our_own_words(running: Running) -> None:
    wish = b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eWlwaW4tdGVzdC1rZXkhIQ==\r\n\r\n"
    answer = running.answer(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\n" + wish)
    assert answer[9:12] == b"400" and answer.endswith(b"</p>\n")


def test_whoever_still_waits_when_the_service_stops_is_told_so(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        with server.send(get(b"/slow?seconds=20")) as line, server.send(get(b"/slow?seconds=2")) as quick:
            time.sleep(0.5)
            server.process.terminate()
            told, done = (b"".join(iter(lambda one=one: one.recv(1 << 20), b"")) for one in (line, quick))
        assert told.startswith(b"HTTP/1.1 503 ") and STOPS.encode() in told
        assert done.endswith(b"at last")
        assert server.process.wait(20) == 0


@pytest.mark.parametrize(
    "path", [b"/\xff", b"/?\xff=\xe4", b"/%ff%fe", b"//a", b"http://b/", b"/told/%00", b"/%", b"/?%"]
)
def test_whatever_bytes_come_they_get_an_answer_and_no_500(running: Running, path: bytes) -> None:
    status = running.answer(get(path, b"User-Agent: \xff\xfe\r\nCookie: \x80=\x81\r\n"))[9:12]
    assert status in (b"200", b"400", b"404")


def told(path: str, query: str = "", *more: asgi.Header) -> dict[str, dict[str, str]]:
    _, _, body = asgi.asked(app, path, {"Host": "a"}, query=query, more=more)
    found: dict[str, dict[str, str]] = json.loads(body)
    return found


def test_an_address_is_read_as_it_was_sent() -> None:
    assert told("/told/%E7%82%8E%E9%99%B5/a%2Fb%20c+d")["rest"] == "炎陵/a/b c+d"
    assert told("/told/x", "a=%E7%82%8E&b=\xe7\x82\x8e")["query"] == {"a": "炎", "b": "炎"}


def test_a_header_spelled_with_a_low_line_is_not_taken_for_the_proxys() -> None:
    headers = told("/told/x", "", (b"x-forwarded-for", b"192.0.2.1"), (b"x_forwarded_for", b"9.9.9.9"))["headers"]
    assert headers["X-Forwarded-For"] == "192.0.2.1"


def test_cookies_that_come_in_several_headers_are_all_there() -> None:
    assert told("/told/x", "", (b"cookie", b"lang=en"), (b"cookie", b"session=1"))["cookies"] == {
        "lang": "en",
        "session": "1",
    }
