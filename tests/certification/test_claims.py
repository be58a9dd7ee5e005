"""A certificate's way: declared by one, checked, verified by another, returned and mended, renewed, ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from world import World
from world.certificates import number_of
from yipin.access.actor import Actor
from yipin.certification import claims, lists
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.errors import Conflict, Forbidden, Invalid, TraceError
from yipin.issue import quota
from yipin.models import Certification, Claim, Product, Role

TODAY = date(2026, 7, 20)
PAPER = DeclaredCertificate("green", number_of("green"), "2026-01-01", "2028-12-31", lines=(Line("1", "", "1.5", "t"),))


def declare(
    world: World, who: Actor | None = None, paper: DeclaredCertificate = PAPER, **more: object
) -> Certification:
    with world.db.write.begin() as session:
        here = {name: session.get_one(type(row), row.id) for name, row in more.items()}  # type: ignore[attr-defined]
        return claims.declare(session, who or world.ama, paper, **here)  # type: ignore[arg-type]


def do(
    world: World, act: Callable[..., None], who: Actor, row: Certification, *more: object, **named: object
) -> Certification:
    with world.db.write.begin() as session:
        act(session, who, session.get_one(Certification, row.id), *more, **named)
    return world.get(Certification, row.id)  # type: ignore[no-any-return]


def refused(
    error: type[TraceError],
    told: str,
    world: World,
    act: Callable[..., None],
    who: Actor,
    row: Certification,
    *more: object,
    **named: object,
) -> None:
    with pytest.raises(error, match=told):
        do(world, act, who, row, *more, **named)


def shown(world: World, day: date = TODAY) -> int:
    with world.db.read.begin() as session:
        return len(claims.badges(session, 1, day))


def test_a_badge_needs_the_county_and_another_person(world: World) -> None:
    county = world.officer_of("430225")
    row = declare(world)
    assert (row.state, row.holder, row.county, shown(world)) == (Claim.DECLARED, "Ama 黄桃合作社", "430225", 0)
    refused(Conflict, "先核对", world, claims.verify, county, row)
    assert do(world, claims.check, county, row).state is Claim.CHECKED
    refused(Forbidden, "您核对的", world, claims.verify, county, row)
    assert shown(world) == 0
    assert do(world, claims.verify, world.chen, row).state is Claim.VERIFIED
    assert shown(world) == 1
    refused(Conflict, "已经办过", world, claims.verify, world.chen, row)


def test_whoever_declared_it_never_verifies_it(world: World) -> None:
    with world.db.read.begin() as session:
        producer = session.get_one(Product, 1).producer
    row = declare(world, world.chen, producer=producer)
    assert row.state is Claim.CHECKED
    refused(Forbidden, "您自己登记的", world, claims.verify, world.chen, row)
    assert do(world, claims.verify, world.officer_of("430225"), row).state is Claim.VERIFIED


def test_what_is_returned_comes_back_mended_and_what_is_checked_stands(world: World) -> None:
    row = declare(world)
    assert do(world, claims.send_back, world.chen, row, "编号看不清").return_reason == "编号看不清"
    better = DeclaredCertificate(
        "green", number_of("green", 7), "2026-01-01", "2028-12-31", lines=(Line("1"), Line(name="礼盒"))
    )
    mended = do(world, claims.mend, world.ama, row, better)
    assert (mended.state, mended.return_reason, mended.number) == (Claim.DECLARED, None, number_of("green", 7))
    do(world, claims.check, world.chen, row)
    refused(Conflict, "已经核对过", world, claims.mend, world.ama, row, better)


def test_a_paper_that_cannot_be_is_refused_by_the_field_that_is_wrong(world: World) -> None:
    wrong: list[tuple[str, DeclaredCertificate]] = [
        ("number", replace(PAPER, number="GF430225210001")),
        ("granted_on", replace(PAPER, granted_on="2026-07-21")),
        ("granted_on", replace(PAPER, granted_on="2029-01-01")),
        ("valid_to", replace(PAPER, valid_to="2025-01-01")),
        ("name-0", replace(PAPER, lines=())),
        ("name-1", replace(PAPER, lines=(Line("1"), Line("", "炎陵黄桃")))),
        ("product-0", replace(PAPER, lines=(Line("2"),))),
        ("quantity-0", replace(PAPER, lines=(Line("1", "", "many", "t"),))),
        ("unit-0", replace(PAPER, lines=(Line("1", "", "2", "斤"),))),
        ("mark_code", replace(PAPER, mark_code="GF1")),
    ]
    for field, paper in wrong:
        with pytest.raises(Invalid) as answer:
            declare(world, paper=paper)
        assert answer.value.field == field, paper


def test_only_a_geographical_indication_may_be_held_under_a_brand(world: World) -> None:
    with world.db.read.begin() as session:
        brand = next(row for row in lists.brands(session, world.chen) if row.county)
    with pytest.raises(Invalid) as answer:
        declare(world, world.chen, brand=brand)
    assert answer.value.field == "holder"
    paper = DeclaredCertificate(
        "geographical", "AGI00000", "2020-01-01", holder="演示协会", lines=(Line(name="炎陵黄桃"),)
    )
    row = declare(world, world.chen, paper, brand=brand)
    assert (row.producer_id, row.brand_id, row.holder) == (None, brand.id, "演示协会")


def test_an_ending_takes_the_badge_from_its_day_on(world: World) -> None:
    row = declare(world)
    refused(
        Conflict, "还没有核实", world, claims.end, world.chen, row, how="revoked", on="2026-07-20", reason="抽检不合格"
    )
    do(world, claims.verify, world.chen, row)
    refused(Invalid, "还没到", world, claims.end, world.chen, row, how="revoked", on="2026-07-21", reason="抽检不合格")
    do(world, claims.end, world.chen, row, how="revoked", on="2026-07-10", reason="抽检不合格")
    assert [shown(world, date(2026, 7, day)) for day in (9, 10, 20)] == [1, 0, 0]


def test_what_is_odd_is_said_to_the_officer_and_not_refused(world: World) -> None:
    first = declare(world)
    row = declare(
        world,
        world.ben,
        DeclaredCertificate(
            "green",
            first.number,
            "2026-01-01",
            "2027-12-31",
            mark_code="GF440100210001",
            holder="别家公司",
            lines=(Line(name="黄桃"),),
        ),
    )
    with world.db.read.begin() as session:
        said = " ".join(
            map(str, lists.warnings(session, world.installation.policy, session.get_one(Certification, row.id)))
        )
        assert lists.warnings(session, world.installation.policy, first) != ()
    for part in ("440100 不属于本市", "不是 3 年", "也登记在“Ama 黄桃合作社”名下", "与主体名称不同"):
        assert part in said


def test_the_queue_holds_what_an_officer_may_deal_with(world: World) -> None:
    declared, county, stranger = declare(world), world.officer_of("430225"), world.officer_of("430203")

    def waiting(who: Actor) -> int:
        with world.db.read.begin() as session:
            return len(lists.waiting(session, who))

    assert [waiting(who) for who in (world.chen, county, stranger)] == [1, 1, 0]
    do(world, claims.check, county, declared)
    assert [waiting(who) for who in (world.chen, county, stranger)] == [1, 0, 0]
    do(world, claims.verify, world.chen, declared)
    assert [waiting(who) for who in (world.chen, county, stranger)] == [0, 0, 0]


def test_what_ends_within_ninety_days_is_seen_with_its_renewal(world: World) -> None:
    row = do(world, claims.verify, world.chen, declare(world))

    def seen(days_before: int) -> list[tuple[int, int, bool]]:
        with world.db.read.begin() as session:
            found = lists.expiring(session, world.ama, date(2028, 12, 31) - timedelta(days=days_before))
            return [(each.days, int(each.band), each.renewal is not None) for each in found]

    assert [seen(days) for days in (91, 90, 61, 60, 31, 30, 0, -1, -90, -91)] == [
        [],
        [(90, 90, False)],
        [(61, 90, False)],
        [(60, 60, False)],
        [(31, 60, False)],
        [(30, 30, False)],
        [(0, 30, False)],
        [(-1, 0, False)],
        [(-90, 0, False)],
        [],
    ]
    with world.db.read.begin() as session:
        (far,) = lists.expiring(session, world.ama, date(2028, 1, 1), ahead=400)
    assert (far.days, far.band) == (365, lists.Band.LATER)
    paper = DeclaredCertificate("green", number_of("green", 9), "2029-01-01", "2031-12-31", lines=(Line("1"),))
    declare(world, paper=paper, renews=row)
    assert seen(30) == [(30, 30, True)] and seen(-1) == []


def test_only_the_same_holder_renews_under_the_same_scheme(world: World) -> None:
    row = declare(world)
    organic = DeclaredCertificate("organic", number_of("organic"), "2029-01-01", "2029-12-31", lines=(Line("1"),))
    with pytest.raises(Invalid, match="续证") as answer:
        declare(world, paper=organic, renews=row)
    assert answer.value.field == "scheme"
    with pytest.raises(Invalid, match="续证"):
        declare(
            world,
            world.ben,
            DeclaredCertificate("green", number_of("green", 9), "2029-01-01", lines=(Line(name="桃"),)),
            renews=row,
        )


def test_a_years_quantity_caps_the_codes_that_claim_it(world: World) -> None:
    """1.5 t of a certificate is 600 packs of 2.5 kg, over all batches of the product, in the certificate's year."""
    do(world, claims.verify, world.chen, declare(world))
    first, second = world.declare(quantity="1000"), world.declare(quantity="1000")
    world.issue(first, 400)
    with pytest.raises(Invalid, match="最多还能赋 200 件") as answer:
        world.issue(second, 201)
    assert answer.value.field == "count" and "1.5 t" in str(answer.value) and "已赋码 1 t" in str(answer.value)
    assert world.issue(second, 200).count == 200
    with pytest.raises(Invalid, match="最多还能赋 0 件"):
        world.issue(first, 1, "late")


def test_pieces_cannot_be_held_against_tonnes(world: World) -> None:
    do(world, claims.verify, world.chen, declare(world))
    with pytest.raises(Conflict, match="以 t 计，这个批次以 个 计"):
        world.issue(world.declare(unit="个", quantity="10", pack_size="1"), 1)


def test_a_certificates_year_runs_from_its_first_day() -> None:
    row = Certification(valid_from=date(2024, 2, 29), valid_to=date(2027, 2, 27))
    assert quota.year_of(row, date(2025, 2, 28)) == (date(2024, 2, 29), date(2025, 2, 28))
    assert quota.year_of(row, date(2025, 3, 1)) == (date(2025, 3, 1), date(2026, 2, 28))
    assert quota.year_of(row, date(2027, 1, 1)) == (date(2026, 3, 1), date(2027, 2, 27))


def test_an_unclaimed_certificate_caps_nothing(world: World) -> None:
    paper = DeclaredCertificate(
        "organic_conversion", number_of("organic"), "2026-01-01", "2026-12-31", lines=(Line("1", "", "1", "kg"),)
    )
    do(world, claims.verify, world.chen, declare(world, paper=paper))
    assert world.issue(world.declare(), 100).facts == 0
    with world.db.read.begin() as session:
        assert [badge.name for badge in claims.badges(session, 1, TODAY)] == ["有机转换"]
        assert session.scalar(sa.select(sa.func.count()).select_from(Certification)) == 1


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.OFFICER])
def test_the_home_pages_count_what_is_to_be_done(world: World, role: Role) -> None:
    who = world.ama if role is Role.PRODUCER else world.chen
    row = declare(
        world,
        paper=DeclaredCertificate("organic", number_of("organic"), "2025-09-01", "2026-08-31", lines=(Line("1"),)),
    )
    do(world, claims.verify, world.chen, row)
    do(world, claims.send_back, world.chen, declare(world), "编号看不清")
    with world.db.read.begin() as session:
        found = lists.counts(session, who, TODAY)
    assert (found.expiring, found.returned) == (1, 1)
