"""A data directory and its record know each other: what does not belong together is refused, and nothing is made twice."""

import json
import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from world import NOW, Sold, World
from world.scans import verdict
from world.schemas import emptied_to
from yipin import bootstrap
from yipin.access.actor import Actor
from yipin.cli import main
from yipin.codes.keylist import BadKeyList
from yipin.codes.keys import new_key
from yipin.errors import Unavailable
from yipin.installation import identity, opening
from yipin.installation.settings import Settings
from yipin.installation.vault import NAMES
from yipin.models import Fingerprint
from yipin.scan.verdicts import Verdict


def run(*words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, words, env=env)


def line_of(result: Result) -> str:
    """The one line that a refused command says."""
    assert result.exit_code == 1 and "Traceback" not in result.output, result.output
    told = [line for line in result.output.splitlines() if line]
    assert len(told) == 1, told
    return told[0]


def opened(world: World) -> None:
    """Open the data directory as every command and every process does."""
    db, _ = opening.opened(world.settings)
    db.dispose()


def marks(world: World) -> dict[str, str]:
    with world.db.read.begin() as session:
        return {row.name: row.mark for row in session.scalars(sa.select(Fingerprint))}


def other(tmp_path: Path) -> Path:
    """The data directory of another installation, with a key of its own."""
    data = tmp_path / "other"
    bootstrap.set_up(data, base_url="https://t.example.cn/", actor=Actor("founder", NOW))
    new_key(data / "keys", NOW)
    return data


@pytest.mark.parametrize("name", NAMES)
def test_the_secret_of_another_installation_is_named_with_its_cure(world: World, tmp_path: Path, name: str) -> None:
    opened(world)
    shutil.copy(other(tmp_path) / f"keys/{name}.secret", world.settings.keys)
    with pytest.raises(Unavailable, match=f"{name}.secret 不是这个数据库的那一份"):
        opened(world)


def test_the_record_of_another_installation_is_refused(world: World, tmp_path: Path) -> None:
    opened(world)
    shutil.rmtree(world.settings.keys)
    shutil.copytree(other(tmp_path) / "keys", world.settings.keys)
    with pytest.raises(Unavailable, match="属于另一个安装"):
        opened(world)


def test_a_key_list_of_another_installation_is_refused(world: World, sold: Sold, tmp_path: Path) -> None:
    opened(world)
    others = other(tmp_path) / "keys"
    for name in ("keys.json", "code-001.pem"):
        shutil.copy(others / name, world.settings.keys)
    db, installation = opening.opened(world.settings)
    db.dispose()
    with pytest.raises(BadKeyList, match="第 1 号密钥是另一个安装的"):
        installation.check_keys()
    with pytest.raises(BadKeyList):
        _ = installation.ring


def test_a_key_that_signed_codes_is_never_missing_from_the_list(world: World, sold: Sold) -> None:
    opened(world)
    (world.settings.keys / "keys.json").write_text('{"keys": []}')
    assert "缺少第 1 号密钥" in line_of(run("key", "new", "--data", str(world.settings.data)))
    for path in world.settings.keys.glob("code-*"):
        path.unlink()
    (world.settings.keys / "keys.json").unlink()  # a folder without keys looks like a new one
    assert "缺少第 1 号密钥" in line_of(run("key", "new", "--data", str(world.settings.data)))
    assert not list(world.settings.keys.glob("code-*"))


def test_a_key_that_never_signed_may_be_lost(world: World, sold: Sold) -> None:
    new_key(world.settings.keys, NOW)
    opened(world)
    assert {"key 1", "key 2"} <= marks(world).keys()
    kept = json.loads((world.settings.keys / "keys.json").read_text())
    (world.settings.keys / "keys.json").write_text(json.dumps({"keys": kept["keys"][:1]}))
    (world.settings.keys / "code-002.pem").unlink()
    assert run("key", "new", "--data", str(world.settings.data)).exit_code == 0
    opened(world)


def test_a_list_that_loses_a_key_while_the_service_runs_is_not_taken(world: World, sold: Sold) -> None:
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    kept = (world.settings.keys / "keys.json").read_text()
    (world.settings.keys / "keys.json").write_text('{"keys": []}')
    with pytest.raises(BadKeyList, match="缺少第 1 号"):
        _ = world.installation.ring
    (world.settings.keys / "keys.json").write_text(kept)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE


def test_a_record_from_before_the_marks_gets_them_at_the_upgrade(world: World, sold: Sold) -> None:
    emptied_to(world, "0022")
    (world.settings.data / identity.FILE).unlink()
    assert run("db", "upgrade", "--data", str(world.settings.data)).exit_code == 0
    assert {"installation", *NAMES, "key 1"} <= marks(world).keys()
    opened(world)


def test_a_restored_backup_with_its_own_keys_passes(world: World, sold: Sold) -> None:
    """The backup holds what docs/install.md names: keys, settings and record. The rest is written again."""
    opened(world)
    own = identity.Identity.load(world.settings.data)
    (world.settings.data / identity.FILE).unlink()
    assert run("db", "upgrade", "--data", str(world.settings.data)).exit_code == 0
    assert identity.Identity.load(world.settings.data) == own
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE


def test_no_mark_tells_of_its_secret(world: World) -> None:
    opened(world)
    for name in NAMES:
        secret = getattr(world.installation.secrets, name)
        assert secret.hex() not in "".join(marks(world).values())
    assert len(set(marks(world).values())) == len(marks(world))


@pytest.mark.parametrize("name", NAMES)
def test_init_never_makes_a_second_secret(world: World, name: str) -> None:
    path = world.settings.keys / f"{name}.secret"
    path.unlink()
    assert "请从备份恢复" in line_of(run("init", "--data", str(world.settings.data)))
    assert not path.exists()


def test_init_never_makes_secrets_anew_where_all_keys_are_lost(world: World) -> None:
    shutil.rmtree(world.settings.keys)
    assert "备份" in line_of(run("init", "--data", str(world.settings.data)))
    assert not list(world.settings.keys.glob("*"))


def test_a_lost_session_secret_can_be_renewed(world: World) -> None:
    opened(world)
    (world.settings.keys / "session.secret").unlink()
    data = str(world.settings.data)
    assert "yipin key session" in line_of(run("db", "upgrade", "--data", data))
    assert run("key", "session", "--data", data).exit_code == 0
    opened(world)
    assert (world.settings.keys / "session.secret").stat().st_mode & 0o777 == 0o600


def test_no_session_secret_is_renewed_beside_the_keys_of_another_installation(world: World, tmp_path: Path) -> None:
    opened(world)
    before = (world.settings.keys / "session.secret").read_bytes()
    shutil.copy(other(tmp_path) / "keys/units.secret", world.settings.keys)
    assert "units.secret" in line_of(run("key", "session", "--data", str(world.settings.data)))
    assert (world.settings.keys / "session.secret").read_bytes() == before


@pytest.mark.parametrize("command", [["init"], ["db", "upgrade"], ["account", "disable", "ama"], ["key", "new"]])
def test_keys_without_their_record_begin_no_second_one(tmp_path: Path, command: list[str]) -> None:
    data = other(tmp_path)
    (data / "yipin.db").unlink()
    assert "备份" in line_of(run(*command, "--data", str(data)))
    assert not (data / "yipin.db").exists()


def test_an_empty_record_under_keys_is_not_filled(tmp_path: Path) -> None:
    data = other(tmp_path)
    (data / "yipin.db").write_bytes(b"")
    for command in (["init"], ["db", "upgrade"]):
        assert "是空的" in line_of(run(*command, "--data", str(data)))
    assert (data / "yipin.db").stat().st_size < 5000


def test_a_forgotten_address_is_named_and_no_record_is_begun_beside_the_keys(postgres: str, tmp_path: Path) -> None:
    from world import on_server

    name = f"forgotten_{os.getpid()}"
    on_server(postgres, f"CREATE DATABASE {name}")
    url = sa.make_url(postgres.replace("/postgres?", f"/{name}?")).set(drivername="postgresql+psycopg", password="pear")
    env = {"YIPIN_DATABASE_URL": url.render_as_string(hide_password=False)}
    data = tmp_path / "data"
    try:
        assert run("init", "--data", str(data), env=env).exit_code == 0
        assert "pear" not in (data / identity.FILE).read_text() and name in (data / identity.FILE).read_text()
        for command in (["init"], ["db", "upgrade"], ["key", "new"], ["serve"]):
            told = line_of(run(*command, "--data", str(data)))
            assert name in told and "YIPIN_DATABASE_URL" in told and "pear" not in told
        assert not (data / "yipin.db").exists()
        assert run("key", "new", "--data", str(data), env=env).exit_code == 0
        (data / identity.FILE).unlink()  # even then: keys without their record
        for command in (["init"], ["db", "upgrade"], ["serve"]):
            assert "备份" in line_of(run(*command, "--data", str(data)))
        assert not (data / "yipin.db").exists()
    finally:
        on_server(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def test_a_beginning_that_broke_off_is_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"

    def break_off(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("yipin.installation.vault.Secrets.create", break_off)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.set_up(data, base_url=None, actor=Actor("founder", NOW))
    assert not (data / "keys").exists() and (data / "yipin.db").exists()
    settings = bootstrap.set_up(data, base_url=None, actor=Actor("founder", NOW))
    db, _ = opening.opened(settings)
    db.dispose()


def test_a_damaged_identity_is_named_and_comes_again_from_the_record(world: World) -> None:
    opened(world)
    path = world.settings.data / identity.FILE
    kept = path.read_text()
    path.write_text("{")
    with pytest.raises(Unavailable, match="请删去它"):
        opened(world)
    path.unlink()
    opened(world)
    assert path.read_text() == kept


def test_the_identity_of_another_installation_is_named(world: World) -> None:
    opened(world)
    identity.Identity(identity.new_id(), identity.address(world.settings)).keep(world.settings.data)
    with pytest.raises(Unavailable, match="installation.json 是另一个安装的"):
        opened(world)


@pytest.mark.parametrize("query", ["", "?password=pear&sslpassword=pear&host=/run/x"])
def test_no_password_is_remembered(tmp_path: Path, query: str) -> None:
    settings = Settings.load(
        tmp_path, {"YIPIN_DATABASE_URL": f"postgresql+psycopg://yipin:pear@db.example/yipin{query}"}
    )
    assert "pear" not in identity.address(settings) and "db.example/yipin" in identity.address(settings)
