"""How the key list stands: which is in force, who signed it, when it ends, and what is wrong. For administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..codes.keylist import PublicKey
from ..codes.keys import read_list
from ..codes.roots import changes
from ..codes.roots.root import Root
from ..codes.roots.signedlist import SignedList
from ..errors import Message, TraceError
from ..installation import keylists
from ..installation.installation import Installation


@dataclass(frozen=True)
class Key:
    """A signing key of this installation, and whether it may sign as far as the lists say: all do where no root signs."""

    public: PublicKey
    is_listed: bool


@dataclass(frozen=True)
class Standing:
    """The key lists at one moment. `lists` are oldest first, none where no root has signed. `problem` is why they cannot
    be read, `warning` that the one in force ends soon or has ended."""

    lists: Sequence[SignedList] = ()
    keys: Sequence[Key] = ()
    problem: Message | None = None
    warning: Message | None = None

    @property
    def in_force(self) -> SignedList | None:
        """The list that holds."""
        return self.lists[-1] if self.lists else None

    @property
    def history(self) -> list[tuple[SignedList, tuple[Root, ...], list[Message]]]:
        """All lists, newest first, with the roots that signed and what each changed."""
        pairs = list(zip(self.lists, [None, *self.lists], strict=False))
        return [(each, _signers(each, last), changes.changes(each, last)) for each, last in reversed(pairs)]


def standing(installation: Installation, now: datetime) -> Standing:
    """How the key list stands at `now` (aware UTC). It raises nothing: what cannot be read is told as a problem."""
    try:
        lists, named = installation.lists, installation.keys.keys
        known = {key.number: key for key in (*read_list(installation.settings.keys).keys, *named)}
    except TraceError as error:
        return Standing(problem=error.message)
    listed = {key.number for key in named}
    keys = [Key(known[number], number in listed) for number in sorted(known)]
    return Standing(lists, keys, warning=keylists.ending(lists, now))


def _signers(each: SignedList, last: SignedList | None) -> tuple[Root, ...]:
    """The roots of then and of the list before that have signed, each once."""
    return each.signed_by(tuple(dict.fromkeys((*each.roots, *(last.roots if last else ())))))
