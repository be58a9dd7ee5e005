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


def begin(db: Database, settings: Settings) -> threading.Event:
    """Append from now on, in a thread that ends with the process, or when what is returned is set."""
    ending = threading.Event()
    threading.Thread(target=_always, args=(db, settings, ending), name="log", daemon=True).start()
    return ending


def _always(db: Database, settings: Settings, ending: threading.Event) -> None:
    made, is_new, seconds = None, True, 0.0
    witnesses = Witnessing(db, settings)
    while not ending.wait(seconds):
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


def _is_due(db: Database) -> bool:
    with db.transaction(writes=False) as session:
        return sequencer.is_due(session)
