"""What keeps a record from contradicting its own history: asked before each act of `models.contradicted.NEED_ALL`.

Three things can be wrong: the record is older than its log, the installation is a copy of another, the clock was set back.
"""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.orm import Session

from ..db import Database
from ..errors import Message, TraceError
from ..installation import place
from ..installation.settings import Settings
from ..log import rollback
from ..log.folder import LogFolder
from ..models.contradicted import GUARD
from . import moments

Check = Callable[[Session], None]


class Guard:
    """The questions about one record. Each is asked by a part of `/healthz?deep=1`, and raises NotNow in words for everyone."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self.checks: Mapping[str, Check] = {
            "log": partial(rollback.refuse_behind, folder=LogFolder(settings.log)),
            "place": partial(place.refuse_copy, here=place.mark(db, settings)),
            "clock": moments.refuse_early,
        }

    def refuse(self, session: Session) -> None:
        """Raises what the first of them raises."""
        for check in self.checks.values():
            check(session)

    def findings(self) -> dict[str, str]:
        """What is wrong now, by part; "" for what is sound."""
        return {name: str(said) if said else "" for name, said in self._said().items()}

    def alarms(self) -> list[Message]:
        """The same for a page, only what is wrong."""
        return [said for said in self._said().values() if said]

    def _said(self) -> dict[str, Message | None]:
        return {name: self._message(check) for name, check in self.checks.items()}

    def _message(self, check: Check) -> Message | None:
        """Asked in a session of its own: what another one has read already may be older than the log's files."""
        try:
            with self._db.transaction(writes=False) as session:
                check(session)
        except TraceError as error:
            return error.message
        return None


def watch(db: Database, settings: Settings) -> Guard:
    """From now on no writing session of `db` does such an act while something is wrong."""
    guard = Guard(db, settings)
    db.inform(GUARD, guard.refuse)
    return guard
