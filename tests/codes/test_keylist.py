"""The key list refuses whatever would make forgeries genuine, and anything it cannot read for certain."""

import base64
import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from yipin.codes import curve
from yipin.codes.keylist import BadKeyList, KeyList, KeyStatus, PublicKey
from yipin.codes.keys import SigningKey
from yipin.codes.signers import FileSigner
from yipin.errors import BadSignature, UnknownKey

NOW = datetime(2026, 7, 18, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # of -1
IDENTITY = (0, 1)


def plus(a, b):
    """Addition on edwards25519 (RFC 8032, 5.1.4), the slow and plain way."""
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P) % P
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P
    return x, y


def times(count, point):
    total = IDENTITY
    for bit in bin(count)[2:]:
        total = plus(total, total)
        if bit == "1":
            total = plus(total, point)
    return total


def encoded(y, sign):
    return (y | sign << 255).to_bytes(32, "little")


def torsion_points():
    """The eight points whose order divides 8, found from the curve itself: L times any point is one of them."""
    order = 2**252 + 27742317777372353535851937790883648493
    points, y = set(), 2
    while len(points) < 8:
        y += 1
        squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(squared, (P + 3) // 8, P)
        x = x if x * x % P == squared else x * ROOT % P
        if x * x % P == squared:
            points.add(times(order, (x, y)))
    return sorted(points)


def weak_encodings():
    """Every 32 bytes that decode to a torsion point, and every y that is not reduced modulo p."""
    canonical = {encoded(y, x & 1) for x, y in torsion_points()}
    wrong_sign = {encoded(y, sign) for _, y in torsion_points() for sign in (0, 1)}
    not_reduced = {encoded(y, sign) for y in range(P, 2**255) for sign in (0, 1)}
    assert len(canonical) == 8
    return sorted(canonical | wrong_sign | not_reduced)


HONEST = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()


def entry(raw=HONEST, /, **changes):
    public_key = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    sound = {"number": 1, "algorithm": "Ed25519", "public_key": public_key, "not_before": "2026-07-18T08:00:00Z"}
    return sound | {"not_after": None, "status": "active", "since": None} | changes


def listed(*entries):
    return json.dumps({"keys": entries})


@pytest.mark.parametrize("raw", weak_encodings(), ids=lambda raw: raw.hex()[:12] + raw.hex()[-4:])
def test_a_weak_public_key_is_never_listed(raw):
    with pytest.raises(BadKeyList):
        KeyList.from_json(listed(entry(raw)))
    with pytest.raises(BadKeyList):
        PublicKey(1, "Ed25519", raw, NOW)


def test_the_identity_would_have_forged_everything():
    """Why the list must refuse: the library itself accepts one constant signature for any message."""
    identity = encoded(1, 0)
    forged = identity + bytes(32)
    for message in (b"", b"yipin/code/1\0anything", os.urandom(15)):
        Ed25519PublicKey.from_public_bytes(identity).verify(forged, message)


def mixed_order_encodings():
    """An honest point plus each of the seven torsion points that are not the neutral one: [8L] of it is neutral, [L] not."""
    y, sign = int.from_bytes(HONEST, "little") & 2**255 - 1, HONEST[31] >> 7
    squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(squared, (P + 3) // 8, P)
    x = x if x * x % P == squared else x * ROOT % P
    x = x if x & 1 == sign else P - x
    sums = (plus((x, y), torsion) for torsion in torsion_points() if torsion != IDENTITY)
    return [encoded(y, x & 1) for x, y in sums]


@pytest.mark.parametrize("raw", mixed_order_encodings(), ids=lambda raw: raw.hex()[:12])
def test_a_key_of_mixed_order_is_never_listed(raw):
    """The library takes it: two verifiers may disagree about one signature under it."""
    Ed25519PublicKey.from_public_bytes(raw)
    with pytest.raises(BadKeyList, match="混合阶"):
        KeyList.from_json(listed(entry(raw)))


def test_a_point_that_is_not_on_the_curve_is_never_listed():
    refused = 0
    for y in range(2, 60):
        squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        if pow(squared, (P - 1) // 2, P) != 1:
            refused += 1
            with pytest.raises(BadKeyList, match="曲线"):
                PublicKey(1, "Ed25519", encoded(y, 0), NOW)
    assert refused > 10


def test_honest_keys_are_listed():
    for _ in range(50):
        raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        assert KeyList.from_json(listed(entry(raw))).get(1).public_key == raw


def test_the_list_survives_the_way_to_json_and_back():
    raw = [Ed25519PrivateKey.generate().public_key().public_bytes_raw() for _ in range(3)]
    keys = KeyList(
        (
            PublicKey(0, "Ed25519", raw[0], NOW, None, KeyStatus.COMPROMISED, NOW + DAY),
            PublicKey(7, "Ed25519", raw[1], NOW, NOW + DAY, KeyStatus.RETIRED, NOW),
            PublicKey(127, "Ed25519", raw[2], NOW),
        )
    )
    assert KeyList.from_json(keys.to_json()) == keys
    assert keys.get(7).public_key == raw[1]
    with pytest.raises(UnknownKey, match="8"):
        keys.get(8)


def test_the_moment_of_which_a_list_speaks_survives_the_way_to_json_and_back():
    assert KeyList.from_json(KeyList((), as_of=NOW).to_json()).as_of == NOW


def test_the_published_list_has_the_promised_members():
    [published] = json.loads(KeyList((PublicKey(1, "Ed25519", HONEST, NOW),)).to_json())["keys"]
    assert list(published) == ["number", "algorithm", "public_key", "not_before", "not_after", "status", "since"]
    assert published["not_before"] == "2026-07-18T08:00:00Z"
    assert base64.urlsafe_b64decode(published["public_key"] + "=") == HONEST


@pytest.mark.parametrize(
    "changes",
    [
        {"number": -1},
        {"number": 128},
        {"number": "1"},
        {"number": 1.0},
        {"number": True},
        {"number": None},
        {"algorithm": "SM2"},
        {"algorithm": "ed25519"},
        {"algorithm": None},
        {"public_key": ""},
        {"public_key": "A" * 42},
        {"public_key": "A" * 44},
        {"public_key": "A" * 42 + "="},
        {"public_key": "é" * 43},
        {"public_key": 5},
        {"public_key": None},
        {"not_before": None},
        {"not_before": "yesterday"},
        {"not_before": "2026-07-18"},
        {"not_before": "2026-07-18T00:00:00"},
        {"not_before": "0001-01-01T00:00:00+23:59"},
        {"not_before": 1784332800},
        {"not_after": "2026-07-18T08:00:00Z"},
        {"not_after": []},
        {"status": "good"},
        {"status": None},
        {"status": "retired"},
        {"status": "compromised", "since": None},
        {"since": "2026-07-18T08:00:00Z"},
    ],
    ids=str,
)
def test_a_malformed_entry_refuses_the_list(changes):
    with pytest.raises(BadKeyList):
        KeyList.from_json(listed(entry(**changes)))


def test_a_second_spelling_of_the_same_key_bytes_is_refused():
    text = entry()["public_key"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for other in range(1, 4):
        twin = text[:-1] + alphabet[alphabet.index(text[-1]) ^ other]
        assert base64.urlsafe_b64decode(twin + "=") == HONEST
        with pytest.raises(BadKeyList):
            KeyList.from_json(listed(entry(public_key=twin)))


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "5", '"keys"', "{}", '{"keys": {}}', '{"keys": [5]}', '{"keys": null}', '{"keys": [{}]}']
    + ["[" * 100_000, '{"keys": ' + "9" * 5000 + "}", "\ud800", '{"keys": [], "keys": []}', "\x00"],
    ids=lambda text: ascii(text[:24]),
)
def test_a_text_that_is_no_key_list_is_refused(text):
    with pytest.raises(BadKeyList):
        KeyList.from_json(text)


def test_a_member_written_twice_is_refused():
    one = listed(entry())
    with pytest.raises(BadKeyList):
        KeyList.from_json(one.replace('"number": 1', '"number": 2, "number": 1'))


def test_a_number_listed_twice_is_refused():
    with pytest.raises(BadKeyList, match="第 1 号"):
        KeyList.from_json(listed(entry(), entry()))


@pytest.mark.parametrize(
    "members",
    [{"hosts": "a.cn"}, {"hosts": [1]}, {"hosts": [""]}, {"as_of": 7}, {"as_of": "yesterday"}, {"as_of": "2026-07-18"}],
)
def test_hosts_and_a_day_of_the_wrong_kind_refuse_the_list(members):
    with pytest.raises(BadKeyList, match="hosts|as_of"):
        KeyList.from_json(json.dumps({"keys": []} | members))


def test_members_of_a_later_format_are_passed_over():
    text = json.dumps({"keys": [entry(note="x")], "version": 2})
    assert KeyList.from_json(text).get(1).public_key == HONEST


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["keys", "number", "status"]), inner),
    )
)
def test_any_json_is_a_key_list_or_refused(value):
    try:
        KeyList.from_json(json.dumps({"keys": [value]}))
    except BadKeyList as refusal:
        assert str(refusal)


# RFC 8032, 7.1: tests 1, 2, 3 and SHA(abc)
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_are_ours(secret, public, message, signature):
    listed_key = PublicKey(1, "Ed25519", bytes.fromhex(public), NOW)
    key = SigningKey(listed_key, FileSigner(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))))
    assert key.sign(bytes.fromhex(message)).hex() == signature
    listed_key.verify(bytes.fromhex(signature), bytes.fromhex(message))
    with pytest.raises(BadSignature):
        listed_key.verify(bytes.fromhex(signature), bytes.fromhex(message) + b"\0")


@pytest.mark.parametrize("length", [31, 33, 64])
def test_bytes_of_another_length_are_no_key(length: int) -> None:
    assert "32" in (curve.problem(os.urandom(length)) or "")
