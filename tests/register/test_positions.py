"""A position as people write it."""

import pytest

from yipin.errors import Invalid
from yipin.register.positions import position


@pytest.mark.parametrize(
    "typed",
    [
        "27.80123, 113.10456",
        "27.80123 113.10456",
        "113.10456，27.80123",  # the other way round, as some maps copy it
        "北纬27.80123°，东经113.10456°",
        "27.80123N 113.10456E",
        "lat=27.80123; lon=113.10456",
        "２７.８０１２３,１１３.１０４５６",
        "27°48'4.43\"N 113°6'16.42\"E",
        "27°48′4.43″N 113°6′16.42″E",
        "27度48分4.43秒 113度6分16.42秒",
    ],
)
def test_a_position_is_read_in_the_ways_it_is_written(typed: str) -> None:
    assert str(position("position", typed)) == "27.80123, 113.10456"


@pytest.mark.parametrize("typed", ["", "  ", " , "])
def test_nothing_typed_is_no_position(typed: str) -> None:
    assert position("position", typed) is None


@pytest.mark.parametrize(
    "typed",
    ["27.8", "27.8, 113.1, 5", "here", "27.8, 27.9", "0, 0", "-27.8, 113.1", "48.85, 2.35", "27°61', 113°", "1e5, 2"]
    + ["27.8," * 500, "٢٧, 113", "27.8, 1131.0"],
)
def test_what_is_no_place_in_china_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as told:
        position("position", typed)
    assert told.value.field == "position"
