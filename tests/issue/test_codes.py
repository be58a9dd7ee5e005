"""Step 2: a batch gets its codes, once, no more than the harvest allows, and the same ones for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, World
from world.certificates import number_of
from world.insured import insured
from yipin.audit import holds, log
from yipin.certification import claims as certification_claims
from yipin.codes.idnumber import batch_integer
from yipin.codes.keylist import KeyStatus
from yipin.codes.keys import set_status
from yipin.codes.payload import Fact
from yipin.codes.signing import verify
from yipin.errors import Conflict, Invalid, Unavailable
from yipin.issue.codes import CodeOrder, codes_of, issue_codes
from yipin.models import Action, Batch, BatchState, CodeRange, Event, Producer, Product, Review


def test_codes_follow_one_another_and_are_all_different(world: World) -> None:
    batch = world.declare()
    first, second = world.issue(batch, 3, "a"), world.issue(batch, 4, "b")
    assert [(codes.first, codes.count) for codes in (first, second)] == [(0, 3), (3, 4)]
    assert world.get(Batch, batch.id).reserved == 7
    digits = world.codes(first) + world.codes(second)
    assert len(set(digits)) == 7 and {len(code) for code in digits} == {191}


def test_a_code_says_what_was_true_on_the_day_of_issue(world: World) -> None:
    batch = world.declare()
    payloads = [verify(digits, world.installation.keys) for digits in world.codes(world.issue(batch, 5))]
    for payload in payloads:
        assert payload.id_number == batch.id_number and payload.batch == batch_integer(batch.id_number)
        assert (payload.key, payload.county, payload.version) == (1, 430225, 1)
        assert (payload.harvest_date, payload.facts) == (batch.harvest_date, Fact(0))
    units = [payload.unit for payload in payloads]
    assert units != sorted(units) and units != list(range(5))  # neither order nor volume can be read off


def test_the_same_codes_come_out_every_time(world: World) -> None:
    codes = world.issue(world.declare(), 10)
    once = world.codes(codes)
    assert world.codes(codes) == once
    with world.db.read.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        some = list(codes_of(row, world.installation.ring, world.installation.secrets, 4, 3))
    assert some == list(enumerate(once))[4:7]


def test_codes_outside_the_range_are_not_made(world: World) -> None:
    world.issue(batch := world.declare(), 3, "a")
    codes = world.issue(batch, 3, "b")
    with world.db.read.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        for first, count in ((2, 1), (6, 1), (3, 4), (3, 0), (3, -1), (-1, 1)):
            with pytest.raises(Invalid, match="不在这次赋码之内"):
                list(codes_of(row, world.installation.ring, world.installation.secrets, first, count))


def test_more_codes_than_packs_are_refused_with_the_numbers(world: World) -> None:
    batch = world.declare()  # 250 kg in packs of 2.5 kg
    for count in (101, 0, -1, 10**12, 1 << 27):
        with pytest.raises(Invalid, match="共 100 件，已赋码 0 件，最多还能赋 100 件") as answer:
            world.issue(batch, count)
        assert answer.value.field == "count"
    assert world.get(Batch, batch.id).reserved == 0


def test_the_quota_counts_what_was_issued_before(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 60, "a")
    with pytest.raises(Invalid, match="最多还能赋 40 件"):
        world.issue(batch, 41, "b")
    world.issue(batch, 40, "c")
    with pytest.raises(Invalid, match="最多还能赋 0 件"):
        world.issue(batch, 1, "d")
    assert world.get(Batch, batch.id).room == 0


def test_the_same_form_sent_twice_gives_the_same_range(world: World) -> None:
    batch = world.declare()
    once, twice = world.issue(batch, 60, "form-1"), world.issue(batch, 60, "form-1")
    assert twice.id == once.id
    assert world.get(Batch, batch.id).reserved == 60
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Event.action == "codes.issue")) == 1


def test_the_same_form_with_another_count_is_refused(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 60, "form-1")
    with pytest.raises(Conflict, match="赋了 60 个码"):
        world.issue(batch, 10, "form-1")
    assert world.get(Batch, batch.id).reserved == 60


def test_another_batch_may_use_the_same_key(world: World) -> None:
    one, other = world.declare(), world.declare(world.ben)
    assert world.issue(one, 1, "form-1").id != world.issue(other, 1, "form-1", world.ben).id


def test_a_form_that_was_answered_is_answered_again_after_a_hold(world: World) -> None:
    batch = world.declare()
    codes = world.issue(batch, 5, "form-1")
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    assert world.issue(batch, 5, "form-1").id == codes.id
    with pytest.raises(Conflict, match="已冻结"):
        world.issue(batch, 5, "form-2")


def test_a_held_batch_gets_no_codes_until_it_is_released_and_a_recalled_one_never(world: World) -> None:
    batch = world.declare()
    for act, state, says in (
        (holds.hold, BatchState.ON_HOLD, "已冻结"),
        (holds.release, BatchState.ON_SALE, None),
        (holds.recall, BatchState.RECALLED, "已召回"),
    ):
        with world.db.write.begin() as session:
            row = session.get_one(Batch, batch.id)
            act(session, world.chen, row, "检出农残")
            assert row.state is state
        if says is None:
            world.issue(batch, 1, state)
            continue
        with pytest.raises(Conflict, match=says):
            world.issue(batch, 1, state)
    assert world.get(Batch, batch.id).reserved == 1


@pytest.mark.parametrize("which", [Producer, Product])
def test_nothing_is_issued_for_what_is_no_longer_approved(world: World, which: type[Producer] | type[Product]) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        row = session.get_one(which, batch.producer_id if which is Producer else batch.product_id)
        row.state = Review.RETURNED
        log.record(session, world.chen, Action.CASE_NOTE, row)
    with pytest.raises(Conflict, match="还没有审核通过"):
        world.issue(batch, 1)


def test_a_range_is_told_of_with_the_batch_it_belongs_to(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 2, "a")
    codes = world.issue(batch, 3, "b")
    with world.db.read.begin() as session:
        told = log.events_of(session, codes)[-1]
        of_batch = log.events_of(session, batch)[-1]
    assert told.action == "codes.issue" and told.data == {
        "batch": batch.id_number,
        "first": 3,
        "count": 3,
        "kind": "full",
        "key": codes.key_number,  # with these the log alone gives the same codes again
        "harvest": codes.harvest_date.isoformat(),
        "facts": codes.facts,
    }
    assert of_batch.action == "batch.coded" and of_batch.data == {"first": 3, "count": 3}
    assert codes.issued_at == NOW and codes.issued_by == world.ama.account_id


def test_without_a_usable_key_nothing_is_issued(world: World) -> None:
    batch = world.declare()
    set_status(world.settings.keys, 1, KeyStatus.RETIRED, NOW)
    with pytest.raises(Unavailable, match="yipin key new"):
        world.issue(batch, 1)
    assert world.get(Batch, batch.id).reserved == 0


def enter(session: Session, world: World, batch: Batch, **claims: str) -> None:
    """Certificates by scheme, and a policy under "insured", each with its last day."""
    product = session.get_one(Product, batch.product_id)
    for scheme, end in claims.items():
        days = {"valid_from": "2026-01-01", "valid_to": end}
        if scheme == "insured":
            insured(session, world.chen, product, **days)
        else:
            certification_claims.enter(session, world.chen, product, scheme=scheme, number=number_of(scheme), **days)


FACTS: list[tuple[dict[str, str], Fact]] = [
    ({}, Fact(0)),
    ({"green": ""}, Fact.GREEN),
    ({"organic": "2026-07-20"}, Fact.ORGANIC),
    ({"organic": "2026-07-19"}, Fact(0)),
    ({"geographical": ""}, Fact.GEOGRAPHICAL),
    ({"gi_product": ""}, Fact.GEOGRAPHICAL),
    ({"gi_mark": ""}, Fact.GEOGRAPHICAL),
    ({"organic_conversion": ""}, Fact(0)),
    ({"gi_collective": ""}, Fact.GEOGRAPHICAL),
    ({"insured": "2026-12-31"}, Fact.INSURED),
    ({"insured": "2026-07-18"}, Fact.INSURED),
    ({"insured": "2026-07-17"}, Fact(0)),
    ({"green": "", "organic": "", "gi_mark": "", "insured": "2026-12-31"}, Fact(15)),
]


def test_the_facts_in_a_code_are_those_verified_on_its_day(world: World) -> None:
    """Certificates on the day of issue (20 July), insurance on the day of harvest (18 July)."""
    batch, ring = world.declare(), world.installation.ring
    for claims, facts in FACTS:
        with world.db.write() as session:  # never committed
            enter(session, world, batch, **claims)
            codes = issue_codes(
                session, world.ama, world.installation, session.get_one(Batch, batch.id), CodeOrder(1, "form-1")
            )
            [(_, digits)] = codes_of(codes, ring, world.installation.secrets, 0, 1)
        assert verify(digits, world.installation.keys).facts == codes.facts == facts, claims


def test_a_later_certificate_does_not_change_a_code_already_issued(world: World) -> None:
    batch = world.declare()
    codes = world.issue(batch, 2, "a")
    before = world.codes(codes)
    with world.db.write.begin() as session:
        enter(session, world, batch, green="")
    assert world.codes(codes) == before
    later = world.issue(batch, 2, "b")
    assert verify(world.codes(later)[0], world.installation.keys).facts == Fact.GREEN


def test_an_issue_that_fails_leaves_the_batch_as_it_was(world: World) -> None:
    """The range and the quota are of one transaction."""
    batch = world.declare()
    with pytest.raises(RuntimeError, match="power cut"), world.db.write.begin() as session:
        issue_codes(session, world.ama, world.installation, session.get_one(Batch, batch.id), CodeOrder(5, "a"))
        raise RuntimeError("power cut")
    assert world.get(Batch, batch.id).reserved == 0
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(CodeRange.id)) is None


def test_a_million_codes_are_reserved_as_quickly_as_one(world: World) -> None:
    """A range is a row, whatever its size."""
    batch = world.declare(quantity="1000000", pack_size="1")
    codes = world.issue(batch, 1_000_000)
    with world.db.read.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        [(ordinal, digits)] = codes_of(row, world.installation.ring, world.installation.secrets, 999_999, 1)
    assert ordinal == 999_999 and verify(digits, world.installation.keys).id_number == batch.id_number


def test_a_key_whose_day_has_not_come_does_not_sign(world: World) -> None:
    early = replace(world.ama, at=NOW.replace(year=2025))
    batch = world.declare()
    with pytest.raises(Unavailable, match="yipin key new"):
        world.issue(batch, 1, who=early)
    world.issue(batch, 1, who=replace(world.ama, at=NOW + timedelta(days=1)))
