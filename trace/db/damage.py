"""Notices that a database is damaged, from the errors that its driver tells in passing."""

import logging

from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext

log = logging.getLogger("yipin.db")
# SQLite's words, then PostgreSQL's. A server that is away or busy says none of them.
_WORDS = ("malformed", "file is not a database", "could not read block", "invalid page", "missing chunk number")


class Damage:
    """What was last seen of damage to the database under an engine; None while there was none."""

    def __init__(self, engine: Engine) -> None:
        self.seen: str | None = None
        event.listen(engine, "handle_error", self._note)

    def _note(self, context: ExceptionContext) -> None:
        told = str(context.original_exception).strip().split("\n")[0]
        if is_damage(told):
            if self.seen is None:
                log.error("the database is damaged (%s): stop the service, keep the files, restore the backup", told)
            self.seen = told


def is_damage(told: str) -> bool:
    """Whether these words of a driver speak of a damaged database."""
    return any(word in told for word in _WORDS)
