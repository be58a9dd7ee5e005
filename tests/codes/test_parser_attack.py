"""The parser under attack: no false accept, no second spelling, and nothing raised but BadCode.

Mutations start from a genuine code. Whatever is not that very string must be refused, by `verify` and by
`read_code` behind it; a failure prints the seed and the string. `scripts/soak parse --count 200000` tries more strings.
"""

import os
import random
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yipin.codes.keylist import KeyList, KeyStatus, PublicKey
from yipin.codes.keys import SigningKey
from yipin.codes.payload import DIGITS, TOKEN_BYTES, Fact, Payload, from_digits, to_digits
from yipin.codes.reading import read_code
from yipin.codes.signers import FileSigner
from yipin.codes.signing import sign, verify
from yipin.errors import BadCode, BadSignature

STRINGS = int(os.environ.get("SOAK_STRINGS", "50000"))
SEED = 20260718
NOW = datetime(2026, 7, 18, tzinfo=UTC)
PRIVATE = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(4)]
STATUS = [KeyStatus.ACTIVE, KeyStatus.ACTIVE, KeyStatus.RETIRED, KeyStatus.COMPROMISED]
SIGNERS = [
    SigningKey(
        PublicKey(
            number,
            "Ed25519",
            private.public_key().public_bytes_raw(),
            NOW,
            None,
            STATUS[number],
            None if STATUS[number] is KeyStatus.ACTIVE else NOW,
        ),
        FileSigner(private),
    )
    for number, private in enumerate(PRIVATE)
]
KEYS = KeyList(tuple(signer.public for signer in SIGNERS))
CODES = [
    sign(Payload(number, 430225, 8834588899717, 99 + number, date(2026, 7, 18), Fact(number)), SIGNERS[number])
    for number in (1, 2, 1)
]
GENUINE = set(CODES)

ODD_DIGITS = ["٣", "۵", "३", "３", "𝟕", "²", "⑨", "Ⅷ", "五", "༣"]
ODD_SPACE = [" ", "\t", "\n", "\r\n", "\x00", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u202e", "\x1c", "\x85"]
ODD_TEXT = ["-", "+", "_", ".", ",", "e5", "0x", "%30", "\ud800", "\udfff", "😀", "é", "<", "'", '"', "/", "?", "#"]


def refused(text):
    """Whether `verify` refuses with a BadCode; any other exception ends the test."""
    try:
        verify(text, KEYS)
    except BadCode as refusal:
        return refusal
    return None


def test_the_codes_attacked_are_genuine():
    assert [refused(code) for code in CODES] == [None] * 3


def test_every_single_bit_is_guarded():
    token = int.from_bytes(from_digits(CODES[0]), "big")
    for bit in range(8 * TOKEN_BYTES):
        assert refused(to_digits((token ^ 1 << bit).to_bytes(TOKEN_BYTES, "big"))), bit


def test_every_single_digit_is_guarded():
    code = CODES[0]
    for place in range(DIGITS):
        for digit in "0123456789".replace(code[place], ""):
            assert refused(code[:place] + digit + code[place + 1 :]), (place, digit)


def test_no_other_string_is_a_second_spelling_of_a_code():
    code = CODES[0]
    value = int(code)
    spellings = [str(value), f"0{code}", f"+{value}", f"{value:,}", f"{value:_}", f"{value:x}", f"{value}.0"]
    spellings += [str(value + 2**632).zfill(191), code + "\n", " " + code, code[:-1] + "\n", code + "\x00"]
    spellings += [code[:place] + "_" + code[place:-1] for place in range(DIGITS)]
    spellings += [
        code.translate({ord("0") + digit: zero + digit for digit in range(10)})
        for zero in (0x660, 0x6F0, 0x966, 0xFF10, 0x1D7CE)
    ]
    for text in spellings:
        assert refused(text), ascii(text)


def test_a_huge_text_is_refused_at_once():
    for text in ("9" * 10_000_000, "0" * 10_000_000 + CODES[0], "\ud800" * 1_000_000, "/" * 1_000_000):
        assert refused(text).reason == "length"
        with pytest.raises(BadCode):
            read_code(text + "x")


def cut(r, code):
    return r.choice([code[: r.randrange(DIGITS)], code[r.randrange(1, DIGITS) :]])


def lengthen(r, code):
    return r.choice([code + r.choice("0123456789"), "0" + code, code + code, code * r.randrange(2, 9)])


def swap(r, code):
    a, b = sorted(r.sample(range(DIGITS), 2))
    return code[:a] + code[b] + code[a + 1 : b] + code[a] + code[b + 1 :]


def put(r, code):
    place, odd = r.randrange(DIGITS + 1), r.choice(ODD_DIGITS + ODD_SPACE + ODD_TEXT)
    return code[:place] + odd + code[place:]


def replace(r, code):
    place, odd = r.randrange(DIGITS), r.choice(ODD_DIGITS + ODD_SPACE + ODD_TEXT)
    return (code[:place] + odd + code[place + 1 :])[: r.choice([DIGITS, DIGITS, 400])]


def redigit(r, code):
    digits = list(code)
    for place in r.sample(range(DIGITS), r.randrange(1, 9)):
        digits[place] = r.choice("0123456789")
    return "".join(digits)


def reverse_part(r, code):
    a, b = sorted(r.sample(range(DIGITS), 2))
    return code[:a] + code[a:b][::-1] + code[b:]


def splice(r, code):
    place = r.randrange(DIGITS)
    return code[:place] + r.choice(CODES)[place:]


def flip_bytes(r, code):
    token = bytearray(from_digits(code))
    for _ in range(r.randrange(1, 4)):
        token[r.randrange(TOKEN_BYTES)] ^= 1 << r.randrange(8)
    return to_digits(bytes(token))


def random_token(r, _):
    return to_digits(r.choice([r.randbytes(TOKEN_BYTES), bytes([0x20 | r.randrange(32)]) + r.randbytes(78)]))


def random_digits(r, _):
    return "".join(r.choices("0123456789", k=r.choice([0, 1, 190, 191, 191, 191, 192, r.randrange(2000)])))


def random_text(r, _):
    return "".join(chr(r.choice([r.randrange(128), r.randrange(0x110000)])) for _ in range(r.randrange(260)))


def random_text_of_right_length(r, code):
    kept = r.randrange(DIGITS)
    return code[:kept] + "".join(chr(r.randrange(0x110000)) for _ in range(DIGITS - kept))


def address(r, code):
    shape = r.choice(["https://t.zhuzhou.gov.cn/{}", "{}/", "{}?x=1", "{}#x", "//{}", "https://{}", "\\{}", "%{}"])
    return shape.format(code)


MUTATIONS = [cut, lengthen, swap, put, replace, redigit, reverse_part, splice, flip_bytes]
MUTATIONS += [random_token, random_digits, random_text, random_text_of_right_length, address]


@pytest.mark.long
@pytest.mark.usefixtures("untraced")  # measuring it would take as long again
def test_random_and_mutated_strings_find_no_way_in():
    r = random.Random(SEED)
    reasons = dict.fromkeys(["length", "digits", "range", "version", "key", "signature"], 0)
    for count in range(STRINGS):
        text = r.choice(MUTATIONS)(r, r.choice(CODES))
        if text in GENUINE:  # a swap of equal digits, a splice of a code with itself
            continue
        refusal = refused(text)
        assert refusal is not None, (SEED, count, ascii(text))
        reasons[refusal.reason] += 1
        try:
            assert read_code(text) == read_code(read_code(text))
        except BadCode:
            pass
    # every check has been reached many times, so none of them is dead
    assert min(reasons.values()) > STRINGS // 700, reasons
    assert sum(reasons.values()) > STRINGS * 0.95


def test_a_genuine_signature_carried_to_every_other_payload_is_refused():
    payload, signature = from_digits(CODES[0])[:15], from_digits(CODES[0])[15:]
    value = int.from_bytes(payload, "big")
    for low in range(1, 2000):
        other = (value ^ low).to_bytes(15, "big")
        with pytest.raises(BadSignature):
            verify(to_digits(other + signature), KEYS)
