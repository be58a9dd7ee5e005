"""What is done to the service: each is an ordinary act, done too often or too large.

python -m tests.bench.attacks NAME PORT LARGE SECONDS: does it as long, and tells how often and what was answered.
"""

import io
import json
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import openpyxl
from PIL import Image

from .browsers import Browser, multipart
from .stall import PASSWORD

GROWER, OFFICER = "producer", "officer"  # the log-ins of the stall's people
ROWS = 5_000
BODY_MB = 24


@dataclass
class Attack:
    """One attack under way."""

    port: int
    large: str
    end: float
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.end

    def many(self, count: int, work: Callable[[], str]) -> None:
        """Do it again and again in so many threads; `work` says what was answered."""
        threads = [threading.Thread(target=self._again, args=(work,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _again(self, work: Callable[[], str]) -> None:
        while self.goes_on:
            try:
                said = work()
            except OSError as error:
                said = type(error).__name__
                time.sleep(0.2)
            self.answers[said] += 1

    def signed_in(self, login: str = GROWER) -> Browser:
        """A browser of the grower or the officer. Raises OSError when the log-in is refused."""
        browser = Browser(self.port)
        if (answer := browser.sign_in(login, PASSWORD)).status != 302:
            raise OSError(f"the log-in of {login} was answered {answer.status}")
        return browser


def rest(attack: Attack) -> None:
    """Nothing at all: what the scans are compared with."""
    time.sleep(max(0.0, attack.end - time.monotonic()))


def previews(attack: Attack) -> None:
    """Three growers' previews of 5,000 rows at once."""
    browser, page = attack.signed_in(), "/producer/import/batches"
    table = _table(browser, page)

    def once() -> str:
        token = browser.token(page)
        return str(browser.send(page, token, [("file", ("批次.xlsx", table))]).status)

    attack.many(3, once)


def _table(browser: Browser, page: str) -> bytes:
    """The template with 5,000 rows like its example."""
    book = openpyxl.load_workbook(io.BytesIO(browser.ask("GET", f"{page}/template.xlsx").content))
    sheet = book.worksheets[0]
    example = [cell.value for cell in sheet[5]][1:]  # the first column says that it is one
    for number in range(ROWS):
        for column, value in enumerate(example, 2):
            sheet.cell(6 + number, column, str(1_000 + number) if str(value) == "1200" else value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def log_ins(attack: Attack) -> None:
    """Sixteen right log-ins at once, again and again."""
    attack.many(16, lambda: str(Browser(attack.port).sign_in(GROWER, PASSWORD).status))


def wrong_passwords(attack: Attack) -> None:
    """Sixteen threads that give a wrong old password, each in an account of its own making."""
    browser = attack.signed_in()
    token = browser.token("/password")
    attack.many(
        16, lambda: str(browser.post("/password", token, old=secrets.token_hex(8), password="longer than ten").status)
    )


def pictures(attack: Attack) -> None:
    """Complaints with three large photographs each, refused because they say nothing."""
    photograph, browser = _photograph(), Browser(attack.port)
    token = browser.token("/report")
    files = [("file", (f"{number}.jpg", photograph)) for number in range(3)]
    body, kind = multipart({"csrf_token": token}, files)
    attack.many(4, lambda: str(browser.ask("POST", "/report", body, kind).status))


def _photograph() -> bytes:
    """A photograph of 12 million points, as large a file as is taken."""
    dots = np.random.default_rng(7).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(dots).resize((4_000, 3_000)).save(out, "JPEG", quality=90)
    return out.getvalue()


def printing(attack: Attack) -> None:
    """A run of 100,000 labels is planned and made."""
    browser = attack.signed_in()
    page = f"/producer/codes/{attack.large}/print"
    form = browser.ask("GET", page).text
    key = form.partition('name="key"')[2].partition('value="')[2].partition('"')[0]
    typed = {"stock": "a4-24", "first": "1", "count": "100000", "start_at": "1", "key": key}
    answer = browser.post(page, browser.token(page), symbol_mm="", printer="", output="", **typed)
    attack.answers[str(answer.status)] += 1
    while attack.goes_on:
        attack.answers[str(browser.ask("GET", answer.location or page).status)] += 1
        time.sleep(1)


def exports(attack: Attack) -> None:
    """Four officers take lists as Excel files, again and again."""
    browser = attack.signed_in(OFFICER)
    attack.many(
        4, lambda: str(browser.ask("GET", f"/bureau/exports/{secrets.choice(('batches', 'events'))}.xlsx").status)
    )


def slow_forms(attack: Attack) -> None:
    """Sixteen connections that send a complaint at 1.1 kB/s, and somebody who logs in meanwhile."""
    threading.Thread(target=_logging_in, args=(attack,), daemon=True).start()
    attack.many(16, lambda: _slowly(attack))


def _logging_in(attack: Attack) -> None:
    while attack.goes_on:
        start = time.monotonic()
        try:
            answer = str(Browser(attack.port).sign_in(OFFICER, PASSWORD).status)
        except OSError as error:
            answer = type(error).__name__
        waited = time.monotonic() - start
        attack.answers[f"officer's log-in {answer}, {'over' if waited > 2 else 'within'} 2 s"] += 1
        time.sleep(1)


def _slowly(attack: Attack) -> str:
    body, kind = multipart({"what": "x" * 200_000}, [])
    head = f"POST /report HTTP/1.1\r\nHost: t.example.cn\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", attack.port), timeout=60) as line:
        line.sendall(head.encode())
        for start in range(0, len(body), 1_100):
            if not attack.goes_on:
                return "left"
            line.sendall(body[start : start + 1_100])
            time.sleep(1)
        return line.recv(64)[9:12].decode("latin-1") or "cut off"


def large_bodies(attack: Attack) -> None:
    """Four bodies of 24 MB of nothing but separators, at once."""
    body = b"a&" * (BODY_MB << 19)
    kind = "application/x-www-form-urlencoded"
    attack.many(4, lambda: str(Browser(attack.port).ask("POST", "/report", body, kind).status))


def joining(attack: Attack) -> None:
    """A stranger opens accounts, as fast as four threads can."""

    def once() -> str:
        browser = Browser(attack.port)
        typed = {"login": secrets.token_hex(6), "name": "某某", "password": secrets.token_hex(8)}
        return str(browser.post("/join", browser.token("/join"), **typed).status)

    attack.many(4, once)


def tiny_codes(attack: Attack) -> None:
    """A guesser tries tiny codes."""
    browser = Browser(attack.port)
    attack.many(
        4, lambda: str(browser.ask("GET", "/" + "".join(secrets.choice("0123456789") for _ in range(37))).status)
    )


ATTACKS: dict[str, Callable[[Attack], None]] = {
    "rest": rest,
    "previews": previews,
    "log_ins": log_ins,
    "wrong_passwords": wrong_passwords,
    "pictures": pictures,
    "printing": printing,
    "exports": exports,
    "slow_forms": slow_forms,
    "large_bodies": large_bodies,
    "joining": joining,
    "tiny_codes": tiny_codes,
}


if __name__ == "__main__":
    name, port, large, seconds = sys.argv[1:5]
    started = Attack(int(port), large, time.monotonic() + float(seconds))
    ATTACKS[name](started)
    print(json.dumps(started.answers))
