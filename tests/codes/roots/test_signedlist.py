"""A signed list is read as it was written, and nothing that is unsound is taken for one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.rooted import listed, private_roots
from yipin.codes.keylist import BadKeyList, KeyList, PublicKey
from yipin.codes.keys import new_key
from yipin.codes.roots import signedlist
from yipin.codes.roots.root import PrivateRoot
from yipin.codes.roots.signedlist import FORMAT, SignedList

NOW = datetime(2026, 7, 18, 8, tzinfo=UTC)


@pytest.fixture
def roots(tmp_path: Path) -> list[PrivateRoot]:
    return private_roots(tmp_path, "zhang", "li", "wang")


@pytest.fixture
def key(tmp_path: Path) -> PublicKey:
    return new_key(tmp_path / "keys", NOW)


def test_a_list_survives_the_way_to_text_and_back(roots: list[PrivateRoot], key: PublicKey) -> None:
    made = listed(KeyList((key,), ("t.example.cn",)), roots, NOW)
    assert SignedList.parse(made.note) == made
    assert SignedList.parse(made.note.replace("\n", "\r\n")) == made  # a memory stick that was in Windows
    assert made.keys.get(key.number) == key and made.keys.hosts == ("t.example.cn",)
    assert [root.name for root in made.signed_by(made.roots)] == ["zhang", "li"]


def test_a_signature_that_is_there_twice_counts_once(roots: list[PrivateRoot], key: PublicKey) -> None:
    made = listed(KeyList((key,)), roots, NOW, signed=[roots[0]])
    twice = made.with_signatures(roots[0].sign(made.text), f" {roots[0].sign(made.text)}")
    assert len(twice.signed_by(twice.roots)) == 1


def test_a_changed_byte_leaves_no_signature(roots: list[PrivateRoot], key: PublicKey) -> None:
    made = listed(KeyList((key,)), roots, NOW)
    other = SignedList.parse(made.note.replace('"number": 1,', '"number":  1,', 1))
    assert other.number == 1 and other.signed_by(made.roots) == ()


def test_three_different_roots_are_named(roots: list[PrivateRoot], key: PublicKey) -> None:
    named = tuple(each.root for each in roots)
    for wrong in ((), named[:2], (named[0], named[1], named[1]), (*named, named[0])):
        with pytest.raises(BadKeyList, match="3 把"):
            signedlist.draft(1, NOW, NOW + timedelta(days=9), "", wrong, KeyList((key,)))


def test_the_days_and_the_number_are_sound(roots: list[PrivateRoot], key: PublicKey) -> None:
    named, keys = tuple(each.root for each in roots), KeyList((key,))
    for days in (0, -1, 401):
        with pytest.raises(BadKeyList, match="有效期"):
            signedlist.draft(1, NOW, NOW + timedelta(days=days), "", named, keys)
    for number, previous in ((0, ""), (1, "ab"), (2, "")):
        with pytest.raises(BadKeyList, match="期号"):
            signedlist.draft(number, NOW, NOW + timedelta(days=9), previous, named, keys)


@pytest.mark.parametrize(
    "change",
    [
        {"number": True},
        {"number": "1"},
        {"issued": "2026-07-18T08:00:00"},
        {"expires": 3},
        {"previous": None},
        {"roots": "zhang"},
        {"roots": [1, 2, 3]},
        {"keys": {}},
        {"hosts": None},
        {"more": 1},
    ],
    ids=str,
)
def test_an_unsound_member_is_refused(roots: list[PrivateRoot], key: PublicKey, change: dict[str, object]) -> None:
    told = json.loads(listed(KeyList((key,)), roots, NOW).text.partition("\n")[2])
    with pytest.raises(BadKeyList):
        SignedList.parse(f"{FORMAT}\n{json.dumps(told | change)}\n")


def test_two_members_of_one_name_are_refused(roots: list[PrivateRoot], key: PublicKey) -> None:
    text = listed(KeyList((key,)), roots, NOW).text
    with pytest.raises(BadKeyList):
        SignedList.parse(text.replace('"number": 1,', '"number": 1, "number": 1,', 1))


@given(st.text() | st.text().map(lambda text: f"{FORMAT}\n{text}"))
def test_any_other_text_is_refused_and_nothing_breaks(text: str) -> None:
    with pytest.raises(BadKeyList):
        SignedList.parse(text)
