"""A signed code is genuine, and nothing else is."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes.idnumber import BATCHES
from yipin.codes.keylist import KeyList, KeyStatus, PublicKey
from yipin.codes.keys import SigningKey
from yipin.codes.payload import FIRST_DAY, LAST_DAY, Fact, Payload, from_digits, to_digits
from yipin.codes.reading import read_code
from yipin.codes.signers import FileSigner
from yipin.codes.signing import CONTEXT, CompromisedKey, sign, verify
from yipin.errors import BadCode, BadSignature, BadVersion, Conflict, UnknownKey

NOW = datetime(2026, 7, 18, tzinfo=UTC)
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def signing_key(number, status=KeyStatus.ACTIVE, since=None):
    private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    raw = private.public_key().public_bytes_raw()
    return SigningKey(PublicKey(number, "Ed25519", raw, NOW, None, status, since), FileSigner(private))


KEY = signing_key(1)
KEYS = KeyList((KEY.public,))
PAYLOAD = Payload(1, 430225, 8834588899717, 12345, date(2026, 7, 18), Fact.GREEN | Fact.INSURED)
CODE = sign(PAYLOAD, KEY)

payloads = st.builds(
    Payload,
    key=st.just(1),
    county=st.integers(0, 999_999),
    batch=st.integers(0, BATCHES - 1),
    unit=st.integers(0, 2**27 - 1),
    harvest_date=st.dates(FIRST_DAY, LAST_DAY),
    facts=st.builds(Fact, st.integers(0, 15)),
)


@given(payloads)
def test_what_was_signed_is_what_is_read(payload):
    code = sign(payload, KEY)
    assert len(code) == 191 and code.isascii() and code.isdigit()
    assert verify(code, KEYS) == payload


def test_the_same_payload_gives_the_same_code():
    assert sign(replace(PAYLOAD), signing_key(1)) == CODE


def test_the_signature_stands_over_the_context_and_the_payload():
    token = from_digits(CODE)
    assert token == PAYLOAD.to_bytes() + KEY.sign(b"yipin/code/1\0" + PAYLOAD.to_bytes())


def test_a_signature_made_for_another_purpose_is_no_code():
    raw = PAYLOAD.to_bytes()
    for message in (raw, b"yipin/code/2\0" + raw, CONTEXT[:-1] + raw):
        with pytest.raises(BadSignature):
            verify(to_digits(raw + KEY.sign(message)), KEYS)


def test_a_key_signs_only_payloads_that_name_it():
    with pytest.raises(Conflict, match="第 1 号"):
        sign(PAYLOAD, signing_key(2))


def test_a_key_that_is_not_listed_is_unknown():
    with pytest.raises(UnknownKey):
        verify(sign(replace(PAYLOAD, key=2), signing_key(2)), KEYS)


def test_a_code_of_another_issuer_with_our_key_number_is_forged():
    forger = Ed25519PrivateKey.generate()
    public = PublicKey(1, "Ed25519", forger.public_key().public_bytes_raw(), NOW)
    with pytest.raises(BadSignature):
        verify(sign(PAYLOAD, SigningKey(public, FileSigner(forger))), KEYS)


def test_a_retired_key_still_verifies():
    retired = signing_key(1, KeyStatus.RETIRED, NOW)
    assert verify(CODE, KeyList((retired.public,))) == PAYLOAD


def test_a_compromised_key_is_told_apart_from_a_forgery():
    keys = KeyList((signing_key(1, KeyStatus.COMPROMISED, NOW).public,))
    with pytest.raises(CompromisedKey) as refusal:
        verify(CODE, keys)
    assert (refusal.value.payload, refusal.value.since) == (PAYLOAD, NOW)
    forged = bytearray(from_digits(CODE))
    forged[-1] ^= 1
    with pytest.raises(BadSignature):
        verify(to_digits(bytes(forged)), keys)


def test_adding_the_group_order_to_s_makes_no_second_code():
    token = from_digits(CODE)
    s = int.from_bytes(token[47:], "little")
    for times in range(1, 16):
        other = token[:47] + (s + times * GROUP_ORDER).to_bytes(32, "little")
        with pytest.raises(BadSignature):
            verify(to_digits(other), KEYS)


def test_a_code_of_another_version_is_refused_before_its_fields_are_read():
    token = bytearray(from_digits(CODE))
    for version in (0, 2, 3, 4, 5, 6, 7):
        token[0] = version << 5 | token[0] & 31
        with pytest.raises(BadVersion, match=str(version)):
            verify(to_digits(bytes(token)), KEYS)


@given(st.text())
def test_any_text_scanned_gives_a_bad_code(text):
    for parse in (read_code, lambda text: verify(text, KEYS)):
        with pytest.raises(BadCode):
            parse(text)
