"""Offline there are three answers: genuine, not genuine, and that it cannot be told. The address is judged apart."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yipin.codes.keylist import KeyList, KeyStatus, PublicKey
from yipin.codes.keys import SigningKey
from yipin.codes.offline import Address, check
from yipin.codes.payload import Payload, from_digits, to_digits
from yipin.codes.signers import FileSigner
from yipin.codes.signing import sign

MADE = datetime(2026, 7, 1, tzinfo=UTC)
HARVEST = date(2026, 7, 18)
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = [PublicKey(n, "Ed25519", PRIVATE.public_key().public_bytes_raw(), MADE) for n in range(5)]
KEYS = KeyList((PUBLIC[1], PUBLIC[3]), ("t.zhuzhou.gov.cn",), datetime(2026, 7, 20, tzinfo=UTC))


def code(key: int = 1) -> str:
    return sign(Payload(key, 430225, 8834588899717, 99, HARVEST), SigningKey(PUBLIC[key], FileSigner(PRIVATE)))


def of_version(version: int) -> str:
    token = bytearray(from_digits(code()))
    token[0] = version << 5 | token[0] & 31
    return to_digits(bytes(token))


LEAKED = replace(PUBLIC[1], status=KeyStatus.COMPROMISED, since=MADE + timedelta(days=30))


@pytest.mark.parametrize(
    ("text", "keys", "answer", "decided_by"),
    [
        (code(), KEYS, True, ""),
        (code(), replace(KEYS, as_of=None), True, ""),
        (code(), replace(KEYS, as_of=datetime(2026, 7, 17, 16, 0, tzinfo=UTC)), True, ""),  # the 18th in Shanghai
        (code(), replace(KEYS, as_of=datetime(2026, 7, 17, 15, 59, tzinfo=UTC)), None, "list"),
        (code(4), KEYS, None, "key"),  # newer than any in the list
        (code(2), KEYS, False, "key"),  # all keys are listed in order, so there was never a second one
        (code(), KeyList(), None, "key"),
        (code(), replace(KEYS, keys=(LEAKED,)), None, "compromised"),
        (of_version(2), KEYS, None, "version"),
        (of_version(0), KEYS, False, "version"),
        (code()[:-1] + str((int(code()[-1]) + 1) % 10), KEYS, False, "signature"),
        (code()[:-1] + str((int(code()[-1]) + 1) % 10), replace(KEYS, as_of=MADE), False, "signature"),
        ("9" * 191, KEYS, False, "range"),
        ("1" * 37, KEYS, None, "online"),
        (code()[:-1], KEYS, None, "incomplete"),
        (f"{code()} {code(3)}", KEYS, None, "several"),
        ("hello", KEYS, None, "none"),
    ],
)
def test_a_code_is_genuine_or_not_or_it_cannot_be_told(text, keys, answer, decided_by):
    found = check(text, keys)
    assert (found.is_genuine, found.check) == (answer, decided_by)
    assert (found.reason is None) is (answer is True) and (found.payload is not None) is (answer is True)


OURS = [
    "https://t.zhuzhou.gov.cn/{}",
    "HTTPS://T.ZHUZHOU.GOV.CN/{}。",
    "https://t.zhuzhou.gov.cn:443/{}",
    "https://t.zhuzhou.gov.cn./{}",
    "t.zhuzhou.gov.cn/{}",
    "https：、、t。zhuzhou。gov。cn、{}",
    "看看 https://t.zhuzhou.gov.cn/trace/{}，真的吗",
    "https%3A%2F%2Ft.zhuzhou.gov.cn%2F{}",
]
OTHERS = [
    "https://evil.example/{}",
    "evil.example/{}",
    "https://t.zhuzhou.gov.cn@evil.example/{}",
    "https://t.zhuzhou.gov.cn:8443/{}",
    "https://evil.example\\@t.zhuzhou.gov.cn/{}",
    "https://t.zhuzhou.gov.cn.evil.example/{}",
    "https://t.zhuzhоu.gov.cn/{}",  # a Cyrillic o
    "https:/evil.example/{}",
    "https://t.zhuzhou.gov.cn/ https://evil.example/{}",
]


@pytest.mark.parametrize("shape", OURS)
def test_an_address_of_the_issuer_is_known_however_it_is_spelled(shape):
    found = check(shape.format(code()), KEYS)
    assert found.is_genuine and found.address is Address.ISSUER and found.address_said is None


@pytest.mark.parametrize("shape", OTHERS)
def test_a_good_signature_under_another_address_tells_that_it_is_not_the_issuers(shape):
    found = check(shape.format(code()), KEYS)
    assert found.is_genuine and found.address is Address.OTHER
    assert "不是发码单位的" in str(found.address_said)


def test_a_list_without_hosts_cannot_tell_the_address_and_digits_have_none():
    found = check(f"https://evil.example/{code()}", replace(KEYS, hosts=()))
    assert found.is_genuine and found.address is Address.UNKNOWN and "不能判断" in str(found.address_said)
    assert check(code(), KEYS).address is Address.NONE
