"""The guard: every view is called through it, and only through it.

The guard looks the call up in the table of rights and finds out who calls, on a session of its own that only reads. It
has the uploads made harmless. Only then does it open the session of the view, for writing if the method is POST, and
find the object that the address names. It commits when the view returns. A view is
`view(session, actor, [object], **rest)`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import cast

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from .. import clock
from ..access.actor import Actor
from ..access.visibility import find
from ..accounts.seen_notes import SeenNotes
from ..db import Database, watch
from ..db.columns import Base
from ..errors import N_, Forbidden, Unavailable
from ..installation.examination import Findings
from ..installation.installation import Installation
from ..installation.pulse import Pulse, Shared
from ..jobs.workshop import Workshop
from ..recovery.guard import Guard
from ..running.closing import Closing
from ..scan.facts_cache import BatchFactsCache
from ..scan.guess_limit import GuessLimit
from ..scan.look_writer import LookWriter
from ..status.publisher import Publisher
from ..uploads import sandbox
from ..uploads.sanitise import LARGEST
from . import heavy, kept
from .caller import who
from .rights import RULES, Rule
from .unitpage import UnitPages

View = Callable[..., ResponseReturnValue]
TABLES: set[str] = set()  # endpoints whose files are tables, which the import reads by itself
FREE = {"static"}  # files that need neither session nor actor


@dataclass(frozen=True)
class Service:
    """What one process holds for all requests: database, installation and caches, and what it closes at its stop."""

    db: Database
    installation: Installation
    facts: BatchFactsCache
    tally: LookWriter
    pages: UnitPages
    guesses: GuessLimit
    jobs: Workshop
    pulse: Pulse
    examined: Shared[Findings]
    status: Publisher
    seen: SeenNotes
    watched: Guard
    closing: Closing = field(default_factory=Closing)


def service() -> Service:
    """The service of the application that answers this request."""
    return cast(Service, current_app.extensions["yipin"])


def init_app(app: Flask) -> None:
    """Wrap every view. Raises Unavailable when an (endpoint, method) has no line in the table of rights."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if (rule.endpoint, method) not in RULES:
                raise Unavailable(N_("权限表里没有 %(endpoint)s %(method)s"), endpoint=rule.endpoint, method=method)
    for endpoint, view in app.view_functions.items():
        if endpoint not in FREE:
            app.view_functions[endpoint] = _guarded(endpoint, cast(View, view))


def _guarded(endpoint: str, view: View) -> View:
    @wraps(view)
    def call(**kwargs: str) -> ResponseReturnValue:
        rule = RULES[endpoint, "GET" if request.method == "HEAD" else request.method]
        actor = who() if rule.roles is not None else Actor("", clock.now())
        if rule.roles is not None and actor.role is None:
            return _kept() or redirect(url_for("auth.login", next=_here()))
        if not rule.lets(actor):
            raise Forbidden(N_("您的账号不能办这件事"))
        if rule.roles is not None and _taken_up():
            return kept.shown(service().db, lambda session: _seen(view, session, actor, rule, kwargs))
        writes = request.method == "POST"
        papers = _files() if writes and endpoint not in TABLES else ()
        with heavy.turn(_work(endpoint)), watch.watching(), sandbox.beforehand(papers):
            return service().db.run(lambda session: _seen(view, session, actor, rule, kwargs), writes=writes)

    return call


def _kept() -> ResponseReturnValue | None:
    return kept.keep(service().db, service().installation.secrets) if request.method == "POST" else None


def _taken_up() -> bool:
    return request.method == "POST" and kept.take_up(service().db, service().installation.secrets)


def _work(endpoint: str) -> heavy.Work | None:
    if request.method == "POST":
        return heavy.Work.TABLE if endpoint in TABLES else None
    return heavy.Work.FILE if request.url_rule and heavy.is_file(request.url_rule.rule) else None


def _seen(view: View, session: Session, actor: Actor, rule: Rule, kwargs: Mapping[str, str]) -> ResponseReturnValue:
    """What the view gives. It may be called again, if the connection to the database was lost at the first time."""
    rest = dict(kwargs)
    for file in request.files.values() if request.method == "POST" else ():
        file.stream.seek(0)
    return kept.forgotten(session, view(session, actor, *_object(session, actor, rule, rest), **rest))


def _files() -> Iterator[tuple[str, bytes]]:
    """The papers and pictures of this request: field and bytes. Tables are looked at by the import."""
    for name, file in request.files.items(multi=True):
        yield name, file.stream.read(LARGEST + 1)
        file.stream.seek(0)


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _object(session: Session, actor: Actor, rule: Rule, kwargs: dict[str, str]) -> tuple[Base, ...]:
    return (find(session, actor, rule.of, kwargs.pop("ref")),) if rule.of else ()
