"""`/healthz` tells the truth about each store, in time, and is no burden; with `deep=1` it tells the operator the rest."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import PASSWORD, Sold, World, on_server, signed_in
from world.pace import Took, in_time
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.clock import now
from yipin.db.sqlite import newest_module
from yipin.models import Role

BOTH_DATABASES = True
IN_TIME = 2.0  # seconds


def file_of(world: World) -> Path:
    if world.db.engine.dialect.name != "sqlite":
        pytest.skip("a file of SQLite")
    return world.settings.data / "yipin.db"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Somebody else writes, and does not stop."""
    with closing(newest_module().connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def state(client: FlaskClient) -> tuple[int, dict[str, str]]:
    """The answer, which comes in time whatever it is."""
    told = list[tuple[int, dict[str, str]]]()

    def ask(_: int) -> list[Took]:
        began = time.monotonic()
        answer = client.get("/healthz")
        took = time.monotonic() - began
        assert (answer.status_code == 200) == (answer.json["status"] == "ok")
        told.append((answer.status_code, answer.json["stores"]))
        return [Took("the answer", took, IN_TIME)]

    in_time(ask)
    return told[0]


def after_a_second(client: FlaskClient) -> tuple[int, dict[str, str]]:
    """The next answer that is not the one from before: an older answer serves while the next trial is under way."""
    time.sleep(1.1)
    client.get("/healthz")
    time.sleep(1.2)
    return state(client)


def fingerprint(world: World) -> list[object]:
    with world.db.read.begin() as session:
        return [session.scalar(sa.text(f"SELECT count(*) FROM {each}")) for each in ("events", "scans", "fingerprints")]


def test_a_sound_service_says_so_and_nothing_is_left_behind(world: World, client: FlaskClient) -> None:
    before = fingerprint(world)
    assert state(client) == (200, {"record": "ok", "looks": "ok", "keys": "ok"})
    assert fingerprint(world) == before


def test_a_lock_that_somebody_holds_is_told_in_time(world: World, client: FlaskClient) -> None:
    with held(file_of(world)):
        status, stores = state(client)
        assert (status, stores["record"]) == (503, "busy")
    assert after_a_second(client)[0] == 200


def test_many_who_ask_at_once_share_one_trial_and_keep_no_thread(world: World, app: Flask) -> None:
    pulse, trials = app.extensions["yipin"].pulse, []
    shared = pulse._shared["record"]
    original = shared._trial
    shared._trial = lambda: trials.append(1) or original()
    state(app.test_client())
    with held(file_of(world)):
        began, answers = time.monotonic(), []
        threads = [
            threading.Thread(
                target=lambda: answers.extend(app.test_client().get("/healthz").status_code for _ in range(20))
            )
            for _ in range(20)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        spent = time.monotonic() - began
    assert len(answers) == 400 and len(trials) <= 2 + spent


def test_asking_without_end_keeps_no_writer_waiting(world: World, client: FlaskClient) -> None:
    in_time(lambda _: writing_meanwhile(world, client))


def writing_meanwhile(world: World, client: FlaskClient) -> list[Took]:
    """How long a writer waits while somebody asks for three seconds."""
    path, waits, until = file_of(world), [], time.monotonic() + 3
    client.get("/healthz")
    asking = threading.Thread(
        target=lambda: [client.get("/healthz") for _ in iter(lambda: time.monotonic() < until, False)]
    )
    asking.start()
    with closing(newest_module().connect(path, isolation_level=None, timeout=5)) as writer:
        while time.monotonic() < until:
            began = time.monotonic()
            writer.execute("BEGIN IMMEDIATE")
            waits.append(time.monotonic() - began)
            writer.execute("ROLLBACK")
            time.sleep(0.005)
    asking.join()
    return [Took("the median", sorted(waits)[len(waits) // 2], 0.01), Took("the longest", max(waits), 0.5)]


def test_a_file_that_is_gone_or_replaced_is_told_and_none_is_begun(
    world: World, client: FlaskClient, sold: Sold, tmp_path: Path
) -> None:
    path = file_of(world)
    assert client.get(f"/{sold.digits[0]}").status_code == 200
    os.rename(path, tmp_path / "away.db")
    assert state(client)[1]["record"] == "missing"
    assert client.get(f"/{sold.digits[0]}").status_code == 503 and not path.exists()
    shutil.copy(tmp_path / "away.db", path)  # an older copy, for example: what was kept in memory no longer fits
    assert after_a_second(client)[1]["record"] == "missing"
    os.replace(tmp_path / "away.db", path)
    assert after_a_second(client)[0] == 200
    assert client.get(f"/{sold.digits[0]}").status_code == 200


def test_damaged_pages_are_told(world: World, client: FlaskClient, sold: Sold) -> None:
    path = file_of(world)
    state(client)
    with world.db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA main.wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    client.get("/")  # whatever meets it first
    status, stores = after_a_second(client)
    assert (status, stores["record"]) == (503, "damaged")


def test_a_server_that_takes_no_connection_is_told(world: World, app: Flask, request: pytest.FixtureRequest) -> None:
    if world.db.engine.dialect.name == "sqlite":
        pytest.skip("a server of PostgreSQL")
    client, name, server = app.test_client(), world.db.engine.url.database, request.getfixturevalue("postgres")
    assert state(client)[0] == 200
    on_server(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    assert after_a_second(client)[1]["record"] == "failing"
    on_server(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert after_a_second(client)[0] == 200


def test_a_lost_key_list_is_told_and_its_path_is_not(world: World, client: FlaskClient) -> None:
    (world.settings.keys / "keys.json").unlink()
    status, stores = state(client)
    assert (status, stores["keys"]) == (503, "failing")
    assert str(world.settings.data) not in client.get("/healthz").text


def examined(client: FlaskClient) -> tuple[int, dict[str, str]]:
    answer = client.get("/healthz?deep=1")
    return answer.status_code, answer.json["parts"]


def test_the_operator_learns_that_all_is_well(world: World, client: FlaskClient) -> None:
    for each in (world.settings.data, world.settings.keys):
        each.chmod(0o700)
    for path in [world.settings.data / "yipin.toml", *world.settings.data.glob("*.db*")]:
        path.chmod(0o600)
    status, parts = examined(client)
    assert {name for name, said in parts.items() if said} <= {"backup", "jobs"}, parts
    assert status == 200 and "store record" in parts


@pytest.mark.parametrize(
    ("harm", "part", "told"),
    [
        (lambda data: (data / "keys/units.secret").write_bytes(bytes(32)), "fingerprints", "units.secret"),
        (lambda data: (data / "keys/keys.json").unlink(), "keys", "keys.json"),
        (lambda data: (data / "keys/code-001.pem").unlink(), "keys", "code-001.pem"),
        (lambda data: (data / "keys").chmod(0o755), "modes", "chmod 700"),
    ],
)
def test_the_operator_learns_what_the_next_start_would_meet(
    world: World, client: FlaskClient, harm: object, part: str, told: str
) -> None:
    harm(world.settings.data)  # type: ignore[operator]
    status, parts = examined(client)
    assert status == 503 and told in parts[part], parts


def test_the_deep_answer_is_for_the_operator_alone(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        for login, role in (("root", Role.ADMINISTRATOR), ("dan", Role.OFFICER)):
            signin.add_account(
                session,
                Actor("founder", now()),
                world.installation.policy,
                login=login,
                name=login,
                role=role,
                password=PASSWORD,
            )
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    ask = "/healthz?deep=1"
    assert app.test_client().get(ask, environ_overrides=elsewhere).status_code == 403
    assert app.test_client().get(ask, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    assert signed_in(app, "dan").get(ask, environ_overrides=elsewhere).status_code == 403
    assert signed_in(app, "root").get(ask, environ_overrides=elsewhere).status_code in (200, 503)
