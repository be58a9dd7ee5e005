"""The real server with the real application, on the data of a test's world, behind one proxy that the test itself plays:
a request says in X-Forwarded-For which address it comes from."""

import os
import re
import signal
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from world import World, nursery
from world.nursery import Begun

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Reply:
    """An answer, and the seconds that it took."""

    status: int
    headers: dict[str, str]
    text: str
    took: float


@dataclass
class Person:
    """A browser at an address: it keeps its cookies."""

    port: int
    address: str
    agent: str = "Mozilla/5.0 (Linux; Android 9)"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Reply:
        body = None if form is None else urlencode(form)
        told = {"X-Forwarded-For": self.address, "User-Agent": self.agent, "Cookie": self._cookie()} | headers
        if body is not None:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        return self.send("GET" if form is None else "POST", path, body, told)

    def send(self, method: str, path: str, body: object, told: dict[str, str]) -> Reply:
        began, line = time.monotonic(), HTTPConnection(HOST, self.port, timeout=30)
        try:
            line.request(method, path, body, {name: text for name, text in told.items() if text})  # type: ignore[arg-type]
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return Reply(answer.status, dict(answer.headers), text, time.monotonic() - began)

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def fill(self, path: str, **form: str) -> Reply:
        """Open the page of a form and send it, as a browser does."""
        page = self.ask(path)
        return self.ask(path, hidden(page.text) | form)

    def sign_in(self, login: str, password: str) -> Reply:
        return self.fill("/login", login=login, password=password)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    told = ((re.search(r'name="([^"]*)"', each), re.search(r'value="([^"]*)"', each)) for each in fields)
    return {name[1]: value[1] if value else "" for name, value in told if name}


@dataclass(frozen=True)
class Served:
    """A server at work."""

    port: int
    process: Begun
    log: Path

    def person(self, address: str, **more: str) -> Person:
        return Person(self.port, address, **more)

    def memory(self) -> int:
        """The most bytes that the worker has held so far."""
        (worker,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(Path(f"/proc/{worker}/status").read_text().split("VmHWM:")[1].split()[0]) << 10

    @contextmanager
    def scanning(self, path: str, pause: float = 0.01) -> Iterator[list[float]]:
        """Meanwhile somebody elsewhere scans all the time; the seconds of each answer."""
        took: list[float] = []
        ended = threading.Event()

        def scan() -> None:
            reader = self.person("198.51.100.7")
            while not ended.wait(pause):
                answer = reader.ask(path)
                assert answer.status == 200
                took.append(answer.took)

        thread = threading.Thread(target=scan)
        thread.start()
        try:
            yield took
        finally:
            ended.set()
            thread.join()

    def at_rest(self, path: str) -> float:
        """The p99 of scans while nothing else is asked of the server: this machine may do other work besides."""
        with self.scanning(path) as took:
            time.sleep(1.5)
        return p99(took)

    @contextmanager
    def slow(self, count: int, network: str, path: str = "/report", pace: int = 1_000) -> Iterator[None]:
        """So many connections of one network, each of which sends a form of 200 kB at this pace."""
        lines = [socket.create_connection((HOST, self.port), 10) for _ in range(count)]
        for number, line in enumerate(lines):
            line.sendall(
                f"POST {path} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {network}.{number % 250}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\n".encode()
            )
        ended = threading.Event()
        thread = threading.Thread(target=_trickle, args=(lines, pace, ended))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            for line in lines:
                line.close()


def _trickle(lines: list[socket.socket], pace: int, ended: threading.Event) -> None:
    while not ended.wait(0.25):
        for line in lines:
            try:
                line.sendall(b"x" * (pace // 4))
            except OSError:
                continue


def _serve(port: int) -> None:
    from yipin.web.serving.server import server

    server("yipin.web.serving.asgi:app", HOST, port, 1).serve()


@contextmanager
def served(world: World) -> Iterator[Served]:
    """Start the server on this world, and stop it afterwards."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    log = world.settings.data / "server.log"
    environ = os.environ | {"YIPIN_DATA": str(world.settings.data), "YIPIN_PROXIES": "1"}
    process = nursery.begin(_serve, port, log=log, environ=environ, earnest=True)
    try:
        running = Served(port, process, log)
        _wait(running)
        yield running
    finally:
        _stop(process)


def _stop(process: Begun) -> None:
    """End the server; how it ends by itself is another test's matter."""
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        for each in map(int, workers):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        process.kill()
        process.wait(10)


def _wait(running: Served) -> None:
    """Until the server answers; a busy machine may need long for its start."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError):
            if running.person("198.51.100.7").ask("/healthz").status == 200:
                return
        assert running.process.poll() is None, running.log.read_text()
        time.sleep(0.05)
    raise AssertionError(running.log.read_text())


def p99(took: list[float]) -> float:
    """The time within which 99 of 100 were answered."""
    return statistics.quantiles(took, n=100)[98]


def allowed(rest: float) -> float:
    """The p99 that a flood may cause, by that at rest. The target of 100 ms is the bench's, on a machine of its own; a test
    runs beside others, and its floods come from the same two processors."""
    return max(0.25, 4 * rest)
