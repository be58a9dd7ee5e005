"""Drafts the next key list for the roots to sign, and adopts it when enough of them have signed.

The draft says what `keys.json` says: a new key, a key retired or leaked. Adopted lists are kept beside the keys for ever
(`installation.keylists`), the record keeps the mark of each, and the log tells who signed what.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..codes.keylist import BadKeyList
from ..codes.keys import read_list
from ..codes.roots import chain, changes, signedlist
from ..codes.roots.root import Root
from ..codes.roots.signedlist import SignedList
from ..errors import N_, Conflict, Invalid
from ..installation import fingerprints, keylists
from ..installation.installation import Installation
from ..models import Action, tell

DAYS = 180  # for which a list holds if nobody says otherwise


@dataclass(frozen=True)
class Listed:
    """What an event of a key list tells of: the list, by its number."""

    __tablename__: ClassVar[str] = "key_lists"
    id: int


def draft(
    installation: Installation, now: datetime, days: int = DAYS, roots: Sequence[Root] | None = None
) -> SignedList:
    """The next list, not signed. `roots` are those named from then on; without them, those of the list in force.

    Raises Invalid (roots, days) and BadKeyList.
    """
    last = _in_force(installation)
    named = tuple(roots) if roots else last.roots if last else ()
    if len(named) != signedlist.ROOTS:
        raise Invalid("roots", N_("第 1 期公告要写明 3 把根密钥的公开行，这里有 %(count)s 把"), count=len(named))
    if not 1 <= days <= signedlist.LONGEST.days:
        raise Invalid("days", N_("公告的有效期应为 1 到 400 天，不是 %(days)s 天"), days=days)
    issued = now.replace(microsecond=0)
    keys = replace(read_list(installation.settings.keys), hosts=installation.settings.hosts)
    number, previous = (last.number + 1, last.mark) if last else (1, "")
    return signedlist.draft(number, issued, issued + timedelta(days=days), previous, named, keys)


def adopt(session: Session, actor: Actor, installation: Installation, new: SignedList) -> SignedList:
    """Put a signed list in force. Raises BadKeyList if it may not follow or too few roots have signed, Conflict if done.

    The file comes before the record: a list of which the record does not know yet can be adopted again.
    """
    kept = installation.lists
    last = next((each for each in reversed(kept) if each.number < new.number or each.mark != new.mark), None)
    chain.check_next(new, last)
    chain.check_in_time(new, actor.at)
    keylists.merged(read_list(installation.settings.keys), new.keys)
    _refuse_left_out(session, new)
    if fingerprints.kept(session).get(f"list {new.number}") == new.mark:
        raise Conflict(N_("第 %(number)s 期密钥公告已经启用了"), number=new.number)
    keylists.keep(installation.settings.keys, new)
    fingerprints.enter(session, fingerprints.of_lists([new]))
    _tell(session, actor, new, last)
    return new


def _in_force(installation: Installation) -> SignedList | None:
    return installation.lists[-1] if installation.lists else None


def _refuse_left_out(session: Session, new: SignedList) -> None:
    """Raises BadKeyList for a list without a key that codes bear: they would all become forgeries."""
    named = fingerprints.of_keys(new.keys)
    for name, mark in fingerprints.known_keys(session).items():
        if named.get(name) != mark:
            raise BadKeyList(
                N_("这份公告没有第 %(number)s 号密钥，它已经签发过码；请重新起草"), number=name.rpartition(" ")[2]
            )


def _tell(session: Session, actor: Actor, new: SignedList, last: SignedList | None) -> None:
    told = log.event(
        actor,
        Action.KEYLIST_ADOPT,
        list=new.number,
        mark=new.mark,
        issued=new.issued.isoformat(),
        expires=new.expires.isoformat(),
        signed_by=[root.name for root in new.signed_by(last.roots if last else new.roots)],
        changes=[str(line) for line in changes.changes(new, last)],
    )
    tell(session, told, Listed(new.number))
