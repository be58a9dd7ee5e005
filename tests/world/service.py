"""The service as people run it, `yipin serve`, and a crowd that uses it and remembers what it was told."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from world import PASSWORD
from yipin.errors import Unavailable
from yipin.running import claims

UNCOUNTED = ("这次没有记上", "记录中")  # a page that says its look is not on the disk, or not yet
PHONE = "Mozilla/5.0 (Linux; Android 12)"
Answer = tuple[int, dict[str, str], str]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Service:
    """`yipin serve` on a data directory, with what it wrote."""

    def __init__(self, data: Path, log: Path, port: int) -> None:
        self.data, self.log, self.port = data, log, port
        command = [sys.executable, "-m", "yipin", "serve", "--data", str(data), "--port", str(port)]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("YIPIN_")}
        with log.open("ab") as out:
            self.process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def await_answer(self) -> None:
        """Wait for the first answer."""
        for _ in range(600):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Visitor(self.port).ask("GET", "/healthz")[0] == 200:
                    return
            assert self.process.poll() is None, self.log.read_text("utf-8")
            time.sleep(0.1)
        raise AssertionError("the service does not answer")

    def workers(self) -> list[int]:
        main = self.process.pid
        return [int(one) for one in Path(f"/proc/{main}/task/{main}/children").read_text().split()]

    def await_end(self, within: float) -> float:
        """Wait until the main process is gone, and directory and port are free. Returns the seconds that this took."""
        began = time.monotonic()
        while time.monotonic() - began < 3 * within:
            with contextlib.suppress(Unavailable), self._claimed():
                self.process.wait(within)
                return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"not free after {3 * within} s: {self.log.read_text('utf-8')[-2000:]}")

    @contextmanager
    def _claimed(self) -> Iterator[None]:
        with claims.directory(self.data, "", of_all_machines=True), claims.port("127.0.0.1", self.port):
            yield

    def end(self) -> None:
        """Whatever the test left."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def running(data: Path, log: Path, port: int) -> Iterator[Service]:
    """A service that answers."""
    made = Service(data, log, port)
    try:
        made.await_answer()
        yield made
    finally:
        made.end()


class Visitor:
    """A browser with one connection: it keeps its cookies and fills in the hidden token of a form."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies, self._token = port, dict[str, str](), ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, accept: str = "text/html") -> Answer:
        """The answer, on a connection of its own. Raises OSError or HTTPException when there is none."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=40)
        headers = {"User-Agent": PHONE, "Accept": accept}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            line.close()
        for cookie in answer.msg.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def send(self, path: str, form: dict[str, str]) -> Answer:
        """Fill in a form and send it."""
        if not self._token:
            self.look(path)
        return self.ask("POST", path, form | {"csrf_token": self._token})

    def look(self, path: str) -> None:
        """Open the page of a form, for its token."""
        _, _, text = self.ask("GET", path)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        assert found, text[:500]
        self._token = found[1]

    def sign_in(self, login: str) -> None:
        status, _, text = self.send("/login", {"login": login, "password": PASSWORD})
        assert status == 302, text[:500]
        self.look("/producer/plots")


@dataclass
class Crowd:
    """People who scan and growers who enter plots, all at once, until `end`. They remember what they were told."""

    port: int
    digits: str
    growers: list[Visitor]
    prefix: str
    acts: dict[str, set[str]] = field(default_factory=lambda: {"done": set(), "not done": set(), "unknown": set()})
    scans: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, scanners: int = 2) -> None:
        work: list[Callable[[], None]] = [self._scan] * scanners
        for which, grower in enumerate(self.growers):
            work.append(lambda which=which, grower=grower: self._enter(f"{which}", grower))  # type: ignore[misc]
        self.threads = [threading.Thread(target=each, daemon=True) for each in work]
        for thread in self.threads:
            thread.start()

    def await_answers(self, within: float) -> None:
        """Wait until a reader has seen a page and a grower has entered something: before that, nothing can be lost."""
        began = time.monotonic()
        while not (self.scans["200"] and self.acts["done"]):
            assert time.monotonic() - began < within, dict(self.told())
            time.sleep(0.02)

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()

    def _scan(self) -> None:
        phone = Visitor(self.port)
        while not self.over.is_set():
            try:
                status, headers, text = phone.ask("GET", f"/{self.digits}")
            except (OSError, http.client.HTTPException):
                self.scans["no answer"] += 1
                time.sleep(0.05)
                continue
            self.scans["not counted" if any(words in text for words in UNCOUNTED) else str(status)] += 1
            self._judge(status, headers, text)

    def _enter(self, which: str, grower: Visitor) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            name = f"{self.prefix}-{which}-{number}"
            plot = {"name": name, "kind": "field", "county": "430225", "place": "霞阳镇山垄村", "area_mu": "2"}
            self.acts[self._sent(grower, plot)].add(name)

    def _sent(self, grower: Visitor, plot: dict[str, str]) -> str:
        try:
            status, headers, text = grower.send("/producer/plots", plot)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            return "unknown"
        if status == 302 and headers["location"].endswith("/producer/plots"):
            return "done"
        self._judge(status, headers, text)
        if status == 302:
            self.wrong.append(f"302 {headers['location']}")
        return "unknown" if "不知道存上了没有" in text else "not done"

    def _judge(self, status: int, headers: dict[str, str], text: str) -> None:
        if status not in (200, 302, 503) or "Traceback" in text:
            self.wrong.append(f"{status} {text[:300]}")
        if status == 503 and "retry-after" not in headers:
            self.wrong.append("503 without Retry-After")

    def told(self) -> Counter[str]:
        """How often they were told what."""
        return self.scans + Counter({word: len(names) for word, names in self.acts.items()})

    def faults(self, entered: Counter[str]) -> list[str]:
        """In what the record differs from what people were told. `entered`: how often each name stands in it."""
        found = list(self.wrong)
        found += [f"lost: {name}" for name in self.acts["done"] if not entered[name]]
        found += [f"kept, though said not to be: {name}" for name in self.acts["not done"] if entered[name]]
        found += [
            f"entered {times} times: {name}"
            for name, times in entered.items()
            if times > 1 and name.startswith(self.prefix)
        ]
        return found


@contextmanager
def slow_lines(port: int) -> Iterator[None]:
    """Readers and writers who keep a service from its end: half a head, half a form, half a picture, an idle line."""
    halves = [
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\nabc",
        b"POST /report HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 90000\r\n\r\n--x\r\n",
    ]
    with ExitStack() as lines:
        for half in halves:
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            line.sendall(half)
        yield
