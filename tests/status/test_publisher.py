"""The bundles follow the record: a hold, a release, a recall and a void label make the next one, whose number only rises."""

import hashlib
from datetime import datetime, timedelta

import pytest

from world import NOW, Sold, World
from world.logged import append, found, public
from yipin.audit import holds
from yipin.cli import service
from yipin.codes.idnumber import batch_integer
from yipin.codes.payload import Payload, from_digits
from yipin.errors import NotFound, Unavailable
from yipin.models import Batch, log_entries
from yipin.printing import runs
from yipin.status import bundle, key
from yipin.status.parts import State, read_voids
from yipin.status.publisher import LOOKED_AT, RENEWED, Publisher
from yipin.status.shelf import KEPT

SECOND = timedelta(seconds=1)


@pytest.fixture
def publisher(world: World) -> Publisher:
    return Publisher(world.installation)


def refresh(world: World, publisher: Publisher, at: datetime) -> int:
    with world.db.read.begin() as session:
        return publisher.refresh(session, at)


def read(publisher: Publisher, name: int | str, before: bundle.Bundle | None = None) -> bundle.Bundle:
    verifier = key.signer(publisher.installation.settings).verifier
    return bundle.read(publisher.shelf.read(str(name)).decode(), [verifier], before)


def act(world: World, batch: Batch, what: str) -> None:
    with world.db.write.begin() as session:
        getattr(holds, what)(session, world.chen, session.get_one(Batch, batch.id), "抽检不合格")


def test_each_change_makes_the_next_bundle_with_what_changed(world: World, sold: Sold, publisher: Publisher) -> None:
    ours = int(sold.batch.id_number[:6]), batch_integer(sold.batch.id_number)
    at, told = NOW, []
    for what in (None, "hold", "release", "hold", "recall"):
        if what:
            act(world, sold.batch, what)
        number = refresh(world, publisher, at)
        told.append(read(publisher, number))
        at += LOOKED_AT
    assert [each.head.sequence for each in told] == [1, 2, 3, 4, 5]
    assert [each.standing(ours) for each in told] == [None, State.HELD, None, State.HELD, State.RECALLED]
    for before, after in zip(told, told[1:], strict=False):
        name = f"{before.head.sequence}-{after.head.sequence}"
        assert read(publisher, name, before) == after
    assert publisher.shelf.read("latest").decode() == bundle.signed(told[-1].head, key.signer(world.settings))


def test_it_looks_at_most_so_often_and_is_made_anew_before_it_is_old(
    world: World, sold: Sold, publisher: Publisher
) -> None:
    assert refresh(world, publisher, NOW) == 1
    act(world, sold.batch, "hold")
    assert refresh(world, publisher, NOW + LOOKED_AT - SECOND) == 1
    assert refresh(world, publisher, NOW + LOOKED_AT) == 2
    assert refresh(world, publisher, NOW + LOOKED_AT + RENEWED - SECOND) == 2
    assert refresh(world, publisher, NOW + 2 * LOOKED_AT + RENEWED) == 3
    assert read(publisher, 3).head.as_of == NOW + 2 * LOOKED_AT + RENEWED


def test_numbers_and_moments_never_go_back(world: World, sold: Sold, publisher: Publisher) -> None:
    with world.db.read.begin() as session:
        assert publisher.renew(session, NOW, least=41) == 41
    act(world, sold.batch, "hold")
    yesterday = Publisher(world.installation)  # another process, whose clock was put back
    assert refresh(world, yesterday, NOW - timedelta(days=1)) == 42
    assert read(publisher, 42).head.as_of == NOW
    key_file = world.settings.keys / "status.secret"
    key_file.write_bytes(b"n" * 32)
    assert refresh(world, publisher, NOW + LOOKED_AT) == 43 and read(publisher, 43).standings


def test_void_packs_are_told_by_county(world: World, sold: Sold, publisher: Publisher) -> None:
    with world.db.write.begin() as session:
        batch = session.get_one(Batch, sold.batch.id)
        runs.void_units(session, world.ama, batch, "2", "打坏了")
    number = refresh(world, publisher, NOW)
    raw = publisher.shelf.read(f"{number}-voids-430225")
    said = Payload.from_bytes(from_digits(sold.digits[1])[:15])
    assert read_voids(raw) == {said.batch: {said.unit}}
    assert read(publisher, number).head.parts["voids-430225"] == bundle.Part.of(raw)


def test_without_its_key_nothing_is_signed_and_a_lost_one_is_not_made_anew(
    world: World, publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    refresh(world, publisher, NOW)
    assert key.missing(world.settings) is None
    (world.settings.keys / "status.secret").unlink()
    key.make(world.settings)
    with pytest.raises(Unavailable, match="status.secret"):
        refresh(world, Publisher(world.installation), NOW)
    assert key.listed('{"keys": []}', world.settings) == '{"keys": []}'
    service.refuse_unsound(world.settings.data)  # it starts all the same, and says so
    assert "yipin init" in capsys.readouterr().err


def test_old_bundles_are_cleared_away_and_other_names_are_not_there(world: World, publisher: Publisher) -> None:
    with world.db.read.begin() as session:
        publisher.renew(session, NOW)
        publisher.renew(session, NOW, least=KEPT + 1)
    assert publisher.shelf.newest() == KEPT + 1
    for name in ("1", f"1-{KEPT}", "../keys/units.secret", "0", "01", "", "latest/", "9" * 20, "57-voids-43"):
        with pytest.raises(NotFound):
            publisher.shelf.read(name)


def test_each_bundle_is_an_entry_of_the_public_log_which_names_it_by_its_mark(world: World, sold: Sold) -> None:
    publisher = Publisher(world.installation, world.db)
    refresh(world, publisher, NOW)
    act(world, sold.batch, "hold")
    refresh(world, publisher, NOW + LOOKED_AT)
    refresh(world, publisher, NOW + 2 * LOOKED_AT)  # nothing has changed
    size = append(world)
    entries = [log_entries.read(entry) for _, some in public(world) for entry in some]
    told = [each["data"] for each in entries if each["action"] == "status.publish"]
    assert told == [
        {"number": n, "sha256": hashlib.sha256(read(publisher, n).head.text().encode()).hexdigest()} for n in (1, 2)
    ]
    assert size == len(entries) and found(world) == []
