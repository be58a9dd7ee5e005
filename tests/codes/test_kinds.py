"""Which of the two codes a text or a token is, and that each is spelled in one way."""

import json
from pathlib import Path

import pytest

from yipin.codes import payload, tiny
from yipin.codes.kinds import CodeKind, kind_of, spelled, token_of
from yipin.errors import BadLength

VECTORS = Path(__file__).parents[1] / "vectors"
SIGNED = [case["digits"] for case in json.loads((VECTORS / "codes-v1.json").read_text("utf-8"))["codes"]]
TINY = [case["digits"] for case in json.loads((VECTORS / "tiny-v1.json").read_text("utf-8"))["codes"]]


@pytest.mark.parametrize("kind, texts", [(CodeKind.FULL, SIGNED), (CodeKind.TINY, TINY)])
def test_the_digits_of_either_kind_become_bytes_and_digits_again(kind, texts):
    for digits in texts:
        assert kind_of(digits) is kind and len(digits) == kind.digits
        assert spelled(token_of(digits)) == digits


@pytest.mark.parametrize("size", [0, tiny.TOKEN_BYTES - 1, tiny.TOKEN_BYTES + 1, payload.TOKEN_BYTES + 1])
def test_bytes_of_another_number_are_no_code(size):
    with pytest.raises(BadLength):
        spelled(bytes(size))
    with pytest.raises(BadLength):
        tiny.to_digits(bytes(size))
