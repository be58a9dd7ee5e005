"""What every test may ask for: the world on either database, a sold batch, an app, a browser."""

import configparser
import functools
import gc
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import coverage
import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask.testing import FlaskClient

from world import (
    NOW,
    Browser,
    Compiled,
    Sold,
    Template,
    World,
    on_server,
    people,
    shared,  # noqa: F401  it takes the variable out of the environment
    signed_in,
    together,
    toml_of,
)
from world.once import work_out_once
from world.order import WHOLE, for_every_change, long_first
from yipin import bootstrap, clock
from yipin.access.actor import Actor
from yipin.clock import day_of
from yipin.codes.keys import new_key
from yipin.db import Database, watch
from yipin.indicators import cache
from yipin.installation import place
from yipin.installation.installation import Installation
from yipin.installation.opening import opened
from yipin.installation.settings import Settings
from yipin.models import Batch, CodeRange, Fingerprint, PrintRun
from yipin.web.app import create_app
from yipin.web.guard import Service

ROOT = Path(__file__).resolve().parents[1]
hypothesis.settings.register_profile("any machine", deadline=None)  # how long one example takes is the machine's affair
hypothesis.settings.load_profile("any machine")
work_out_once()


@pytest.fixture
def untraced() -> Iterator[None]:
    """For a test that asks how long something takes: the lines passed are not counted meanwhile, which costs time of its own."""
    tracing = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracing)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure what the test passes through only if setup.cfg lists its folder, or if all of trace/ is measured."""
    measuring = coverage.Coverage.current()
    if not measuring or not measuring.get_option("run:include") or _measured(item.path):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@functools.cache
def _measured(path: Path) -> bool:
    listed = configparser.ConfigParser()
    listed.read(ROOT / "setup.cfg", "utf-8")
    return any(path.is_relative_to(ROOT / folder) for folder in listed["yipin:covered"]["tests"].split())


_RUN = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    named = config.args_source is pytest.Config.ArgsSource.ARGS and "PYTEST_XDIST_WORKER" not in os.environ
    if named:  # whoever names files means all that is in them
        os.environ[WHOLE] = "1"
    if run := together.begin():
        config.stash[_RUN] = run


def pytest_unconfigure(config: pytest.Config) -> None:
    gc.unfreeze()  # or else a library says at the very end that something of it was left over
    if run := config.stash.get(_RUN, None):
        together.end(run)


@pytest.fixture(scope="session")
def postgres() -> str:
    """A real PostgreSQL server for the whole run; the address without a database name's query."""
    return together.postgres()


@pytest.hookimpl(trylast=True)  # after pytest has put the tests of one database together
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen, left = for_every_change(items)
    config.hook.pytest_deselected(items=left)
    items[:] = long_first(chosen, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def pytest_collection_finish() -> None:
    """The program and the tests themselves are no garbage, and there are a million of them: the search for garbage passes
    them by, and begins less often. That was an eighth of all the time. What must be closed is closed without it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What pages say does not depend on where their rows come from: the tests of pages run on SQLite, but for those files
    that ask the databases themselves something (`BOTH_DATABASES`)."""
    if (
        "kind" not in metafunc.fixturenames
        or "web" not in metafunc.definition.path.relative_to(metafunc.config.rootpath).parts
    ):
        return
    chosen = any("kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if not chosen and not getattr(metafunc.module, "BOTH_DATABASES", False):
        metafunc.definition.add_marker(pytest.mark.parametrize("kind", ["sqlite"], indirect=True))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database: whatever uses it, directly or not, runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def template(kind: str, request: pytest.FixtureRequest) -> Template:
    server = request.getfixturevalue("postgres") if kind == "postgresql" else ""
    data, _ = together.once(f"template-{kind}", lambda folder: _founded(folder, server))
    return Template(data, "template" if server else "", server)


def _founded(data: Path, server: str) -> None:
    name = "template" if server else ""
    if server:
        on_server(server, f"CREATE DATABASE {name}")
    data.mkdir(mode=0o700)
    (data / "yipin.toml").write_text(toml_of(Template(data, name, server), data, name), "utf-8")
    settings = bootstrap.set_up(data, base_url=None, actor=Actor("founder", NOW))
    new_key(settings.keys, NOW.replace(year=2026, month=1))
    db, installation = opened(settings)  # from now on the record knows its key
    people(db, installation)
    with db.write.begin() as session:  # each copy of the template is an installation of its own
        session.execute(sa.delete(Fingerprint).where(Fingerprint.name == place.PLACE))
    db.dispose()


@pytest.fixture
def world(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with _copy(request.getfixturevalue("on_sale" if "sold" in request.fixturenames else "template"), tmp_path) as made:
        yield made


@contextmanager
def _copy(template: Template, folder: Path) -> Iterator[World]:
    """A world of its own in this folder, as the template has it; gone afterwards."""
    data = folder / "data"
    shutil.copytree(template.data, data)
    name = f"test_{uuid.uuid4().hex[:12]}"
    if template.server:
        on_server(template.server, f"CREATE DATABASE {name} TEMPLATE {template.database} STRATEGY FILE_COPY")
        (data / "yipin.toml").write_text(toml_of(template, data, name), "utf-8")
    settings = Settings.load(data, {})
    db = Database(settings.database_url)
    made = World(settings, Installation.open(settings), db)
    try:
        yield made
    finally:
        made.desk.close()
        cache.counts_of(db.engine).settle()
        db.dispose()
        if template.server:
            on_server(template.server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def on_sale(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template with a batch of Ama's whose labels are on the packs."""
    folder = tmp_path_factory.mktemp("on-sale")
    data, _ = together.once(f"on-sale-{template.database or 'file'}", lambda data: _on_sale(template, data, folder))
    return replace(template, data=data, database=template.database and "on_sale")


def _on_sale(template: Template, data: Path, folder: Path) -> None:
    with _copy(template, folder) as world:
        codes = world.issue(world.declare(), 3)
        world.release(world.print(codes))
        world.desk.close()
        world.db.dispose()  # PostgreSQL copies no database that somebody uses
        if template.server:
            on_server(template.server, f"CREATE DATABASE on_sale TEMPLATE {sa.make_url(world.db.url).database}")
        shutil.copytree(world.settings.data, data)


@pytest.fixture
def sold(world: World) -> Sold:
    batch, codes, run = (world.get(kind, 1) for kind in (Batch, CodeRange, PrintRun))
    return Sold(batch, codes, run, world.codes(codes))


@pytest.fixture
def app(world: World) -> Iterator[Flask]:
    made = create_app(world.settings)
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = Compiled()
    made.testing = False  # an unexpected error must come out as the page a reader would get
    made.config["WTF_CSRF_ENABLED"] = False
    made.extensions["yipin"].tally.patience = 20  # seconds: a busy machine counts every look before its page
    made.extensions["yipin"].jobs.at_once()
    _count(made.extensions["yipin"])
    told: list[str] = []
    made.before_request(watch.complaints.clear)
    made.teardown_request(
        lambda _: told.extend(f"{request.endpoint}: {each}" for each in watch.complaints if "under" in each)
    )
    yield made
    cache.counts_of(made.extensions["yipin"].db.engine).settle()
    made.extensions["yipin"].tally.close()
    made.extensions["yipin"].db.dispose()
    assert told == []


def _count(service: Service) -> None:
    """Make the public count, as a server does when it starts, and wait for it: no page then changes by itself."""
    today, policy = day_of(clock.now()), service.installation.policy
    with service.db.read() as session:
        cache.board(session, policy, today)
        cache.last_line(session, policy, today)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of someone not signed in."""
    return app.test_client()


@pytest.fixture
def ama(app: Flask) -> FlaskClient:
    """The grower's browser, signed in."""
    return signed_in(app, "ama")
