"""A reader that is too far behind, or whose record was put back, remembers nothing; one that is not, drops what changed."""

import pytest
import sqlalchemy as sa

from world import Sold, World
from yipin.audit import holds
from yipin.models import Batch, RecordChange, RecordVersion, changes
from yipin.models.changes import EVERYTHING, Key
from yipin.scan.question import Question, Told
from yipin.scan.recent_changes import RecentChanges

BATCH: Key = ("batch", 7)
OTHER: Key = ("batch", 8)


def begun(version: int = 10) -> RecentChanges:
    recent = RecentChanges()
    assert not recent.add(Told(version), recent.known), "whatever was kept before the first question is dropped"
    return recent


def test_what_changed_is_dropped_and_the_rest_is_kept() -> None:
    recent = begun()
    assert recent.unchanged([BATCH], 10)
    recent.add(Told(12, {BATCH: 11}), 10)
    assert not recent.unchanged([BATCH], 10) and recent.unchanged([OTHER], 10)
    assert recent.unchanged([BATCH], 11), "it was read after the change"


def test_an_act_whose_reach_is_not_known_drops_all_that_was_read_before_it() -> None:
    recent = begun()
    recent.add(Told(13, {}, kept_from=12), 10)
    assert not recent.unchanged([OTHER], 11) and recent.unchanged([OTHER], 12)


def test_an_answer_that_comes_late_changes_nothing() -> None:
    recent = begun()
    recent.add(Told(12, {BATCH: 12}), 10)
    recent.add(Told(11), 10)
    assert recent.known == 12 and not recent.unchanged([BATCH], 11)


def test_a_record_that_was_put_back_makes_all_forgotten() -> None:
    recent = begun()
    assert not recent.add(Told(8), 10)
    assert not recent.unchanged([OTHER], 10) and recent.unchanged([OTHER], 8)
    assert recent.has_had(8) and not recent.has_had(9), "the former ninth version is no part of it any more"


def test_before_the_first_question_no_version_is_known() -> None:
    assert not RecentChanges().has_had(0)


def test_too_many_changes_are_halved_and_what_was_read_before_them_is_dropped() -> None:
    recent = RecentChanges(most=10)
    recent.add(Told(0), recent.known)
    recent.add(Told(11, {("batch", n): n for n in range(1, 12)}), 0)
    assert not recent.unchanged([OTHER], 5) and recent.unchanged([OTHER], 8)
    assert not recent.unchanged([("batch", 9)], 8)


def held(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检")


def test_an_act_tells_its_version_and_what_it_touched(world: World, sold: Sold) -> None:
    question = Question(world.db)
    before = question.ask(2**62).version
    held(world, sold)
    told = question.ask(before, [sold.batch.id])
    assert (told.version, told.changed) == (before + 1, {("state", sold.batch.id): before + 1})
    assert told.standings[sold.batch.id].reason == "抽检" and told.standings[sold.batch.id].since is not None


def test_old_changes_are_swept_and_a_reader_from_before_drops_everything(
    world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "SWEPT_EVERY", 1)
    monkeypatch.setattr(changes, "KEPT_VERSIONS", 0)
    question = Question(world.db)
    before = question.ask(2**62).version
    held(world, sold)
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(RecordChange)).all() == []
        assert session.scalars(sa.select(RecordVersion.swept)).one() == before + 1
    told = question.ask(before)
    assert told.kept_from == before + 1 > before


def test_an_act_that_changes_very_much_changes_everything(
    world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_KEYS", 0)
    held(world, sold)
    with world.db.read.begin() as session:
        newest = session.scalars(sa.select(RecordChange).order_by(RecordChange.version.desc())).first()
    assert newest is not None and (newest.kind, newest.object_id) == EVERYTHING


def test_a_bulk_change_whose_rows_are_not_known_changes_everything(world: World, sold: Sold) -> None:
    question = Question(world.db)
    before = question.ask(2**62).version
    with world.db.write.begin() as session:
        session.execute(sa.text("SELECT 1"))
        session.execute(sa.update(sa.table("product_pictures", sa.column("mark"))).values(mark="x"))
    told = question.ask(before)
    assert told.version == before + 1 == told.kept_from
