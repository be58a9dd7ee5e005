"""Unit numbers: every unit has one, no two share one, and only the server can tell which is which."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes.units import UNITS, UnitPermutation
from yipin.errors import Invalid, Unavailable

SECRET = bytes(range(32))
PERMUTATION = UnitPermutation(SECRET, "430225AB3D5FG7HQ")
units = st.integers(0, UNITS - 1)


@pytest.mark.usefixtures("untraced")  # measuring it would take as long again
def test_no_two_of_all_134_million_units_share_a_number():
    seen = np.zeros(UNITS, dtype=np.bool_)
    for start in range(0, UNITS, 2**22):
        parts = [PERMUTATION.numbers(np.arange(at, at + 2**16)) for at in range(start, start + 2**22, 2**16)]
        numbers = np.concatenate(parts).astype(np.int32)
        numbers.sort()  # only for speed: marking in order is kind to the cache
        seen[numbers] = True
    assert seen.all()


@given(units)
def test_the_server_finds_the_ordinal_again(ordinal):
    assert PERMUTATION.ordinal(PERMUTATION.number(ordinal)) == ordinal


@given(units)
def test_every_number_is_the_number_of_some_ordinal(number):
    assert PERMUTATION.number(PERMUTATION.ordinal(number)) == number


@given(st.lists(units, max_size=50))
def test_many_at_once_are_numbered_as_one_by_one(ordinals):
    many = PERMUTATION.numbers(np.array(ordinals, dtype=np.int64))
    assert many.tolist() == [PERMUTATION.number(ordinal) for ordinal in ordinals]


@pytest.mark.parametrize("kind", [np.int32, np.uint32, np.int64, np.uint64])
def test_ordinals_may_come_in_any_kind_of_integer(kind):
    ends = np.array([0, 1, UNITS - 1], dtype=kind)
    assert PERMUTATION.numbers(ends).tolist() == [PERMUTATION.number(int(end)) for end in ends]


@pytest.mark.parametrize("flipped", range(27))
def test_one_bit_of_the_ordinal_changes_each_bit_of_the_number_half_the_time(flipped):
    ordinals = np.arange(20_000)
    changed = PERMUTATION.numbers(ordinals) ^ PERMUTATION.numbers(ordinals ^ 1 << flipped)
    for bit in range(27):
        assert 0.47 < (changed >> bit & 1).mean() < 0.53


def test_numbers_do_not_follow_the_order_of_the_units():
    numbers = PERMUTATION.numbers(np.arange(20_000))
    assert abs(np.corrcoef(np.arange(20_000), numbers)[0, 1]) < 0.05


def test_batches_and_servers_number_differently():
    other_batch = UnitPermutation(SECRET, "430225000000000D")
    other_server = UnitPermutation(bytes(32), "430225AB3D5FG7HQ")
    first = np.arange(1000)
    for other in (other_batch, other_server):
        assert (PERMUTATION.numbers(first) == other.numbers(first)).sum() <= 2


@pytest.mark.parametrize("outside", [-1, UNITS, 10**30])
def test_an_ordinal_or_number_outside_27_bits_is_refused(outside):
    for walk in (PERMUTATION.number, PERMUTATION.ordinal):
        with pytest.raises(Invalid):
            walk(outside)


def test_one_ordinal_outside_refuses_the_whole_array():
    for outside in (-1, UNITS):
        with pytest.raises(Invalid):
            PERMUTATION.numbers(np.array([0, outside, 5]))


def test_a_short_secret_is_refused():
    with pytest.raises(Unavailable):
        UnitPermutation(b"short", "430225AB3D5FG7HQ")
