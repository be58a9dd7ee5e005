"""The file that names witnesses is read as c2sp.org/tlog-policy says, and a line that is wrong is named."""

import pytest

from yipin.errors import Unavailable
from yipin.log import witness_policy
from yipin.log.note import Kind, Signed, Signer, Verifier
from yipin.log.witness_policy import BadPolicy, Policy, parse


def key(name: str, kind: Kind = Kind.ED25519_TIMED) -> Verifier:
    return Signer(name, kind, name.encode().ljust(31, b".") + bytes([kind])).verifier


KEYS = {name: key(name) for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")}
LINES = "".join(f"witness {name} {one.vkey}\n" for name, one in KEYS.items())
EXAMPLE = f"""# two levels
log {key("log", Kind.ED25519).vkey} https://log.example/

{LINES}
group X-witnesses 2 X1 X2 X3
\tgroup Y-witnesses any Y1  Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        ("", False),
        ("X1 X2", False),
        ("X1 Y1", False),
        ("Y1 Y2 Y3", False),
        ("X1 X2 X3", False),
        ("X1 X3 Y2", True),
        ("X1 X2 X3 Y1 Y2 Y3", True),
    ],
)
def test_the_example_of_the_specification_means_what_it_says(signed: str, expected: bool) -> None:
    assert parse(EXAMPLE).is_reached(KEYS[name] for name in signed.split()) is expected
    assert parse(EXAMPLE).fewest == 3


def test_a_quorum_is_reached_when_the_last_that_it_needs_signs() -> None:
    policy = parse(EXAMPLE)
    signed = [Signed(KEYS[name], at) for name, at in (("X1", 50), ("Y1", 10), ("X2", 30), ("X3", 40), ("Y2", 5))]
    assert policy.reached_at(signed) == 40 and policy.reached_at(signed[:2]) is None
    assert parse("quorum none").reached_at(signed) is None


def test_one_witness_signs_with_several_keys_and_is_asked_at_one_address() -> None:
    old, new = key("w.example/1"), key("w.example/1", Kind.ML_DSA_44)
    policy = parse(
        f"witness 市监局 {old.vkey} https://w.example/\nwitness 市监局/2 {new.vkey}\n"
        "group 市监局. any 市监局 市监局/2\nquorum 市监局."
    )
    (one,) = policy.witnesses
    assert (one.word, one.name, one.url, one.keys) == ("市监局", "w.example/1", "https://w.example/", (old, new))
    assert policy.is_reached([new]) and policy.is_reached([old]) and policy.fewest == 1


X1 = f"witness X1 {KEYS['X1'].vkey}"


@pytest.mark.parametrize(
    "line",
    [
        f"{X1}\n{X1}",
        f"{X1}\nwitness X2 {KEYS['X1'].vkey}",
        f"witness X1 {key('log', Kind.ED25519).vkey}",
        f"witness none {KEYS['X1'].vkey}",
        f"{X1} ftp://w.example/",
        f"{X1} https://who:secret@w.example/",
        f"{X1} https://w.example:99999/",
        f"{X1} https://",
        f"{X1} https://w.example/ more",
        "witness X1",
        "witness X1 vkey",
        f"{X1}\ngroup g 2 X1",
        f"{X1}\ngroup g 0 X1",
        f"{X1}\ngroup g some X1",
        f"{X1}\ngroup g any X2",
        f"{X1}\ngroup g all X1 X1",
        f"{X1}\ngroup g any X1\ngroup h any X1",
        f"{X1}\ngroup X1 any X1",
        "group g any",
        "quorum X1",
        "quorum none\nquorum none",
        "quorum",
        "witnesses none",
        "\x00",
    ],
)
def test_a_line_that_is_wrong_is_refused_and_named(line: str, tmp_path) -> None:
    with pytest.raises(Exception) as wrong:
        parse(f"{line}\nquorum none" if "quorum" not in line else line)
    assert wrong.type.__name__ in ("BadPolicy", "BadNote")
    (tmp_path / "log.policy").write_text(line, "utf-8")
    with pytest.raises(Unavailable, match="见证名单"):
        witness_policy.load(tmp_path / "log.policy")
    assert witness_policy.kept(tmp_path / "log.policy") == Policy()


def test_a_policy_without_a_quorum_is_none_and_no_policy_asks_nobody(tmp_path) -> None:
    with pytest.raises(BadPolicy, match="quorum"):
        parse(LINES)
    assert witness_policy.load(tmp_path / "log.policy") == Policy() == witness_policy.kept(tmp_path / "log.policy")
    assert Policy().witnesses == [] and not Policy().is_reached(KEYS.values())
