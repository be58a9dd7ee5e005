"""Whoever signs a list reads in plain words what it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from world.rooted import listed, private_roots
from yipin.codes.keylist import KeyList, KeyStatus, PublicKey
from yipin.codes.keys import new_key
from yipin.codes.roots.changes import changes
from yipin.codes.roots.root import PrivateRoot

NOW = datetime(2026, 7, 18, 8, tzinfo=UTC)
DAY = timedelta(days=1)
Told = Callable[[KeyList, KeyList], str]


@pytest.fixture
def roots(tmp_path: Path) -> list[PrivateRoot]:
    return private_roots(tmp_path, "zhang", "li", "wang", "zhao")


@pytest.fixture
def one(tmp_path: Path) -> PublicKey:
    return new_key(tmp_path / "keys", NOW)


@pytest.fixture
def told(roots: list[PrivateRoot]) -> Told:
    def tell(before: KeyList, after: KeyList) -> str:
        last = listed(before, roots[:3], NOW)
        return "\n".join(map(str, changes(listed(after, roots[:3], NOW + DAY, last=last), last)))

    return tell


def test_what_did_not_change_is_not_told(told: Told, one: PublicKey) -> None:
    assert told(KeyList((one,), ("t.cn",)), KeyList((one,), ("t.cn",))) == "第 2 期，有效期到 2027年1月15日"


def test_the_first_list_tells_all_of_it(roots: list[PrivateRoot], one: PublicKey) -> None:
    said = "\n".join(map(str, changes(listed(KeyList((one,), ("t.cn",)), roots[:3], NOW), None)))
    for words in (
        "新增第 1 号密钥，从 2026年7月18日起",
        "新增标签上的网址 t.cn",
        *(f"新增根密钥 {root.root.name}" for root in roots[:3]),
    ):
        assert words in said


@pytest.mark.parametrize(
    ("status", "words"),
    [(KeyStatus.RETIRED, "停用第 1 号密钥"), (KeyStatus.COMPROMISED, "宣布第 1 号密钥自 2026年7月19日起泄露")],
)
def test_a_key_that_retires_or_leaks_is_told_and_so_is_its_return(
    told: Told, one: PublicKey, status: KeyStatus, words: str
) -> None:
    gone = replace(one, status=status, since=NOW + DAY)
    assert words in told(KeyList((one,)), KeyList((gone,)))
    assert "第 1 号密钥改回在用" in told(KeyList((gone,)), KeyList((one,)))


def test_what_would_make_forgeries_of_genuine_codes_is_told_loudly(told: Told, one: PublicKey, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other", NOW)
    assert "被换成另一把！" in told(KeyList((one,)), KeyList((other,)))
    assert "删去第 1 号密钥" in told(KeyList((one,)), KeyList())
    assert "去掉标签上的网址 t.cn" in told(KeyList((one,), ("t.cn",)), KeyList((one,)))
    assert "起止时间改了" in told(KeyList((one,)), KeyList((replace(one, not_after=NOW + DAY),)))


def test_other_roots_are_told_with_their_public_lines(roots: list[PrivateRoot], one: PublicKey) -> None:
    last = listed(KeyList((one,)), roots[:3], NOW)
    said = "\n".join(map(str, changes(listed(KeyList((one,)), roots[1:], NOW + DAY, last=last), last)))
    assert f"新增根密钥 zhao（{roots[3].root}）" in said and "去掉根密钥 zhang" in said and "根密钥 li" not in said
