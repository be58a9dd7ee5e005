"""Which key list holds: each follows the one before it, and enough roots have signed it.

A list is signed by two of the three roots that the list before it names. A list that names other roots is signed by two of
the old and two of the new: so nobody becomes a root without the old ones, and no new root is named that cannot sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ...clock import day_of
from ...errors import N_
from ..keylist import BadKeyList
from .root import Root
from .signedlist import NEEDED, SignedList


class NotConfirmed(BadKeyList):
    """No list can be trusted, or none any more. That says nothing of a code: it cannot be told whether it is genuine."""


@dataclass(frozen=True)
class Seen:
    """The newest list that a verifier has met: older ones are refused from then on."""

    number: int
    mark: str


def check_next(new: SignedList, last: SignedList | None) -> None:
    """Raises BadKeyList unless this list may follow the last one (None: it is the first), and enough roots have signed."""
    check_follows(new, last)
    check_signatures(new, last.roots if last else new.roots)


def check_follows(new: SignedList, last: SignedList | None) -> None:
    """Raises BadKeyList unless this list, signed or not, is the one after the last (None: it is the first); NotConfirmed
    if it is an older one."""
    number = last.number if last else 0
    if new.number <= number:
        raise NotConfirmed(
            N_("这是第 %(number)s 期密钥公告，已经用过第 %(last)s 期；期号只能往前，不能退回"),
            number=new.number,
            last=number,
        )
    if new.number != number + 1 or new.previous != (last.mark if last else ""):
        raise BadKeyList(
            N_("第 %(number)s 期密钥公告不是接着第 %(last)s 期写的；请重新起草"), number=new.number, last=number
        )
    if last:
        _check_kept(new, last)


def check_signatures(new: SignedList, roots: tuple[Root, ...]) -> None:
    """Raises NotConfirmed unless enough of these roots have signed, and enough of those that the list itself names."""
    for group in (roots, new.roots):
        signed = new.signed_by(group)
        if len(signed) < NEEDED:
            raise NotConfirmed(
                N_("第 %(number)s 期密钥公告签名不够：%(roots)s 三把根密钥中要有两把签名，现在有 %(signed)s"),
                number=new.number,
                roots="、".join(root.name for root in group),
                signed="、".join(root.name for root in signed) or "0",
            )


def check_in_time(held: SignedList, now: datetime) -> None:
    """Raises NotConfirmed if the list has expired at `now` (aware UTC)."""
    if now >= held.expires:
        raise NotConfirmed(
            N_("无法确认：第 %(number)s 期密钥公告已于 %(day)s过期；请取新的公告再核"),
            number=held.number,
            day=day_of(held.expires),
        )


def followed(lists: Sequence[SignedList]) -> SignedList | None:
    """The list in force of all lists of an installation, in any order; None where there is none. Raises BadKeyList."""
    last = None
    for each in sorted(lists, key=lambda one: one.number):
        check_next(each, last)
        last = each
    return last


def walked(lists: Sequence[SignedList], roots: tuple[Root, ...], now: datetime, seen: Seen | None = None) -> SignedList:
    """The newest list, trusted by these roots, or by those to whom they led. Raises NotConfirmed.

    Between two lists that change the roots others may be left out, and so may those before the roots that are known.
    """
    ordered = sorted(lists, key=lambda one: one.number)
    if not ordered:
        raise NotConfirmed(N_("无法确认：这份密钥公告没有根密钥签名"))
    trusted = roots
    for each in ordered[:-1]:
        if len(each.signed_by(trusted)) >= NEEDED and len(each.signed_by(each.roots)) >= NEEDED:
            trusted = each.roots
    newest = ordered[-1]
    check_signatures(newest, trusted)
    if seen and (newest.number < seen.number or newest.number == seen.number and newest.mark != seen.mark):
        raise NotConfirmed(
            N_("无法确认：给的是第 %(number)s 期密钥公告，这里已经见过第 %(last)s 期；公告被换回旧的，或被换掉了"),
            number=newest.number,
            last=seen.number,
        )
    check_in_time(newest, now)
    return newest


def needed(lists: Sequence[SignedList]) -> list[SignedList]:
    """What a verifier needs who knows the roots of any time: each list that changed the roots, and the last."""
    ordered = sorted(lists, key=lambda one: one.number)
    pairs = zip([None, *ordered], ordered, strict=False)
    return [each for before, each in pairs if each is ordered[-1] or before and before.roots != each.roots]


def _check_kept(new: SignedList, last: SignedList) -> None:
    """A key that codes bear is never left out, nor exchanged."""
    now = {key.number: key for key in new.keys.keys}
    for key in last.keys.keys:
        if key.number not in now:
            raise BadKeyList(N_("新的密钥公告少了第 %(number)s 号密钥，它签发的码会全部变成假码"), number=key.number)
        if now[key.number].public_key != key.public_key:
            raise BadKeyList(N_("新的密钥公告把第 %(number)s 号密钥换成了另一把"), number=key.number)
