"""A geographical indication is its brand's: every licensed product shows it, for as long as the licence and the paper run."""

from datetime import date

import pytest
import sqlalchemy as sa

from world import World
from yipin.access.actor import Actor
from yipin.brands import licences
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.codes.payload import Fact
from yipin.errors import Invalid
from yipin.models import Batch, Brand, BrandLicence, Certification, Product
from yipin.scan import batch_facts

TODAY = date(2026, 7, 20)


def certified(world: World, **changes: str) -> Certification:
    """A verified certificate of the brand, as the city's officer enters and another verifies it."""
    said = {
        "scheme": "geographical",
        "number": "AGI00001",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "holder": "炎陵县某协会",
    } | changes
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        brand = session.scalars(sa.select(Brand).where(Brand.key == "yanling-peach")).one()
        row = claims.declare(session, county, DeclaredCertificate(**said, lines=(Line(name="黄桃"),)), brand=brand)
        claims.verify(session, world.chen, row)
        return row


def shown(world: World, who: Actor, day: date = TODAY) -> list[str]:
    with world.db.read.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.producer_id == who.producer_id)).one()
        return [badge.number for badge in claims.badges(session, product.id, day)]


def end_licence(world: World, who: Actor) -> None:
    with world.db.write.begin() as session:
        row = session.scalars(sa.select(BrandLicence).where(BrandLicence.producer_id == who.producer_id)).one()
        licences.end(session, world.chen, row, "协会收回")


def on_the_card(world: World, batch: Batch) -> list[str]:
    with world.db.read.begin() as session:
        found = batch_facts.gather(session, world.installation, batch.id_number, TODAY)
        assert found
        return [badge.scheme for badge in found.facts.certifications]


def test_the_brands_indication_is_on_every_licensed_product_and_in_its_codes(world: World) -> None:
    before = world.issue(world.declare(), 1)
    certified(world)
    assert shown(world, world.ama) == shown(world, world.ben) == ["AGI00001"]
    batch = world.declare()
    assert on_the_card(world, batch) == ["geographical"]
    assert Fact.GEOGRAPHICAL in Fact(world.issue(batch, 1).facts) and Fact.GEOGRAPHICAL not in Fact(before.facts)


def test_it_goes_with_the_licence_of_one_and_stays_with_the_other(world: World) -> None:
    certified(world)
    batch = world.declare()
    end_licence(world, world.ama)
    assert shown(world, world.ama) == [] and shown(world, world.ben) == ["AGI00001"]
    assert on_the_card(world, batch) == [] and not world.issue(batch, 1).facts


def test_it_goes_with_the_papers_last_day(world: World) -> None:
    certified(world, valid_to="2026-07-20")
    assert shown(world, world.ama) == ["AGI00001"]
    assert shown(world, world.ama, date(2026, 7, 21)) == shown(world, world.ama, date(2025, 12, 31)) == []


def test_it_goes_with_the_papers_revocation(world: World) -> None:
    row = certified(world)
    with world.db.write.begin() as session:
        claims.withdraw(session, world.chen, session.get_one(Certification, row.id), "登记机关撤销")
        brand = session.get_one(Brand, row.brand_id)
        assert claims.badges_of_brand(session, brand, TODAY) == ()
        assert [one.id for one in claims.all_of_brand(session, brand)] == [row.id]
    assert shown(world, world.ama) == []


def test_a_batch_without_the_brands_name_does_not_show_the_brands_indication(world: World) -> None:
    certified(world)
    early = world.declare(harvest_date="2026-07-10")
    assert on_the_card(world, early) == [] and not world.issue(early, 1).facts


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("scheme", "number"), [("organic_conversion", "000OP0000002"), ("green", "LB-00-24010000000A")]
)
def test_conversion_and_whatever_else_is_no_indication_is_never_a_brands(
    world: World, scheme: str, number: str
) -> None:
    with pytest.raises(Invalid) as refused:
        certified(world, scheme=scheme, number=number)
    assert refused.value.field == "holder"
