"""The sequencer: every act becomes a leaf, once; what is published is never contradicted, whatever is lost or put back."""

import json
import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import Sold, World
from world.logged import append, checkpoint, folder_of, rebuilt
from yipin import clock
from yipin.audit import holds
from yipin.errors import Unavailable
from yipin.log import keys, lease, opening, sequencer
from yipin.models import Batch, Event, LogDue, LogEntry, LogPosition, LogSequencer


def hold(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, sold.batch.id)
        holds.hold(session, world.chen, row, "抽检不合格")
        holds.release(session, world.chen, row, "复检合格")


def is_due(world: World) -> bool:
    with world.db.transaction(writes=False) as session:
        return sequencer.is_due(session)


def test_every_event_becomes_a_leaf_in_its_order(world: World, sold: Sold) -> None:
    assert is_due(world)
    size = append(world)
    with world.db.read.begin() as session:
        stored = session.scalars(sa.select(LogEntry.content).order_by(LogEntry.event_id)).all()
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == size
        assert session.scalar(sa.select(sa.func.count()).select_from(LogDue)) == 0
    found: list[bytes] = []
    told = rebuilt(world, None, lambda first, entries: found.extend(entries))
    assert (told.size, found) == (size, list(stored)) and not is_due(world)


def test_what_is_published_later_goes_on_from_what_was_published_before(
    world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "AT_ONCE", 3)  # many small steps
    seen = None
    for _ in range(5):
        hold(world, sold)
        append(world)
        seen = rebuilt(world, seen)
    assert json.loads(folder_of(world).tiles.entry(seen.size - 1))["action"] == "batch.release"  # type: ignore[union-attr]


def test_an_append_with_nothing_new_changes_no_file(world: World, sold: Sold) -> None:
    append(world)
    before = folder_of(world).signed()
    append(world)
    assert folder_of(world).signed() == before


def test_both_keys_sign_and_only_their_owner_may_read_them(world: World, sold: Sold) -> None:
    append(world)
    lines = (folder_of(world).signed() or b"").decode().splitlines()
    assert len([line for line in lines if line.startswith("— ")]) == 2
    assert lines[0] == keys.origin(world.settings) and world.settings.host not in lines[0]
    for name in keys.FILES:
        assert (world.settings.keys / name).stat().st_mode & 0o777 == 0o600


def test_while_one_holds_the_lease_another_gives_no_positions(world: World, sold: Sold) -> None:
    here, token = opening.sequencer_of(world.db, world.settings), lease.take(world.db, "another machine")
    assert token is not None and here.append() is None
    lease.give_back(world.db, token)
    assert here.append()


def test_whoever_was_killed_here_keeps_nobody_waiting(world: World, sold: Sold) -> None:
    with folder_of(world).locked() as worker:
        assert lease.take(world.db, worker)
    assert opening.sequencer_of(world.db, world.settings).append()


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_writes_nothing_more(world: World, sold: Sold) -> None:
    token = lease.take(world.db, "slow")
    with world.db.write.begin() as session:
        session.execute(sa.update(LogSequencer).values(until=clock.now() - timedelta(seconds=1)))
    append(world)
    with pytest.raises(lease.Lost), world.db.write.begin() as session:
        lease.held(session, token or 0)


def test_lost_files_are_rebuilt_as_the_log_that_they_were(world: World, sold: Sold) -> None:
    append(world)
    before = checkpoint(world)
    shutil.rmtree(world.settings.log)
    hold(world, sold)
    append(world)
    assert rebuilt(world, before).size == before.size + 2


def test_lost_files_are_not_rebuilt_as_another_log(world: World, sold: Sold) -> None:
    append(world)
    shutil.rmtree(world.settings.log)
    with world.db.write.begin() as session:
        session.execute(sa.update(LogSequencer).values(root=b"\0" * 32))
    with pytest.raises(Unavailable, match="不一致"):
        append(world)
    assert folder_of(world).signed() is None


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_record_put_back_to_an_older_copy_signs_nothing_more(world: World, sold: Sold) -> None:
    append(world)
    world.db.dispose()
    copy = world.settings.data / "copy.db"
    shutil.copy(world.settings.data / "yipin.db", copy)
    hold(world, sold)
    append(world)
    signed = folder_of(world).signed()
    world.db.dispose()
    for left in world.settings.data.glob("yipin.db-*"):
        left.unlink()
    (world.settings.data / "yipin.db").write_bytes(copy.read_bytes())
    with pytest.raises(Unavailable, match="旧"):
        append(world)
    for _ in range(2):  # with as many acts as before, and more
        hold(world, sold)
        with pytest.raises(Unavailable):
            append(world)
    assert folder_of(world).signed() == signed


def test_damaged_tiles_are_noticed_and_nothing_is_signed(world: World, sold: Sold) -> None:
    append(world)
    tile = next((world.settings.log / "tile/0").rglob("[0-9]*.p/*"))
    tile.write_bytes(b"\0" * len(tile.read_bytes()))
    hold(world, sold)
    with pytest.raises(Unavailable, match="已损坏"):
        append(world)


def test_positions_are_without_a_gap_and_each_event_has_one(world: World, sold: Sold) -> None:
    append(world)
    with world.db.read.begin() as session:
        rows = session.execute(sa.select(LogPosition.position, LogPosition.event_id)).all()
    assert sorted(row.position for row in rows) == list(range(len(rows)))
    assert len({row.event_id for row in rows}) == len(rows)


def test_keys_are_made_once_and_never_for_a_log_that_was_signed(world: World, sold: Sold) -> None:
    append(world)
    for name in keys.FILES:
        (world.settings.keys / name).unlink()
    opening.begin(world.db, world.settings)
    assert not keys.are_there(world.settings)
    with pytest.raises(Unavailable, match="备份"):
        opening.sequencer_of(world.db, world.settings)
