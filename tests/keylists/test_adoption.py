"""The bureau's office hands its key list to three custodians on memory sticks, and the service takes over what they signed.

Each step is the command that `docs/keys.md` names.
"""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from world import Sold, World
from world.scans import verdict
from yipin import clock
from yipin.cli import main
from yipin.codes.keys import KeyRing
from yipin.codes.roots.root import PrivateRoot
from yipin.installation.installation import Installation
from yipin.installation.opening import opened
from yipin.models import Event
from yipin.scan.verdicts import Verdict

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
NAMES = ("zhang", "li", "wang")


class Office:
    """The service's machine, the custodians' machine apart, and the stick between them."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.stick, self.apart = world, folder / "stick", folder / "apart"
        self.stick.mkdir()
        self.apart.mkdir()

    def run(self, *words: str | Path, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=typed, catch_exceptions=False)

    def service(self, *words: str | Path) -> Result:
        """A command on the service's machine."""
        return self.run(*words, "--data", self.world.settings.data)

    def new_roots(self, *names: str) -> None:
        """Each custodian makes a root; the public lines go onto the stick."""
        for name in names:
            made = self.run("root", "new", name, "--out", self.apart / f"{name}.pem")
            with (self.stick / "roots.txt").open("a") as file:
                file.write(made.stdout)

    def sign(self, number: int, *names: str) -> list[Path]:
        """The custodians sign the list of this number; the list before it, if there is one, shows what changes."""
        draft, last = self.stick / f"keys-{number}.txt", self.stick / f"keys-{number - 1}.txt"
        before = ["--last", last] if number > 1 else []
        for name in names:
            done = self.run("root", "sign", draft, *before, "--key", self.apart / f"{name}.pem", typed="y\n")
            assert done.exit_code == 0, done.output
        return [self.stick / f"keys-{number}.{name}.sig" for name in names]

    def adopt(self, number: int, *names: str) -> Result:
        """The next list is drafted, signed by these custodians, and given to the service."""
        drafted = self.service("key", "draft", "--out", self.stick, *self.roots(number))
        assert drafted.exit_code == 0, drafted.output
        return self.service("key", "adopt", self.stick / f"keys-{number}.txt", *self.sign(number, *names))

    def roots(self, number: int) -> list[str | Path]:
        return ["--roots", self.stick / "roots.txt"] if number == 1 else []

    def published(self, name: str = "keys.json") -> Path:
        """The list as anyone gets it."""
        path = self.stick / name
        path.write_text(self.service("key", "publish").stdout, "utf-8")
        return path

    def verify(self, code: str, keys: Path, *more: str | Path) -> Result:
        return self.run("verify", code, "--keys", keys, "--root", self.stick / "roots.txt", *more)

    @property
    def now(self) -> Installation:
        """The installation as a service that starts now opens it."""
        db, installation = opened(self.world.settings)
        db.dispose()
        return installation


@pytest.fixture
def office(world: World, tmp_path: Path) -> Office:
    office = Office(world, tmp_path)
    office.new_roots(*NAMES)
    return office


def test_without_roots_all_is_as_it_was_and_the_list_says_so(world: World, sold: Sold, office: Office) -> None:
    told = json.loads(office.published().read_text())
    assert told["root_signed"] == [] and "没有根密钥签名" in office.service("key", "list").output
    assert office.run("verify", sold.digits[0], "--keys", office.published()).exit_code == 0
    unconfirmed = office.verify(sold.digits[0], office.published())
    assert unconfirmed.exit_code == 2 and "无法确认" in unconfirmed.output and "假" not in unconfirmed.output


def test_a_list_is_drafted_signed_apart_and_taken_over_by_the_running_service(
    world: World, sold: Sold, office: Office
) -> None:
    running = world.installation
    assert running.lists == ()
    assert stat.S_IMODE((office.apart / "li.pem").stat().st_mode) == 0o600
    done = office.adopt(1, "zhang", "wang")
    assert done.exit_code == 0 and "第 1 期公告，zhang、wang 签名" in done.output
    assert [each.number for each in running.lists] == [1]  # without a restart
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    assert office.verify(sold.digits[0], office.published()).exit_code == 0
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event).where(Event.action == "keylist.adopt")).one()
        assert (told.object_kind, told.object_id, told.data["signed_by"]) == ("key_lists", 1, ["zhang", "wang"])
        assert told.data["mark"] == running.lists[0].mark and "新增第 1 号密钥" in told.data["changes"][1]


def test_one_signature_or_a_changed_draft_puts_nothing_in_force(office: Office) -> None:
    few = office.adopt(1, "zhang")
    assert few.exit_code == 1 and "签名不够" in few.output
    draft = office.stick / "keys-1.txt"
    signed = office.sign(1, "zhang", "li")
    draft.write_text(draft.read_text().replace("t.zhuzhou", "t.zhuzhoo").replace('"number": 1', '"number":  1', 1))
    assert "签名不够" in office.service("key", "adopt", draft, *signed).output
    assert office.now.lists == ()


def test_a_new_key_signs_only_when_an_adopted_list_names_it(world: World, sold: Sold, office: Office) -> None:
    assert office.adopt(1, "zhang", "li").exit_code == 0
    made = office.service("key", "new")
    assert made.exit_code == 0 and "列入公告后才签发" in made.output
    assert world.installation.ring.signer(clock.now()).number == 1
    assert "还没有列入公告" in office.service("key", "list").output
    assert office.adopt(2, "li", "wang").exit_code == 0
    assert world.installation.ring.signer(clock.now()).number == 2
    office.service("key", "status", "1", "retired")
    assert office.adopt(3, "li", "wang").exit_code == 0
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE  # codes of the retired key go on verifying
    assert office.verify(sold.digits[0], office.published()).exit_code == 0


def test_a_key_may_be_listed_before_the_day_from_which_it_signs(world: World, office: Office) -> None:
    later = clock.day_of(clock.now()) + timedelta(days=40)
    assert "起用" in office.service("key", "new", "--from", later.isoformat()).output
    assert office.adopt(1, "zhang", "li").exit_code == 0
    ring = world.installation.ring
    assert {key.number for key in ring.keys.keys} == {1, 2}
    assert ring.signer(clock.now()).number == 1
    assert ring.signer(clock.start_of(later)).number == 2


def test_a_leak_holds_at_once_and_before_the_roots_have_signed_it(world: World, sold: Sold, office: Office) -> None:
    assert office.adopt(1, "zhang", "li").exit_code == 0
    office.service("key", "status", "1", "compromised")
    assert world.installation.keys.get(1).status == "compromised"
    assert office.adopt(2, "zhang", "li").exit_code == 0
    assert office.verify(sold.digits[0], office.published()).exit_code == 2


def test_whoever_puts_back_an_older_list_is_noticed(world: World, sold: Sold, office: Office) -> None:
    assert office.adopt(1, "zhang", "li").exit_code == 0
    old, seen = office.published("old.json"), office.stick / "seen"
    assert office.adopt(2, "zhang", "li").exit_code == 0
    assert office.verify(sold.digits[0], office.published(), "--seen", seen).exit_code == 0
    back = office.verify(sold.digits[0], old, "--seen", seen)
    assert back.exit_code == 2 and "换回旧的" in back.output
    (world.settings.keys / "lists" / "0002.txt").unlink()
    refused = office.service("key", "draft", "--out", office.stick)
    assert refused.exit_code == 1 and "公告不能退回" in refused.output


def test_an_expired_list_confirms_nothing_and_calls_nothing_false(sold: Sold, office: Office) -> None:
    office.service("key", "draft", "--out", office.stick, "--days", "1", *office.roots(1))
    draft = office.stick / "keys-1.txt"
    ended = (clock.now() - timedelta(days=1)).replace(microsecond=0)
    days = {"issued": ended - timedelta(days=9), "expires": ended}
    told = json.loads(draft.read_text().partition("\n")[2]) | {name: day.isoformat() for name, day in days.items()}
    draft.write_text(f"yipin/keys/1\n{json.dumps(told)}\n")
    refused = office.run("root", "sign", draft, "--key", office.apart / "li.pem", "--yes")
    assert refused.exit_code == 1 and "过期" in refused.output
    sigs = [_signed_anyway(office, draft, name) for name in ("zhang", "li")]
    draft.write_text(draft.read_text() + "\n" + "".join(sigs))
    answer = office.verify(sold.digits[0], draft)
    assert answer.exit_code == 2 and "无法确认" in answer.output and "已于" in answer.output
    assert office.verify("0" * 191, draft).exit_code == 2  # nor is a forgery told: nothing can be


def _signed_anyway(office: Office, draft: Path, name: str) -> str:
    return PrivateRoot.load(office.apart / f"{name}.pem", name).sign(draft.read_text()) + "\n"


def test_other_roots_come_only_by_the_word_of_two_of_the_old(world: World, sold: Sold, office: Office) -> None:
    assert office.adopt(1, "zhang", "li").exit_code == 0
    office.new_roots("zhao")
    lines = [line for line in (office.stick / "roots.txt").read_text().splitlines() if not line.startswith("zhang")]
    (office.stick / "new.txt").write_text("\n".join(lines))
    office.service("key", "draft", "--out", office.stick, "--roots", office.stick / "new.txt")
    few = office.service("key", "adopt", office.stick / "keys-2.txt", *office.sign(2, "li", "zhao"))
    assert few.exit_code == 1 and "zhang、li、wang 三把根密钥" in few.output
    done = office.service("key", "adopt", office.stick / "keys-2.txt", *office.sign(2, "li", "wang"))
    assert done.exit_code == 0, done.output
    assert office.adopt(3, "wang", "zhao").exit_code == 0
    known = [line for line in (office.stick / "roots.txt").read_text().splitlines() if not line.startswith("zhao")]
    (office.stick / "roots.txt").write_text("\n".join(known))
    assert office.verify(sold.digits[0], office.published()).exit_code == 0  # who knows the old roots is led to the new


def test_a_custodian_reads_what_changes_and_may_refuse(office: Office) -> None:
    office.service("key", "draft", "--out", office.stick, *office.roots(1))
    draft = office.stick / "keys-1.txt"
    said = office.run("root", "sign", draft, "--key", office.apart / "li.pem", typed="n\n")
    assert said.exit_code == 1 and "新增第 1 号密钥" in said.output and "没有上一期" in said.output
    assert not (office.stick / "keys-1.li.sig").exists()
    office.run("root", "new", "qian", "--out", office.apart / "qian.pem")
    stranger = office.run("root", "sign", draft, "--key", office.apart / "qian.pem", "--yes")
    assert stranger.exit_code == 1 and "不是公告里写明的根密钥" in stranger.output


def test_a_later_list_is_not_signed_without_the_one_before_it(office: Office) -> None:
    assert office.adopt(1, "zhang", "li").exit_code == 0
    office.service("key", "draft", "--out", office.stick)
    blind = office.run("root", "sign", office.stick / "keys-2.txt", "--key", office.apart / "li.pem", "--yes")
    assert blind.exit_code == 1 and "--last" in blind.output


def test_a_passphrase_is_asked_for(office: Office) -> None:
    path = office.apart / "sun.pem"
    made = office.run("root", "new", "sun", "--out", path, "--passphrase", typed="长口令\n长口令\n")
    assert made.exit_code == 0 and b"ENCRYPTED" in path.read_bytes()
    office.service("key", "draft", "--out", office.stick, *office.roots(1))
    wrong = office.run("root", "sign", office.stick / "keys-1.txt", "--key", path, typed="别的\n")
    assert wrong.exit_code == 1 and "口令不对" in wrong.output


@pytest.mark.parametrize("wrong", ["no text of a list", "yipin/keys/1\n{}", b"\xff\xfe"])
def test_what_is_no_list_is_refused_in_one_line(office: Office, wrong: str | bytes) -> None:
    path = office.stick / "keys-1.txt"
    path.write_bytes(wrong if isinstance(wrong, bytes) else wrong.encode())
    assert office.run("root", "sign", path, "--key", office.apart / "li.pem", "--yes").output.startswith("Error: ")
    assert office.service("key", "adopt", path).output.startswith("Error: ")


def test_a_first_list_needs_three_roots_and_a_sound_time(office: Office) -> None:
    assert "3 把根密钥" in office.service("key", "draft", "--out", office.stick).output
    assert "400 天" in office.service("key", "draft", "--out", office.stick, "--days", "401", *office.roots(1)).output


def test_a_list_is_adopted_once(office: Office) -> None:
    assert office.adopt(1, "zhang", "li").exit_code == 0
    again = office.service("key", "adopt", office.stick / "keys-1.txt", *office.sign(1, "zhang", "li"))
    assert again.exit_code == 1 and "已经启用" in again.output


def test_a_key_that_has_signed_codes_is_in_every_list(world: World, sold: Sold, office: Office, tmp_path: Path) -> None:
    office.service("key", "draft", "--out", office.stick, *office.roots(1))
    draft = office.stick / "keys-1.txt"
    told = json.loads(draft.read_text().partition("\n")[2]) | {"keys": []}
    draft.write_text(f"yipin/keys/1\n{json.dumps(told)}\n")
    refused = office.service("key", "adopt", draft, *office.sign(1, "zhang", "li"))
    assert refused.exit_code == 1 and "没有第 1 号密钥" in refused.output


def test_the_address_of_the_list_shows_what_was_signed(world: World, office: Office, client: FlaskClient) -> None:
    assert client.get("/keys.json").json["root_signed"] == []
    assert office.adopt(1, "zhang", "li").exit_code == 0
    assert client.get("/keys.json").json["root_signed"] == [world.installation.lists[0].note]


def test_a_key_that_no_list_names_signs_and_verifies_nothing(world: World, office: Office) -> None:
    """Whoever can write `keys.json` alone cannot bring a key of his own among those that are trusted."""
    assert office.adopt(1, "zhang", "li").exit_code == 0
    office.service("key", "new")
    loaded = KeyRing.load(world.settings.keys)
    assert {key.number for key in loaded.keys.keys} == {1, 2}
    assert [key.number for key in world.installation.keys.keys] == [1]
    assert [key.number for key in world.installation.ring.private] == [1]
