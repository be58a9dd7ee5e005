"""Rewards: the first certificate ever, once for each holder and clause, not above the ceiling, with its evidence."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
import sqlalchemy as sa

from world import World
from world.certificates import enter
from world.lines import D, example, line
from yipin.codes.paper.glyphs import find_font
from yipin.errors import Conflict, Forbidden, Invalid
from yipin.indicators import reward_pack, rewards
from yipin.indicators.units import named
from yipin.models import Certification, Event, RewardDecision
from yipin.policy import policy
from yipin.uploads import attachments

ZHUZHOU = policy.load("zhuzhou")
MAIN, NATIONAL = ZHUZHOU.rewards


def holders(lines, reward=MAIN, day=date(2025, 12, 31)):  # type: ignore[no-untyped-def]
    return [(found.holder, found.number) for found in rewards.first_ever(named(lines), reward, day)]


def test_of_the_example_two_holders_and_a_brand_are_first() -> None:
    """coop had A1 and oil E1 before the period; bean's was a mistake; D's holder is the brand."""
    assert sorted(holders(example())) == [("brand", "D"), ("tea", "C")]
    assert holders(example(), NATIONAL) == [("brand", "G")]


def test_a_second_product_or_scheme_of_the_same_holder_is_no_second_first_time() -> None:
    assert holders([line(1), line(2, product="丝瓜"), line(3, scheme="organic")]) == [("coop", "N1")]


def test_a_renewal_is_no_first_time_even_where_nobody_verified_what_it_renews() -> None:
    renewed = line(2, certification=2, renews=1, granted=D("2024-06-01"))
    assert holders([line(1, certification=1, verified=None), renewed]) == []


@pytest.mark.parametrize(
    "granted, eligible", [("2022-12-31", 0), ("2023-01-01", 1), ("2025-12-31", 1), ("2026-01-01", 0)]
)
def test_the_years_of_the_clause_bound_the_grant(granted: str, eligible: int) -> None:
    found = holders([line(1, granted=D(granted), verified=D("2026-01-05"))], day=date(2026, 7, 1))
    assert len(found) == eligible


def the_one(session, world: World) -> rewards.Candidate:  # type: ignore[no-untyped-def]
    (found,) = rewards.candidates(session, world.chen, world.installation.policy)["green-organic-gi"]
    return found


def decide(world: World, outcome: str = "granted", amount: str = "50000", reason: str = "首次获证") -> RewardDecision:
    with world.db.write.begin() as session:
        return rewards.decide(
            session,
            world.chen,
            world.installation.policy,
            the_one(session, world),
            outcome=outcome,
            amount=amount,
            reason=reason,
        )


def test_a_grant_is_kept_with_amount_ceiling_reason_and_event(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01")
    made = decide(world)
    assert (made.amount, made.ceiling, made.reason, made.decided_by_name) == (Decimal(50000), 50000, "首次获证", "Chen")
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Event.action).where(Event.object_kind == "reward_decisions")).all() == [
            "reward.granted"
        ]
        assert the_one(session, world).granted is not None


@pytest.mark.parametrize("amount", ["50000.01", "0", "-1", "", "五万"])
def test_an_amount_above_the_ceiling_or_none_at_all_is_refused(world: World, amount: str) -> None:
    enter(world, "ama", "green", "2024-01-01")
    with pytest.raises(Invalid) as refused:
        decide(world, amount=amount)
    assert refused.value.field == "amount"


def test_no_second_grant_and_after_a_refusal_a_grant(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01")
    assert decide(world, "refused", "", "材料不全").amount is None
    decide(world, amount="30000")
    for outcome in ("granted", "refused"):
        with pytest.raises(Conflict, match="已经奖励过"):
            decide(world, outcome)


def test_the_database_lets_no_second_grant_in(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01")
    made = decide(world)
    with pytest.raises(sa.exc.IntegrityError), world.db.write.begin() as session:
        columns = "reward, producer_id, certification_id, outcome, amount, ceiling, reason, decided_by_name, decided_at, granted_once"
        session.execute(
            sa.text(
                f"INSERT INTO reward_decisions ({columns}) SELECT {columns} FROM reward_decisions WHERE id = {made.id}"
            )
        )


def test_only_the_city_decides(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01")
    county = world.officer_of("430225")
    with pytest.raises(Forbidden), world.db.write.begin() as session:
        rewards.decide(
            session,
            county,
            world.installation.policy,
            the_one(session, world),
            outcome="granted",
            amount="1",
            reason="试试",
        )


def test_a_county_sees_its_own_candidates(world: World) -> None:
    row = enter(world, "ama", "green", "2024-01-01")
    with world.db.read.begin() as session:
        near, far = (
            rewards.candidates(
                session,
                world.chen.__class__("x", world.chen.at, world.chen.role, None, county),
                world.installation.policy,
            )["green-organic-gi"]
            for county in ("430225", "430203")
        )
        assert ([one.first.certification for one in near], far) == ([row.id], [])
        renewal = session.get_one(Certification, row.id)
        assert rewards.candidate(session, world.chen, world.installation.policy, renewal).first.certification == row.id


def test_the_evidence_holds_the_paper_the_files_and_the_data(world: World) -> None:
    row = enter(world, "ama", "green", "2024-01-01")
    with world.db.write.begin() as session:
        paper = session.get_one(Certification, row.id)
        kept = attachments.keep(session, world.chen, paper, "证书.png", picture())
        packed = reward_pack.pack(
            session, world.chen, world.installation.policy, the_one(session, world), paper, find_font()
        )
        mark, content = kept.sha256, kept.file.content
    with zipfile.ZipFile(packed) as opened:
        names = opened.namelist()
        assert names == ["奖励证据.pdf", "附件/01-证书.jpg", "数据.json"]
        assert opened.read(names[1]) == content
        told = json.loads(opened.read("数据.json"))
        with pypdfium2.PdfDocument(opened.read(names[0])) as document:
            text = "".join(page.get_textpage().get_text_range() for page in document)
    assert told["reward"]["ceiling"] == 50000 and told["files"][0]["sha256"] == mark
    assert [event["action"] for event in told["events"]] == ["certification.declare", "certification.verify"]
    assert row.number in text and "50,000" in text and "核实证书" in text


def picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "PNG")
    return out.getvalue()
