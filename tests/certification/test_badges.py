"""Certificates: a badge only for what an officer has verified and what is valid on the day of looking."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from world import NOW, World
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.certification import claims
from yipin.certification.claims import Badge
from yipin.errors import Conflict, Invalid
from yipin.models import Action, Certification, Claim, Product

TODAY = date(2026, 7, 20)
GOOD = {"scheme": "green", "number": "LB-00-24010000000A", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}


def product_of(world: World, who: Actor | None = None) -> Product:
    with world.db.read.begin() as session:
        producer = (who or world.ama).producer_id
        return session.scalars(sa.select(Product).where(Product.producer_id == producer)).one()


def enter(world: World, **changes: str) -> Certification:
    with world.db.write.begin() as session:
        return claims.enter(session, world.chen, product_of(world), **GOOD | changes)


def badges(world: World, day: date = TODAY) -> tuple[Badge, ...]:
    with world.db.read.begin() as session:
        return claims.badges(session, product_of(world).id, day)


def test_a_certificate_is_entered_by_an_officer_who_vouches_for_it(world: World) -> None:
    row = enter(world)
    assert (row.state, row.verified_by, row.verified_at, row.ended_on) == (
        Claim.VERIFIED,
        world.chen.account_id,
        NOW,
        None,
    )
    assert badges(world) == (
        Badge("green", "绿色食品", "LB-00-24010000000A", date(2026, 1, 1), date(2026, 12, 31), "Ama 黄桃合作社"),
    )
    with world.db.read.begin() as session:
        assert [event.action for event in log.events_of(session, row)] == [
            "certification.declare",
            "certification.verify",
        ]
        assert claims.badges(session, product_of(world, world.ben).id, TODAY) == ()


def test_a_badge_is_shown_from_its_first_to_its_last_day(world: World) -> None:
    for start, end, shown in (
        ("2026-07-20", "2026-07-20", True),
        ("2026-07-21", "2026-12-31", False),
        ("2026-01-01", "2026-07-19", False),
        ("2026-01-01", "2026-07-20", True),
        ("2026-01-01", "", True),
        ("2026-07-21", "", False),
        ("2026-07-20", "", True),
    ):
        with world.db.write() as session:  # never committed
            product = session.get_one(Product, product_of(world).id)
            claims.enter(session, world.chen, product, **GOOD | {"valid_from": start, "valid_to": end})
            assert bool(claims.badges(session, product.id, TODAY)) is shown, (start, end)


def test_a_certificate_nobody_has_verified_is_no_badge(world: World) -> None:
    row = enter(world)
    with world.db.write.begin() as session:
        found = session.get_one(Certification, row.id)
        found.state, found.verified_at = Claim.CHECKED, None
        log.record(session, world.chen, Action.CASE_NOTE, found)
    assert badges(world) == ()


def test_a_withdrawn_certificate_is_gone_at_the_next_look(world: World) -> None:
    row = enter(world)
    with pytest.raises(Invalid), world.db.write.begin() as session:
        claims.withdraw(session, world.chen, session.get_one(Certification, row.id), "")
    assert badges(world)
    with world.db.write.begin() as session:
        claims.withdraw(session, world.chen, session.get_one(Certification, row.id), "证书注销")
    assert badges(world) == ()
    with pytest.raises(Conflict, match="已经撤下"), world.db.write.begin() as session:
        claims.withdraw(session, world.chen, session.get_one(Certification, row.id), "证书注销")


def test_each_wrong_field_of_a_certificate_is_named(world: World) -> None:
    wrong = {
        "scheme": ["", "gold", "GREEN"],
        "number": ["", "123", "x" * 61, "LB🍑1234", "<b>1234</b>"],
        "valid_from": ["", "soon", "2026-02-30"],
        "valid_to": ["2025-12-31", "soon"],
    }
    for field, values in wrong.items():
        for value in values:
            with pytest.raises(Invalid) as answer:
                enter(world, **{field: value})
            assert answer.value.field == field, value


def test_a_certificate_is_entered_once_for_a_product(world: World) -> None:
    enter(world)
    with pytest.raises(Invalid, match="已经登记过") as answer:
        enter(world, valid_to="2030-12-31")
    assert answer.value.field == "number"
    enter(world, valid_from="2027-01-01", valid_to="2029-12-31")  # a renewal that keeps its number
    with world.db.write.begin() as session:  # another producer's paper is another certificate
        claims.enter(session, world.chen, product_of(world, world.ben), **GOOD)


def test_all_certificates_are_listed_whatever_their_state(world: World) -> None:
    enter(world, valid_to="2026-01-02")
    enter(world, scheme="organic", number="001OP2700001", valid_from="2027-01-01", valid_to="")
    with world.db.read.begin() as session:
        assert len(claims.all_of(session, product_of(world).id)) == 2
    assert badges(world, TODAY + timedelta(days=400))[0].scheme == "organic"
