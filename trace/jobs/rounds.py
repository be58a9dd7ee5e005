"""The rounds of the crew: what is looked at again and again beside the jobs, in a thread of its own, so that no job waits for a
mail server and no letter for a long job."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from ..db import Database
from ..installation.installation import Installation
from . import calendar, clone_watch, postman

log = logging.getLogger("yipin.jobs")
EACH = 10.0  # seconds between two rounds


def begin(db: Database, installation: Installation) -> None:
    """Go the rounds from now on, in a thread that ends with the process."""
    threading.Thread(target=_always, args=(db, installation), name="rounds", daemon=True).start()


def _always(db: Database, installation: Installation) -> None:
    rest, clones = threading.Event(), clone_watch.CloneWatch()
    while not rest.wait(EACH):
        try:
            go(db, installation)
            clones.go(db, installation.policy)
        except SQLAlchemyError as error:  # the database is busy or away: asked again at the next round
            log.warning("what is told waits: %s", error)
        except Exception:
            log.exception("what is told waits")


def go(db: Database, installation: Installation) -> None:
    """One round: what the calendar brings today, then what is to be mailed."""
    calendar.daily(db)
    postman.deliver(db, installation)
