"""Files of private keys say whether a passphrase is needed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from yipin.codes.keyfiles import is_locked
from yipin.codes.keylist import BadKeyList, KeyList
from yipin.codes.keys import KeyRing, new_key

NOW = datetime(2026, 7, 18, 8, tzinfo=UTC)


def test_a_file_is_locked_if_it_has_a_passphrase_and_one_that_is_not_there_is_not(tmp_path: Path) -> None:
    new_key(tmp_path / "open", NOW)
    new_key(tmp_path / "locked", NOW, b"long words")
    assert not is_locked(tmp_path / "open" / "code-001.pem")
    assert is_locked(tmp_path / "locked" / "code-001.pem")
    assert not is_locked(tmp_path / "none.pem")


def test_under_another_list_only_the_keys_that_it_names_sign(tmp_path: Path) -> None:
    first, _ = new_key(tmp_path, NOW), new_key(tmp_path, NOW)
    under = KeyRing.load(tmp_path).under(KeyList((first,)))
    assert [key.number for key in under.private] == [1] == [under.signer(NOW).number]


def test_what_roots_signed_survives_the_way_to_json_and_back_and_is_a_list_of_texts() -> None:
    for lists in ((), ("one", "two")):
        assert KeyList.from_json(KeyList(lists=lists).to_json()).lists == lists
    assert KeyList.from_json(KeyList().to_json()).lists is None
    for wrong in ('"one"', "[1]", "{}"):
        with pytest.raises(BadKeyList, match="root_signed"):
            KeyList.from_json(f'{{"keys": [], "root_signed": {wrong}}}')
