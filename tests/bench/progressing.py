"""How long the public page of the count takes over ten years of certificates."""

import gc
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from yipin import bootstrap, clock
from yipin.access.actor import Actor
from yipin.certification import claims
from yipin.codes.keys import new_key
from yipin.db import Database
from yipin.db.columns import Base
from yipin.models import (
    Certification,
    CertificationLine,
    Claim,
    Ending,
    Event,
    Producer,
    ProducerKind,
    Review,
    Role,
    Scheme,
)
from yipin.models.log_entries import enter_all
from yipin.web.app import create_app

from .figures import Figure
from .ours import PREFIX
from .tracing import databases, insert

YEARS = 10
COUNTIES = ("430202", "430203", "430204", "430211", "430212", "430223", "430224", "430225", "430281")
SCHEMES = {  # how many of a hundred, and how many days a certificate of it holds
    Scheme.GREEN: (60, 1095),
    Scheme.ORGANIC: (25, 365),
    Scheme.ORGANIC_CONVERSION: (5, 365),
    Scheme.GEOGRAPHICAL: (6, None),
    Scheme.GI_PRODUCT: (2, None),
    Scheme.GI_MARK: (2, None),
}
PRODUCTS = ("黄桃", "茶油", "丝瓜", "辣椒", "红茶", "生姜", "白芷", "大豆", "大米", "葡萄")


class Papers:
    """Certificates of one to three products, renewed as they run out; one in ten is not, a few are ended early, and
    of those of the last weeks half are still to be verified."""

    def __init__(self, count: int, today: date) -> None:
        self.count, self.today, self.dice = count, today, random.Random(7)
        self.producers = max(1, count // 10)
        self.rows: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        while len(self.rows) < count:
            self._chain()

    def _chain(self) -> None:
        dice = self.dice
        producer = dice.randint(1, self.producers)
        scheme = dice.choices(list(SCHEMES), [share for share, _ in SCHEMES.values()])[0]
        products, days = dice.sample(PRODUCTS, dice.choices((1, 2, 3), (80, 15, 5))[0]), SCHEMES[scheme][1]
        start = self.today - timedelta(days=dice.randint(0, 365 * YEARS))
        before = None
        while start <= self.today and len(self.rows) < self.count:
            before = self._paper(producer, scheme, products, start, days, before)
            if days is None or dice.random() < 0.1:
                return
            start += timedelta(days=days)

    def _paper(
        self, producer: int, scheme: Scheme, products: list[str], start: date, days: int | None, before: int | None
    ) -> int:
        number, dice = len(self.rows) + 1, self.dice
        at = datetime.combine(start, clock_time(4), UTC) + timedelta(days=dice.randint(0, 20))
        waits, ended = start > self.today - timedelta(days=30) and dice.random() < 0.5, dice.random() < 0.02
        self.rows.append(
            {
                "id": number,
                "scheme": scheme,
                "number": f"BENCH-{number:07d}",
                "holder": f"演示主体 {producer}",
                "producer_id": producer,
                "county": COUNTIES[producer % len(COUNTIES)],
                "granted_on": start,
                "valid_from": start,
                "valid_to": start + timedelta(days=days - 1) if days else None,
                "renews_id": before,
                "state": Claim.DECLARED if waits else Claim.VERIFIED,
                "declared_at": at,
                "verified_at": None if waits else at + timedelta(days=2),
                "ended_on": start + timedelta(days=100) if ended else None,
                "ended_how": Ending.REVOKED if ended else None,
            }
        )
        self.lines += [{"certification_id": number, "product_name": product} for product in products]
        return number


def _producer(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"演示主体 {number}",
        "kind": ProducerKind.COOPERATIVE,
        "uscc": f"{number:018d}",
        "county": COUNTIES[number % len(COUNTIES)],
        "township": "演示乡",
        "contact": "演示",
        "phone": "13800000000",
        "state": Review.APPROVED,
        "submitted_at": at,
        "demonstration": False,
    }


def _event(number: int, word: str, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "actor_name": "bench",
        "actor_role": "command",
        "action": f"certification.{word}",
        "object_kind": "certifications",
        "object_id": number,
        "data": {},
    }


def fill(db: Database, count: int, today: date) -> None:
    """So many certificates of ten years, as rows of the database."""
    papers, at = Papers(count, today), datetime.combine(today, clock_time(4), UTC)
    with db.write.begin() as session:
        insert(session.connection(), Producer, [_producer(number, at) for number in range(1, papers.producers + 1)])
        insert(session.connection(), Certification, papers.rows)
        insert(session.connection(), CertificationLine, papers.lines)
        connection, told = session.connection(), Event.__table__
        acts = [(row["id"], word) for row in papers.rows for word in ("declare", "verify")]
        ids = connection.scalars(sa.insert(told).returning(told.c.id), [_event(*act, at) for act in acts]).all()
        enter_all(connection, told, ids, Base.metadata.tables)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE main" if connection.dialect.name == "sqlite" else "ANALYZE")
        connection.commit()


def progressing(certificates: int, rounds: int) -> Iterator[Figure]:
    """The page /progress, from the request to its last byte, on the slower of the two databases: after a certificate has
    been verified, so that all is counted afresh; and asked for again."""
    with databases() as urls:
        found = []
        for url in urls.values():
            with tempfile.TemporaryDirectory() as folder:
                found.append(_times(url, Path(folder), certificates, rounds))
    for name in found[0]:
        yield Figure(name, max(statistics.median(times[name]) for times in found), "ms")


def _times(url: str, data: Path, certificates: int, rounds: int) -> dict[str, list[float]]:
    (data / "yipin.toml").write_text(f'base_url = "{PREFIX}"\ndatabase_url = "{url}"\n', "utf-8")
    now = clock.now()
    settings = bootstrap.set_up(data, base_url=None, actor=Actor("bench", now))
    new_key(settings.keys, now)
    app = create_app(settings)
    client, db = app.test_client(), app.extensions["yipin"].db
    fill(db, certificates, clock.day_of(now))
    _ms(client)  # templates are compiled once for all
    gc.freeze()  # as the server does when it starts
    found: dict[str, list[float]] = {"progress_page_ms": [], "progress_page_again_ms": []}
    for _ in range(rounds):
        _verify_one(db, now)
        found["progress_page_ms"].append(_ms(client))
        found["progress_page_again_ms"].append(_ms(client))
    db.dispose()
    return found


def _ms(client: FlaskClient) -> float:
    start = time.perf_counter()
    answer = client.get("/progress", base_url=PREFIX)
    assert answer.status_code == 200 and answer.data
    return (time.perf_counter() - start) * 1000


def _verify_one(db: Database, at: datetime) -> None:
    with db.write.begin() as session:
        waiting = (
            sa.select(Certification).where(Certification.state == Claim.DECLARED).order_by(Certification.id).limit(1)
        )
        row = session.scalars(waiting).one()
        claims.check(session, Actor("bench", at, Role.OFFICER), row)
        claims.verify(session, Actor("bench", at, Role.OFFICER), row)
