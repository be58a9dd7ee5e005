"""The key ring never guesses, leaks, or makes a key that was not asked for."""

import os
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from yipin.codes.keylist import BadKeyList, KeyList, KeyStatus, PublicKey
from yipin.codes.keys import KeyRing, SigningKey, new_key, read_list, set_status
from yipin.codes.signers import FileSigner
from yipin.errors import Conflict, Invalid, Unavailable, UnknownKey

NOW = datetime(2026, 7, 18, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_new_key_signs_and_its_files_are_private(tmp_path):
    folder = tmp_path / "deep" / "keys"
    made = new_key(folder, NOW)
    assert (made.number, made.not_before, made.not_after, made.status) == (1, NOW, None, KeyStatus.ACTIVE)
    assert stat.S_IMODE((folder / "code-001.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["code-001.pem", "keys.json"]
    ring = KeyRing.load(folder)
    key = ring.signer(NOW)
    ring.keys.get(1).verify(key.sign(b"message"), b"message")
    assert KeyList.from_json((folder / "keys.json").read_text()) == ring.keys


def test_nothing_secret_is_shown_by_accident(tmp_path):
    new_key(tmp_path, NOW)
    ring = KeyRing.load(tmp_path)
    assert "rivate" not in repr(ring) + repr(ring.signer(NOW))


def test_the_newest_active_key_signs(tmp_path):
    for later in range(3):
        new_key(tmp_path, NOW + later * DAY)
    assert KeyRing.load(tmp_path).signer(NOW + 9 * DAY).number == 3
    assert KeyRing.load(tmp_path).signer(NOW + DAY).number == 2  # the third does not hold yet
    set_status(tmp_path, 3, KeyStatus.RETIRED, NOW)
    assert KeyRing.load(tmp_path).signer(NOW + 9 * DAY).number == 2


def test_of_two_keys_of_the_same_second_the_higher_number_signs(tmp_path):
    new_key(tmp_path, NOW)
    new_key(tmp_path, NOW)
    assert KeyRing.load(tmp_path).signer(NOW).number == 2


def test_a_key_past_its_window_does_not_sign(tmp_path):
    key = new_key(tmp_path, NOW)
    ended = PublicKey(key.number, key.algorithm, key.public_key, NOW, NOW + DAY)
    (tmp_path / "keys.json").write_text(KeyList((ended,)).to_json())
    ring = KeyRing.load(tmp_path)
    assert ring.signer(NOW).number == ring.signer(NOW + DAY / 2).number == 1
    for moment in (NOW - DAY, NOW + DAY):
        with pytest.raises(Unavailable):
            ring.signer(moment)


def test_an_empty_folder_only_says_how_to_make_a_key(tmp_path):
    for folder in (tmp_path, tmp_path / "absent"):
        ring = KeyRing.load(folder)
        assert ring.keys == KeyList()
        with pytest.raises(Unavailable, match="yipin key new"):
            ring.signer(NOW)
    assert list(tmp_path.iterdir()) == []  # no key, and no folder, was made silently


def test_without_its_private_file_a_key_verifies_but_does_not_sign(tmp_path):
    new_key(tmp_path, NOW)
    signature = KeyRing.load(tmp_path).signer(NOW).sign(b"message")
    (tmp_path / "code-001.pem").unlink()
    ring = KeyRing.load(tmp_path)
    ring.keys.get(1).verify(signature, b"message")
    for ask in (lambda: ring.signer(NOW), lambda: ring.signer_numbered(1)):
        with pytest.raises(Unavailable, match="code-001.pem"):
            ask()


def test_a_newest_key_without_its_file_is_not_replaced_by_an_older_one(tmp_path):
    new_key(tmp_path, NOW)
    new_key(tmp_path, NOW + DAY)
    (tmp_path / "code-002.pem").unlink()
    with pytest.raises(Unavailable, match="code-002.pem"):
        KeyRing.load(tmp_path).signer(NOW + DAY)


def test_a_retired_key_signs_a_reprint_but_nothing_new(tmp_path):
    new_key(tmp_path, NOW)
    before = KeyRing.load(tmp_path).signer(NOW).sign(b"message")
    set_status(tmp_path, 1, KeyStatus.RETIRED, NOW + DAY)
    ring = KeyRing.load(tmp_path)
    assert ring.signer_numbered(1).sign(b"message") == before
    with pytest.raises(Unavailable, match="yipin key new"):
        ring.signer(NOW + DAY)


def test_a_compromised_key_signs_nothing_at_all(tmp_path):
    new_key(tmp_path, NOW)
    changed = set_status(tmp_path, 1, KeyStatus.COMPROMISED, NOW + DAY)
    assert (changed.status, changed.since) == (KeyStatus.COMPROMISED, NOW + DAY)
    ring = KeyRing.load(tmp_path)
    with pytest.raises(Unavailable, match="yipin key new"):
        ring.signer(NOW)
    with pytest.raises(Unavailable, match="已泄露"):
        ring.signer_numbered(1)
    with pytest.raises(UnknownKey):
        ring.signer_numbered(2)


def test_a_ring_whose_private_keys_lie_elsewhere_signs_by_what_it_is_given_and_not_as_a_compromised_key(tmp_path):
    for day in (1, 2):
        new_key(tmp_path, NOW + day * DAY)
    files = KeyRing.load(tmp_path)
    set_status(tmp_path, 1, KeyStatus.COMPROMISED, NOW + 3 * DAY)
    asked = []

    def signer_of(key):
        asked.append(key.number)
        return files.signer_numbered(key.number)._signer

    ring = KeyRing.elsewhere(tmp_path, signer_of)
    assert asked == [2]
    assert ring.signer_numbered(2).sign(b"message") == files.signer_numbered(2).sign(b"message")
    with pytest.raises(Unavailable, match="已泄露"):
        ring.signer_numbered(1)


def test_the_private_file_of_a_compromised_key_is_left_alone(tmp_path):
    new_key(tmp_path, NOW)
    set_status(tmp_path, 1, KeyStatus.COMPROMISED, NOW)
    (tmp_path / "code-001.pem").write_bytes(b"destroyed")
    assert KeyRing.load(tmp_path).keys.get(1).status is KeyStatus.COMPROMISED


def test_no_status_is_taken_back(tmp_path):
    new_key(tmp_path, NOW)
    with pytest.raises(Conflict):
        set_status(tmp_path, 1, KeyStatus.ACTIVE, NOW)
    set_status(tmp_path, 1, KeyStatus.COMPROMISED, NOW)
    for status in (KeyStatus.ACTIVE, KeyStatus.RETIRED):
        with pytest.raises(Conflict):
            set_status(tmp_path, 1, status, NOW)
    set_status(tmp_path, 1, KeyStatus.COMPROMISED, NOW - DAY)  # it leaked earlier than was thought
    assert KeyRing.load(tmp_path).keys.get(1).since == NOW - DAY
    with pytest.raises(UnknownKey):
        set_status(tmp_path, 2, KeyStatus.RETIRED, NOW)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601])
def test_a_private_file_open_to_others_is_refused_with_the_cure(tmp_path, mode):
    new_key(tmp_path, NOW)
    path = tmp_path / "code-001.pem"
    path.chmod(mode)
    with pytest.raises(Unavailable) as refusal:
        KeyRing.load(tmp_path)
    assert f"chmod 600 {path}" in str(refusal.value)


def test_a_private_file_of_another_key_is_refused(tmp_path):
    new_key(tmp_path, NOW)
    new_key(tmp_path, NOW)
    os.replace(tmp_path / "code-002.pem", tmp_path / "code-001.pem")
    with pytest.raises(BadKeyList, match="第 1 号"):
        KeyRing.load(tmp_path)


def pem_of(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"\xff" * 99, pem_of(X25519PrivateKey.generate())], ids=lambda pem: pem[:12]
)
def test_a_damaged_private_file_is_refused(tmp_path, content):
    new_key(tmp_path, NOW)
    (tmp_path / "code-001.pem").write_bytes(content)
    with pytest.raises(Unavailable, match="code-001.pem"):
        KeyRing.load(tmp_path)


def test_a_damaged_list_is_refused(tmp_path):
    new_key(tmp_path, NOW)
    for content in (b"", b"\xff\xfe", b"{}"):
        (tmp_path / "keys.json").write_bytes(content)
        for act in (lambda: KeyRing.load(tmp_path), lambda: new_key(tmp_path, NOW)):
            with pytest.raises(BadKeyList):
                act()


def test_a_lost_list_is_not_taken_for_an_empty_one(tmp_path):
    """With an empty list every label ever printed would read as forged."""
    new_key(tmp_path, NOW)
    (tmp_path / "keys.json").unlink()
    for act in (lambda: KeyRing.load(tmp_path), lambda: new_key(tmp_path, NOW)):
        with pytest.raises(BadKeyList, match=r"keys\.json"):
            act()


def test_a_passphrase_locks_the_private_file(tmp_path):
    new_key(tmp_path, NOW, b"correct horse")
    assert KeyRing.load(tmp_path, b"correct horse").signer(NOW).number == 1
    with pytest.raises(Unavailable, match="口令"):
        KeyRing.load(tmp_path)
    with pytest.raises(Unavailable, match="口令"):
        KeyRing.load(tmp_path, b"wrong horse")


def test_a_passphrase_does_not_shut_out_older_open_files(tmp_path):
    new_key(tmp_path, NOW)
    new_key(tmp_path, NOW + DAY, b"correct horse")
    ring = KeyRing.load(tmp_path, b"correct horse")
    assert [ring.signer_numbered(number).number for number in (1, 2)] == [1, 2]


@pytest.mark.parametrize("passphrase", [b"", b"x" * 1024])
def test_a_passphrase_that_cannot_lock_is_refused(tmp_path, passphrase):
    with pytest.raises(Invalid):
        new_key(tmp_path, NOW, passphrase)
    assert list(tmp_path.iterdir()) == []


def test_a_private_file_left_behind_is_never_written_over(tmp_path):
    new_key(tmp_path, NOW)
    left = tmp_path / "code-002.pem"
    left.write_bytes(b"left by a crash between the file and the list")
    assert new_key(tmp_path, NOW).number == 3
    assert left.read_bytes().startswith(b"left by a crash")
    assert [key.number for key in KeyRing.load(tmp_path).keys.keys] == [1, 3]


def test_two_makers_whom_no_lock_keeps_apart_do_not_write_over_each_other(tmp_path, monkeypatch):
    """Some network file systems grant the same lock twice; both makers then want the same number."""
    new_key(tmp_path, NOW)
    first = (tmp_path / "code-001.pem").read_bytes()
    monkeypatch.setattr("yipin.codes.keys._next_number", lambda folder, keys: 1)
    with pytest.raises(Unavailable, match="File exists"):
        new_key(tmp_path, NOW)
    assert (tmp_path / "code-001.pem").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code-001.pem", "keys.json"]


def test_numbers_end_at_127(tmp_path):
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    (tmp_path / "keys.json").write_text(KeyList((PublicKey(127, "Ed25519", public, NOW),)).to_json())
    with pytest.raises(Conflict, match="127"):
        new_key(tmp_path, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_keys_made_at_the_same_moment_are_all_listed(tmp_path):
    threads = [threading.Thread(target=new_key, args=(tmp_path, NOW)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ring = KeyRing.load(tmp_path)
    assert sorted(key.number for key in ring.keys.keys) == list(range(1, 13))
    assert all(ring.signer_numbered(number).number == number for number in range(1, 13))


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unavailable, match="file"):
        new_key(tmp_path / "file", NOW)


def test_a_failed_write_leaves_no_half_file(tmp_path, monkeypatch):
    new_key(tmp_path, NOW)
    before = (tmp_path / "keys.json").read_bytes()

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(Unavailable, match="No space left"):
        new_key(tmp_path, NOW)
    assert (tmp_path / "keys.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code-001.pem", "keys.json"]


def test_a_signature_spoiled_by_a_fault_never_leaves():
    class Faulty:
        def __init__(self, sound):
            self.sound = sound

        @property
        def public_key(self):
            return self.sound.public_key

        def sign(self, messages):
            (signature,) = self.sound.sign(messages)
            return [signature[:40] + bytes([signature[40] ^ 4]) + signature[41:]]

    private = Ed25519PrivateKey.generate()
    sound = FileSigner(private)
    public = PublicKey(1, "Ed25519", sound.public_key, NOW)
    with pytest.raises(InvalidSignature):
        private.public_key().verify(Faulty(sound).sign([b"message"])[0], b"message")
    with pytest.raises(Unavailable):
        SigningKey(public, Faulty(sound)).sign(b"message")


def test_a_private_file_that_cannot_be_read_is_named(tmp_path):
    key = new_key(tmp_path, NOW)
    path = tmp_path / f"code-{key.number:03d}.pem"
    path.unlink()
    path.mkdir(mode=0o700)
    with pytest.raises(Unavailable, match=f"{path.name} 读不出来"):
        KeyRing.load(tmp_path)


def test_a_list_that_cannot_be_read_says_so(tmp_path):
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(BadKeyList, match="读不出来"):
        read_list(tmp_path)
