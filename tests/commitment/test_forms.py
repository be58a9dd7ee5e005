"""The forms of the commitment certificate: which holds on which day, and what it says word for word."""

from datetime import date

import pytest

from yipin.commitment.forms import Basis, Party, template_on, templates
from yipin.errors import Unavailable


@pytest.mark.parametrize(
    ("day", "party", "key"),
    [
        ("2020-01-01", "producer", "2020"),
        ("2021-10-31", "purchaser", "2020"),
        ("2021-11-01", "producer", "2021"),
        ("2026-01-31", "producer", "2021"),
        ("2026-01-31", "purchaser", "2021"),
        ("2026-02-01", "producer", "2026_producer"),
        ("2026-02-01", "purchaser", "2026_purchaser"),
        ("2099-12-31", "producer", "2026_producer"),
    ],
)
def test_the_day_and_the_party_choose_the_form(day: str, party: str, key: str) -> None:
    assert template_on(date.fromisoformat(day), Party(party)).key == key


def test_before_2020_there_was_none() -> None:
    with pytest.raises(Unavailable):
        template_on(date(2019, 12, 31), Party.PRODUCER)


def test_the_forms_of_2026_say_what_the_rule_says() -> None:
    producer, purchaser = templates()["2026_producer"], templates()["2026_purchaser"]
    assert producer.promise == ("未使用禁用农药、兽药及其他化合物", "使用的常规农药、兽药残留不超标")
    assert purchaser.promise == (
        "已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明",
        "未违规使用保鲜剂、防腐剂、添加剂等",
    )
    for form in (producer, purchaser):
        assert list(form.basis.values()) == ["质量安全控制符合要求", "自行检测合格", "委托检测合格"]
        assert "农业农村部令2025年第4号" in form.source and form.title == "承诺达标合格证"


SAID = {  # as it stands on papers that are out: never to change
    "2020": (
        "食用农产品合格证",
        "我承诺：",
        "不使用禁限用农药兽药及非法添加物 遵守农药安全间隔期、兽药休药期规定 "
        "销售的食用农产品符合农药兽药残留食品安全国家强制性标准 对产品质量安全以及合格证真实性负责",
        "内部质量控制 自我检测 委托检测",
    ),
    "2021": (
        "承诺达标合格证",
        "我承诺对生产销售的食用农产品：",
        "不使用禁用农药兽药、停用兽药和非法添加物 常规农药兽药残留不超标 对承诺的真实性负责",
        "内部质量控制 自我检测 委托检测",
    ),
    "2026_producer": (
        "承诺达标合格证",
        "我承诺对生产销售的食用农产品：",
        "未使用禁用农药、兽药及其他化合物 使用的常规农药、兽药残留不超标",
        "质量安全控制符合要求 自行检测合格 委托检测合格",
    ),
    "2026_purchaser": (
        "承诺达标合格证",
        "我承诺销售的食用农产品：",
        "已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明 未违规使用保鲜剂、防腐剂、添加剂等",
        "质量安全控制符合要求 自行检测合格 委托检测合格",
    ),
}


def test_each_form_says_its_words_to_the_letter() -> None:
    said = {
        key: (form.title, form.lead, " ".join(form.promise), " ".join(form.basis[basis] for basis in Basis))
        for key, form in templates().items()
    }
    assert said == SAID


def test_every_form_has_a_word_for_every_basis_and_a_source() -> None:
    for form in templates().values():
        assert set(form.basis) == set(Basis) and form.source and form.promise
