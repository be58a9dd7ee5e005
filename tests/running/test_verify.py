"""`yipin verify`: three answers by exit status, and the key list as any editor saves it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from world import NOW, Sold, World
from world.shared import shared
from yipin import clock
from yipin.audit import holds
from yipin.cli import main
from yipin.codes.keylist import KeyList
from yipin.installation.installation import published
from yipin.models import Batch
from yipin.printing import runs
from yipin.status import key
from yipin.status.publisher import Publisher


def verify(keys: Path, *texts: str) -> Result:
    return CliRunner().invoke(main, ["verify", "--keys", str(keys), *texts])


@pytest.fixture
def keys(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(published(world.installation.keys, world.settings, NOW).to_json(), "utf-8")
    return path


def test_the_exit_status_tells_genuine_from_forged_from_unknown(sold: Sold, keys: Path) -> None:
    good, cut = sold.digits[0], sold.digits[1][:-1]
    forged = f"{good[:100]}{(int(good[100]) + 1) % 10}{good[101:]}"  # backwards, one in some would be no code at all
    for texts, status in (([good], 0), ([good, cut], 2), ([good, "1" * 37], 2), ([cut, forged], 1), ([forged], 1)):
        assert verify(keys, *texts).exit_code == status, texts
    assert "这个码不是我们发的" in verify(keys, forged).output and "假码" not in verify(keys, cut).output


def test_an_address_that_is_not_the_issuers_is_told_beside_the_signature(
    world: World, sold: Sold, keys: Path, tmp_path: Path
) -> None:
    line = verify(keys, f"https://evil.example/{sold.digits[0]}").output
    assert line.startswith("签名真实") and "evil.example 不是发码单位的" in line
    assert "网址" not in verify(keys, world.address(sold.digits[0])).output
    old = tmp_path / "old.json"
    old.write_text(world.installation.keys.to_json(), "utf-8")
    assert "不能判断" in verify(old, world.address(sold.digits[0])).output


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_key_list_is_read_as_any_editor_saves_it(sold: Sold, keys: Path, coding: str, end: str) -> None:
    keys.write_bytes(keys.read_text("utf-8").replace("\n", end).encode(coding))
    assert verify(keys, sold.digits[0]).exit_code == 0


@pytest.mark.parametrize("name", ["keys-bom.json", "keys-utf16.json"])
def test_key_lists_as_windows_saves_them_are_read(name: str) -> None:
    assert KeyList.from_json((shared("cases") / "labels" / name).read_bytes()).keys


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b"\xff\xfe{", b'{"keys": [], "hosts": [1]}', b'{"keys": [], "as_of": 3}']
)
def test_without_a_key_list_nothing_can_be_told(sold: Sold, keys: Path, text: bytes) -> None:
    keys.write_bytes(text)
    answer = verify(keys, sold.digits[0])
    assert answer.exit_code == 2 and answer.output.startswith("Error: 密钥公告")


def test_the_published_list_names_the_hosts_of_all_labels_and_its_moment(world: World) -> None:
    settings = replace(world.settings, base_url="https://t.example.cn/", former_hosts="Old.example.cn t2.example.cn")
    told = json.loads(published(world.installation.keys, settings, NOW).to_json())
    assert told["hosts"] == ["t.example.cn", "old.example.cn", "t2.example.cn"]
    assert told["as_of"] == "2026-07-20T" + NOW.isoformat()[11:19] + "Z"


def test_with_a_status_bundle_it_tells_what_was_stopped_and_when_it_can_no_longer_tell(
    world: World, sold: Sold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(key.listed(published(world.installation.keys, world.settings, NOW).to_json(), world.settings))
    publisher = Publisher(world.installation)

    def told(now: datetime, *more: str) -> Result:
        monkeypatch.setattr(clock, "now", lambda: now)
        with world.db.read.begin() as session:
            newest = publisher.renew(session, min(now, NOW))
        folder = publisher.shelf.folder
        voids = ["--voids", str(folder / f"{newest}-voids-430225")] if "voids" in more else []
        return verify(keys, "--status", str(folder / str(newest)), *voids, "--json", sold.digits[0])

    fresh = told(NOW)
    assert fresh.exit_code == 0 and json.loads(fresh.output)["status"] == {
        "state": None,
        "void": False,
        "as_of": "2026-07-20T03:00:00+00:00",
        "stale": False,
    }
    assert told(NOW + timedelta(days=1)).exit_code == 2
    with world.db.write.begin() as session:
        runs.void_units(session, world.ama, session.get_one(Batch, sold.batch.id), "1", "打坏了")
    assert json.loads(told(NOW, "voids").output)["status"]["void"] is True and told(NOW, "voids").exit_code == 3
    assert told(NOW).exit_code == 0  # without the file of void packs it cannot know
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
    assert json.loads(told(NOW).output)["status"]["state"] == "recalled" and told(NOW).exit_code == 3
    line = verify(keys, "--status", str(publisher.shelf.folder / "latest"), sold.digits[0])
    assert line.exit_code == 2 and "已损坏" in line.output  # a note without its list
    plain = verify(keys, "--status", str(publisher.shelf.folder / str(publisher.shelf.newest())), sold.digits[0])
    assert "截至 2026-07-20 11:00 已召回" in plain.output
