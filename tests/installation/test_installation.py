"""An installation reads its keys again when they change: a rotation needs no restart, a leaked key is out at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from world import NOW, Sold, World
from world.scans import told, verdict
from yipin.audit import holds
from yipin.clock import day_of
from yipin.codes.keylist import BadKeyList, KeyStatus
from yipin.codes.keys import new_key, set_status
from yipin.codes.payload import Fact, Payload
from yipin.codes.signing import sign, verify
from yipin.errors import Unavailable
from yipin.installation.installation import Installation
from yipin.issue.codes import codes_of
from yipin.models import Batch, CodeRange
from yipin.scan.found import read
from yipin.scan.lookup import signed_code
from yipin.scan.pack import pack_with_verdict
from yipin.scan.verdicts import Verdict


def test_a_new_key_signs_the_next_codes_without_a_restart(world: World, sold: Sold) -> None:
    assert sold.codes.key_number == 1
    new_key(world.settings.keys, NOW - timedelta(hours=1))
    codes = world.issue(sold.batch, 2, "form-2")
    assert codes.key_number == 2
    assert {verify(digits, world.installation.keys).key for digits in world.codes(codes)} == {2}
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE  # the older key goes on verifying


def test_the_codes_of_a_retired_key_stay_genuine_and_can_be_printed_again(world: World, sold: Sold) -> None:
    new_key(world.settings.keys, NOW - timedelta(hours=1))
    set_status(world.settings.keys, 1, KeyStatus.RETIRED, NOW)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    assert world.codes(sold.codes) == sold.digits


def test_without_a_key_nothing_is_issued_but_everything_is_looked_up(world: World, sold: Sold) -> None:
    (world.settings.keys / "code-001.pem").unlink()
    installation = Installation.open(world.settings)
    with pytest.raises(Unavailable, match="code-001.pem"), world.db.read.begin() as session:
        list(codes_of(session.get_one(CodeRange, sold.codes.id), installation.ring, installation.secrets, 0, 1))
    assert told(world, sold.digits[0], installation).verdict is Verdict.GENUINE
    set_status(world.settings.keys, 1, KeyStatus.RETIRED, NOW)
    with pytest.raises(Unavailable, match="yipin key new"):
        world.issue(sold.batch, 1, "form-2")


def test_of_a_leaked_key_nothing_is_called_genuine_or_false_that_no_witness_saw(world: World, sold: Sold) -> None:
    """What a thief signs carries a good signature, and who reached the key may have reached the record."""
    signer = world.installation.ring.signer(NOW)
    theirs = sign(
        Payload(key=1, county=430225, batch=7, unit=3, harvest_date=sold.batch.harvest_date, facts=Fact(0)), signer
    )
    later = world.issue(sold.batch, 2, "form-2", who=world.actor("ama", NOW + timedelta(days=2)))
    after = world.codes(later)
    assert verdict(world, theirs) is Verdict.UNKNOWN  # before anybody knew of the leak
    set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, NOW + timedelta(days=1))
    for digits in (sold.digits[0], after[0], theirs):
        assert verdict(world, digits) is Verdict.UNCONFIRMED
    assert "没有这个码的赋码记录" in str(told(world, theirs).fault)
    with pytest.raises(Unavailable, match="第 1 号密钥已泄露"):
        world.codes(sold.codes)


@pytest.mark.parametrize(
    ("witnessed", "expected"),
    [
        (timedelta(hours=-1), Verdict.GENUINE),
        (timedelta(0), Verdict.UNCONFIRMED),
        (timedelta(hours=1), Verdict.UNCONFIRMED),
        (None, Verdict.UNCONFIRMED),
    ],
)
def test_an_issue_that_a_witness_saw_before_the_leak_stays_genuine(
    world: World, sold: Sold, witnessed: timedelta | None, expected: Verdict
) -> None:
    """As far as the log tells it of a range: the verdict is the gravest of what is true."""
    code = signed_code(world.installation, sold.digits[0])
    leak = NOW + timedelta(days=1)
    with world.db.read.begin() as session:
        found = read(session, world.installation, (code.id_number, 0), day_of(NOW))
    assert found is not None
    issued = replace(found.facts.issued[0], witnessed_at=None if witnessed is None else leak + witnessed)
    assert pack_with_verdict(found, issued, replace(code, leaked_since=leak), 0).verdict is expected


def test_a_recalled_pack_of_a_leaked_key_is_recalled(world: World, sold: Sold) -> None:
    set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, NOW)
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "检出农残")
    assert verdict(world, sold.digits[0]) is Verdict.RECALLED


def test_a_key_list_that_is_spoiled_answers_nobody_rather_than_wrongly(world: World, sold: Sold) -> None:
    (world.settings.keys / "keys.json").write_text('{"keys": []', "utf-8")
    with pytest.raises(BadKeyList):
        verdict(world, sold.digits[0])


def test_an_office_does_not_open_without_its_secrets(world: World) -> None:
    (world.settings.keys / "units.secret").unlink()
    with pytest.raises(Unavailable, match="units.secret"):
        Installation.open(world.settings)
