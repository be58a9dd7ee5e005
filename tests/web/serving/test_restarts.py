"""PostgreSQL is restarted while the service is used: no act is lost or done twice, and nobody sees an error of ours."""

import json
import os
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from world import BASE_URL, NOW, Sold, World, people, postgres
from world.postgres import Server
from world.service import Crowd, Visitor, free_port, running
from yipin import bootstrap
from yipin.access.actor import Actor
from yipin.codes.keys import new_key
from yipin.db import Database
from yipin.installation.installation import Installation
from yipin.models import Plot

RESTARTS = int(os.environ.get("SOAK_RESTARTS", "3"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or secrets.randbits(32)
MODES = ("fast", "immediate")  # a planned restart, and a crash


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres.server() as made:
        yield made


@pytest.fixture
def town(server: Server, tmp_path: Path) -> Iterator[World]:
    """A world whose database is the server's."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "yipin.toml").write_text(f'base_url = "{BASE_URL}"\ndatabase_url = "{server.url}"\n', "utf-8")
    settings = bootstrap.set_up(data, base_url=None, actor=Actor("founder", NOW))
    new_key(settings.keys, NOW.replace(year=2026, month=1))
    world = World(settings, Installation.open(settings), Database(settings.database_url))
    people(world.db, world.installation)
    yield world
    world.db.dispose()


def sold_in(world: World) -> Sold:
    batch = world.declare()
    codes = world.issue(batch, 3)
    run = world.print(codes)
    world.release(run)
    return Sold(batch, codes, run, world.codes(codes))


@pytest.mark.long
def test_no_act_is_lost_or_doubled_when_postgresql_is_restarted(server: Server, town: World, tmp_path: Path) -> None:
    digits, port, chance = sold_in(town).digits[0], free_port(), random.Random(SEED)
    with running(town.settings.data, tmp_path / "log", port) as service:
        growers = [Visitor(port) for _ in range(4)]
        for grower in growers:
            grower.sign_in("ama")
        crowd = Crowd(port, digits, growers, "restart")
        crowd.start(scanners=3)
        for number in range(RESTARTS):
            time.sleep(0.5 + chance.random())
            server.control("restart", "-m", MODES[number % 2])
        time.sleep(1)
        crowd.end()
        _, _, text = Visitor(port).ask("GET", f"/{digits}", accept="application/json")
        assert Visitor(port).ask("GET", "/healthz")[0] == 200
    told, log = crowd.told(), service.log.read_text("utf-8")
    print(f"seed {SEED}, {RESTARTS} restarts: {dict(told)}, log:\n{log}")
    with town.db.read.begin() as session:
        assert crowd.faults(Counter(session.scalars(sa.select(Plot.name)))) == []
    assert set(told) <= {"200", "503", "not counted", "done", "not done", "unknown"}
    assert told["done"] > RESTARTS and told["200"] > RESTARTS
    assert json.loads(text)["scans"] >= 0
    assert "Traceback" not in log
    assert len(re.findall("the database does not answer", log)) <= 2 * RESTARTS  # one line in each server process
