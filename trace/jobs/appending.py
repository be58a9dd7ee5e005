"""What was done becomes public: the log is appended to again and again beside the jobs, in a thread of its own, and its witnesses are
asked to sign what was published."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from ..db import Database
from ..errors import TraceError
from ..installation.settings import Settings
from ..log import opening, sequencer
from ..log.witnessing import Witnessing

log = logging.getLogger("yipin.log")
EACH = 2.0  # seconds between two looks
REST = 60.0  # seconds after a refusal, which a person must see to


def begin(db: Database, settings: Settings) -> None:
    """Append from now on, in a thread that ends with the process."""
    threading.Thread(target=_always, args=(db, settings), name="log", daemon=True).start()


def _always(db: Database, settings: Settings) -> None:
    rest, made, is_new = threading.Event(), None, True
    witnesses = Witnessing(db, settings)
    while True:
        seconds = EACH
        try:
            made = made or opening.sequencer_of(db, settings)
            if is_new or _is_due(db):  # what a process that was killed has signed may not be published yet
                is_new = made.append() is None
            witnesses.look()
        except TraceError as error:
            log.error("the public log stands still: %s", error)
            seconds = REST
        except SQLAlchemyError as error:  # the database is busy or away: asked again
            log.warning("the public log waits: %s", error)
        except Exception:
            log.exception("the public log waits")
        rest.wait(seconds)


def _is_due(db: Database) -> bool:
    with db.transaction(writes=False) as session:
        return sequencer.is_due(session)
