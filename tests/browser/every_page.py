"""Every page that the URL map has, with the addresses of objects that stand in the record: who opens it, and where it is."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule as Address

from yipin import clock
from yipin.access.actor import Actor
from yipin.access.visibility import visible
from yipin.db import Database
from yipin.db.columns import Base
from yipin.installation.settings import Settings
from yipin.models import Account, Batch, Notice, RecallLine, Role
from yipin.web.app import create_app
from yipin.web.rights import RULES

# Log-ins of the demonstration. A page that several may open is opened by the first of them that has an object for it.
PEOPLE = {
    "public": None,
    "grower": Role.PRODUCER,
    "grower3": Role.PRODUCER,  # whose batch was recalled
    "officer": Role.OFFICER,
    "insurer": Role.INSURER,
    "admin": Role.ADMINISTRATOR,
}
NO_PAGES = {  # files, scripts and data
    "static",
    "files.attachment",
    "files.preview",
    "files.product_picture",
    "jobs.result",
    "producer.farm_ready",
    "producer.farm_worker",
    "producer.preview",
    "producer.sheet",
    "producer.symbol",
    "public.check_worker",
    "public.status",
    "public.guide",  # it leads on to the guide of whoever asks
    "public.health",
    "public.keys",
    "public.log_entry",
    "public.log_file",
    "public.log_proof",
    "public.log_tile",
    "public.picture",
}
FILES = (".xlsx", ".pdf", ".zip", ".png", ".jpg", ".csv", ".json")
MOST_TRIED = 12  # objects of a kind; a page of one state is not there for each


@dataclass(frozen=True)
class Place:
    """A page, and the addresses to try until one answers: without an object there is just one."""

    endpoint: str
    login: str
    paths: list[str]


def places(data: Path, walked: list[str]) -> Iterator[Place]:
    """Every page of the URL map, but for those that a walk opens anyway."""
    settings = Settings.load(data)
    app, db = create_app(settings), Database(settings.database_url)
    try:
        opened = set(_endpoints(app, walked))
        with db.read.begin() as session:
            people = {login: _actor(session, login) for login in PEOPLE}
            for address in sorted(app.url_map.iter_rules(), key=lambda one: one.endpoint):
                if _is_page(address) and address.endpoint not in opened:
                    yield _place(session, people, address)
    finally:
        _closed(app)
        db.dispose()


def _endpoints(app: Flask, paths: list[str]) -> Iterator[str]:
    """The endpoint of each path for which there is one."""
    urls = app.url_map.bind("")
    for path in paths:
        with suppress(NotFound):
            yield urls.match("/" + path.partition("?")[0])[0]


def _is_page(address: Address) -> bool:
    if "GET" not in (address.methods or ()) or address.rule.endswith(FILES):
        return False
    return address.endpoint not in NO_PAGES


def _place(session: sa.orm.Session, people: dict[str, Actor], address: Address) -> Place:
    roles = RULES[address.endpoint, "GET"].roles
    able = [login for login, role in PEOPLE.items() if roles is None or role in roles]
    tried = [Place(address.endpoint, login, list(_paths(session, people[login], address))) for login in able]
    return next((each for each in tried if each.paths), tried[0])


def _actor(session: sa.orm.Session, login: str) -> Actor:
    account = session.scalar(sa.select(Account).where(Account.login == login))
    return Actor.of(account, clock.now()) if account else Actor("", clock.now())


def _paths(session: sa.orm.Session, who: Actor, address: Address) -> Iterator[str]:
    kind = RULES[address.endpoint, "GET"].of
    if kind is None:
        yield address.rule[1:]
    else:
        for row in session.scalars(visible(who, kind).limit(MOST_TRIED)):
            path = address.rule[1:].replace("<ref>", _ref(row))
            yield path.replace("<number>", _stopped(session, row)) if "<number>" in path else path


def _stopped(session: sa.orm.Session, row: Base) -> str:
    """The ID number of a batch that a hold or recall, or the one that a notice tells of, has stopped."""
    act = row.recall_id if isinstance(row, Notice) else row.id
    lines = sa.select(Batch.id_number).join(RecallLine, RecallLine.batch_id == Batch.id)
    return session.scalars(lines.where(RecallLine.recall_id == act)).first() or "none"


def _ref(row: Base) -> str:
    return row.id_number if isinstance(row, Batch) else str(sa.inspect(row).identity[0])


def _closed(app: Flask) -> None:
    service = app.extensions["yipin"]
    service.tally.close()
    service.db.dispose()
