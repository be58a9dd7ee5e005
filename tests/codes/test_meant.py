"""An ID number, the number of a case or of a certificate is read out of what people copy with it."""

import pytest

from world.distortions import AROUND, HOST
from yipin.codes.casenumber import new_case_number, parse_case_number
from yipin.codes.commitnumber import new_commitment_number, parse_commitment_number
from yipin.codes.idnumber import new_id_number, parse_id_number
from yipin.errors import BadIdNumber

READERS = {
    "身份证号": (parse_id_number, lambda: new_id_number("430225"), "b/"),
    "合格证编号": (parse_commitment_number, new_commitment_number, "c/"),
    "案件编号": (parse_case_number, lambda: new_case_number("J"), "case?number="),
}


@pytest.mark.parametrize("kind", READERS)
def test_a_number_is_read_however_it_was_carried(kind):
    parse, new, _ = READERS[kind]
    for name, distort in AROUND.items():
        number = new()
        assert parse(distort(number)) == number, name
        assert parse(f"{kind}：{distort(number.lower())}") == number, name


@pytest.mark.parametrize("kind", ["身份证号", "合格证编号"])
def test_a_number_is_read_out_of_its_address(kind):
    parse, new, path = READERS[kind]
    number = new()
    for tail in ("", "/", "。", "?from=timeline&isappinstalled=0", "#top", "，快来看看"):
        assert parse(f"看看 {HOST}{path}{number}{tail}") == number


def test_two_different_numbers_are_not_taken_for_one():
    one, other = new_id_number("430225"), new_id_number("430225")
    with pytest.raises(BadIdNumber):
        parse_id_number(f"{one}，{other}")
    assert parse_id_number(f"{one}，{one}") == one


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("4302 25AB 3D5F G7H。", "这里有 15 位"),
        ("43022AB3D5FG7HQ", "这里有 15 位"),  # a digit is missing: no other position is called wrong
        (f"{HOST}b/430225AB3D5FG7*Q", "第 15 位“*”"),
    ],
)
def test_what_is_wrong_is_told_of_the_number_and_not_of_what_stands_around_it(typed, told):
    with pytest.raises(BadIdNumber, match=told.replace("*", r"\*")):
        parse_id_number(typed)
