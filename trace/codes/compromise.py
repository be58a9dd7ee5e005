"""What a good signature is worth when its key may have leaked: whose word stands for the issue of the code.

A thief can sign what he likes and date it back, and who reaches the key may reach the record as well. So only what
somebody outside had seen before the leak stands: a witness of the public log, who signed a checkpoint that has the issue.
"""

from datetime import datetime
from enum import StrEnum

from .keylist import KeyStatus


class Vouched(StrEnum):
    """Who vouches that a code with a good signature was issued by us."""

    KEY = "key"  # nobody else can sign with it
    WITNESS = "witness"  # the issue was seen before the key leaked
    TOO_LATE = "too_late"  # a witness saw the issue, but the thief could have made it
    NOBODY = "nobody"  # the record alone, or not even that

    @property
    def holds(self) -> bool:
        """Whether the code is ours; otherwise it cannot be told, which does not make it a forgery."""
        return self in (Vouched.KEY, Vouched.WITNESS)


def vouched(status: KeyStatus, since: datetime | None, witnessed: datetime | None) -> Vouched:
    """Who vouches for a code, by the status of its key, `since` when that holds, and when a witness first saw the issue.

    Times are aware UTC. `witnessed` is None if no witness did, as far as is known. The moment of the leak itself is late.
    """
    if status is not KeyStatus.COMPROMISED:
        return Vouched.KEY
    if witnessed is None or since is None:
        return Vouched.NOBODY
    return Vouched.WITNESS if witnessed < since else Vouched.TOO_LATE
