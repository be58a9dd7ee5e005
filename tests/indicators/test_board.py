"""The public count from the rows of the record: what was certified for the first time within a target's period, as
known on the day of the count. The rules themselves are tested in test_measures."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from world import World
from world.certificates import enter, numbered
from yipin.audit import log
from yipin.brands import directory
from yipin.certification import claims
from yipin.certification import paper as certification_paper
from yipin.errors import NotFound
from yipin.indicators import board as indicators_board
from yipin.indicators import cache, drilldown
from yipin.models import Action, Brand, Certification, Product, Scheme

TODAY = date(2026, 7, 20)


def counted(world: World, today: date = TODAY, target: str = "green-organic-gi") -> int:
    with world.db.read.begin() as session:
        return indicators_board.board(session, world.installation.policy, today).indicators[target].first.units


def test_the_count_comes_with_its_target_rule_day_and_source(world: World) -> None:
    enter(world, "ama", "green", "2024-03-01")
    with world.db.read.begin() as session:
        board = cache.board(session, world.installation.policy, TODAY)
    line = indicators_board.line_of(board, world.installation.policy)
    assert (line.indicator, line.counted, line.target, line.period) == ("农产品“两品一标”", 1, 50, "2023—2025")
    assert str(line.rule) == "首次新增：2023年1月1日至 2025年12月31日间首次获证、经核实的证书数，续证不计"
    assert (line.as_of, line.draft) == (TODAY, True)
    assert "征求意见稿" in line.source and "一、总体目标" in line.source


def test_the_first_and_the_last_day_of_the_period_count(world: World) -> None:
    enter(world, "ama", "organic", "2022-12-31")
    enter(world, "ama", "geographical", "2026-01-01")
    assert counted(world) == 0
    enter(world, "ama", "green", "2023-01-01")
    enter(world, "ben", "green", "2025-12-31")
    assert counted(world) == 2


def test_a_day_of_the_past_knows_what_was_verified_by_its_end_in_shanghai(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01", at=datetime(2024, 1, 31, 15, 59, tzinfo=UTC))  # 23:59 on the 31st
    enter(world, "ben", "green", "2024-01-01", at=datetime(2024, 1, 31, 16, 0, tzinfo=UTC))  # midnight
    assert [counted(world, date(2024, month, day)) for month, day in ((1, 30), (1, 31), (2, 1))] == [0, 1, 2]


def test_a_certificate_under_a_countys_former_code_counts_for_the_county_of_today(world: World) -> None:
    row = enter(world, "ama", "green", "2024-01-01")
    with world.db.write.begin() as session:
        paper = session.get_one(Certification, row.id)
        paper.county = "430221"  # 株洲县, now 渌口区
        log.record(session, world.chen, Action.CASE_NOTE, paper)
    with world.db.read.begin() as session:
        one = indicators_board.board(session, world.installation.policy, TODAY).indicators["green-organic-gi"]
    counted = {group.key: group.first.units for group in one.by_county(world.installation.policy) if group.first.units}
    assert counted == {"430212": 1}


def test_a_declared_certificate_is_pending_and_a_returned_one_is_not(world: World) -> None:
    declared = enter(world, "ama", "green", "2024-01-01")
    with world.db.write.begin() as session:
        row = session.get_one(Certification, declared.id)
        paper = certification_paper.DeclaredCertificate(
            "organic", "999OP2312345", "2024-01-01", "", "", lines=(certification_paper.Line("", "梨"),)
        )
        theirs = claims.declare(session, world.ama, paper)
        assert row.producer_id == theirs.producer_id
    with world.db.read.begin() as session:
        found = indicators_board.board(session, world.installation.policy, TODAY).indicators["green-organic-gi"]
        assert (found.first.units, found.pending.units) == (1, 1)
    with world.db.write.begin() as session:
        claims.send_back(session, world.chen, session.get_one(Certification, theirs.id), "看不清")
    with world.db.read.begin() as session:
        assert (
            indicators_board.board(session, world.installation.policy, TODAY)
            .indicators["green-organic-gi"]
            .pending.units
            == 0
        )


def test_an_ended_certificate_stays_in_the_first_time_figure_and_a_mistaken_one_does_not(world: World) -> None:
    rows = [enter(world, who, "green", "2024-01-01") for who in ("ama", "ben")]
    with world.db.write.begin() as session:
        for row, how in zip(rows, ("revoked", "withdrawn"), strict=True):
            claims.end(
                session, world.chen, session.get_one(Certification, row.id), how=how, on="2026-07-20", reason="查实"
            )
    with world.db.read.begin() as session:
        found = indicators_board.board(session, world.installation.policy, TODAY).indicators["green-organic-gi"]
        assert (found.first.units, found.stock.units) == (1, 0)
        assert [line.state(TODAY) for line in found.count.first] == ["revoked"]


def test_each_target_counts_its_own_schemes_and_conversion_none(world: World) -> None:
    for who, scheme in (("ama", "gi_product"), ("ama", "gi_mark"), ("ben", "gi_mark"), ("ben", "organic_conversion")):
        enter(world, who, scheme, "2024-01-01")
    found = {key: counted(world, target=key) for key in world.installation.policy.targets}
    assert found == {"green-organic-gi": 0, "enterprise-brands": 0, "gi-products": 1, "gi-marks": 2}
    assert {Scheme.GI_MARK, Scheme.GI_PRODUCT}.isdisjoint(world.installation.policy.main_target.counts)


def test_a_protected_product_that_counts_in_the_main_indicator_too_is_flagged(world: World) -> None:
    enter(world, "ama", "geographical", "2024-01-01")
    enter(world, "ama", "gi_product", "2024-01-01")
    enter(world, "ben", "gi_product", "2024-01-01")
    with world.db.read.begin() as session:
        board = indicators_board.board(session, world.installation.policy, TODAY)
    assert (board.indicators["gi-products"].stock.units, len(board.indicators["gi-products"].also_counted)) == (2, 1)
    assert board.indicators["green-organic-gi"].stock.units == 1


def test_what_is_remembered_is_forgotten_when_a_certificate_changes_and_only_then(world: World) -> None:
    def seen() -> indicators_board.Board:
        with world.db.read.begin() as session:
            return cache.board(session, world.installation.policy, TODAY)

    first = seen()
    world.declare()  # a batch has nothing to do with it
    assert seen() is first
    enter(world, "ama", "green", "2024-01-01")
    assert seen().indicators["green-organic-gi"].first.units == 1


def test_a_transaction_sees_what_it_has_changed_itself(world: World) -> None:
    with world.db.read.begin() as session:
        cache.board(session, world.installation.policy, TODAY)
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.producer_id == world.ama.producer_id)).one()
        claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number=numbered("green", 7),
            valid_from="2024-01-01",
            valid_to="",
        )
        board = cache.board(session, world.installation.policy, TODAY)
        assert board.indicators["green-organic-gi"].first.units == 1


def test_the_certificates_behind_a_figure_are_as_many_as_it_says(world: World) -> None:
    enter(world, "ama", "green", "2021-01-01", until="2023-12-31")
    enter(world, "ama", "organic", "2023-05-01")
    enter(world, "ben", "green", "2024-05-01")
    with world.db.read.begin() as session:
        board = indicators_board.board(session, world.installation.policy, TODAY)
    one = board.indicators["green-organic-gi"]
    figures = {"first": one.first.units, "net": one.count.net, "stock": one.stock.units, "pending": 0}
    for measure, figure in figures.items():
        assert drilldown.behind(board, one.ref, drilldown.Part(measure), None).figure == figure, measure
    for year in one.years:
        found = [
            drilldown.behind(board, one.ref, drilldown.Part(name, year=year.year), None).figure
            for name in ("first", "net", "stock")
        ]
        assert found == [len(year.first), year.net, len(year.stock)]


def test_an_officer_of_another_county_learns_the_figure_and_not_the_names(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01")
    with world.db.read.begin() as session:
        board = indicators_board.board(session, world.installation.policy, TODAY)
    found = drilldown.behind(board, "green-organic-gi", drilldown.Part("first"), "430203")
    assert (found.figure, found.elsewhere, found.groups["first"]) == (1, 1, ())


@pytest.mark.parametrize(
    "ref, part",
    [
        ("gold", drilldown.Part("first")),
        ("gi-marks", drilldown.Part("gold")),
        ("gi-marks", drilldown.Part("first", year=1999)),
    ],
)
def test_a_figure_that_is_none_is_not_found(world: World, ref: str, part: drilldown.Part) -> None:
    with world.db.read.begin() as session:
        board = indicators_board.board(session, world.installation.policy, TODAY)
    with pytest.raises(NotFound):
        drilldown.behind(board, ref, part, None)


def test_an_enterprise_brand_counts_once_it_is_verified(world: World) -> None:
    with world.db.write.begin() as session:
        row = directory.declare(
            session, world.ama, name="某某牌", kind="enterprise", recognised_on="2024-03-01", clause="公告"
        )
    counted = {}
    for verified in (False, True):
        with world.db.write.begin() as session:
            if verified:
                directory.verify(session, world.chen, session.get_one(Brand, row.id))
        with world.db.read.begin() as session:
            one = indicators_board.board(session, world.installation.policy, TODAY).indicators["enterprise-brands"]
        counted[verified] = one.first.units, one.pending.units
    assert counted == {False: (0, 1), True: (1, 0)}
