"""Roots, and key lists that they sign."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from yipin.codes.keylist import KeyList
from yipin.codes.roots import signedlist
from yipin.codes.roots.root import PrivateRoot, new_root
from yipin.codes.roots.signedlist import SignedList

DAYS = timedelta(days=180)


def private_roots(folder: Path, *names: str) -> list[PrivateRoot]:
    """Roots of these names, with their private files in the folder."""
    for name in names:
        new_root(folder / f"{name}.pem", name)
    return [PrivateRoot.load(folder / f"{name}.pem", name) for name in names]


def listed(
    keys: KeyList,
    roots: Sequence[PrivateRoot],
    now: datetime,
    *,
    last: SignedList | None = None,
    signed: Sequence[PrivateRoot] | None = None,
    lasts: timedelta = DAYS,
    number: int | None = None,
) -> SignedList:
    """A list after `last`, which names these roots and is signed by `signed`: by the first two of them if not said."""
    wanted = (last.number if last else 0) + 1 if number is None else number
    named = tuple(each.root for each in roots)
    draft = signedlist.draft(wanted, now, now + lasts, last.mark if last else "", named, keys)
    return draft.with_signatures(*(each.sign(draft.text) for each in (roots[:2] if signed is None else signed)))
