"""The yearly quantity of a certificate counts whatever claims it, whoever sells the goods."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from world import World
from world.growers import TODAY, grower, handed_on, product
from yipin.access.actor import Actor
from yipin.certification import claims as certification
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.codes.payload import Fact
from yipin.errors import Invalid
from yipin.issue import quota
from yipin.models import Batch, CertificationLine, Producer


def capped(world: World, who: Actor, wanted: str, kilograms: str, number: str) -> None:
    """A green certificate of a product for so many kg a year."""
    paper = DeclaredCertificate("green", number, "2026-01-01", "2026-12-31", lines=(Line(wanted, "", kilograms, "kg"),))
    officer = world.officer_of(world.get(Producer, who.producer_id).county)
    with world.db.write.begin() as session:
        holder = session.get_one(Producer, who.producer_id)
        row = certification.declare(session, officer, paper, producer=holder)
        certification.verify(session, world.chen, row)


def used(world: World, number: str) -> Decimal:
    with world.db.read.begin() as session:
        line = session.scalars(
            sa.select(CertificationLine)
            .join(CertificationLine.certification)
            .where(CertificationLine.certification.has(number=number))
        ).one()
        found = quota.of_line(session, line, Fact.GREEN, TODAY)
        assert found
        return found.used


def test_what_the_receiver_codes_counts_against_the_growers_certificate(world: World) -> None:
    cai, dan = grower(world, "cai"), grower(world, "dan")
    beans, taken = product(world, cai, "黄豆"), product(world, dan, "收来的黄豆")
    capped(world, cai, beans, "10", "LB-15-2301180001A")
    batch = world.declare(cai, product=beans, quantity="100", pack_size="0.5")
    received = handed_on(world, batch, cai, dan, taken, "20")
    world.issue(batch, 4, who=cai)
    world.issue(received, 10, who=dan)
    assert used(world, "LB-15-2301180001A") == 7
    with pytest.raises(Invalid, match="最多还能赋 6 件"):
        world.issue(received, 7, key="more", who=dan)
    with pytest.raises(Invalid, match="最多还能赋 6 件"):
        world.issue(batch, 7, key="more", who=cai)


def put_together(world: World, lost: str = "") -> tuple[Batch, Actor]:
    """5 kg of a neighbour's beans, of which some were lost, and 15 kg of one's own; and whose they are."""
    cai, dan = grower(world, "cai"), grower(world, "dan")
    beans, taken = product(world, cai, "黄豆"), product(world, dan, "黄豆")
    capped(world, cai, beans, "3", "LB-15-2301180001A")
    capped(world, dan, taken, "100", "LB-15-2301180002A")
    theirs = handed_on(world, world.declare(cai, product=beans, quantity="100", pack_size="0.5"), cai, dan, taken)
    own = world.declare(dan, product=taken, quantity="100", pack_size="0.5")
    with world.db.write.begin() as session:
        parts = [Taken(theirs.id_number, "5", lost), Taken(own.id_number, "15")]
        return acts.merge(session, dan, parts, pack_size="0.5"), dan


def test_of_what_was_put_together_each_certificate_counts_its_share(world: World) -> None:
    mixed, dan = put_together(world)
    world.issue(mixed, 8, who=dan)
    assert (used(world, "LB-15-2301180001A"), used(world, "LB-15-2301180002A")) == (1, 3)
    with pytest.raises(Invalid, match="最多还能赋 16 件"):
        world.issue(mixed, 17, key="more", who=dan)


def test_of_what_was_lost_altogether_nothing_counts(world: World) -> None:
    mixed, dan = put_together(world, lost="5")
    world.issue(mixed, 30, who=dan)
    assert (used(world, "LB-15-2301180001A"), used(world, "LB-15-2301180002A")) == (0, 15)
