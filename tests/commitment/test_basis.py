"""A test that a promise rests on must have looked for what was used (用什么药，检什么药)."""

import pytest

from yipin.commitment.basis import not_looked_for
from yipin.names import normal_form


@pytest.mark.parametrize(
    ("used", "tested", "missing"),
    [
        ([], [], []),
        (["吡虫啉"], ["吡虫啉", "毒死蜱"], []),
        (["吡虫啉", "啶虫脒"], ["吡虫啉"], ["啶虫脒"]),
        (["吡虫啉", "吡虫啉"], [], ["吡虫啉"]),
        (["DDT "], ["d dt"], []),
        (["５０％多菌灵", "吡虫啉"], ["50% 多菌灵"], ["吡虫啉"]),
        (["多菌灵 50%"], ["50% 多菌灵"], ["多菌灵 50%"]),  # the order of the words counts
    ],
)
def test_what_was_used_must_have_been_looked_for(used: list[str], tested: list[str], missing: list[str]) -> None:
    written = {normal_form(name): name for name in used}
    assert not_looked_for(written, [normal_form(name) for name in tested]) == missing
