"""Which list holds: two of three roots, no way back, and new roots only by the word of the old ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from world.rooted import listed, private_roots
from yipin.codes.keylist import BadKeyList, KeyList
from yipin.codes.keys import new_key
from yipin.codes.roots import chain, memory
from yipin.codes.roots.chain import NotConfirmed, Seen
from yipin.codes.roots.root import PrivateRoot
from yipin.errors import Unavailable

NOW = datetime(2026, 7, 18, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def roots(tmp_path: Path) -> list[PrivateRoot]:
    return private_roots(tmp_path, "zhang", "li", "wang")


@pytest.fixture
def others(tmp_path: Path) -> list[PrivateRoot]:
    """Three of whom one was a root before."""
    return [PrivateRoot.load(tmp_path / "wang.pem", "wang"), *private_roots(tmp_path, "zhao", "qian")]


@pytest.fixture
def keys(tmp_path: Path) -> KeyList:
    return KeyList((new_key(tmp_path / "keys", NOW),))


def public(roots: list[PrivateRoot]) -> tuple:  # type: ignore[type-arg]
    return tuple(each.root for each in roots)


@pytest.mark.parametrize("signers", [[], [0], [1], [2], [0, 0]], ids=str)
def test_fewer_than_two_roots_put_nothing_in_force(roots: list[PrivateRoot], keys: KeyList, signers: list[int]) -> None:
    made = listed(keys, roots, NOW, signed=[roots[each] for each in signers])
    with pytest.raises(NotConfirmed, match="签名不够"):
        chain.check_next(made, None)
    with pytest.raises(NotConfirmed, match="签名不够"):
        chain.walked([made], public(roots), NOW)


@pytest.mark.parametrize("signers", [[0, 1], [0, 2], [1, 2], [0, 1, 2]], ids=str)
def test_any_two_roots_are_enough(roots: list[PrivateRoot], keys: KeyList, signers: list[int]) -> None:
    made = listed(keys, roots, NOW, signed=[roots[each] for each in signers])
    chain.check_next(made, None)
    assert chain.walked([made], public(roots), NOW).trusted.get(1) == keys.get(1)


def test_three_strangers_are_no_roots(roots: list[PrivateRoot], keys: KeyList, tmp_path: Path) -> None:
    strangers = private_roots(tmp_path, "a", "b", "c")
    with pytest.raises(NotConfirmed, match="签名不够"):
        chain.walked([listed(keys, strangers, NOW, signed=strangers)], public(roots), NOW)


def test_a_list_without_any_signed_one_is_not_confirmed(roots: list[PrivateRoot]) -> None:
    with pytest.raises(NotConfirmed, match="没有根密钥签名"):
        chain.walked([], public(roots), NOW)


def test_an_expired_list_is_not_confirmed(roots: list[PrivateRoot], keys: KeyList) -> None:
    made = listed(keys, roots, NOW, lasts=30 * DAY)
    assert chain.walked([made], public(roots), NOW + 30 * DAY - timedelta(seconds=1)) is made
    with pytest.raises(NotConfirmed, match="无法确认：第 1 期密钥公告已于 2026年8月17日过期"):
        chain.walked([made], public(roots), NOW + 30 * DAY)


def test_a_list_never_goes_back(roots: list[PrivateRoot], keys: KeyList, tmp_path: Path) -> None:
    first = listed(keys, roots, NOW)
    second = listed(keys, roots, NOW + DAY, last=first)
    path = tmp_path / "seen"
    assert memory.read(path) is None
    met = chain.walked([second], public(roots), NOW + DAY)
    memory.write(path, Seen(met.number, met.mark))
    assert chain.walked([first, second], public(roots), NOW + DAY, memory.read(path)) is second
    with pytest.raises(NotConfirmed, match="换回旧的"):
        chain.walked([first], public(roots), NOW + DAY, memory.read(path))
    with pytest.raises(NotConfirmed, match="换掉"):  # another list of the same number
        chain.walked([listed(keys, roots, NOW + 2 * DAY, last=first)], public(roots), NOW + 2 * DAY, memory.read(path))
    with pytest.raises(NotConfirmed, match="不能退回"):
        chain.check_next(first, second)


def test_a_spoiled_memory_is_not_taken_for_none(tmp_path: Path) -> None:
    for text in ("", "[]", '{"number": "x", "mark": ""}', "[" * 100_000):
        (tmp_path / "seen").write_text(text)
        with pytest.raises(Unavailable, match="期号"):
            memory.read(tmp_path / "seen")
    with pytest.raises(Unavailable, match="写不进去"):
        memory.write(tmp_path / "none" / "seen", Seen(1, "ab"))


def test_each_list_follows_the_one_before_it(roots: list[PrivateRoot], keys: KeyList) -> None:
    first, again = listed(keys, roots, NOW), listed(keys, roots, NOW + DAY)
    second = listed(keys, roots, NOW + DAY, last=first)
    assert chain.followed([second, first]) is second and chain.followed([]) is None
    for wrong in (second, listed(keys, roots, NOW, last=first, number=3)):
        with pytest.raises(BadKeyList, match="不是接着"):
            chain.check_next(wrong, again if wrong is second else first)


def test_no_key_is_left_out_or_exchanged(roots: list[PrivateRoot], keys: KeyList, tmp_path: Path) -> None:
    first = listed(keys, roots, NOW)
    with pytest.raises(BadKeyList, match="少了第 1 号"):
        chain.check_next(listed(KeyList(), roots, NOW, last=first), first)
    other = new_key(tmp_path / "other", NOW)
    with pytest.raises(BadKeyList, match="换成了另一把"):
        chain.check_next(listed(KeyList((other,)), roots, NOW, last=first), first)


SIGNERS = [  # of the old roots zhang, li, wang and the new ones wang, zhao, qian; whether that is enough
    ("zhang li wang zhao", True),
    ("zhang wang zhao", True),  # who stays counts on both sides
    ("zhang li zhao qian", True),
    ("zhang li", False),
    ("zhang li zhao", False),
    ("wang zhao", False),
    ("wang zhao qian", False),
    ("zhang wang", False),
]


@pytest.mark.parametrize(("names", "enough"), SIGNERS)
def test_other_roots_need_two_of_the_old_and_two_of_the_new(
    roots: list[PrivateRoot], others: list[PrivateRoot], keys: KeyList, names: str, enough: bool
) -> None:
    by_name = {each.root.name: each for each in (*roots, *others)}
    first = listed(keys, roots, NOW)
    second = listed(keys, others, NOW + DAY, last=first, signed=[by_name[name] for name in names.split()])
    if enough:
        chain.check_next(second, first)
        assert chain.walked([second], public(roots), NOW + DAY) is second
    else:
        with pytest.raises(NotConfirmed, match="签名不够"):
            chain.check_next(second, first)
        with pytest.raises(NotConfirmed, match="签名不够"):
            chain.walked([second], public(roots), NOW + DAY)


def test_who_knows_the_roots_of_any_time_is_led_to_those_of_today(
    roots: list[PrivateRoot], others: list[PrivateRoot], keys: KeyList
) -> None:
    lists = [listed(keys, roots, NOW)]
    for named, signed in (
        (roots, roots[:2]),
        (others, [*roots, others[1]]),
        (others, others[1:]),
        (others, others[1:]),
    ):
        lists.append(listed(keys, named, NOW + DAY, last=lists[-1], signed=signed))
    assert chain.followed(lists) is lists[-1]
    published = chain.needed(lists)
    assert [each.number for each in published] == [3, 5]
    for known in (roots, others):
        assert chain.walked(published, public(known), NOW + DAY).number == 5
    with pytest.raises(NotConfirmed):  # without the list that named the new roots, the old ones lead nowhere
        chain.walked(lists[-1:], public(roots), NOW + DAY)


def test_the_keys_of_a_list_speak_until_it_expires(roots: list[PrivateRoot], keys: KeyList) -> None:
    made = listed(keys, roots, NOW)
    assert made.trusted.as_of == made.expires


def test_what_was_met_is_compared_by_number_and_content(roots: list[PrivateRoot], keys: KeyList) -> None:
    made = listed(keys, roots, NOW)
    assert chain.walked([made], public(roots), NOW, Seen(1, made.mark)) is made


def test_lists_of_before_the_roots_that_one_knows_lead_nowhere_and_do_no_harm(
    roots: list[PrivateRoot], others: list[PrivateRoot], keys: KeyList
) -> None:
    first = listed(keys, roots, NOW)
    second = listed(keys, others, NOW + DAY, last=first, signed=[*roots, others[1]])
    assert chain.walked([first, second], public(others), NOW + DAY) is second
