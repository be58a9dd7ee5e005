"""Project Wycheproof's Ed25519 vectors, as published, through our own loader of key lists and our own verifier.

The vectors are read from the shared folder. What no public list of ours may have stands here in full.
"""

import base64
import json
from collections import Counter

import pytest

from world.shared import shared
from yipin.codes.keylist import BadKeyList, KeyList, PublicKey
from yipin.codes.roots.root import Root
from yipin.errors import BadSignature

LOW_ORDER = [  # every encoding that decodes to a point whose order divides 8, the non-canonical ones too
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


def loaded(raw: bytes) -> KeyList:
    entry = {"number": 1, "algorithm": "Ed25519", "public_key": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}
    times = {"not_before": "2026-07-18T08:00:00Z", "not_after": None, "status": "active", "since": None}
    return KeyList.from_json(json.dumps({"keys": [entry | times]}))


def test_all_vectors_come_out_as_published() -> None:
    vectors = json.loads(shared("vectors", "wycheproof-ed25519.json").read_bytes())
    seen: Counter[str] = Counter()
    for group in vectors["testGroups"]:
        key = loaded(bytes.fromhex(group["publicKey"]["pk"])).get(1)
        for case in group["tests"]:
            seen[case["result"]] += 1
            assert _verifies(key, case) is (case["result"] == "valid"), case
    assert seen.total() == vectors["numberOfTests"] == 151 and seen == {"valid": 88, "invalid": 63}


def _verifies(key: PublicKey, case: dict[str, str]) -> bool:
    try:
        key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
    except BadSignature:
        return False
    return True


@pytest.mark.parametrize("raw", LOW_ORDER)
def test_none_of_the_fourteen_encodings_of_small_order_is_loaded(raw: str) -> None:
    assert len(set(LOW_ORDER)) == 14
    with pytest.raises(BadKeyList):
        loaded(bytes.fromhex(raw))
    with pytest.raises(BadKeyList):
        Root("root", bytes.fromhex(raw))
