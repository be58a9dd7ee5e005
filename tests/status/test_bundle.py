"""A status bundle as a file: believed only with the signature of a listed key, whole, and of the moment that it names."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from yipin.log.note import Kind, Signer
from yipin.status.bundle import LASTS, Bundle, Head, LogHead, Part, difference, read, signed, whole
from yipin.status.parts import State, batches_part, changes
from yipin.status.rice import BadBundle

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 7, 20, 3, tzinfo=UTC)
OURS = Signer("yipin-status/1", Kind.ED25519, b"o" * 32)
OTHER = Signer("yipin-status/1", Kind.ED25519, b"x" * 32)
FIRST = {(430225, 12): State.HELD, (430225, 99): State.RECALLED}
SECOND = {(430202, 5): State.WITHDRAWN, (430225, 12): State.RECALLED}


def note_of(batches: dict[tuple[int, int], State], sequence: int = 57, signer: Signer = OURS, **more: Part) -> str:
    parts = {"batches": Part.of(batches_part(batches)), **more}
    return signed(Head(signer.name, sequence, NOW, NOW + LASTS, parts, LogHead(3, b"r" * 32)), signer)


def test_a_bundle_says_its_number_its_moment_and_how_batches_stand() -> None:
    found = read(whole(note_of(FIRST), batches_part(FIRST)), [OURS.verifier])
    assert (found.head.sequence, found.head.as_of, found.head.log.size) == (57, NOW, 3)
    assert found.standing((430225, 99)) is State.RECALLED and found.standing((430202, 99)) is None


def test_changes_are_taken_on_the_bundle_before_them_and_on_no_other() -> None:
    before = read(whole(note_of(FIRST), batches_part(FIRST)), [OURS.verifier])
    file = difference(note_of(SECOND, 58), 57, batches_part(changes(FIRST, SECOND)))
    assert read(file, [OURS.verifier], before).standings == SECOND
    for wrong in (None, Bundle(Head.parse(note_of(FIRST, 56).rpartition("\n\n")[0] + "\n"), FIRST)):
        with pytest.raises(BadBundle):
            read(file, [OURS.verifier], wrong)
    with pytest.raises(BadBundle):  # of the right number, and yet another list
        read(file, [OURS.verifier], Bundle(before.head, {(430225, 1): State.HELD}))


def test_another_keys_bundle_and_a_changed_one_are_refused() -> None:
    good = whole(note_of(FIRST), batches_part(FIRST))
    less = base64.b64encode(batches_part({(430225, 12): State.HELD})).decode()
    bad = {
        "of another key": whole(note_of(FIRST, signer=OTHER), batches_part(FIRST)),
        "a number changed": good.replace("\n57\n", "\n58\n"),
        "a recall left out": good.rpartition(" ")[0] + f" {less}\n",
        "the list left out": good.rpartition("batches")[0],
        "no signature": good.replace("— ", "- "),
        "nothing": "",
        "not text": "\ud800",
        "no part": whole(signed(Head(OURS.name, 57, NOW, NOW + LASTS, {}), OURS), batches_part(FIRST)),
        "a line more": whole(note_of(FIRST), batches_part(FIRST)) + "batches AA==\n",
    }
    for what, file in bad.items():
        with pytest.raises(BadBundle):
            pytest.fail(f"{what}: {read(file, [OURS.verifier])}")
    with pytest.raises(BadBundle):
        read(good, [])


def test_it_is_stale_after_a_day_and_a_clock_that_was_put_back_is_not_believed() -> None:
    bundle = read(whole(note_of(FIRST), batches_part(FIRST)), [OURS.verifier])
    day = timedelta(days=1)
    assert [bundle.is_stale(NOW + wait) for wait in (-365 * day, day - timedelta(seconds=1), day)] == [
        False,
        False,
        True,
    ]
