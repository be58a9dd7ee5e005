"""Growers at work while others scan: batches and entries by the forms of the pages, certificates and accounts by the
use-cases, so many acts a second.

python -m tests.bench.growers PORT GROWERS RATE CORES DATA: signs everybody in and says "ready"; then for each line with a number
of seconds works so long and tells how many acts there were, how many of them were taken in, and how long the forms took (ms).
"""

import http.client
import itertools
import json
import os
import random
import re
import secrets
import sys
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from yipin.access.actor import Actor
from yipin.audit import log
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.db import Database
from yipin.installation.settings import Settings
from yipin.models import Account, Action, Role

from .stall import PASSWORD

DECLARED = itertools.count()
HANDS = 8  # forms under way at once, at most
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CHOICE = re.compile(r'<select[^>]*name="(product|plot)"[^>]*>(.*?)</select>', re.S)
OPTION = re.compile(r'<option[^>]*value="(\d+)"')


@dataclass
class Browser:
    """One grower's browser."""

    port: int
    desk: Database
    login: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    rows: dict[str, str] = field(default_factory=dict)  # of its product and its plot

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The status of the answer, and the page."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": "t.example.cn", "Cookie": "; ".join(f"{name}={said}" for name, said in self.cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode({"csrf_token": self.token} | form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, body, headers)
        answer = line.getresponse()
        page = answer.read().decode()
        for name, said in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, value = said.partition(";")[0].partition("=")
                self.cookies[cookie] = value
        line.close()
        self.token = found[1] if (found := TOKEN.search(page)) else self.token
        return answer.status, page

    def sign_in(self, login: str) -> None:
        """Signs in, and reads which product and plot are its own. Raises RuntimeError if it may not."""
        self.login = login
        self.ask("GET", "/login")
        status, _ = self.ask("POST", "/login", {"login": login, "password": PASSWORD})
        _, page = self.ask("GET", "/producer/batches/new")
        for name, options in CHOICE.findall(page):
            self.rows[name] = OPTION.findall(options)[0]
        if status != 302 or set(self.rows) != {"product", "plot"}:
            raise RuntimeError(f"{login} could not sign in: {status}")


def declare(browser: Browser) -> int:
    # Each another amount, and about what the market's growers harvest: more, and the same content again, are asked about.
    quantity = f"{3 + next(DECLARED) % 701 / 100:.2f}"
    form = browser.rows | {"harvest_date": "2026-07-18", "quantity": quantity, "unit": "kg", "pack_size": "1"}
    return browser.ask("POST", "/producer/batches/new", form | {"key": secrets.token_hex(16)})[0]


def write(browser: Browser) -> int:
    form = {
        **{"kind": "input", "plot": browser.rows["plot"], "season": "2026", "day": "2026-07-01", "crop": "黄桃"},
        **{
            "crop_kind": "fruit",
            "operator": "某人",
            "input_kind": "pesticide",
            "input_name": "阿维菌素",
            "maker": "某厂",
        },
        **{"source": "县农资店", "target": "红蜘蛛", "method": "喷雾", "dose": "30 毫升/亩", "interval_days": "7"},
        **{"lot": f"L-{secrets.token_hex(4)}", "key": secrets.token_hex(16)},
    }
    return browser.ask("POST", "/producer/farm/new", form)[0]


def certify(browser: Browser) -> int:
    """A grower declares a certificate of its product, without the form: a scan of the paper, which the form asks for, is
    looked at in a process of its own and is measured elsewhere."""
    number = f"LB-15-{2301180000 + random.randrange(10**6)}A"
    with browser.desk.write.begin() as session:
        account = session.scalars(sa.select(Account).where(Account.login == browser.login)).one()
        paper = DeclaredCertificate(
            "green", number, "2026-01-01", "2028-12-31", "", lines=(Line(browser.rows["product"]),)
        )
        claims.declare(session, Actor.of(account, datetime.now(UTC)), paper)
    return 302


def join(browser: Browser) -> int:
    """A stranger's account is entered, without the form and with a ready hash: to hash a password takes 0.2 s of processor time on
    purpose, which would take this process's core from the scans."""
    name, now = f"s{secrets.token_hex(8)}", datetime.now(UTC)
    with browser.desk.transaction(writes=True) as session:
        account = Account(login=name, name="某人", role=Role.PRODUCER, password_hash="none", created_at=now)
        session.add(account)
        log.record(session, Actor("", now), Action.ACCOUNT_ADD, account, role=Role.PRODUCER)
    return 302


ACTS = (declare, write, certify, join)
FORMS = (declare, write)


def work(browsers: list[Browser], seconds: float, rate: float) -> dict[str, object]:
    """Send the forms at their moments, whether those before have been answered or not."""
    took: list[float] = []
    statuses: dict[str, int] = {}
    lock, start = threading.Lock(), time.perf_counter()

    def one(n: int) -> None:
        moment = start + n / rate
        act = ACTS[n % len(ACTS)]
        status = act(browsers[n // len(ACTS) % len(browsers)])
        with lock:
            if act in FORMS:
                took.append(1_000 * (time.perf_counter() - moment))
            name = f"{act.__name__} {status}"
            statuses[name] = statuses.get(name, 0) + 1

    with ThreadPoolExecutor(HANDS) as hands:
        for n in range(int(seconds * rate)):
            time.sleep(max(0.0, start + n / rate - time.perf_counter()))
            hands.submit(one, n)
    good = sum(count for name, count in statuses.items() if name.endswith(" 302"))
    return {"good": good, "sent": int(seconds * rate), "took": sorted(took), "statuses": statuses}


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(core) for core in sys.argv[4].split(",")})
    settings = Settings.load(Path(sys.argv[5]))
    desk = Database(settings.database_url)
    everybody = [Browser(int(sys.argv[1]), desk) for _ in range(int(sys.argv[2]))]
    for number, person in enumerate(everybody):
        person.sign_in(f"grower{number}")
    print("ready", flush=True)
    for wanted in sys.stdin:
        print(json.dumps(work(everybody, float(wanted), float(sys.argv[3]))), flush=True)
