"""A hold of many is lifted in one act, by its cause; what is held for another cause stays held, and says for which."""

import pytest
import sqlalchemy as sa

from world import World
from world.chains import do
from world.farms import write
from world.waiting import later
from yipin.access.actor import Actor
from yipin.audit import hold_causes, holds, log
from yipin.chain import acts as chain_acts
from yipin.errors import Conflict, Forbidden, Invalid
from yipin.farm import rulings
from yipin.models import Account, Batch, BatchState, Event, FarmCase, Notification, RecallAct, RecallKind, StoppedBy
from yipin.recall import acts, lifting, notices

on_one = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def held(world: World, cause: str, *batches: Batch, hours: int = 1, kind: RecallKind = RecallKind.HOLD) -> RecallAct:
    with world.db.write.begin() as session:
        who = later(world.chen, hours=hours)
        return acts.act(session, who, kind, [row.id for row in batches], cause=cause, reason=f"{cause}，先停下")


def lift(
    world: World, act: RecallAct, who: Actor | None = None, **more: object
) -> tuple[list[int], dict[int, list[str]]]:
    """What was freed, and of what stays the causes."""
    with world.db.write.begin() as session:
        row, by = session.get_one(RecallAct, act.id), who or later(world.chen, hours=9)
        found = lifting.lift(session, by, row, "复检合格", **more)  # type: ignore[arg-type]
        return [row.id for row in found.frees], {
            each.batch.id: [str(cause.words.values.get("cause") or cause.words.values["why"]) for cause in each.causes]
            for each in found.stays
        }


def state(world: World, batch: Batch) -> tuple[BatchState, StoppedBy | None, str | None]:
    row = world.get(Batch, batch.id)
    return row.state, row.stopped_by, row.state_reason


@pytest.fixture
def two(world: World) -> tuple[Batch, Batch]:
    return world.declare(), world.declare(world.ben)


Two = tuple[Batch, Batch]


@on_one
def test_one_act_frees_all_that_it_held_each_with_its_event(world: World, two: Two) -> None:
    row = held(world, "检出违禁农药", *two)
    assert lift(world, row, seen=2) == ([batch.id for batch in two], {})
    for batch in two:
        assert state(world, batch) == (BatchState.ON_SALE, None, "复检合格")
        with world.db.read.begin() as session:
            last = log.events_of(session, session.get_one(Batch, batch.id))[-1]
            assert (last.action, last.reason, last.data["act"]) == ("batch.release", "复检合格", row.id)
    done = world.get(RecallAct, row.id)
    assert (done.lifted_at, done.closed_at, done.report) == (done.closed_at, done.lifted_at, "复检合格")


@on_one
def test_the_producers_that_were_told_of_the_hold_are_told_of_its_end(world: World, two: Two) -> None:
    row = held(world, "检出违禁农药", two[0])
    lift(world, row)
    with world.db.read.begin() as session:
        told = sa.select(Account.login).join(Notification, Notification.account_id == Account.id).join(Event)
        told = told.where(Event.action == "recall.lift")
        assert session.scalars(told.order_by(Account.login)).all() == ["ama"]


def test_what_is_held_for_another_cause_stays_held_and_says_for_which(world: World, two: Two) -> None:
    first = held(world, "检出违禁农药", *two)
    second = held(world, "供货人的货", two[0], hours=2)
    assert lift(world, first) == ([two[1].id], {two[0].id: ["供货人的货"]})
    assert state(world, two[0]) == (BatchState.ON_HOLD, StoppedBy.OFFICER, "供货人的货，先停下")
    with world.db.read.begin() as session:
        told = notices.notices_for(session, two[0].producer_id)
        assert [each.recall_id for each in told] == [second.id]  # its grower is told of the second cause instead
        last = log.events_of(session, session.get_one(Batch, two[0].id))[-1]
        assert (last.action, last.data["act"]) == ("batch.hold", second.id)
    assert lift(world, second) == ([two[0].id], {})
    assert state(world, two[0])[0] is BatchState.ON_SALE


@on_one
def test_the_later_of_two_causes_may_be_lifted_first(world: World, two: Two) -> None:
    first, second = held(world, "检出违禁农药", *two), held(world, "供货人的货", two[0], hours=2)
    assert lift(world, second) == ([], {two[0].id: ["检出违禁农药"]})
    assert state(world, two[0])[2] == "检出违禁农药，先停下"
    assert lift(world, first)[0] == [batch.id for batch in two]


@on_one
def test_a_batch_that_was_held_by_itself_before_stays_so(world: World, two: Two) -> None:
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, two[0].id), "另案")
    assert lift(world, held(world, "检出违禁农药", *two)) == ([two[1].id], {two[0].id: ["另案"]})
    assert state(world, two[0]) == (BatchState.ON_HOLD, StoppedBy.OFFICER, "另案")


@on_one
def test_a_second_cause_for_what_is_held_already_is_kept_and_the_same_one_is_refused(world: World, two: Two) -> None:
    held(world, "检出违禁农药", *two)
    held(world, "供货人的货", *two, hours=2)
    with pytest.raises(Conflict, match="都已经停下"):
        held(world, "供货人的货", *two, hours=3)
    with world.db.read.begin() as session:
        over = hold_causes.acts_over(session, [two[0].id])
        assert [each.cause for each in over[two[0].id]] == ["检出违禁农药", "供货人的货"]


@on_one
def test_what_was_released_by_itself_and_held_again_is_not_of_the_old_cause(world: World, two: Two) -> None:
    old = held(world, "检出违禁农药", *two)
    with world.db.write.begin() as session:
        holds.release(session, later(world.chen, hours=2), session.get_one(Batch, two[0].id), "这一批没问题")
    new = held(world, "供货人的货", two[0], hours=3)
    assert lift(world, old) == ([two[1].id], {})
    assert state(world, two[0])[0] is BatchState.ON_HOLD
    assert lift(world, new) == ([two[0].id], {})


@on_one
def test_what_the_record_speaks_against_stays_held_until_it_was_ruled_on(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 2)
    (part,) = do(world, chain_acts.split, world.ama, batch.id_number, [("10", "1")])
    row = held(world, "检出违禁农药", batch)
    write(world, world.ama, "draft-0001", interval_days="")
    freed, stays = lift(world, row)
    assert freed == [] and stays.keys() == {batch.id, part.id}
    assert state(world, batch)[1] is StoppedBy.RECORD and "间隔期" in (state(world, part)[2] or "")
    with world.db.write.begin() as session:
        rulings.decide(session, later(world.chen, hours=9), session.scalars(sa.select(FarmCase)).one(), True, "查过了")
    assert [state(world, each)[0] for each in (batch, part)] == [BatchState.ON_SALE] * 2


@on_one
def test_a_ruling_that_lets_go_leaves_what_a_hold_of_many_is_over(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 2)
    write(world, world.ama, "draft-0001", interval_days="")
    row = held(world, "检出违禁农药", batch)
    with world.db.write.begin() as session:
        rulings.decide(session, later(world.chen, hours=2), session.scalars(sa.select(FarmCase)).one(), True, "查过了")
    assert state(world, batch) == (BatchState.ON_HOLD, StoppedBy.OFFICER, "检出违禁农药，先停下")
    assert lift(world, row) == ([batch.id], {})


@on_one
def test_a_ruling_that_lets_go_does_not_end_an_officers_own_hold(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 2)
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "另案")
    write(world, world.ama, "draft-0001", interval_days="")
    with world.db.write.begin() as session:
        rulings.decide(session, later(world.chen, hours=2), session.scalars(sa.select(FarmCase)).one(), True, "查过了")
    assert state(world, batch) == (BatchState.ON_HOLD, StoppedBy.OFFICER, "另案")


@on_one
def test_what_was_not_let_go_stays_held(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 2)
    row = held(world, "检出违禁农药", batch)
    write(world, world.ama, "draft-0001", interval_days="")
    with world.db.write.begin() as session:
        rulings.decide(session, later(world.chen, hours=2), session.scalars(sa.select(FarmCase)).one(), False, "不放行")
    assert lift(world, row)[0] == []
    assert state(world, batch) == (BatchState.ON_HOLD, StoppedBy.OFFICER, "不放行")


@on_one
def test_what_cannot_be_lifted_says_why(world: World, two: Two) -> None:
    final = held(world, "检出违禁农药", two[0], kind=RecallKind.RECALL)
    with pytest.raises(Conflict, match="召回不能撤销"):
        lift(world, final)
    row = held(world, "供货人的货", two[1])
    with pytest.raises(Conflict, match="现在是 1 批"):
        lift(world, row, seen=2)
    with pytest.raises(Invalid), world.db.write.begin() as session:
        lifting.lift(session, world.chen, session.get_one(RecallAct, row.id), " ")
    lift(world, row)
    with pytest.raises(Conflict, match="已经解除"):
        lift(world, row)


@on_one
def test_a_hold_over_several_counties_is_lifted_by_the_city(world: World) -> None:
    mine = world.declare()
    with world.db.write.begin() as session:
        moved = session.get_one(Batch, mine.id)
        moved.county = "430223"
        log.record(session, world.chen, log.Action.BATCH_CORRECT, moved)
    row = held(world, "检出违禁农药", mine, world.declare(world.ben))
    with pytest.raises(Forbidden, match="由市级一次办"):
        lift(world, row, world.officer_of("430223"))
    assert len(lift(world, row)[0]) == 2
