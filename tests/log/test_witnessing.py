"""The service asks its witnesses over HTTP, keeps and publishes what they sign, and tells what is the matter with the others."""

import os
import shutil
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from world import Sold, World
from world.logged import append, folder_of
from world.witnesses import Office, answering, asked, found, http, policy, running
from yipin import clock
from yipin.audit import holds
from yipin.cli import main
from yipin.log import note, witness, witness_policy, witness_state
from yipin.log.checkpoint import Checkpoint
from yipin.log.note import Note
from yipin.log.witness import Witness
from yipin.log.witness_state import WitnessState
from yipin.log.witnessing import Witnessing
from yipin.models import Batch, LogWitnessed, Trouble

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def published(world: World) -> Note:
    return note.parse(folder_of(world).signed() or b"")


def signers(world: World) -> set[str]:
    """Whose signatures stand under the checkpoint, beside the log's own."""
    told = published(world)
    return {each.name for each in told.signatures} - {Checkpoint.parse(told.text).origin}


def states(world: World) -> list[WitnessState]:
    with world.db.read.begin() as session:
        return witness_state.states(session, witness_policy.load(world.settings.log_policy))


def witnessed(world: World) -> list[int]:
    with world.db.read.begin() as session:
        return list(session.scalars(sa.select(LogWitnessed.size).order_by(LogWitnessed.size)))


def hold(world: World, sold: Sold) -> int:
    """Two acts more, published."""
    with world.db.write.begin() as session:
        row = session.get_one(Batch, sold.batch.id)
        holds.hold(session, world.chen, row, "抽检不合格")
        holds.release(session, world.chen, row, "复检合格")
    return append(world)


def test_the_checkpoint_is_published_with_the_signatures_of_the_witnesses(world: World, sold: Sold) -> None:
    size = append(world)
    with running(world, "market", "court") as offices:
        policy(world, offices, 2)
        asking = asked(world)
        assert signers(world) == {office.name for office in offices} and witnessed(world) == [size]
        assert folder_of(world).witnessed() is not None
        later = hold(world, sold)
        assert signers(world) == set()  # of a checkpoint that nobody has seen yet
        asking.look()
        assert asking.wait(5)
    assert signers(world) == {office.name for office in offices} and witnessed(world) == [size, later]
    assert [(each.size, each.behind, each.trouble) for each in states(world)] == [(later, 0, None)] * 2
    trusted = published(world).check([key for office in offices for key in office.keys])
    assert len(trusted) == 4 and all(abs((one.at or 0) - time.time()) < 60 for one in trusted)


def test_a_witness_that_saw_another_size_than_we_think_is_given_the_proof_from_there(world: World, sold: Sold) -> None:
    append(world)
    with running(world, "market") as offices:
        policy(world, offices, 1)
        asked(world)
        with world.db.write.begin() as session:
            session.execute(sa.text("UPDATE log_witnesses SET size = 3"))
        size = hold(world, sold)
        asked(world)
    assert witnessed(world)[-1] == size and states(world)[0].trouble is None


def test_one_that_is_away_and_one_that_is_silent_keep_no_other_from_signing(world: World, sold: Sold) -> None:
    size = append(world)
    with running(world, "market") as offices, answering(None) as silent:
        slow, dead = found(world, "slow", silent), found(world, "dead", "http://127.0.0.1:1/")
        policy(world, [dead, slow, *offices], 1)
        asking, begun = Witnessing(world.db, world.settings, patience=0.4), time.monotonic()
        asking.look()
        assert time.monotonic() - begun < 0.3  # whoever appends waits for nobody
        while witnessed(world) != [size]:
            assert time.monotonic() - begun < 5
            time.sleep(0.01)
        assert asking.wait(5)
    told = {each.word: each for each in states(world)}
    assert told["dead"].trouble is Trouble.AWAY and told["slow"].trouble is Trouble.SLOW
    assert (told["dead"].size, told["dead"].behind, told["market"].behind) == (0, size, 0)
    assert told["dead"].troubled_since is not None and told["dead"].minutes_behind(clock.now()) > 0


def test_a_dead_witness_is_left_alone_for_a_while_and_the_next_checkpoint_does_not_wait(
    world: World, sold: Sold
) -> None:
    append(world)
    with running(world, "market") as offices:
        policy(world, [found(world, "dead", "http://127.0.0.1:1/"), *offices], 1)
        asking = asked(world)
        size = hold(world, sold)
        asking.look()
        assert asking.wait(5) and witnessed(world)[-1] == size
        assert asking._rests["dead.example/1"].failures == 1


OTHER = "another.example/1"


@pytest.mark.parametrize(
    ("answer", "trouble", "detail"),
    [
        (http(200, b"welcome"), Trouble.RUBBISH, None),
        (http(200, b"\xff\xfe"), Trouble.RUBBISH, None),
        (http(200, b""), Trouble.RUBBISH, None),
        (http(200, b"x" * 200_000), Trouble.RUBBISH, None),
        (http(200, f"— {OTHER} {'A' * 100}\n".encode()), Trouble.BAD_SIGNATURE, None),
        (http(404, b""), Trouble.REFUSED, 404),
        (http(302, b""), Trouble.REFUSED, 302),
        (http(500, b""), Trouble.REFUSED, 500),
        (http(409, b"many\n"), Trouble.RUBBISH, None),
        (http(409, b"1000000\n"), Trouble.AHEAD, 1_000_000),
        (http(409, b"3\n"), Trouble.REFUSED, 409),
        (http(422, b""), Trouble.FORK, None),
        (b"no HTTP at all\r\n\r\n", Trouble.AWAY, None),
        (b"", Trouble.SLOW, None),
    ],
)
def test_whatever_else_is_answered_is_told_and_nothing_of_it_published(
    world: World, sold: Sold, answer: bytes, trouble: Trouble, detail: int | None
) -> None:
    append(world)
    with answering(answer) as url:
        policy(world, [found(world, "odd", url)], 1)
        asked(world, patience=0.3 if trouble is Trouble.SLOW else 5)
    assert [(each.trouble, each.detail, each.size) for each in states(world)] == [(trouble, detail, 0)]
    assert signers(world) == set() and witnessed(world) == [] and folder_of(world).witnessed() is None


def lines(world: World, office: Office, at: int) -> bytes:
    """What the witness of an office would sign of our checkpoint at some time."""
    return "".join(each.sign(published(world).text, at).line() for each in witness.keys_of(office.folder)).encode()


def test_a_signature_of_another_day_is_not_taken(world: World, sold: Sold) -> None:
    append(world)
    late, office = int(time.time()) - 86_400, found(world, "late")
    with answering(http(200, lines(world, office, late))) as url:
        policy(world, [Office("late", office.folder, url)], 1)
        asked(world)
    assert states(world)[0].trouble is Trouble.CLOCK and abs((states(world)[0].detail or 0) - 86_400) < 60
    assert signers(world) == set()


def test_a_signature_under_another_checkpoint_is_not_taken(world: World, sold: Sold) -> None:
    append(world)
    office = found(world, "odd")
    of_before = http(200, lines(world, office, int(time.time())))
    hold(world, sold)
    with answering(of_before) as url:
        policy(world, [Office("odd", office.folder, url)], 1)
        asked(world)
    assert states(world)[0].trouble is Trouble.BAD_SIGNATURE and signers(world) == set()


def test_a_witness_that_saw_another_history_says_so(world: World, sold: Sold) -> None:
    """The log is made anew from a record that says something else: the witness has seen the one before."""
    with running(world, "market") as offices:
        policy(world, offices, 1)
        size = append(world)
        asked(world)
        with world.db.engine.connect() as connection:
            for table in ("log_entries_no_update", "log_witnessed_no_delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}")
            connection.exec_driver_sql("UPDATE log_entries SET content = x'7b7d' WHERE event_id = 2")
            connection.exec_driver_sql("UPDATE log_sequencer SET size = 0, root = NULL")
            connection.exec_driver_sql("DELETE FROM log_witnessed")
            connection.commit()
        shutil.rmtree(world.settings.log)
        assert append(world) == size
        asked(world)
    assert states(world)[0].trouble is Trouble.FORK and witnessed(world) == [] and signers(world) == set()


def test_the_same_checkpoint_is_signed_again_in_the_place_of_the_older_signatures(world: World, sold: Sold) -> None:
    size = append(world)
    with running(world, "market") as offices:
        policy(world, offices, 1)
        asked(world)
        asked(world)  # a process that has just begun
    assert len(published(world).signatures) == 2 + 2 and witnessed(world) == [size]


def test_two_of_three_are_enough_and_one_is_not(world: World, sold: Sold) -> None:
    append(world)
    with running(world, "market", "court") as offices:
        gone = [found(world, word, "http://127.0.0.1:1/") for word in ("dead", "gone")]
        policy(world, [offices[0], *gone], 2)
        asked(world)
        assert witnessed(world) == [] and signers(world) == {offices[0].name} and folder_of(world).witnessed() is None
        policy(world, [*offices, gone[0]], 2)
        asked(world)
    assert len(witnessed(world)) == 1 and signers(world) == {office.name for office in offices}


def test_the_command_is_a_witness_that_the_service_can_ask(world: World, sold: Sold) -> None:
    append(world)
    office = found(world, "market")
    world.db.dispose()  # no connection is shared with the child
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            sys.stdout = os.fdopen(tells, "w")
            main(["witness", "serve", "--folder", str(office.folder), "--port", "0"])
        finally:
            os._exit(1)
    os.close(tells)
    with open(told, encoding="utf-8") as process:
        policy(world, [Office("market", office.folder, process.readline().strip())], 1)
    asked(world)
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
    assert signers(world) == {office.name} and states(world)[0].behind == 0


def test_nothing_is_asked_without_a_policy_or_a_checkpoint(world: World, sold: Sold) -> None:
    asking = Witnessing(world.db, world.settings)
    asking.look()
    append(world)
    asking.look()
    policy(world, [Office("unasked", found(world, "unasked").folder, "")], 1)
    asking.look()
    assert asking.wait(0) and states(world) == []


def test_a_witnessed_checkpoint_is_never_changed_in_the_record(world: World, sold: Sold) -> None:
    append(world)
    with running(world, "market") as offices:
        policy(world, offices, 1)
        asked(world)
    for statement in ("UPDATE log_witnessed SET at = '2020-01-01 00:00:00'", "DELETE FROM log_witnessed"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), world.db.write.begin() as session:
            session.execute(sa.text(statement))


def test_the_answers_of_a_witness_are_its_own_whatever_it_is_asked_by(world: World, sold: Sold, tmp_path: Path) -> None:
    """What stands under our checkpoint is what the witness would show to anybody."""
    append(world)
    with running(world, "market") as offices:
        policy(world, offices, 1)
        asked(world)
    kept = Witness(offices[0].folder)
    told = note.parse(kept.last(witness.digest(Checkpoint.parse(published(world).text).origin)))
    kept.close()
    ours = {one for one in published(world).signatures if one.name == offices[0].name}
    assert ours <= set(told.signatures) and told.text == published(world).text


def test_lag_is_told_in_entries_and_since_the_first_that_was_not_signed(world: World, sold: Sold) -> None:
    append(world)
    with running(world, "market") as offices:
        policy(world, offices, 1)
        asked(world)
    hold(world, sold)
    (told,) = states(world)
    assert told.behind == 2 and told.behind_since is not None
    assert told.minutes_behind(told.behind_since + timedelta(minutes=3, seconds=20)) == 3
