"""The people and things that tests are about: a data directory of their own with real keys, a real database of either
kind, and three people: Ama the grower, Ben a neighbouring grower, Chen the officer of the whole city."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from world import together
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.brands import licences
from yipin.codes.label.stock import stocks
from yipin.codes.qr.symbol import url
from yipin.db import Database
from yipin.diskfiles import write_whole
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.issue.codes import CodeOrder, codes_of, issue_codes
from yipin.models import Account, Batch, Brand, CodeRange, PrintRun, Product, Role
from yipin.printing import plans, press, runs
from yipin.register import batches, plots, producers, products
from yipin.scan.facts_cache import BatchFactsCache
from yipin.scan.look_writer import LookWriter

NOW = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)  # 11:00 in Shanghai, in the peach season


PASSWORD = "a pear in a tree"


BASE_URL = "https://t.example.cn/"


USCC = {"ama": "934302250000000019", "ben": "93430225000000002C", "other": "93430203000000003K"}


# The slow part of a password hash is the point of it in earnest and only waiting in tests.
IN_EARNEST = (signin.HASHER, signin._NOBODY)


signin.HASHER = PasswordHasher.from_parameters(CHEAPEST)


signin._NOBODY = signin.HASHER.hash("nobody has this password")


@dataclass(frozen=True)
class Template:
    """A founded data directory with the three people, copied for each test."""

    data: Path
    database: str  # PostgreSQL: name of the template database; SQLite: ""
    server: str


def toml_of(template: Template, data: Path, name: str) -> str:
    lines = [f'base_url = "{BASE_URL}"']
    if template.server:
        lines.append(f'database_url = "{template.server.replace("/postgres?", f"/{name}?")}"')
    return "\n".join(lines) + "\n"


def on_server(server: str, statement: str) -> None:
    engine = sa.create_engine(sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def people(db: Database, installation: Installation) -> None:
    """Chen of the bureau; Ama and Ben with an approved producer, a plot and an approved product each."""
    founder = Actor("founder", NOW)
    with db.write.begin() as session:
        chen = Actor.of(
            signin.add_account(
                session, founder, installation.policy, login="chen", name="Chen", role=Role.OFFICER, password=PASSWORD
            ),
            NOW,
        )
        for login in ("ama", "ben"):
            name = login.title()
            account = signin.add_account(
                session, founder, installation.policy, login=login, name=name, role=Role.PRODUCER, password=PASSWORD
            )
            form = producers.ProducerForm(
                f"{name} 黄桃合作社", "cooperative", USCC[login], "", "430225", "霞阳镇", name, "13800000000"
            )
            producer = producers.submit_producer(
                session, Actor.of(account, NOW), installation.policy, installation.secrets, form
            )
            producers.approve_producer(session, chen, producer)
            grower = Actor.of(account, NOW)
            licences.enter(
                session, chen, _brand(session, "yanling-peach"), producer=producer.name, valid_from="2026-01-01"
            )
            plots.add_plot(
                session, grower, installation.policy, name="屋后坡", county="430225", place="霞阳镇山垄村", area_mu="20"
            )
            product = products.submit_product(session, grower, name="炎陵黄桃", brand="yanling-peach")
            reviewed(session, chen, product)


def reviewed(session: Session, city: Actor, product: Product) -> None:
    """County and city agree to a product: two people, the first of whom has no account."""
    products.approve_product(session, Actor("Lin", city.at), product)
    products.approve_product(session, city, product)


def _brand(session: Session, key: str) -> Brand:
    return session.scalars(sa.select(Brand).where(Brand.key == key)).one()


@dataclass
class World:
    """One test's own copy of everything."""

    settings: Settings
    installation: Installation
    db: Database

    @cached_property
    def facts(self) -> BatchFactsCache:
        """What a service remembers of batches between two scans."""
        return BatchFactsCache(self.db)

    @cached_property
    def desk(self) -> LookWriter:
        """Where a service counts the looks. It waits for a look as long as a busy machine may need."""
        return LookWriter(self.db, self.installation.policy.clone, patience=20)

    def actor(self, login: str, at: datetime = NOW) -> Actor:
        with self.db.read.begin() as session:
            return Actor.of(session.scalars(sa.select(Account).where(Account.login == login)).one(), at)

    @property
    def ama(self) -> Actor:
        return self.actor("ama")

    @property
    def ben(self) -> Actor:
        return self.actor("ben")

    @property
    def chen(self) -> Actor:
        return self.actor("chen")

    def officer_of(self, county: str) -> Actor:
        """A county officer, opened on the spot."""
        login = f"officer-{county}"
        with self.db.write.begin() as session:
            signin.add_account(
                session,
                Actor("founder", NOW),
                self.installation.policy,
                login=login,
                name=login,
                role=Role.OFFICER,
                password=PASSWORD,
                county=county,
            )
        return self.actor(login)

    def batch_form(self, who: Actor, **changes: str) -> batches.BatchForm:
        """A harvest of `who` that would be accepted: 250 kg in packs of 2.5 kg."""
        with self.db.read.begin() as session:
            product, plot = (
                session.scalar(sa.text(f"SELECT min(id) FROM {table} WHERE producer_id = {who.producer_id}"))
                for table in ("products", "plots")
            )
        form = batches.BatchForm(str(product), str(plot), "2026-07-18", "250", "kg", "2.5")
        return replace(form, **changes)

    def declare(self, who: Actor | None = None, **changes: str) -> Batch:
        who = who or self.ama
        form = self.batch_form(who, **changes)
        with self.db.write.begin() as session:
            return batches.declare_batch(session, who, form)

    def issue(self, batch: Batch, count: int, key: str = "form-1", who: Actor | None = None) -> CodeRange:
        who = who or self.ama
        with self.db.write.begin() as session:
            return issue_codes(session, who, self.installation, session.get_one(Batch, batch.id), CodeOrder(count, key))

    def codes(self, codes: CodeRange) -> list[str]:
        """The digits of every unit of a range, in order."""
        with self.db.read.begin() as session:
            row = session.get_one(CodeRange, codes.id)
            return [
                digits
                for _, digits in codes_of(row, self.installation.ring, self.installation.secrets, row.first, row.count)
            ]

    def print(
        self, codes: CodeRange, stock: str = "a4-24", who: Actor | None = None, key: str = "print-1", **order: object
    ) -> PrintRun:
        """Plan a run of the whole range and let the press make it."""
        who = who or self.ama
        with self.db.write.begin() as session:
            row = session.get_one(CodeRange, codes.id)
            wanted = plans.PrintOrder(**{"stock": stocks()[stock], "first": row.first + 1, "count": row.count} | order)
            run = plans.plan_print(session, who, self.installation, row, wanted, key)
        press.make(self.db, self.installation, run.id)
        return self.get(PrintRun, run.id)

    def release(self, run: PrintRun, who: Actor | None = None) -> None:
        who = who or self.ama
        with self.db.write.begin() as session:
            runs.release_run(session, who, session.get_one(PrintRun, run.id))

    def get(self, kind, number):  # type: ignore[no-untyped-def]
        with self.db.read.begin() as session:
            return session.get_one(kind, number)

    def address(self, digits: str) -> str:
        return url(BASE_URL, digits)


@dataclass
class Sold:
    """A batch of Ama's whose labels are on the packs."""

    batch: Batch
    codes: CodeRange
    run: PrintRun
    digits: list[str]


class Browser(FlaskClient):
    """A browser that takes every answer whole and closes what was open for it, as a server does: a file that was sent, and
    the file in which the test client keeps a large upload."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer to a request, after any redirects."""
        answer = super().open(*args, **{"buffered": True, **kwargs})
        for each in (*answer.history, answer):
            each.request.environ["wsgi.input"].close()
        return answer


class Compiled(BytecodeCache):
    """The templates, compiled once for all the apps of a run, in whichever of its processes."""

    kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        path = together.folder("templates") / bucket.key
        if bucket.key not in self.kept and path.exists():
            self.kept[bucket.key] = path.read_bytes()
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()
        write_whole(together.folder("templates") / bucket.key, self.kept[bucket.key])


_DEVICES: WeakKeyDictionary[Flask, dict[str, str]] = WeakKeyDictionary()


def signed_in(app: Flask, login: str) -> FlaskClient:
    """A browser in which this person has signed in, not for the first time on this device."""
    browser = app.test_client()
    device = _DEVICES.setdefault(app, {})
    if login in device:
        browser.set_cookie("device", device[login], path="/login")
    answer = browser.post("/login", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    cookie = browser.get_cookie("device", path="/login")
    assert cookie
    device[login] = cookie.value
    return browser
