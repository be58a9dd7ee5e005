"""The secrets beside the keys: made once, refused when open to others, lost or damaged."""

from pathlib import Path

import pytest

from yipin.errors import Unavailable
from yipin.installation.vault import NAMES, Secrets


def test_secrets_are_made_once_and_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = Secrets.create(folder)
    again = Secrets.create(folder)
    assert (again.session, again.units, again.identity) == (first.session, first.units, first.identity)
    assert len({first.session, first.units, first.identity}) == 3
    for name in NAMES:
        assert (folder / f"{name}.secret").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o077 == 0


def test_a_beginning_that_broke_off_is_ended_without_touching_what_was_made(tmp_path: Path) -> None:
    before = Secrets.create(tmp_path)
    (tmp_path / "session.secret").unlink()
    after = Secrets.create(tmp_path)
    assert (after.units, after.identity) == (before.units, before.identity)
    assert after.session != before.session


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_secret_is_named_and_never_made_silently(tmp_path: Path, name: str) -> None:
    Secrets.create(tmp_path)
    (tmp_path / f"{name}.secret").unlink()
    with pytest.raises(Unavailable, match=f"缺少 .*{name}.secret；请从备份恢复"):
        Secrets.load(tmp_path)
    assert not (tmp_path / f"{name}.secret").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_secret_open_to_others_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    Secrets.create(tmp_path)
    (tmp_path / "units.secret").chmod(mode)
    with pytest.raises(Unavailable, match="chmod 600 .*units.secret"):
        Secrets.load(tmp_path)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_damaged_secret_is_refused(tmp_path: Path, size: int) -> None:
    Secrets.create(tmp_path)
    (tmp_path / "identity.secret").write_bytes(bytes(size))
    with pytest.raises(Unavailable, match="应为 32 字节.*备份"):
        Secrets.load(tmp_path)


def test_secrets_do_not_show_themselves(tmp_path: Path) -> None:
    secrets = Secrets.create(tmp_path)
    shown = repr(secrets) + str(secrets)
    assert repr(secrets.session)[2:-1] not in shown and secrets.units.hex() not in shown


def test_an_identity_is_sealed_anew_each_time_and_opens_again(tmp_path: Path) -> None:
    secrets = Secrets.create(tmp_path)
    one, two = secrets.seal_identity("11010519491231002X"), secrets.seal_identity("11010519491231002X")
    assert one != two
    assert b"11010519491231002X" not in one
    assert secrets.open_identity(one) == secrets.open_identity(two) == "11010519491231002X"


def test_the_mark_of_an_identity_is_the_same_and_keyed(tmp_path: Path) -> None:
    here, there = Secrets.create(tmp_path / "here"), Secrets.create(tmp_path / "there")
    assert here.identity_mark("11010519491231002X") == here.identity_mark("11010519491231002X")
    assert here.identity_mark("11010519491231002X") != here.identity_mark("440524188001010014")
    assert here.identity_mark("11010519491231002X") != there.identity_mark("11010519491231002X")


def test_a_sealed_identity_that_is_damaged_or_anothers_is_refused(tmp_path: Path) -> None:
    here, there = Secrets.create(tmp_path / "here"), Secrets.create(tmp_path / "there")
    sealed = here.seal_identity("11010519491231002X")
    for wrong in (sealed[:-1], sealed[:5], b"", bytes([sealed[0] ^ 1]) + sealed[1:], there.seal_identity("1")):
        with pytest.raises(Unavailable, match="不配套"):
            here.open_identity(wrong)
