"""Which number on record was meant by one that was mistyped: "是不是 …BQ46？"

A grower and an officer are told of numbers that they may know of, everybody else of those that the public pages answer for. Who asks
too often gets the refusal without a hint, so that nobody reads the register by trying numbers. The counts are kept in the memory
of one process, under networks or accounts, as long as a window lasts. No hint is given at the number of a case: whether a case
exists is nobody's business but its sender's.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..access.actor import Actor
from ..access.visibility import visible
from ..codes.idnumber import spaced
from ..codes.nearby import COMMITMENT as COMMITMENT_NUMBER
from ..codes.nearby import CREDIT_CODE, ID_NUMBER, Shape, nearby
from ..errors import N_, BadIdNumber, Invalid, Mistyped, Numbered, TraceError
from ..models import Batch, CommitmentCertificate, Producer, Product, Role

WINDOW = timedelta(minutes=10)
MOST, MOST_KEPT = 30, 20_000  # hints of one network or account in a window; networks and accounts
MOST_SHOWN = 3  # of several that fit


class HintLimit:
    """Counts the hints that were given to each network or account."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def allows(self, who: str, now: datetime) -> bool:
        """Count one mistyped number of this network or account, and tell whether it may have a hint. `now` is aware UTC."""
        with self._lock:
            since, given = self._given.pop(who, (now, 0))
            if not since <= now < since + WINDOW:
                since, given = now, 0
            self._given[who] = since, given + 1
            while len(self._given) > MOST_KEPT:
                self._given.popitem(last=False)
            return given < MOST


@dataclass(frozen=True)
class Asker:
    """Who typed a number: `who` is the account or network under which hints are counted, `limit` counts them. The command line
    and a table that is imported ask without a limit: they may list what they are told of."""

    actor: Actor
    who: str = ""
    limit: HintLimit | None = None

    def may_ask(self) -> bool:
        """Count a mistyped number, and tell whether there is a hint for it."""
        return self.limit is None or self.limit.allows(self.who, self.actor.at)


@dataclass(frozen=True)
class _Kind:
    """The numbers of one table: their form, where they stand, and whether the public pages answer for them."""

    shape: Shape
    table: type[Any]
    column: InstrumentedAttribute[Any]
    is_public: bool = True


KINDS = {
    Numbered.BATCH: _Kind(ID_NUMBER, Batch, Batch.id_number),
    Numbered.PRODUCT: _Kind(ID_NUMBER, Product, Product.id_number),
    Numbered.COMMITMENT: _Kind(COMMITMENT_NUMBER, CommitmentCertificate, CommitmentCertificate.number),
    Numbered.PRODUCER: _Kind(CREDIT_CODE, Producer, Producer.uscc, is_public=False),
}
WORDS = {
    ID_NUMBER: N_("没有这个身份证号。是不是 %(numbers)s？"),
    COMMITMENT_NUMBER: N_("没有这个编号的合格证。是不是 %(numbers)s？"),
    CREDIT_CODE: N_("没有登记这个统一社会信用代码。是不是 %(numbers)s？"),
}
ON_LABELS = (Numbered.BATCH, Numbered.PRODUCT)


def hinted(session: Session, error: TraceError, typed: str, asker: Asker) -> tuple[TraceError, Sequence[str]]:
    """The refusal of a typed number, and the numbers on record that were perhaps meant. Any other refusal stays as it is."""
    of = error.of if isinstance(error, Mistyped) else ON_LABELS if isinstance(error, BadIdNumber) else ()
    if not of or not asker.may_ask():
        return error, []
    numbers = meant(session, typed, asker.actor, *of)
    if not numbers:
        return error, []
    words, shown = WORDS[KINDS[of[0]].shape], " / ".join(map(spaced, numbers))
    if isinstance(error, Mistyped):
        return Invalid(error.field, words, numbers=shown), numbers
    return BadIdNumber(words, numbers=shown), numbers


def refused(session: Session, error: Mistyped, asker: Asker) -> Invalid:
    """The refusal of a mistyped number of a form, with the numbers that were perhaps meant."""
    told, _ = hinted(session, error, error.typed, asker)
    return told if isinstance(told, Invalid) else error


def meant(session: Session, typed: str, actor: Actor, *of: Numbered) -> list[str]:
    """The numbers of these kinds on record, as far as the actor may know of them, that are one slip away from what was typed; at
    most three."""
    found: set[str] = set()
    for kind in (KINDS[each] for each in of):
        if (wanted := nearby(typed, kind.shape)) and (rows := _known(actor, kind)) is not None:
            found.update(session.scalars(rows.where(kind.column.in_(wanted))))
    return sorted(found)[:MOST_SHOWN]


def _known(actor: Actor, kind: _Kind) -> sa.Select[Any] | None:
    """The numbers that an actor may know of. The command line has no role and no account, and its operator holds the record."""
    if actor.role in (Role.PRODUCER, Role.OFFICER):
        return visible(actor, kind.table).with_only_columns(kind.column)
    return sa.select(kind.column) if kind.is_public else None
