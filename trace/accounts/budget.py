"""What one network may cost the service for nothing, and what it pays beyond.

The first requests of a window are free. Each further one needs a proof of work (`proof`), which a browser makes by
itself. Neighbours behind one address are never shut out by each other: they pay too, but they get through.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ..db import Database
from ..db.new_rows import add_first
from ..errors import N_, ProofWanted
from ..models import LoginFailure
from . import attempts, proof
from .attempts import Limit
from .proof import Paid, Proof

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
STEP = 100  # so many requests beyond the free ones double the work
WAITED = Limit("waited", 20, QUARTER)  # of one network: requests that were paid by waiting
TOO_MANY = N_("您所在的网络刚刚来了很多次请求，要多确认一下。请再提交一次；密码和照片要重新填、重新选。")


@dataclass(frozen=True)
class Budget:
    """So many free requests of a kind. `purpose` is what its tickets are good for."""

    purpose: str
    free: Limit


JOINS = Budget("join", Limit("join", 30, HOUR))  # of one network, wherever an account is opened
PASSWORDS = Budget("password", Limit("password", 10, QUARTER))  # of one account: changes of its password
RESETS = Budget("reset", Limit("reset", 10, QUARTER))  # of one network: tries of a code for a forgotten password
REFUSED = Budget("file", Limit("refused", 20, QUARTER))  # of one network: photographs with a form that was refused


def wanted(session: Session, budget: Budget, mark: str, now: datetime) -> int:
    """How many zero bits the next request must show; 0: it is free. `mark` is from `attempts.mark`."""
    return bits_beyond(attempts.counted(session, budget.free, mark, now) - budget.free.most)


def bits_beyond(beyond: int) -> int:
    """The zero bits for one more request after so many beyond the free ones; 0 if there are free ones left."""
    return 0 if beyond < 0 else min(proof.EASIEST + beyond // STEP, proof.HARDEST)


def charge(
    db: Database, budget: Budget, mark: str, network: str, shown: Proof | None, now: datetime, counts: bool = True
) -> None:
    """Count one request before its work is done, in a transaction of its own. Raises ProofWanted when it is not free
    and nothing good is shown. With `counts` false it is only checked: the caller counts what came to nothing.
    """
    with db.transaction(writes=False) as session:
        bits = wanted(session, budget, mark, now)
    if bits and not is_spent_now(db, shown, network, now):
        raise ProofWanted(budget.purpose, bits, TOO_MANY)
    if counts:
        with db.transaction(writes=True) as session:
            attempts.count(session, budget.free, mark, now)


def is_spent_now(db: Database, shown: Proof | None, network: str, now: datetime) -> bool:
    """Use a proof up, in a transaction of its own. False if there is none, or if it was used before.

    Waiting costs a sender nothing, so one network gets only a few requests for it. `network` is a mark for `WAITED`.
    """
    if shown is None:
        return False
    with db.transaction(writes=True) as session:
        if shown.paid is Paid.WAITING:
            if attempts.minutes_to_wait(session, WAITED, network, now):
                return False
            attempts.count(session, WAITED, network, now)
        return add_first(session, LoginFailure(mark=shown.mark, failures=1, since=now))
