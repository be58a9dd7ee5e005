"""What is counted of the pilot: a small record, counted by hand over three periods, for the city and for two counties."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from world import NOW, World, reviewed
from world.insured import entered, insured
from yipin.access.actor import Actor
from yipin.access.visibility import visible
from yipin.audit import log
from yipin.cases import claims as cases_claims
from yipin.insurance import pilot, pilot_figures, policies
from yipin.insurance.pilot_figures import Figures
from yipin.models import Action, Batch, PilotMember, Producer, Product
from yipin.register import products
from yipin.register.commodities import ProductGoods

YEAR, DAY = (date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 7, 18), date(2026, 7, 18))


@pytest.fixture
def pilot_year(world: World) -> World:
    """Ama's product joined by itself on 1 July, every peach of the brand on 19 July; Ama's alone is insured."""
    world.issue(world.declare(), 3)  # Ama, harvested on the 18th
    world.declare(world.ben)  # on the 18th too, a day before the brand joined
    world.issue(world.declare(world.ben, harvest_date="2026-07-19"), 2, who=world.ben)
    with world.db.write.begin() as session:
        ama, ben = (
            session.query(Product).filter_by(producer_id=who.producer_id).one() for who in (world.ama, world.ben)
        )
        pilot.join(session, world.chen, product_number=ama.id_number or "", joined_on="2026-07-01")
        pilot.join(session, world.chen, brand="yanling-peach", joined_on="2026-07-19")
        insured(session, world.chen, ama, premium="2000", subsidy_share="60")
        entered(session, Actor("typist", NOW), ben, premium="9999", number="WAITS-1")
        wrong = insured(session, world.chen, ben, premium="700", number="WRONG-1")
        policies.end(session, world.chen, wrong, how="withdrawn", ended_on="", reason="登记错了")
    with world.db.write.begin() as session:
        number = session.get_one(Batch, 1).id_number
        form = cases_claims.ClaimForm(number, "", "2026-07-20", "果子发霉", "", "13800001234", True)
        cases_claims.file(session, world.installation, Actor("", NOW), form, "0" * 32, "1.2.3.4")
    return world


def counted(world: World, actor: Actor, first: date, last: date) -> pilot_figures.Count:
    with world.db.read.begin() as session:
        return pilot_figures.count(session, world.installation.policy, actor, first, last)


def test_each_figure_is_the_hand_count_of_the_period(pilot_year: World) -> None:
    year = Figures(2, 1, 2, 1, 5, 1, 0, Decimal(2000), Decimal(1200), 1, 0)
    for actor in (pilot_year.chen, pilot_year.officer_of("430225")):
        found = counted(pilot_year, actor, *YEAR)
        assert found.total == year and found.counties["430225"] == year
    day = counted(pilot_year, pilot_year.chen, *DAY)
    assert day.total == Figures(products=1, batches=1, covered=1, codes=3)
    before = counted(pilot_year, pilot_year.chen, date(2025, 1, 1), date(2025, 12, 31))
    assert before.total == Figures() and set(before.counties) == set(pilot_year.installation.policy.counties)


def test_a_claim_counts_on_the_day_it_came_in_the_first_and_the_last_of_a_period(pilot_year: World) -> None:
    came = date(2026, 7, 20)
    for first, last, claims in (
        (came, came, 1),
        (YEAR[0], came, 1),
        (YEAR[0], came - timedelta(days=1), 0),
        (came + timedelta(days=1), YEAR[1], 0),
    ):
        assert counted(pilot_year, pilot_year.chen, first, last).total.claims == claims, (first, last)


def test_another_county_counts_and_sees_nothing_of_it(pilot_year: World) -> None:
    other = pilot_year.officer_of("430203")
    found = counted(pilot_year, other, *YEAR)
    assert found.counties == {"430203": Figures()}
    with pilot_year.db.read.begin() as session:
        assert not pilot_figures.members(session, other) and not session.scalars(visible(other, PilotMember)).all()
        assert len(pilot_figures.members(session, pilot_year.chen)) == 2
        assert len(session.scalars(visible(pilot_year.officer_of("430225"), PilotMember)).all()) == 2


def test_from_the_day_it_leaves_a_product_no_longer_counts(pilot_year: World) -> None:
    with pilot_year.db.write.begin() as session:
        pilot.leave(session, pilot_year.chen, session.get_one(PilotMember, 1), left_on="2026-07-18", reason="不再参加")
    assert counted(pilot_year, pilot_year.chen, *DAY).total == Figures()
    year = counted(pilot_year, pilot_year.chen, *YEAR).total
    assert (year.products, year.batches, year.covered) == (2, 1, 0)
    assert counted(pilot_year, pilot_year.chen, YEAR[0], DAY[0] - timedelta(days=1)).total.products == 1


def test_a_demonstration_counts_in_no_figure_beside_a_real_producer(pilot_year: World) -> None:
    with pilot_year.db.write.begin() as session:
        ama = session.get_one(Producer, pilot_year.ama.producer_id)
        ama.demonstration = True
        log.record(session, pilot_year.chen, Action.CASE_NOTE, ama)
    found = counted(pilot_year, pilot_year.chen, *YEAR)
    assert found.total == Figures(products=1, brands=1, batches=1, codes=2) and not found.demonstration


def test_only_policies_and_claims_of_the_pilot_s_products_count(pilot_year: World) -> None:
    """A second product of Ama's is outside the pilot: what covers it alone is nobody's figure, and of what covers both the
    premium cannot be told apart."""
    with pilot_year.db.write.begin() as session:
        other = products.submit_product(
            session, pilot_year.ama, name="后院柿子", brand="", goods=ProductGoods("persimmon")
        )
        reviewed(session, pilot_year.chen, other)
        insured(session, pilot_year.chen, other, premium="642", number="OUTSIDE-1")
    batch = pilot_year.declare(product=str(other.id))
    with pilot_year.db.write.begin() as session:
        form = cases_claims.ClaimForm(batch.id_number, "", "2026-07-20", "果子发霉", "", "13800001234", True)
        cases_claims.file(session, pilot_year.installation, Actor("", NOW), form, "1" * 32, "1.2.3.4")
    with pilot_year.db.write.begin() as session:
        number = session.get_one(Producer, pilot_year.ama.producer_id).uscc
        insured(session, pilot_year.chen, other, scope="producer", subject=number, premium="900", number="BOTH-1")
    found = counted(pilot_year, pilot_year.chen, *YEAR).total
    assert (found.policies, found.unsplit, found.premium, found.subsidy) == (2, 1, Decimal(2000), Decimal(1200))
    assert (found.claims, found.batches) == (1, 2)


def test_a_claim_about_goods_of_the_pilot_counts_when_their_product_has_left_it(pilot_year: World) -> None:
    with pilot_year.db.write.begin() as session:
        pilot.leave(session, pilot_year.chen, session.get_one(PilotMember, 1), left_on="2026-07-19", reason="不再参加")
    day = date(2026, 7, 20)
    found = counted(pilot_year, pilot_year.chen, day, day).total
    assert (found.claims, found.policies) == (1, 0)
