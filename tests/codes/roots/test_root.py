"""A root key: its public line has one spelling, and only its own signature counts."""

import stat
from pathlib import Path

import pytest

from world.rooted import private_roots
from yipin.codes.keylist import BadKeyList
from yipin.codes.roots.root import PrivateRoot, Root, new_root, roots_of
from yipin.errors import Invalid, Unavailable


def test_a_root_is_a_private_file_and_a_public_line_that_is_read_again(tmp_path: Path) -> None:
    made = new_root(tmp_path / "zhang.pem", "zhang")
    assert stat.S_IMODE((tmp_path / "zhang.pem").stat().st_mode) == 0o600
    assert Root.parse(f" {made}\n") == made and PrivateRoot.load(tmp_path / "zhang.pem", "zhang").root == made
    assert roots_of(f"# 三把根密钥\n\n{made}\n") == (made,)


def test_a_root_with_a_passphrase_signs_only_with_it(tmp_path: Path) -> None:
    new_root(tmp_path / "zhang.pem", "zhang", b"long words")
    for said in (None, b"other words"):
        with pytest.raises(Unavailable, match="口令"):
            PrivateRoot.load(tmp_path / "zhang.pem", "zhang", said)
    assert PrivateRoot.load(tmp_path / "zhang.pem", "zhang", b"long words").sign("words\n").startswith("— zhang ")


def test_no_root_is_made_over_another_nor_under_a_bad_name(tmp_path: Path) -> None:
    new_root(tmp_path / "zhang.pem", "zhang")
    before = (tmp_path / "zhang.pem").read_bytes()
    with pytest.raises(Invalid, match="没有动它"):
        new_root(tmp_path / "zhang.pem", "zhang")
    assert (tmp_path / "zhang.pem").read_bytes() == before
    for name in ("", "张", "a b", "a+b", "x" * 41):
        with pytest.raises(Invalid, match="名称"):
            new_root(tmp_path / "new.pem", name)
        with pytest.raises(BadKeyList, match="名称"):
            Root(name, bytes(32))
    with pytest.raises(Unavailable, match="写不进去"):
        new_root(tmp_path / "none" / "li.pem", "li")


def test_a_public_line_that_was_copied_wrongly_is_refused(tmp_path: Path) -> None:
    line = str(new_root(tmp_path / "zhang.pem", "zhang"))
    name, mark, key = line.split("+", 2)
    for wrong in (
        "",
        "zhang",
        f"{name}+{mark}",
        f"zheng+{mark}+{key}",
        f"{name}+00000000+{key}",
        f"{line}=",
        f"{name}+{mark}+密",
    ):
        with pytest.raises(BadKeyList):
            Root.parse(wrong)


def test_a_root_of_a_weak_point_is_refused() -> None:
    with pytest.raises(BadKeyList, match="低阶"):
        Root("zhang", bytes([1]) + bytes(31))


def test_only_the_roots_own_signature_of_just_this_text_counts(tmp_path: Path) -> None:
    zhang, li = private_roots(tmp_path, "zhang", "li")
    line = zhang.sign("text\n")
    assert zhang.root.has_signed("text\n", line)
    assert not zhang.root.has_signed("Text\n", line)
    assert not li.root.has_signed("text\n", line)
    assert not li.root.has_signed("text\n", line.replace("zhang", "li"))
    for wrong in ("", line[2:], line + "=", line.replace(" ", "  "), line[:-8], "— zhang AAAA"):
        assert not zhang.root.has_signed("text\n", wrong), wrong


def test_a_signature_that_does_not_verify_is_never_given_out(tmp_path: Path) -> None:
    """As after a fault of memory or processor, which can reveal the private key."""
    zhang, li = private_roots(tmp_path, "zhang", "li")
    with pytest.raises(Unavailable, match="签名自检失败"):
        PrivateRoot(zhang.root, li._private).sign("text\n")
