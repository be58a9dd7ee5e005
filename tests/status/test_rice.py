"""Sorted numbers in few bytes: what is written is read again, has one spelling, and nothing else is taken."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin.status.parts import State, batches_part, changed, changes, read_batches, read_voids, voids_part
from yipin.status.rice import LARGEST, BadBundle, decode, encode

entries = st.dictionaries(st.integers(0, LARGEST), st.integers(0, 3), max_size=60).map(
    lambda found: sorted(found.items())
)
states = st.sampled_from([State.HELD, State.RECALLED, State.WITHDRAWN])
standings = st.dictionaries(
    st.tuples(st.sampled_from([430202, 430225, 999_999]), st.integers(0, 31**9 - 1)), states, max_size=40
)


@given(entries)
def test_what_was_written_is_read_again(some: list[tuple[int, int]]) -> None:
    raw = encode(some, 2)
    assert decode(b"x" + raw + b"y", 1, 2) == (some, 1 + len(raw))


@given(entries, st.data())
def test_of_changed_bytes_either_another_list_is_read_or_none(some: list[tuple[int, int]], data: st.DataObject) -> None:
    raw = bytearray(encode(some, 2))
    place = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[place // 8] ^= 1 << place % 8
    try:
        found, end = decode(bytes(raw), 0, 2)
    except BadBundle:
        return
    assert found != some and encode(found, 2) == raw[:end]


@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail_otherwise(raw: bytes) -> None:
    for read in (read_batches, read_voids):
        try:
            read(raw)
        except BadBundle:
            continue


def test_a_list_that_would_have_another_spelling_is_not_written() -> None:
    for wrong in ([(3, 0), (3, 0)], [(5, 0), (2, 0)], [(LARGEST + 1, 0)], [(-1, 0)], [(1, 4)]):
        with pytest.raises(ValueError):
            encode(wrong, 2)


@given(standings, standings)
def test_the_changes_make_the_later_list_of_the_earlier(
    before: dict[tuple[int, int], State], after: dict[tuple[int, int], State]
) -> None:
    assert changed(before, read_batches(batches_part(changes(before, after)))) == after
    assert read_batches(batches_part(after)) == after


def test_void_packs_are_kept_by_batch() -> None:
    voids = {7: frozenset({0, 5, 2**27 - 1}), 31**9 - 1: frozenset({1})}
    assert read_voids(voids_part(voids)) == voids and read_voids(voids_part({3: frozenset()})) == {}


def test_a_thousand_recalls_take_less_than_five_kilobytes_and_200_000_void_packs_700() -> None:
    chance = random.Random(15)
    recalled = {(430225, chance.randrange(31**9)): State.RECALLED for _ in range(1000)}
    assert len(batches_part(recalled)) < 4_900
    voids = {chance.randrange(31**9): frozenset(chance.sample(range(2**27), 100)) for _ in range(20)}
    assert len(voids_part(voids)) < 3 * 2000
