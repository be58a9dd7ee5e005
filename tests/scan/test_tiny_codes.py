"""Tiny codes in the record: one unit has one code, one quota, the same verdicts, and no signature is claimed."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from world import NOW, World
from world.scans import look
from yipin import cli
from yipin.accounts.proof import Paid, Proof
from yipin.audit import holds
from yipin.codes import tiny
from yipin.codes.kinds import CodeKind
from yipin.codes.units import UnitPermutation
from yipin.errors import Conflict, Invalid, ProofWanted, Throttled
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import Batch, CodeRange
from yipin.scan import guess_limit
from yipin.scan.guess_limit import BATCH_LIMIT, CLIENT_LIMIT, NETWORK_LIMIT, WINDOW, WORTH, Client, GuessLimit
from yipin.scan.verdicts import Verdict


def issue_tiny(world: World, batch: Batch, count: int = 3, key: str = "tiny-1") -> CodeRange:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        return issue_codes(session, world.ama, world.installation, row, CodeOrder(count, key, CodeKind.TINY))


def stickers(world: World) -> tuple[Batch, CodeRange, list[str]]:
    """A batch of Ama's with three stickers on the fruit."""
    batch = world.declare()
    codes = issue_tiny(world, batch)
    world.release(world.print(codes, "sticker-18x18"))
    return batch, codes, world.codes(codes)


def test_a_sticker_that_is_out_is_genuine_and_no_signature_is_spoken_of(world: World) -> None:
    batch, _, digits = stickers(world)
    answer = look(world, digits[1])
    assert (answer.verdict, answer.kind, answer.scans) == (Verdict.GENUINE, CodeKind.TINY, 1)
    assert answer.card is not None and (answer.card.id_number, answer.card.unit) == (batch.id_number, 2)
    assert answer.key_number is None and answer.facts_at_issue == ()
    said = [answer.reason, *(step.what for step in answer.steps)]
    assert "签名" not in "".join(map(str, said))
    with world.db.write.begin() as session:
        holds.recall(
            session, replace(world.chen, at=NOW + timedelta(hours=1)), session.get_one(Batch, batch.id), "检出农残"
        )
    assert look(world, digits[1]).verdict is Verdict.RECALLED


def test_a_sticker_not_yet_on_the_fruit_is_not_released(world: World) -> None:
    codes = issue_tiny(world, world.declare())
    answer = look(world, world.codes(codes)[0])
    assert answer.verdict is Verdict.NOT_RELEASED and "签名" not in str(answer.reason)


def test_a_unit_has_one_code_and_both_kinds_share_the_quota(world: World) -> None:
    batch = world.declare()  # a hundred packs
    full = world.issue(batch, 60)
    small = issue_tiny(world, batch, 40)
    assert (small.first, small.key_number, small.kind) == (60, 0, CodeKind.TINY)
    with pytest.raises(Invalid):
        issue_tiny(world, batch, 1, "more")
    number = batch.id_number
    secret, units = world.installation.secrets.units, UnitPermutation(world.installation.secrets.units, number)
    of_full_unit = tiny.to_digits(tiny.make(secret, number, units.number(full.first)))
    assert look(world, of_full_unit).verdict is Verdict.UNKNOWN
    assert len(set(world.codes(full) + world.codes(small))) == 100


def test_the_same_form_gives_the_same_range_but_not_of_another_kind(world: World) -> None:
    batch = world.declare()
    assert issue_tiny(world, batch).id == issue_tiny(world, batch).id
    with pytest.raises(Conflict):
        world.issue(batch, 3, "tiny-1")


def test_tiny_codes_are_not_printed_on_what_is_too_small(world: World) -> None:
    codes = issue_tiny(world, world.declare())
    assert world.print(codes, "sticker-a4-140").state == "ready"
    with pytest.raises(Invalid):
        world.print(world.issue(world.declare(), 2), "sticker-18x18", key="print-2")


HERE, THERE = "203.0.113.0/24", "198.51.100.0/24"
WORK = Proof("scan", Paid.WORK, "m")


def guess(desk: GuessLimit, client: Client, batch: int = 1, times: int = 1) -> None:
    for _ in range(times):
        desk.refuse(client, batch, NOW)
        desk.wrong(client, batch, NOW)


def test_a_phone_that_sends_many_wrong_codes_shows_work_and_its_neighbours_need_not() -> None:
    desk, phone = GuessLimit(), Client(HERE, "android")
    guess(desk, phone, times=CLIENT_LIMIT)
    with pytest.raises(ProofWanted):
        desk.refuse(phone, 2, NOW)
    desk.refuse(Client(HERE, "iphone"), 1, NOW)
    desk.refuse(Client(THERE, "android"), 1, NOW)
    desk.refuse(phone, 1, NOW + WINDOW)


def test_work_is_good_for_a_few_wrong_codes_and_for_any_number_of_right_ones() -> None:
    desk, phone = GuessLimit(), Client(HERE, "android")
    guess(desk, phone, times=CLIENT_LIMIT)
    paid = replace(phone, proof=WORK)
    for _ in range(50):
        desk.refuse(paid, 1, NOW)
    guess(desk, paid, times=WORTH[Paid.WORK])
    with pytest.raises(ProofWanted):
        desk.refuse(paid, 1, NOW)


def test_a_network_that_invents_browsers_shows_work_too_and_the_neighbours_get_through_with_theirs() -> None:
    desk = GuessLimit()
    guess(desk, Client(HERE, "a"), times=CLIENT_LIMIT)
    for number in range(NETWORK_LIMIT - CLIENT_LIMIT):
        guess(desk, Client(HERE, f"agent {number}"))
    with pytest.raises(ProofWanted):
        desk.refuse(Client(HERE, "iphone"), 1, NOW)
    desk.refuse(Client(HERE, "iphone", WORK), 1, NOW)


def test_waiting_is_worth_one_wrong_code_and_a_network_can_wait_for_few() -> None:
    desk = GuessLimit()
    guess(desk, Client(HERE), times=CLIENT_LIMIT)
    for number in range(guess_limit.MOST_WAITED):
        guess(desk, Client(HERE, "", Proof("scan", Paid.WAITING, str(number))))
    with pytest.raises(ProofWanted):
        desk.refuse(Client(HERE, "", Proof("scan", Paid.WAITING, "one more")), 1, NOW)


def test_a_batch_under_attack_still_answers_who_has_sent_nothing_wrong() -> None:
    desk = GuessLimit()
    for n in range(BATCH_LIMIT):
        desk.wrong(Client(f"10.{n >> 8}.{n & 255}.0/24"), 7, NOW)
    desk.wrong(Client("10.0.1.0/24"), 7, NOW)
    with pytest.raises(ProofWanted):
        desk.refuse(Client("10.0.1.0/24"), 7, NOW)
    desk.refuse(Client("10.0.1.0/24", "", WORK), 7, NOW)
    desk.refuse(Client(THERE), 7, NOW)
    desk.refuse(Client("10.0.1.0/24"), 8, NOW)


def test_all_guesses_at_a_batch_together_are_bounded_whatever_they_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guess_limit, "MOST_OF_BATCH", 100)
    desk = GuessLimit()
    for _ in range(100):
        desk.wrong(Client(HERE), 7, NOW)
    with pytest.raises(Throttled, match="10 分钟") as refused:
        desk.refuse(Client(HERE, "", WORK), 7, NOW)
    assert not isinstance(refused.value, ProofWanted)
    desk.refuse(Client(THERE), 7, NOW)


def test_wrong_codes_of_a_clock_that_was_ahead_are_not_held_against_anybody() -> None:
    desk = GuessLimit()
    for _ in range(CLIENT_LIMIT):
        desk.wrong(Client(HERE), 1, NOW + timedelta(days=365))
    desk.refuse(Client(HERE), 1, NOW)


def test_what_is_remembered_of_guessers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guess_limit, "MOST_KEPT", 100)
    desk = GuessLimit()
    for n in range(1000):
        desk.wrong(Client(str(n), "", Proof("scan", Paid.WORK, str(n))), n, NOW)
    assert len(desk) == 400


def test_offline_a_tiny_code_is_said_to_be_checked_online_only(world: World, tmp_path) -> None:  # type: ignore[no-untyped-def]
    codes = issue_tiny(world, world.declare())
    keys = tmp_path / "keys.json"
    keys.write_text(world.installation.keys.to_json(), "utf-8")
    said = CliRunner().invoke(cli.main, ["verify", "--keys", str(keys), world.address(world.codes(codes)[0])])
    assert said.exit_code == 2 and "联网" in said.output and "假码" not in said.output


def test_the_command_line_issues_tiny_codes(world: World) -> None:
    batch = world.declare()
    done = CliRunner().invoke(cli.main, ["issue", "--data", str(world.settings.data), "--tiny", batch.id_number, "2"])
    assert done.exit_code == 0, done.output
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(CodeRange.kind)).all() == [CodeKind.TINY]
