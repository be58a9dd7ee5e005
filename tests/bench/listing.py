"""How long the list of batches takes: of an officer of the city with so many, of a grower with a fifth of them, whatever is asked."""

import http.client
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask

from yipin import bootstrap, clock
from yipin.access.actor import Actor
from yipin.accounts import links, signin
from yipin.codes.keys import new_key
from yipin.db import Database
from yipin.models import Batch, BatchState, Plot, PlotKind, Producer, ProducerKind, Product, Review, Role, Unit
from yipin.web.app import create_app

from .figures import Figure
from .ours import PREFIX
from .progressing import COUNTIES, PRODUCTS
from .servers import serving
from .tracing import databases, insert

PASSWORD = "a sentence for the bench"
PATHS = {"officer": "/bureau/batches", "grower": "/producer/batches"}
GROWER_S = 5  # one batch in five is the grower's
QUESTIONS = (
    "",
    "page=99999",
    "q=黄桃",
    "q=430225",
    "q=nothing+like+it",
    "product=丝瓜&state=on_sale",
    "county=430225&sort=product",
    "sort=harvest&from=2024-01-01",
    "sort=-codes&page=20",
    "sort=producer",
)


def fill(db: Database, batches: int) -> None:
    """So many batches of four years, of a producer in each county; one in five is the first one's. In bulk: no events."""
    now = clock.now()
    with db.write.begin() as session:
        connection = session.connection()
        insert(connection, Producer, [_producer(number, now) for number in range(1, len(COUNTIES) + 1)])
        insert(connection, Product, [_product(number, now) for number in range(1, len(COUNTIES) * len(PRODUCTS) + 1)])
        insert(connection, Plot, [_plot(number) for number in range(1, len(COUNTIES) + 1)])
        insert(connection, Batch, [_batch(number, batches, now) for number in range(1, batches + 1)])
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE main" if connection.dialect.name == "sqlite" else "ANALYZE")
        connection.commit()


def _producer(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"演示主体 {number}",
        "name_normal": f"演示主体{number}",
        "kind": ProducerKind.COOPERATIVE,
        "uscc": f"{number:018d}",
        "county": COUNTIES[number - 1],
        "township": "演示乡",
        "contact": "演示",
        "phone": "13800000000",
        "state": Review.APPROVED,
        "submitted_at": at,
        "demonstration": False,
    }


def _product(number: int, at: datetime) -> dict[str, Any]:
    name = PRODUCTS[(number - 1) % len(PRODUCTS)]
    return {
        "id": number,
        "producer_id": 1 + (number - 1) // len(PRODUCTS),
        "name": name,
        "name_normal": name,
        "description": "",
        "state": Review.APPROVED,
        "submitted_at": at,
    }


def _plot(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "producer_id": number,
        "name": f"坡 {number}",
        "name_normal": f"坡{number}",
        "county": COUNTIES[number - 1],
        "place": "演示村",
        "area_mu": Decimal(9),
        "kind": PlotKind.FIELD,
    }


def _batch(number: int, batches: int, now: datetime) -> dict[str, Any]:
    owner = 1 if number % GROWER_S == 0 else 2 + number % (len(COUNTIES) - 1)
    at = now - timedelta(days=number * 1460 // batches)
    return {
        "id": number,
        "id_number": f"{COUNTIES[owner - 1]}{number:010d}",
        "producer_id": owner,
        "product_id": (owner - 1) * len(PRODUCTS) + 1 + number % len(PRODUCTS),
        "plot_id": owner,
        "county": COUNTIES[owner - 1],
        "place": "演示村",
        "harvest_date": clock.day_of(at),
        "quantity": Decimal(100),
        "unit": Unit.KILOGRAM,
        "pack_size": Decimal(1),
        "reserved": number % 100,
        "used": Decimal(0),
        "declared_at": at,
        "state": BatchState.ON_HOLD if number % 50 == 0 else BatchState.ON_SALE,
        "state_since": at,
    }


def listing(batches: int, rounds: int) -> Iterator[Figure]:
    """The slowest of ten questions to a real server, from the request to the first byte of the page, for each of the two; and how
    busy the machine was meanwhile."""
    with databases() as urls:
        for kind, url in urls.items():
            with tempfile.TemporaryDirectory() as folder:
                yield from _of(kind, url, Path(folder), batches, rounds)
    yield Figure("list_load", os.getloadavg()[0], "processes")


def _of(kind: str, url: str, data: Path, batches: int, rounds: int) -> Iterator[Figure]:
    (data / "yipin.toml").write_text(f'base_url = "{PREFIX}"\ndatabase_url = "{url}"\n', "utf-8")
    settings = bootstrap.set_up(data, base_url=None, actor=Actor("bench", clock.now()))
    new_key(settings.keys, clock.now())
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    service = app.extensions["yipin"]
    fill(service.db, batches)
    people(service.db, service.installation.policy)
    cookies = {login: _signed_in(app, login) for login in PATHS}
    service.db.dispose()
    with serving(("yipin.web.serving.asgi:app", data)) as (server,):
        for login, path in PATHS.items():
            ask, before = partial(first_byte, server.port, path, cookies[login]), server.spent()
            yield Figure(f"list_{login}_ms_{kind}", slowest(ask, rounds), "ms")
            spent = (server.spent() - before) * 1000 / (len(QUESTIONS) * (rounds + 1))
            yield Figure(f"list_{login}_cpu_ms_{kind}", spent, "ms")


def _signed_in(app: Flask, login: str) -> str:
    """The session of somebody who has signed in, as a browser sends it."""
    client = app.test_client()
    client.post("/login", data={"login": login, "password": PASSWORD}, base_url=PREFIX)
    cookie = client.get_cookie("session", domain=urlsplit(PREFIX).hostname or "")
    assert cookie is not None, "nobody was signed in"
    return f"session={cookie.value}"


def first_byte(port: int, path: str, cookie: str, question: str) -> float:
    """Milliseconds from the request to the first byte of a page, asked of a server over a connection of its own."""
    host = urlsplit(PREFIX).netloc
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start = time.perf_counter()
    connection.request("GET", f"{path}?{quote(question, '=&+')}", headers={"Host": host, "Cookie": cookie})
    answer = connection.getresponse()
    first = answer.read(1)
    took = (time.perf_counter() - start) * 1000
    size = len(first) + len(answer.read())
    connection.close()
    assert answer.status == 200 and size <= 300_000, (answer.status, size)
    return took


def slowest(ask: Callable[[str], float], rounds: int) -> float:
    """The median of the rounds for each question, and of these the highest. Each is asked once beforehand."""
    found = {question: [ask(question) for _ in range(rounds + 1)][1:] for question in QUESTIONS}
    return max(statistics.median(times) for times in found.values())


def people(db: Database, policy: Any) -> None:
    """An officer of the city, and the account of the first producer."""
    at = clock.now()
    with db.write.begin() as session:
        for login, role in (("officer", Role.OFFICER), ("grower", Role.PRODUCER)):
            typed = {"login": login, "name": login, "role": role, "password": PASSWORD}
            signin.add_account(session, Actor("bench", at), policy, **typed)
        links.bind(session, Actor("bench", at, Role.OFFICER), session.get_one(Producer, 1), "grower")
