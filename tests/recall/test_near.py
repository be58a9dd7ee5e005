"""Which names an officer is shown beside what was looked for."""

import pytest

from yipin.names import normal_form
from yipin.recall.near import near


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("50% 多菌灵", "多菌灵 50%", True),  # another order
        ("多菌灵", "50% 多菌灵可湿性粉剂", True),  # a part
        ("阿维菌素", "阿维茵素", True),  # a slip
        ("某粮行（株洲）", "株洲某粮行", True),
        ("毒死蜱", "敌敌畏", False),
        ("多菌灵", "阿维菌素", False),
        ("多菌灵", "", False),
    ],
)
def test_names_that_may_mean_the_same_are_near_each_other(one: str, other: str, alike: bool) -> None:
    assert near(normal_form(one), normal_form(other)) is near(normal_form(other), normal_form(one)) is alike
