"""A new data directory: what stands in it, for whom, and that making it twice changes nothing."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from yipin import bootstrap
from yipin.access.actor import Actor
from yipin.clock import now
from yipin.db import Database
from yipin.errors import Unavailable
from yipin.installation.settings import Settings
from yipin.models import Brand

LONG = "https://code.nongye.zhuzhou.example.cn/"  # 39 characters: version 7


def found(data: Path, base_url: str = "https://t.example.cn/") -> Settings:
    return bootstrap.set_up(data, base_url=base_url, actor=Actor("founder", now()))


def test_a_data_directory_is_its_owners_alone(tmp_path: Path) -> None:
    found(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "data/keys").glob("*.secret"))


def test_founding_twice_changes_nothing(tmp_path: Path) -> None:
    first = found(tmp_path)
    kept = {path: path.read_bytes() for path in [*tmp_path.glob("keys/*"), tmp_path / "yipin.toml"]}
    again = found(tmp_path, "https://other.example.cn/")
    assert again == first
    assert kept == {path: path.read_bytes() for path in kept}
    db = Database(again.database_url)
    with db.read.begin() as session:
        names = session.scalars(sa.select(Brand.name)).all()
    db.dispose()
    assert len(names) == len(set(names)) > 5


def test_an_address_that_needs_a_larger_symbol_is_taken_only_where_it_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable, match="qr_version"):
        found(tmp_path, LONG)
    assert not (tmp_path / "yipin.toml").exists()
    monkeypatch.setenv("YIPIN_QR_VERSION", "7")
    assert found(tmp_path, LONG).base_url == LONG
