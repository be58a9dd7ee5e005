"""Demonstration data counts only where there is nothing else, and then every figure says so."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from world import NOW, World
from world.scans import look
from world.streets import objects
from yipin.access import demonstrations
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.audit import log
from yipin.brands import directory, licences
from yipin.certification import claims, lists
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.db.columns import Base
from yipin.demo import Told
from yipin.farm import input_list, sampling
from yipin.indicators import board as indicators_board
from yipin.indicators import cache, reports, rewards
from yipin.insurance import pilot_figures
from yipin.models import Action, Brand, CodeRange, FarmInput, Producer, Product, Role
from yipin.web.export_file import sheet
from yipin.web.exportlists import EXPORTS

POSTGRESQL_IN_SOAK = True  # plain reads
TODAY = date(2026, 7, 20)


def mark(world: World, demonstration: bool, *names: str) -> None:
    """Make the producers with these names a demonstration, or a real one."""
    with world.db.write.begin() as session:
        for producer in session.scalars(sa.select(Producer)):
            if producer.name.split()[0] in names:
                producer.demonstration = demonstration
                log.record(session, world.chen, Action.CASE_NOTE, producer)
        for line in session.scalars(sa.select(FarmInput)):
            if line.name.split()[0] in names:  # a line of the list belongs to nobody, and has a mark of its own
                line.demonstration = demonstration
                log.record(session, world.chen, Action.CASE_NOTE, line)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_demonstrations_count_until_the_first_real_producer_is_there(world: World) -> None:
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.producer_id == world.ama.producer_id)).one()
        claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-15-2301180001A",
            valid_from="2024-01-01",
            valid_to="",
        )

    def seen() -> tuple[int, int, bool]:
        with world.db.read.begin() as session:
            board = cache.board(session, world.installation.policy, TODAY)
            line = indicators_board.line_of(board, world.installation.policy)
            said = reports.contents(board, world.installation.policy)
            assert said["demonstration_lines"] == board.demonstrations == line.demonstrations
            return line.counted, board.demonstrations, demonstrations.whole(session)

    assert seen() == (1, 0, False)
    mark(world, True, "Ama", "Ben")
    assert seen() == (1, 1, True)
    mark(world, False, "Ben")
    assert seen() == (0, 0, False)
    mark(world, False, "Ama")
    assert seen() == (1, 0, False)


NOT_MADE_UP = ("93430203000000003K", "915101007130545948")  # by the demonstration
TOLD_WHOLE = {"events", "accounts", "access_log"}  # logs are proof, and who may sign in is no figure


def seen(world: World, app: Flask) -> dict[str, object]:
    """Every public figure, list, draw and export, as an officer of the city has it."""
    told: dict[str, Callable[[Session], object]] = {
        "indicators": lambda session: reports.contents(_board(session, world), world.installation.policy),
        "rewards": lambda session: _rewarded(session, world),
        "draw": lambda session: sampling.pool(session, world.chen),
        "pilot": lambda session: _pilot(session, world),
        "members": lambda session: [row[1:] for row in pilot_figures.members(session, world.chen)],
        "directory": lambda session: [_brand(session, row) for row in directory.directory(session)],
        "brands to use": lambda session: [row.key for row in directory.brands_for(session, "430225")],
        "brands to certify": lambda session: [row.key for row in lists.brands(session, world.chen)],
        "licences": lambda session: [row.key for row in licences.open_to(session, _ama(session, world), TODAY)],
        "inputs": lambda session: [limit.name for limit in input_list.limits_of(session)],
    }
    with world.db.read.begin() as session, app.test_request_context():
        figures = {name: figure(session) for name, figure in told.items()}
        return figures | {
            export.key: _rows(session, world, export) for export in EXPORTS if export.key not in TOLD_WHOLE
        }


def _board(session: Session, world: World) -> indicators_board.Board:
    return indicators_board.board(session, world.installation.policy, TODAY)


def _ama(session: Session, world: World) -> Producer:
    return session.get_one(Producer, world.ama.producer_id)


def _rewarded(session: Session, world: World) -> object:
    found = rewards.candidates(session, world.chen, world.installation.policy)
    return {key: [(one.first.id, one.first.holder) for one in ones] for key, ones in found.items()}


def _pilot(session: Session, world: World) -> object:
    return pilot_figures.count(session, world.installation.policy, world.chen, date(2026, 1, 1), date(2026, 12, 31))


def _brand(session: Session, row: Brand) -> object:
    return row.key, licences.users(session, TODAY).get(row.id), claims.badges_of_brand(session, row, TODAY)


def _rows(session: Session, world: World, export) -> object:  # type: ignore[no-untyped-def]
    return [list(row) for row in sheet(session, world.chen, export, {"state": ""}, world.installation.policy).rows]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_everything_is_as_it_would_be_without_the_demonstration(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        _certified(session, world, _ama(session, world))
        for producer, uscc in zip(session.scalars(sa.select(Producer)).all(), NOT_MADE_UP, strict=True):
            producer.uscc = uscc
            log.record(session, world.chen, Action.CASE_NOTE, producer)
    before = seen(world, app)
    mark(world, True, "Ama", "Ben")  # as a demonstration is told: before anybody real is there
    Told(world.db, world.installation, Actor("yipin demo", NOW), 1, lambda: None).told()
    mark(world, False, "Ama", "Ben")
    after = seen(world, app)
    for name, figure in before.items():
        assert after[name] == figure, name
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).where(demonstrations.of_demonstration(Brand))) == 3
    rules = after.pop("indicators")  # which say that demonstrations are left out
    assert "演示" not in str(after) and "演示乡" not in str(rules)


def _certified(session: Session, world: World, producer: Producer) -> None:
    product = session.scalars(sa.select(Product).where(Product.producer_id == producer.id)).one()
    days = {"valid_from": "2024-01-01", "valid_to": "2027-01-01"}
    claims.enter(session, world.chen, product, scheme="green", number="LB-15-2301180001A", **days)


def test_of_a_demonstration_no_object_of_any_kind_counts(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        policy, founder = world.installation.policy, Actor("founder", NOW)
        named = {"login": "insurer", "name": "insurer", "password": "a pear in a tree"}
        signin.add_account(session, founder, policy, role=Role.INSURER, **named)
    _lived(world, world.ama)
    mark(world, True, "Ben")
    before = seen(world, app)
    mark(world, False, "Ben")
    _lived(world, world.ben)
    beside = seen(world, app)
    mark(world, True, "Ben")
    after = seen(world, app)
    of_all = {"brands to use", "brands to certify", "licences"}  # regional brands only, which are nobody's own
    of_all |= {"rewards"}  # which the years of 2023 to 2025 earn: as above
    for name, figure in before.items():
        assert after[name] == figure, name
    shows_nothing = {name for name, figure in before.items() if beside[name] == figure}
    assert shows_nothing <= of_all
    assert "Ben" not in str(after)


def _lived(world: World, who: Actor) -> None:
    """One object of every kind, and a look at a pack."""
    refs = objects(world, who)
    look(world, world.codes(world.get(CodeRange, int(refs[CodeRange])))[0], at=NOW)


def test_an_account_is_nobodys_goods_although_it_acts_for_a_producer() -> None:
    demonstrations._owners.cache_clear()  # another test may have asked
    assert demonstrations._owners(Base.metadata.tables["accounts"]) == ()


def test_every_table_that_leads_to_a_producer_can_be_a_demonstration_s(world: World) -> None:
    with world.db.read.begin() as session:
        for mapper in Base.registry.mappers:
            rows = sa.select(sa.func.count()).select_from(mapper.class_)
            every = session.scalar(rows)
            real = session.scalar(rows.where(sa.not_(demonstrations.of_demonstration(mapper.class_))))
            assert real == every, mapper.class_.__name__
            assert session.scalar(rows.where(demonstrations.counts(mapper.class_))) == every


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_brand_of_the_demonstration_gives_no_badge_to_a_real_producer_and_is_in_no_directory(
    world: World, app: Flask
) -> None:
    with world.db.write.begin() as session:
        brand = session.scalars(sa.select(Brand).where(Brand.key == "yanling-peach")).one()
        paper = DeclaredCertificate(
            "geographical", "AGI00000", "2024-03-01", "2034-02-28", holder="协会", lines=(Line(name="黄桃"),)
        )
        typist = Actor("typist", NOW, Role.OFFICER)
        claims.verify(session, world.chen, claims.declare(session, typist, paper, brand=brand))
        product = session.scalars(sa.select(Product).where(Product.producer_id == world.ama.producer_id)).one().id

    def badges() -> int:
        with world.db.read.begin() as session:
            return len(claims.badges(session, product, TODAY))

    assert badges() == 1 and app.test_client().get("/brands/yanling-peach").status_code == 200
    with world.db.write.begin() as session:
        brand = session.get_one(Brand, brand.id)
        brand.demonstration = True
        log.record(session, world.chen, Action.CASE_NOTE, brand)
    assert badges() == 0 and app.test_client().get("/brands/yanling-peach").status_code == 404
    mark(world, True, "Ama", "Ben")
    assert badges() == 1 and app.test_client().get("/brands/yanling-peach").status_code == 200
