"""A hold or recall is followed up: who read it, what came back, where it went, and the report that closes it."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from world import World, told
from world.chains import sent
from world.waiting import later
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.errors import Conflict, Forbidden, Invalid, NotFound
from yipin.models import Batch, Event, RecallAct, RecallKind
from yipin.notices import inbox
from yipin.recall import acts, figures, follow_up, lifting, notices
from yipin.recall.figures import FigureForm
from yipin.recall.follow_up import Party

on_one = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Two = tuple[Batch, Batch]


@pytest.fixture
def two(world: World) -> Two:
    """A batch of Ama's that was sent out, and one of Ben's of which no delivery is on record."""
    mine = world.declare()
    world.release(world.print(world.issue(mine, 4), "roll-50x30"))
    sent(world, world.ama, mine, first="1", last="3")
    return mine, world.declare(world.ben)


def stopped(world: World, two: Two, kind: RecallKind = RecallKind.RECALL) -> RecallAct:
    with world.db.write.begin() as session:
        ids = [row.id for row in two]
        return acts.act(session, later(world.chen, hours=1), kind, ids, cause="检出违禁农药", reason="先停下")


def state(world: World, who: Actor, act: RecallAct, batch: Batch, **typed: str) -> None:
    with world.db.write.begin() as session:
        row = session.get_one(RecallAct, act.id)
        figures.state(session, who, row, figures.line_of(session, who, row, batch.id_number), FigureForm(**typed))


def parties(world: World, act: RecallAct, who: Actor | None = None) -> list[Party]:
    with world.db.read.begin() as session:
        return follow_up.parties(session, who or world.chen, session.get_one(RecallAct, act.id))


def close(
    world: World, act: RecallAct, report: str = "查明，已处置", missing: str = "", who: Actor | None = None
) -> None:
    with world.db.write.begin() as session:
        follow_up.close(session, who or later(world.chen, days=3), session.get_one(RecallAct, act.id), report, missing)


def test_what_nobody_reported_is_missing_and_what_no_record_tells_is_unknown(world: World, two: Two) -> None:
    ama, ben = parties(world, stopped(world, two))
    assert [(party.lines[0].shipped, party.lines[0].figure, party.missing) for party in (ama, ben)] == [
        (Decimal("7.5"), None, 1),
        (None, None, 1),
    ]


def test_what_came_back_is_summed_by_unit_against_what_was_shipped(world: World, two: Two) -> None:
    act = stopped(world, two)
    state(world, world.ama, act, two[0], recovered="5", destroyed="3.5", kept="1.5")
    state(world, world.ben, act, two[1], recovered="0")
    (total,) = follow_up.sums(parties(world, act))
    assert (total.unit, total.shipped, total.recovered) == ("kg", Decimal("7.5"), Decimal(5))
    assert (total.destroyed, total.returned, total.kept) == (Decimal("3.5"), None, Decimal("1.5"))


@on_one
def test_a_figure_is_missing_until_it_is_said_where_all_of_it_went(world: World, two: Two) -> None:
    act = stopped(world, two)
    state(world, world.ama, act, two[0], recovered="5", destroyed="3")
    line = parties(world, act)[0].lines[0]
    assert line.figure and (line.figure.unaccounted, line.is_missing) == (Decimal(2), True)
    state(world, world.ama, act, two[0], recovered="5", destroyed="3", returned="2")
    assert not parties(world, act)[0].missing
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event.data).where(Event.action == "recall.figure").order_by(Event.id)).all()
    assert [each["corrected"] for each in told] == [
        {"recall_recovered": [None, "5"], "recall_destroyed": [None, "3"]},
        {"recall_returned": [None, "2"]},
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"recovered": ""}, "recovered"),
        ({"recovered": "-1"}, "recovered"),
        ({"recovered": "1e9"}, "recovered"),
        ({"recovered": "99999999"}, "recovered"),
        ({"recovered": "5", "destroyed": "3", "kept": "2.01"}, "destroyed"),
        ({"recovered": "5", "returned": "很多"}, "returned"),
    ],
)
@on_one
def test_a_figure_that_cannot_be_is_refused_at_its_field(
    world: World, two: Two, typed: dict[str, str], field: str
) -> None:
    act = stopped(world, two)
    with pytest.raises(Invalid) as refused:
        state(world, world.ama, act, two[0], **typed)
    assert refused.value.field == field


@on_one
def test_each_states_its_own_and_an_officer_what_the_county_was_told(world: World, two: Two) -> None:
    act = stopped(world, two)
    for stranger in (world.ben, world.officer_of("430223")):
        with pytest.raises(NotFound):
            state(world, stranger, act, two[0], recovered="1")
    state(world, world.officer_of("430225"), act, two[0], recovered="0", remark="来电：都卖完了")
    with pytest.raises(Conflict, match="没有要改的"):
        state(world, world.ama, act, two[0], recovered="0", remark="来电：都卖完了")


def test_it_is_seen_who_was_told_who_opened_it_and_who_said_that_it_was_read(world: World, two: Two) -> None:
    act = stopped(world, two)
    with world.db.write.begin() as session:
        for line in told.lines(session, world.ama):
            inbox.read(later(world.ama, hours=2), line)
        (notice,) = notices.notices_for(session, two[1].producer_id)
        notices.read(session, later(world.ben, hours=3), notice)
    ama, ben = parties(world, act)
    assert (ama.opened_at, ama.read_at, ama.accounts) == (later(world.ama, hours=2).at, None, 1)
    assert (ben.opened_at, ben.read_at) == (None, later(world.ben, hours=3).at)


@on_one
def test_it_is_closed_with_a_report_and_without_a_figure_only_with_a_reason(world: World, two: Two) -> None:
    act = stopped(world, two)
    state(world, world.ama, act, two[0], recovered="0")
    with pytest.raises(Invalid, match="还有 1 批没有报齐"):
        close(world, act)
    with pytest.raises(Invalid) as refused:
        close(world, act, report=" ", missing="电话打不通")
    assert refused.value.field == "report"
    close(world, act, missing="电话打不通")
    row = world.get(RecallAct, act.id)
    assert (row.report, row.missing_reason, row.closed_by_name) == ("查明，已处置", "电话打不通", "Chen")
    for late in (lambda: close(world, act), lambda: state(world, world.ben, act, two[1], recovered="1")):
        with pytest.raises(Conflict, match="已经结案"):
            late()


@on_one
def test_what_is_complete_needs_no_reason_and_a_closing_can_be_taken_back(world: World, two: Two) -> None:
    act = stopped(world, two)
    for who, batch in zip((world.ama, world.ben), two, strict=True):
        state(world, who, act, batch, recovered="0")
    close(world, act, missing="用不着")
    assert world.get(RecallAct, act.id).missing_reason is None
    with world.db.write.begin() as session:
        follow_up.reopen(session, world.chen, session.get_one(RecallAct, act.id), "又收到一批")
    state(world, world.ama, act, two[0], recovered="2", kept="2")
    with world.db.read.begin() as session:
        row = session.get_one(RecallAct, act.id)
        told = [event.action for event in session.scalars(follow_up.history(world.chen, row))]
        assert row.closed_at is None and told[:3] == ["recall.figure", "recall.reopen", "recall.close"]


@on_one
def test_open_ones_wait_and_closed_ones_do_not(world: World, two: Two) -> None:
    act = stopped(world, two)
    with world.db.read.begin() as session:
        assert [row.id for row in session.scalars(acts.open_ones(world.chen))] == [act.id]
    close(world, act, missing="电话打不通")
    with world.db.read.begin() as session:
        assert session.scalars(acts.open_ones(world.chen)).all() == []


@on_one
def test_what_a_hold_does_not_stop_any_more_is_asked_for_no_figure(world: World, two: Two) -> None:
    act = stopped(world, two, RecallKind.HOLD)
    stopped(world, (two[0], two[0]))  # one of them is recalled
    assert [party.missing for party in parties(world, act)] == [0, 1]
    with pytest.raises(Conflict, match="不在这次处置里"):
        state(world, world.ama, act, two[0], recovered="1")
    with world.db.read.begin() as session:
        assert figures.unreported(session, two[0].producer_id) != {}  # of the recall
        assert figures.unreported(session, two[1].producer_id) == {act.id: 1}


@on_one
def test_lifting_closes_what_is_held_with_its_reason(world: World, two: Two) -> None:
    act = stopped(world, two, RecallKind.HOLD)
    with world.db.write.begin() as session:
        lifting.lift(session, later(world.chen, hours=5), session.get_one(RecallAct, act.id), "复检合格")
    with pytest.raises(Conflict, match="已经解除"), world.db.write.begin() as session:
        follow_up.reopen(session, world.chen, session.get_one(RecallAct, act.id), "再看看")


@on_one
def test_a_drill_has_nothing_to_follow_up(world: World, two: Two) -> None:
    with pytest.raises(Conflict, match="演练"):
        close(world, stopped(world, two, RecallKind.DRILL))


@on_one
def test_what_reached_several_counties_is_closed_by_the_city_and_each_county_sees_its_own(
    world: World, two: Two
) -> None:
    with world.db.write.begin() as session:
        moved = session.get_one(Batch, two[1].id)
        moved.county = "430223"
        log.record(session, world.chen, log.Action.BATCH_CORRECT, moved)
    act, officer = stopped(world, two), world.officer_of("430223")
    assert [party.id for party in parties(world, act, officer)] == [two[1].producer_id]
    with pytest.raises(Forbidden, match="由市级一次办"):
        close(world, act, missing="电话打不通", who=officer)
