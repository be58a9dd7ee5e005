"""An installation reads its keys again when they change: a rotation needs no restart, a leaked key is out at once."""

from datetime import timedelta

import pytest

from world import NOW, Sold, World
from world.scans import told, verdict
from yipin.codes.keylist import BadKeyList, KeyStatus
from yipin.codes.keys import new_key, set_status
from yipin.codes.payload import Fact, Payload
from yipin.codes.signing import sign, verify
from yipin.errors import Unavailable
from yipin.installation.installation import Installation
from yipin.issue.codes import codes_of
from yipin.models import CodeRange
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


def test_of_a_leaked_key_only_what_was_on_record_before_stays_genuine(world: World, sold: Sold) -> None:
    """What a thief signs carries a good signature; the record of that time is the only witness left."""
    signer = world.installation.ring.signer(NOW)
    theirs = sign(
        Payload(key=1, county=430225, batch=7, unit=3, harvest_date=sold.batch.harvest_date, facts=Fact(0)), signer
    )
    later = world.issue(sold.batch, 2, "form-2", who=world.actor("ama", NOW + timedelta(days=2)))
    after = world.codes(later)
    assert verdict(world, theirs) is Verdict.UNKNOWN  # before anybody knew of the leak
    set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, NOW + timedelta(days=1))
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    assert verdict(world, after[0]) is Verdict.FORGED
    assert verdict(world, theirs) is Verdict.FORGED
    with pytest.raises(Unavailable, match="第 1 号密钥已泄露"):
        world.codes(sold.codes)


def test_the_moment_of_the_leak_itself_is_no_longer_trusted(world: World, sold: Sold) -> None:
    set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, sold.codes.issued_at)
    assert verdict(world, sold.digits[0]) is Verdict.FORGED


def test_a_key_list_that_is_spoiled_answers_nobody_rather_than_wrongly(world: World, sold: Sold) -> None:
    (world.settings.keys / "keys.json").write_text('{"keys": []', "utf-8")
    with pytest.raises(BadKeyList):
        verdict(world, sold.digits[0])


def test_an_office_does_not_open_without_its_secrets(world: World) -> None:
    (world.settings.keys / "units.secret").unlink()
    with pytest.raises(Unavailable, match="units.secret"):
        Installation.open(world.settings)
