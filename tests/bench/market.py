"""A record in which many growers have batches on sale, and each of them may sign in and go on working."""

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.brands import licences
from yipin.codes.checkdigits import gb32100_check
from yipin.codes.idnumber import new_id_number
from yipin.db import Database
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.models import Account, Batch, Brand, CodeRange, PrintRun, Role
from yipin.register import plots, producers, products

from .stall import AT, COUNTY, PASSWORD, Stall, small


def market(data: Path, growers: int, batches: int, codes: int, database: str = "") -> Stall:
    """So many growers, each with a brand's licence, a plot and a product, and so many batches spread over them."""
    stall = small(data, codes, database)
    settings = Settings.load(data)
    installation, db = Installation.open(settings), Database(settings.database_url)
    with db.write.begin() as session:
        people = [_grower(session, installation, n) for n in range(growers)]
    with db.engine.begin() as connection:
        _copies(connection, people, batches)
        if database:
            connection.exec_driver_sql("ANALYZE main" if connection.dialect.name == "sqlite" else "ANALYZE")
    db.dispose()
    return stall


def _grower(session: Session, installation: Installation, n: int) -> dict[str, int]:
    """The row numbers that a batch of the grower has."""
    chen = Actor.of(session.scalars(sa.select(Account).where(Account.role == Role.OFFICER)).one(), AT)
    account = signin.add_account(
        session,
        Actor("bench", AT),
        installation.policy,
        login=f"grower{n}",
        name=f"农户{n}",
        role=Role.PRODUCER,
        password=PASSWORD,
    )
    code = f"93430225{100 + n:09d}"
    form = producers.ProducerForm(
        f"合作社{n}", "cooperative", code + gb32100_check(code), "", COUNTY, "霞阳镇", "某人", "13800000000"
    )
    who = Actor.of(account, AT)
    producer = producers.submit_producer(session, who, installation.policy, installation.secrets, form)
    producers.approve_producer(session, chen, producer)
    who = Actor.of(account, AT)
    brand = session.scalars(sa.select(Brand).where(Brand.key == "yanling-peach")).one()
    licences.enter(session, chen, brand, producer=producer.name, valid_from="2026-01-01")
    plot = plots.add_plot(session, who, installation.policy, name="一号地", county=COUNTY, place="山垄村", area_mu="20")
    product = products.submit_product(session, who, name="炎陵黄桃", brand="yanling-peach")
    for officer in (replace(chen, account_id=None), chen):  # the county's hand, and the city's
        products.approve_product(session, officer, product)
    return {"producer_id": producer.id, "plot_id": plot.id, "product_id": product.id}


def _copies(connection: sa.Connection, growers: list[dict[str, int]], count: int) -> None:
    """Batches like the first of the record, on sale, one grower's after another's."""
    tables = Batch.__table__, CodeRange.__table__, PrintRun.__table__
    batch, issued, run = (
        dict(connection.execute(sa.select(table).order_by(table.c.id).limit(1)).mappings().one()) for table in tables
    )
    numbers = [(1_000 + n, new_id_number(COUNTY)) for n in range(count)]
    rows = (
        [
            batch | growers[n % len(growers)] | {"id": n, "id_number": number, "idempotency_key": number}
            for n, number in numbers
        ],
        [issued | {"id": n, "batch_id": n} for n, _ in numbers],
        [run | {"id": n, "batch_id": n, "range_id": n} for n, _ in numbers],
    )
    for table, values in zip(tables, rows, strict=True):
        connection.execute(sa.insert(table), values)
        if connection.dialect.name == "postgresql":  # what is declared next takes numbers after these
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
            )
