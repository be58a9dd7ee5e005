"""Golden vectors: published codes must verify for ever.

`tests/vectors/` holds codes as if they had been printed years ago. Add to it; never edit a line of it. When a
test here fails, the code is wrong, not the vector.
"""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yipin.codes.keylist import KeyList
from yipin.codes.keys import SigningKey
from yipin.codes.payload import Fact, Payload, from_digits
from yipin.codes.signers import FileSigner
from yipin.codes.signing import CompromisedKey, sign, verify
from yipin.codes.units import UnitPermutation
from yipin.errors import BadCode

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "codes-v1.json").read_text("utf-8"))
KEYS = KeyList.from_json(json.dumps({"keys": VECTORS["keys"]}))


def what(case):
    return case["what"].replace(" ", "-")


def payload_of(case):
    day = date.fromisoformat(case["harvest_date"])
    return Payload(case["key"], case["county"], case["batch"], case["unit"], day, Fact(case["facts"]))


def test_there_is_a_vector_for_every_end_of_every_field():
    payloads = [payload_of(case) for case in VECTORS["codes"]]
    ends = [("key", 0, 127), ("county", 0, 999_999), ("batch", 0, 31**9 - 1), ("unit", 0, 2**27 - 1)]
    ends += [("harvest_date", date(2020, 1, 1), date(2064, 11, 8)), ("facts", 0, 15)]
    for field, least, greatest in ends:
        assert {least, greatest} <= {getattr(payload, field) for payload in payloads}
    assert len(payloads) >= 12


@pytest.mark.parametrize("case", VECTORS["codes"], ids=what)
def test_a_published_code_says_what_it_said_when_it_was_printed(case):
    expected = payload_of(case)
    if case["verdict"] == "compromised":
        with pytest.raises(CompromisedKey) as refusal:
            verify(case["digits"], KEYS)
        assert refusal.value.payload == expected
        assert refusal.value.since == KEYS.get(case["key"]).since
    else:
        assert verify(case["digits"], KEYS) == expected
    assert expected.id_number == case["id_number"]
    assert from_digits(case["digits"])[:15].hex() == expected.to_bytes().hex() == case["payload"]


@pytest.mark.parametrize("case", VECTORS["codes"], ids=what)
def test_signing_again_gives_the_same_digits(case):
    seed = bytes.fromhex(VECTORS["seeds"][str(case["key"])])
    key = SigningKey(KEYS.get(case["key"]), FileSigner(Ed25519PrivateKey.from_private_bytes(seed)))
    assert sign(payload_of(case), key) == case["digits"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=what)
def test_a_refused_code_is_refused_for_the_same_reason(case):
    with pytest.raises(BadCode) as refusal:
        verify(case["digits"], KEYS)
    assert refusal.value.reason == case["reason"]


@pytest.mark.parametrize("case", VECTORS["units"], ids=lambda case: f"{case['id_number']}-{case['ordinal']}")
def test_a_unit_number_keeps_its_ordinal(case):
    permutation = UnitPermutation(bytes.fromhex(VECTORS["unit_secret"]), case["id_number"])
    assert permutation.number(case["ordinal"]) == case["number"]
    assert permutation.ordinal(case["number"]) == case["ordinal"]
    assert permutation.numbers(np.array([case["ordinal"]])).tolist() == [case["number"]]
