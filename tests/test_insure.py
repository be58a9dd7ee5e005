"""The pilot of quality insurance: 承保中 only where a verified policy covers the day of harvest."""

from datetime import date
from itertools import permutations

import pytest
import sqlalchemy as sa
from conftest import NOW, World

from yipin import audit, insure, signin
from yipin.accounts import Actor
from yipin.card import Cover, Insurance
from yipin.errors import Conflict, Invalid
from yipin.models import InsurancePolicy, Product, Role

HARVEST = date(2026, 7, 18)
GOOD = {"insurer": "某保险公司", "number": "PICC-2026-000123", "valid_from": "2026-01-01", "valid_to": "2026-12-31",
        "hotline": "95518"}  # fmt: skip


def product_id(world: World) -> int:
    with world.db.read.begin() as session:
        return session.scalars(sa.select(Product.id).where(Product.producer_id == world.ama.producer_id)).one()


def enter(world: World, verified: bool = True, withdrawn: bool = False, **changes: str) -> InsurancePolicy:
    with world.db.write.begin() as session:
        row = insure.enter(session, world.chen, session.get_one(Product, product_id(world)), **GOOD | changes)
        if not verified:
            row.verified_at = None
            audit.record(session, world.chen, "test.change", row)
        if withdrawn:
            insure.withdraw(session, world.chen, row, "退保")
        return row


def status(world: World, harvest: date | None = HARVEST) -> Insurance:
    with world.db.read.begin() as session:
        return insure.status(session, product_id(world), harvest)


def test_without_a_policy_the_product_takes_no_part(world: World) -> None:
    assert status(world) == status(world, None) == Insurance(Cover.NONE)


TABLE = [
    ("2026-01-01", "2026-12-31", Cover.COVERED),
    ("2026-07-18", "2026-07-18", Cover.COVERED),  # that one day
    ("2026-01-01", "2026-07-18", Cover.COVERED),  # ends on the day of harvest
    ("2026-07-18", "2026-12-31", Cover.COVERED),  # begins on it
    ("2026-01-01", "2026-07-17", Cover.EXPIRED),  # ended the day before
    ("2025-01-01", "2025-12-31", Cover.EXPIRED),
    ("2026-07-19", "2026-12-31", Cover.NOT_YET),  # begins the day after
    ("2027-01-01", "2027-12-31", Cover.NOT_YET),
]


def test_the_day_of_harvest_decides(world: World) -> None:
    for start, end, cover in TABLE:
        with world.db.write() as session:  # never committed
            product = session.get_one(Product, product_id(world))
            row = insure.enter(session, world.chen, product, **GOOD | {"valid_from": start, "valid_to": end})
            found = insure.status(session, product.id, HARVEST)
        assert found == Insurance(cover, "某保险公司", "PICC********0123", row.valid_from, row.valid_to, "95518"), (
            start,
            end,
        )


def test_a_policy_not_verified_waits_and_shows_nothing_of_itself(world: World) -> None:
    for number, (start, end, _) in enumerate(TABLE):
        enter(world, verified=False, number=f"P-{number:04}", valid_from=start, valid_to=end)
    assert status(world) == Insurance(Cover.PENDING)


def test_a_withdrawn_policy_never_was_in_the_page(world: World) -> None:
    for number, (start, end, _) in enumerate(TABLE):
        enter(world, withdrawn=True, number=f"P-{number:04}", valid_from=start, valid_to=end)
    enter(world, withdrawn=True, verified=False, number="P-9999")
    assert status(world) == Insurance(Cover.NONE)


def test_without_a_day_nothing_is_claimed(world: World) -> None:
    enter(world)
    assert status(world, None) == Insurance(Cover.PENDING)


KINDS = {
    Cover.COVERED: {"valid_from": "2026-07-01", "valid_to": "2026-07-31"},
    Cover.NOT_YET: {"valid_from": "2026-08-01", "valid_to": "2026-08-31"},
    Cover.EXPIRED: {"valid_from": "2026-06-01", "valid_to": "2026-06-30"},
    Cover.PENDING: {"valid_from": "2026-07-01", "valid_to": "2026-07-31", "verified": False},
}
RANK = list(KINDS)


def test_of_several_policies_the_best_speaks_in_whatever_order_they_came(world: World) -> None:
    number = 0
    for one, other in permutations(KINDS, 2):
        with world.db.write.begin() as session:
            for row in insure.all_of(session, product_id(world)):
                if row.withdrawn_at is None:
                    insure.withdraw(session, world.chen, row, "换一组")
        for cover in (one, other):
            number += 1
            enter(world, number=f"P-{number:04}", **KINDS[cover])  # type: ignore[arg-type]
        assert status(world).status is min(one, other, key=RANK.index), (one, other)


def test_another_products_policy_covers_nothing_here(world: World) -> None:
    with world.db.write.begin() as session:
        bens = session.scalars(sa.select(Product).where(Product.producer_id == world.ben.producer_id)).one()
        insure.enter(session, world.chen, bens, **GOOD)
    assert status(world).status is Cover.NONE


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1234", "1**4"),
        ("12345", "1***5"),
        ("PICC-2026-000123", "PICC********0123"),
        ("x" * 60, "x" * 15 + "*" * 30 + "x" * 15),
    ],
)
def test_the_middle_of_a_policy_number_is_hidden(number: str, shown: str) -> None:
    assert insure.masked(number) == shown


def test_each_wrong_field_of_a_policy_is_named(world: World) -> None:
    wrong = {
        "insurer": ["", "某", "某" * 41, "<b>公司</b>", "公司🍑"],
        "number": ["", "123", "9" * 61, "12\x0034"],
        "valid_from": ["", "soon"],
        "valid_to": ["", "2025-12-31", "2026-13-01"],
        "hotline": ["9" * 21, "95518🍑"],
    }
    for field, values in wrong.items():
        for value in values:
            with pytest.raises(Invalid) as answer:
                enter(world, **{field: value})
            assert answer.value.field == field, value
    assert status(world).status is Cover.NONE


def test_a_policy_is_entered_once_for_a_product_and_needs_no_hotline(world: World) -> None:
    assert enter(world, hotline=" ").hotline is None
    with pytest.raises(Invalid, match="已经登记过") as answer:
        enter(world)
    assert answer.value.field == "number"
    enter(world, insurer="另一家保险公司")


def test_a_policy_is_withdrawn_once_and_with_a_reason(world: World) -> None:
    row = enter(world)
    for reason, error in (("", Invalid), ("退保", None), ("退保", Conflict)):
        with world.db.write.begin() as session:
            found = session.get_one(InsurancePolicy, row.id)
            if error is None:
                insure.withdraw(session, world.chen, found, reason)
                continue
            with pytest.raises(error):
                insure.withdraw(session, world.chen, found, reason)
    with world.db.read.begin() as session:
        told = [(event.action, event.reason) for event in audit.events_of(session, row)]
    assert told == [("insurance.enter", None), ("insurance.withdraw", "退保")]


def test_an_insurer_sees_its_own_policies_and_an_officer_those_of_the_county(world: World) -> None:
    enter(world)
    enter(world, insurer="另一家保险公司")
    with world.db.write.begin() as session:
        signin.add_account(session, Actor("founder", NOW), world.office.policy, login="insurer", name="某保险公司",
                           role=Role.INSURER, password="a pear in a tree")  # fmt: skip
    who = {"insurer": 1, "chen": 2, "ama": 0}
    scopes = [(world.actor(login), count) for login, count in who.items()]
    scopes += [(world.officer_of("430225"), 2), (world.officer_of("430281"), 0)]
    with world.db.read.begin() as session:
        for actor, count in scopes:
            assert len(insure.seen_by(session, actor)) == count, actor.name
