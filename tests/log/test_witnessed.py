"""When a key has leaked, a code is genuine if witnesses of the log saw its issue before: told by a real lookup, from a real witness."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.logged import append
from world.scans import told, verdict
from world.witnesses import Office, asked, policy, running
from yipin import clock
from yipin.codes.keylist import KeyStatus
from yipin.codes.keys import set_status
from yipin.models import LogWitnessed
from yipin.scan.lookup import known, signed_code
from yipin.scan.verdicts import Verdict

HOUR = timedelta(hours=1)


@pytest.fixture
def offices(world: World, sold: Sold) -> Iterator[list[Office]]:
    """Two witnesses, both of which must have signed."""
    append(world)
    with running(world, "market", "court") as found:
        policy(world, found, 2)
        yield found


def leaked(world: World, ago: timedelta) -> None:
    set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, clock.now() - ago)


@pytest.mark.parametrize(
    ("seen", "ago", "expected"),
    [
        (True, -HOUR, Verdict.GENUINE),
        (True, HOUR, Verdict.UNCONFIRMED),
        (False, -HOUR, Verdict.UNCONFIRMED),
        (False, HOUR, Verdict.UNCONFIRMED),
    ],
)
def test_codes_whose_issue_was_witnessed_before_the_leak_stay_genuine(
    world: World, sold: Sold, offices: list[Office], seen: bool, ago: timedelta, expected: Verdict
) -> None:
    if seen:
        asked(world)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE  # remembered from before
    leaked(world, ago)
    assert verdict(world, sold.digits[0]) is expected


def test_what_was_issued_after_the_last_witnessed_checkpoint_cannot_be_told(
    world: World, sold: Sold, offices: list[Office]
) -> None:
    asked(world)
    later = world.codes(world.issue(sold.batch, 2, "form-2"))
    append(world)  # published, but seen by nobody
    leaked(world, -HOUR)
    assert verdict(world, later[0]) is Verdict.UNCONFIRMED and verdict(world, sold.digits[0]) is Verdict.GENUINE
    asked(world)
    assert verdict(world, later[0]) is not Verdict.UNCONFIRMED  # not released yet, which is another matter


def test_one_of_two_witnesses_is_not_enough(world: World, sold: Sold, offices: list[Office]) -> None:
    policy(world, offices[:1], 1)
    asked(world)
    leaked(world, -HOUR)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    policy(world, offices, 2)
    assert verdict(world, sold.digits[0]) is Verdict.UNCONFIRMED


def test_the_first_witnessed_checkpoint_counts_and_a_later_one_changes_nothing(
    world: World, sold: Sold, offices: list[Office]
) -> None:
    asked(world)
    with world.db.read.begin() as session:
        (first,) = session.scalars(sa.select(LogWitnessed))
    set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, first.at + timedelta(seconds=1))
    world.declare()
    append(world)
    asked(world)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE


FALSIFIED = {
    "the record says that the range was larger": "UPDATE code_ranges SET count = count + 1000",
    "the entry says something else": "UPDATE log_entries SET content = CAST(replace(content, '\"first\":1', '\"first\":2') AS blob)",
    "the evidence is dated back": "UPDATE log_witnessed SET note = CAST(replace(note, 'A', 'B') AS blob), at = '2020-01-01 00:00:00'",
    "the evidence is no bytes": "UPDATE log_witnessed SET note = CAST(note AS text)",
    "the issue stands elsewhere": "UPDATE log_positions SET position = position + 1000000",
}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", FALSIFIED)
def test_nothing_of_the_record_is_believed(world: World, sold: Sold, offices: list[Office], how: str) -> None:
    asked(world)
    leaked(world, -HOUR)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    with world.db.engine.connect() as connection:
        for table in ("log_entries", "log_positions", "log_witnessed"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        connection.exec_driver_sql(FALSIFIED[how])
        connection.commit()
    world.db.dispose()
    del world.facts  # what is remembered from before is right
    assert told(world, sold.digits[0]).verdict is Verdict.UNCONFIRMED


def test_a_scan_of_a_sound_key_asks_for_no_witness(world: World, sold: Sold, offices: list[Office]) -> None:
    code = signed_code(world.installation, sold.digits[0])
    verdict(world, sold.digits[0])
    asked_for: list[str] = []
    sa.event.listen(world.db.engine, "before_cursor_execute", lambda *told: asked_for.append(told[2]))
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    assert not [each for each in asked_for if "log_" in each]
    assert known(world.installation, [code], NOW, world.facts)[0] is not None
