"""What a unit code says: its bytes, its digits, and that each has one spelling."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes.idnumber import BATCHES
from yipin.codes.payload import DIGITS, FIRST_DAY, LAST_DAY, TOKEN_BYTES, Fact, Payload, from_digits, to_digits
from yipin.errors import BadCode, BadDigits, BadLength, BadRange, BadVersion

payloads = st.builds(
    Payload,
    key=st.integers(0, 127),
    county=st.integers(0, 999_999),
    batch=st.integers(0, BATCHES - 1),
    unit=st.integers(0, 2**27 - 1),
    harvest_date=st.dates(FIRST_DAY, LAST_DAY),
    facts=st.builds(Fact, st.integers(0, 15)),
)
ORDINARY = {"key": 1, "county": 430225, "batch": 1, "unit": 1, "harvest_date": date(2026, 7, 18)}


@given(payloads)
def test_a_payload_survives_the_way_to_bytes_and_back(payload):
    raw = payload.to_bytes()
    assert len(raw) == 15
    assert Payload.from_bytes(raw) == payload


@given(st.binary(min_size=15, max_size=15))
def test_any_15_bytes_are_one_payload_or_refused(raw):
    try:
        payload = Payload.from_bytes(raw)
    except (BadVersion, BadRange):
        return
    assert payload.to_bytes() == raw


@given(st.binary(min_size=14, max_size=14), st.integers(0x20, 0x3F))
def test_any_15_bytes_of_version_1_are_one_payload_or_out_of_range(rest, first):
    raw = bytes([first]) + rest
    try:
        assert Payload.from_bytes(raw).to_bytes() == raw
    except BadRange:
        value = int.from_bytes(raw, "big")
        assert (value >> 90) % 2**20 > 999_999 or (value >> 45) % 2**45 >= BATCHES


def test_the_fields_stand_in_their_bits():
    payload = Payload(3, 430225, 5, 7, FIRST_DAY + timedelta(days=11), Fact.ORGANIC | Fact.INSURED)
    bits = f"{1:03b}{3:07b}{430225:020b}{5:045b}{7:027b}{11:014b}{0b0101:04b}"
    assert payload.to_bytes() == int(bits, 2).to_bytes(15, "big")


def test_a_payload_names_the_batch_by_its_id_number():
    assert Payload(1, 430225, 8834588899717, 0, date(2026, 7, 18)).id_number == "430225AB3D5FG7HQ"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": 128},
        {"key": -1},
        {"county": 1_000_000},
        {"batch": BATCHES},
        {"unit": 2**27},
        {"unit": -1},
        {"harvest_date": date(2019, 12, 31)},
        {"harvest_date": LAST_DAY + timedelta(days=1)},
        {"harvest_date": datetime(2026, 7, 18, tzinfo=UTC)},
        {"facts": Fact(16)},
    ],
    ids=str,
)
def test_a_field_that_does_not_fit_is_refused(wrong):
    with pytest.raises(BadRange):
        Payload(**(ORDINARY | wrong))


@pytest.mark.parametrize("version", [0, 2, 7, 8])
def test_another_version_is_refused(version):
    with pytest.raises(BadVersion):
        Payload(**ORDINARY, version=version)


@pytest.mark.parametrize("count", [0, 14, 16])
def test_another_number_of_bytes_is_refused(count):
    with pytest.raises(BadLength):
        Payload.from_bytes(bytes(count))


@given(st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES))
def test_a_token_has_one_spelling(token):
    text = to_digits(token)
    assert len(text) == DIGITS
    assert from_digits(text) == token


@given(st.text("0123456789", min_size=DIGITS, max_size=DIGITS))
def test_191_digits_are_one_token_or_out_of_range(text):
    try:
        assert to_digits(from_digits(text)) == text
    except BadRange:
        assert int(text) >= 2**632


def test_the_largest_token_is_read_and_the_next_number_is_not():
    assert from_digits(str(2**632 - 1)) == b"\xff" * TOKEN_BYTES
    with pytest.raises(BadRange):
        from_digits(str(2**632))


@pytest.mark.parametrize("count", [0, 78, 80])
def test_only_79_bytes_make_digits(count):
    with pytest.raises(BadLength):
        to_digits(bytes(count))


@pytest.mark.parametrize("character", ["٣", "３", "²", "Ⅷ", "O", "+", "-", "_", " ", "\n", "\x00", "\ud800", "𝟕"])
def test_a_character_that_is_no_ascii_digit_is_named_with_its_place(character):
    with pytest.raises(BadDigits, match="第 101 位") as refusal:
        from_digits("0" * 100 + character + "0" * 90)
    str(refusal.value).encode("utf-8")


@given(st.text())
def test_any_text_gives_a_token_or_a_bad_code(text):
    try:
        assert to_digits(from_digits(text)) == text
    except BadCode:
        pass
