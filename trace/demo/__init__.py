"""`yipin demo`: a new data directory with the whole story in it, every producer plainly marked as a demonstration.

It goes the way people go (submit, approve, declare, issue, print, release, recall) through the same use-cases.
"""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import bootstrap, clock
from ..access.actor import Actor
from ..accounts import signin
from ..audit import holds
from ..brands import licences
from ..codes.checkdigits import gb32100_check
from ..codes.keys import new_key
from ..codes.label.job import Output
from ..codes.label.stock import stocks
from ..commitment import certificates as commitment_certificates
from ..db import Database
from ..errors import Conflict
from ..installation.installation import Installation
from ..issue.codes import CodeOrder, issue_codes
from ..models import Account, Batch, Brand, Plot, PrintRun, Product, Role
from ..printing import plans, press, runs
from ..register import batches as register_batches
from ..register import producers, products
from ..register.regimes import ProductKind
from . import brands, certificates, chains, complaints, farm, insurance
from . import progress as demo_progress


@dataclass(frozen=True)
class Story:
    """One producer with its product and batch. Names say that they are demonstrations; the USCC is made up, with a
    registration number of zeros."""

    county: str
    township: str
    producer: str
    plot: str
    product: str
    brand: str
    unit: str
    pack_size: str
    days_ago: int
    stock: str
    recalled: bool = False
    output: Output | None = None  # of the labels' file
    regime: str = "fresh"


STORIES = (
    Story("430225", "演示乡", "炎陵演示黄桃合作社", "演示坡", "炎陵黄桃", "yanling-peach", "kg", "2.5", 3, "a4-24"),
    Story(
        "430203",
        "演示镇",
        "芦淞演示丝瓜合作社",
        "演示园",
        "白关丝瓜",
        "baiguan-loofah",
        "kg",
        "1",
        1,
        "roll-50x30",
        output=Output.TSPL,
    ),
    Story(
        "430223",
        "演示镇",
        "攸县演示大豆合作社",
        "演示垄",
        "攸县大豆",
        "youxian-soybean",
        "kg",
        "5",
        30,
        "a4-21",
        True,
        regime="other",
    ),
)
BATCHES = len(STORIES)


def fill(data: Path, *, units: int, base_url: str, progress: Callable[[], None]) -> dict[str, Any]:
    """Fill a new data directory and write `demo.json` (mode 600: it holds the passwords). Returns what it says.

    Raises Conflict when the directory holds a demonstration already.
    """
    if (data / "demo.json").exists():
        raise Conflict("目录 %(data)s 里已经有演示数据", data=str(data))
    actor = Actor("yipin demo", clock.now())
    settings = bootstrap.set_up(data, base_url=base_url, actor=actor)
    new_key(settings.keys, actor.at, settings.key_passphrase)
    db = Database(settings.database_url)
    try:
        told = _Demo(db, Installation.open(settings), actor, units, progress).told()
    finally:
        db.dispose()
    _write(data / "demo.json", {"base_url": settings.base_url, **told})
    return told


def _write(path: Path, content: dict[str, Any]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)


@dataclass
class _Demo:
    db: Database
    office: Installation
    actor: Actor
    units: int
    progress: Callable[[], None]

    def told(self) -> dict[str, Any]:
        with self.db.write.begin() as session:
            accounts = [
                self._account(session, "officer", "市级演示审核员", Role.OFFICER),
                self._account(session, "county", "炎陵演示审核员", Role.OFFICER, "430225"),
                self._account(session, "admin", "演示管理员", Role.ADMINISTRATOR),
                self._account(session, "insurer", "演示保险机构", Role.INSURER),
            ]
        batches = []
        for number, story in enumerate(STORIES, 1):
            login = "grower" if number == 1 else f"grower{number}"
            with self.db.write.begin() as session:
                accounts.insert(number - 1, self._account(session, login, "演示种植户", Role.PRODUCER))
            batches.append(self._story(story, login, number))
        with self.db.write.begin() as session:
            complaints.add(session, self.office, self.actor, 1)
            insurance.claims(session, self.office, self._signed_in, 1)
            certificates.add(session, self.office, self._signed_in)
            brands.add(session, self.office.policy, self._signed_in)
            demo_progress.add(session, self.office.policy, self._signed_in(session, "officer"))
            farm.add(session, self.office.policy, self._signed_in)
        with self.db.write.begin() as session:
            accounts.append(self._account(session, "works", "演示香干坊", Role.PRODUCER))
            officer = self._signed_in(session, "officer")
        chain = chains.add(
            self.db,
            self.office,
            officer,
            lambda session: self._signed_in(session, "works"),
            _made_up_uscc(chains.COUNTY, BATCHES + 1),
        )
        return {"accounts": accounts, "batches": batches, "chain": chain}

    def _account(self, session: Session, login: str, name: str, role: Role, county: str = "") -> dict[str, str]:
        password = secrets.token_urlsafe(12)
        signin.add_account(
            session, self.actor, self.office.policy, login=login, name=name, role=role, county=county, password=password
        )
        return {"login": login, "password": password, "role": role.value}

    def _story(self, story: Story, login: str, number: int) -> dict[str, Any]:
        with self.db.write.begin() as session:
            batch = self._batch(session, story, login, number)
            grower = self._signed_in(session, login)
            wanted = CodeOrder(self.units, "demo", promise=story.regime == "fresh")
            codes = issue_codes(session, grower, self.office, batch, wanted)
            order = plans.PrintOrder(stocks()[story.stock], codes.first + 1, codes.count, output=story.output)
            run = plans.plan_print(session, grower, self.office, codes, order, "demo")
        drawn = 0

        def note(done: int) -> None:
            nonlocal drawn
            for _ in range(done - drawn):
                self.progress()
            drawn = done

        press.make(self.db, self.office, run.id, note)
        with self.db.write.begin() as session:
            return self._released(session, story, login, run.id)

    def _batch(self, session: Session, story: Story, login: str, number: int) -> Batch:
        """Everything before the codes: producer, plot and product with their reviews, and the batch."""
        officer, grower = self._signed_in(session, "officer"), self._signed_in(session, login)
        form = producers.ProducerForm(
            story.producer,
            "cooperative",
            _made_up_uscc(story.county, number),
            "",
            story.county,
            story.township,
            "演示联系人",
            "13800000000",
        )
        producer = producers.submit_producer(session, grower, self.office.policy, self.office.secrets, form, True)
        producers.approve_producer(session, officer, producer)
        grower = self._signed_in(session, login)
        plot: Plot = producers.add_plot(
            session,
            grower,
            self.office.policy,
            name=story.plot,
            county=story.county,
            place=f"{story.township}演示村",
            area_mu="20",
        )
        brand = session.scalars(sa.select(Brand).where(Brand.key == story.brand)).one()
        licences.enter(
            session, officer, brand, producer=producer.name, number=f"演示-{number}", valid_from="2026-01-01"
        )
        product: Product = products.submit_product(
            session,
            grower,
            name=story.product,
            brand=story.brand,
            description="演示数据，非真实产品",
            kind=ProductKind(story.regime),
        )
        products.approve_product(session, officer, product)
        products.approve_product(session, officer, product)
        harvest = clock.day_of(self.actor.at) - timedelta(days=story.days_ago)
        amount = f"{float(story.pack_size) * self.units * 1.25:.2f}"
        batch_form = register_batches.BatchForm(
            str(product.id), str(plot.id), harvest.isoformat(), amount, story.unit, story.pack_size
        )
        batch = register_batches.declare_batch(session, grower, batch_form)
        if number == 1:
            insurance.add(session, self._signed_in, product)
        if batch.brand_id is None:  # a demonstration is made on any day of the year
            licences.allow(session, officer, batch, "演示：今天不在产季，演示数据仍带品牌名")
        return batch

    def _signed_in(self, session: Session, login: str) -> Actor:
        account = session.scalars(sa.select(Account).where(Account.login == login)).one()
        return replace(Actor.of(account, self.actor.at))

    def _released(self, session: Session, story: Story, login: str, run_id: int) -> dict[str, Any]:
        run = session.get_one(PrintRun, run_id)
        runs.release_run(session, self._signed_in(session, login), run)
        if story.recalled:
            holds.recall(session, self._signed_in(session, "officer"), run.batch, "演示：召回一个已上市的批次")
        certificate = commitment_certificates.live_of(session, run.batch_id)
        return {
            "id_number": run.batch.id_number,
            "commitment": certificate and certificate.number,
            "product": run.batch.product.name,
            "state": run.batch.state.value,
            "label_files": [str(press.path_of(self.office, run))],
        }


def _made_up_uscc(county: str, number: int) -> str:
    """A well-formed USCC that belongs to nobody: a cooperative's (93) with an organisation code of zeros."""
    body = f"93{county}00000000{number}"
    return body + gb32100_check(body)
