"""The records that look-ups are measured on: a grower's ten released batches, and the same with as many more batches and
scans as are wanted.

The ten go through the use-cases. The rest is entered by bulk SQL, as copies of the first with ID numbers of their own; no
code of the program takes part in that, and all of it takes part in the looking up.
"""

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from yipin import bootstrap
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.audit import log
from yipin.codes.idnumber import new_id_number
from yipin.codes.keys import new_key
from yipin.db import Database
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.issue.codes import CodeOrder, codes_of, issue_codes
from yipin.models import Action, Batch, CodeRange, PrintRun, PrintState, Role
from yipin.register import batches as register_batches
from yipin.register import plots, producers, products

AT = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
COUNTY = "430225"
FEW = 10  # batches of the small record, and batches that are asked for in the large one
PASSWORD = "a pear in a tree"


@dataclass(frozen=True)
class Stall:
    """A data directory, and units on sale in it."""

    data: Path
    codes: int  # in each batch

    def paths(self, batches: int, units: int, skip: int = 0) -> list[str]:
        """The addresses of the first units of batches that lie spread over the whole record, batch after batch."""
        settings = Settings.load(self.data)
        installation, db = Installation.open(settings), Database(settings.database_url)
        with db.read.begin() as session:
            every = session.scalars(sa.select(CodeRange).order_by(CodeRange.batch_id)).all()
            chosen = every[skip :: max(1, len(every) // batches)][:batches]
            found = [
                f"/{digits}"
                for issued in chosen
                for _, digits in codes_of(issued, installation.ring, installation.secrets, 0, units)
            ]
        db.dispose()
        return found


def small(data: Path, codes: int, database: str = "") -> Stall:
    """A new record of ten batches with so many codes each, all of them on sale; in a database of its own, or at an address."""
    if database:
        data.mkdir(mode=0o700, parents=True)
        words = {"base_url": "https://t.example.cn/", "database_url": database}
        (data / "yipin.toml").write_text(
            "".join(f"{name} = {json.dumps(word)}\n" for name, word in words.items()), "utf-8"
        )
    settings = bootstrap.set_up(data, base_url="https://t.example.cn/", actor=Actor("bench", AT))
    new_key(settings.keys, AT - timedelta(days=100))
    installation, db = Installation.open(settings), Database(settings.database_url)
    with db.write.begin() as session:
        _ten_batches(session, installation, codes)
    db.dispose()
    return Stall(data, codes)


def large(like: Stall, data: Path, batches: int, scans: int) -> Stall:
    """The same record with more batches of as many codes, and with looks at their last units."""
    shutil.copytree(like.data, data)
    db = Database(Settings.load(data).database_url)
    with db.engine.begin() as connection:
        _copies(connection, batches - FEW)
        every = [number for (number,) in connection.exec_driver_sql("SELECT id FROM batches ORDER BY id")]
    with db.looks.engine.begin() as connection:
        for first in range(0, len(every), 500):
            _looks(connection, every[first : first + 500], like.codes, scans // batches)
    db.dispose()
    return Stall(data, like.codes)


def _ten_batches(session: Session, installation: Installation, codes: int) -> None:
    grower, officer = (
        signin.add_account(
            session,
            Actor("bench", AT),
            installation.policy,
            login=role.value,
            name=role.value,
            role=role,
            password=PASSWORD,
        )
        for role in (Role.PRODUCER, Role.OFFICER)
    )
    form = producers.ProducerForm(
        "示范合作社", "cooperative", "934302250000000019", "", COUNTY, "霞阳镇", "示范", "13800000000"
    )
    chen = Actor.of(officer, AT)
    producers.approve_producer(
        session,
        chen,
        producers.submit_producer(session, Actor.of(grower, AT), installation.policy, installation.secrets, form),
    )
    ama = Actor.of(grower, AT)
    plot = plots.add_plot(session, ama, installation.policy, name="一号地", county=COUNTY, place="山垄村", area_mu="20")
    product = products.submit_product(session, ama, name="炎陵黄桃", brand="yanling-peach")
    for officer in (replace(chen, account_id=None), chen):  # the county's hand, and the city's
        products.approve_product(session, officer, product)
    for _ in range(FEW):
        wanted = register_batches.BatchForm(str(product.id), str(plot.id), "2026-07-18", str(codes), "kg", "1")
        batch = register_batches.declare_batch(session, ama, wanted)
        _release(session, ama, issue_codes(session, ama, installation, batch, CodeOrder(codes, "bench")))


def _release(session: Session, actor: Actor, issued: CodeRange) -> None:
    run = PrintRun(
        batch_id=issued.batch_id,
        range_id=issued.id,
        first=0,
        count=issued.count,
        job={},
        planned_at=AT,
        state=PrintState.RELEASED,
        released_at=AT,
        idempotency_key="bench",
    )
    session.add(run)
    log.record(session, actor, Action.PRINT_RELEASE, run, first=1, last=issued.count)


def _copies(connection: sa.Connection, count: int) -> None:
    """Many more batches like the first, each with its range of codes and the release of it."""
    batches, ranges, runs = Batch.__table__, CodeRange.__table__, PrintRun.__table__
    batch, issued, run = (
        dict(connection.execute(sa.select(table).order_by(table.c.id).limit(1)).mappings().one())
        for table in (batches, ranges, runs)
    )
    numbers = [(1_000 + n, new_id_number(COUNTY)) for n in range(count)]
    for first in range(0, count, 1_000):
        part = numbers[first : first + 1_000]
        connection.execute(
            sa.insert(batches),
            [batch | {"id": n, "id_number": number, "idempotency_key": number} for n, number in part],
        )
        connection.execute(sa.insert(ranges), [issued | {"id": n, "batch_id": n} for n, _ in part])
        connection.execute(sa.insert(runs), [run | {"id": n, "batch_id": n, "range_id": n} for n, _ in part])


def _looks(connection: sa.Connection, batches: list[int], codes: int, each: int) -> None:
    """One look at each of the last units of these batches."""
    numbers = ", ".join(f"({number})" for number in batches)
    units = f"""WITH RECURSIVE back(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM back WHERE n < {each}),
                numbers(batch) AS (VALUES {numbers}),
                units AS (SELECT batch, {codes} - n AS ordinal FROM numbers, back ORDER BY batch, ordinal)"""
    at = "'2026-07-20 03:00:00.000000'"
    connection.exec_driver_sql(f"""INSERT INTO scans (batch_id, ordinal, at, visitor, client, verdict) {units}
                                   SELECT batch, ordinal, {at}, 'person', '0123456789abcdef', 'genuine' FROM units""")
    connection.exec_driver_sql(f"""INSERT INTO unit_scans (batch_id, ordinal, scans, first_at, last_at, readers, days) {units}
                                   SELECT batch, ordinal, 1, {at}, {at}, 1, 1 FROM units""")
