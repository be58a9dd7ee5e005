"""The public count: what was certified for the first time within the target's period, up to the day of the count."""

from datetime import date

import sqlalchemy as sa
from certificates import number_of
from conftest import World

from yipin import audit, certify, progress
from yipin.models import Certification, Claim, Product, Scheme

END = date(2025, 12, 31)


def enter(world: World, who: str, scheme: str, start: str, *, withdrawn: bool = False, verified: bool = True) -> None:
    with world.db.write.begin() as session:
        producer = world.actor(who).producer_id
        product = session.scalars(sa.select(Product).where(Product.producer_id == producer)).one()
        number = number_of(scheme, session.scalar(sa.select(sa.func.count()).select_from(Certification)))
        row = certify.enter(session, world.chen, product, scheme=scheme, number=number, valid_from=start, valid_to="")
        if not verified:
            row.state, row.verified_at = Claim.CHECKED, None
            audit.record(session, world.chen, "test.change", row)
        if withdrawn:
            certify.withdraw(session, world.chen, row, "注销")


def counted(world: World, today: date = date(2026, 7, 20), target: str = "green-organic-gi") -> int:
    with world.db.read.begin() as session:
        return progress.line(session, world.office.policy, world.office.policy.targets[target], today).counted


def test_the_count_comes_with_its_target_rule_day_and_source(world: World) -> None:
    enter(world, "ama", "green", "2024-03-01")
    with world.db.read.begin() as session:
        line = progress.main_line(session, world.office.policy, date(2026, 7, 20))
    assert (line.indicator, line.counted, line.target, line.period) == ("农产品“两品一标”", 1, 50, "2023—2025")
    assert str(line.rule) == "首次新增：2023-01-01 至 2025-12-31 间首次获证、经核实的证书数，续证不计"
    assert (line.as_of, line.draft) == (date(2026, 7, 20), True)
    assert "征求意见稿" in line.source and "一、工作目标" in line.source


def test_the_first_and_the_last_day_of_the_period_count(world: World) -> None:
    enter(world, "ama", "organic", "2022-12-31")
    enter(world, "ama", "geographical", "2026-01-01")
    assert counted(world) == 0
    enter(world, "ama", "green", "2023-01-01")
    enter(world, "ben", "green", "2025-12-31")
    assert counted(world) == 2


def test_each_scheme_of_each_product_counts_once(world: World) -> None:
    for who in ("ama", "ben"):
        for scheme in ("green", "organic", "geographical"):
            enter(world, who, scheme, "2024-01-01")
    assert counted(world) == 6
    enter(world, "ama", "green", "2025-01-01")  # renewed
    assert counted(world) == 6


def test_a_renewal_of_an_old_certificate_is_nothing_new(world: World) -> None:
    enter(world, "ama", "green", "2021-01-01")
    enter(world, "ama", "green", "2024-01-01")
    assert counted(world) == 0


def test_what_is_not_verified_or_withdrawn_does_not_count(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01", verified=False)
    enter(world, "ama", "organic", "2024-01-01", withdrawn=True)
    assert counted(world) == 0


def test_a_certificate_of_the_future_is_not_yet_counted(world: World) -> None:
    enter(world, "ama", "green", "2025-06-01")
    assert [counted(world, day) for day in (date(2025, 5, 31), date(2025, 6, 1), END)] == [0, 1, 1]
    assert counted(world, date(2022, 1, 1)) == 0  # before the period began


def test_each_target_counts_its_own_schemes(world: World) -> None:
    enter(world, "ama", "gi_product", "2024-01-01")
    enter(world, "ama", "gi_mark", "2024-01-01")
    enter(world, "ben", "gi_mark", "2024-01-01")
    found = {key: counted(world, target=key) for key in world.office.policy.targets}
    assert found == {"green-organic-gi": 0, "enterprise-brands": 0, "gi-products": 1, "gi-marks": 2}
    assert {Scheme.GI_MARK, Scheme.GI_PRODUCT}.isdisjoint(world.office.policy.main_target.counts)
