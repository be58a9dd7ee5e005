"""The module that the server imports: the application of the data directory that YIPIN_DATA names."""

import logging
from threading import Thread

from ... import clock
from ...indicators import cache
from ...installation.settings import Settings
from ..app import create_app
from .door import Door

flask = create_app(Settings.load())
app = Door(flask)


def _count_beforehand() -> None:
    """Make the count that every page shows. With many certificates it takes seconds, and no reader should wait for it."""
    service = flask.extensions["yipin"]
    try:
        with service.db.read.begin() as session:
            cache.main_line(session, service.office.policy, clock.day_of(clock.now()))
    except Exception:  # the first page meets the same error, and shows it
        logging.getLogger("yipin.web").warning("the count was not made beforehand", exc_info=True)


Thread(target=_count_beforehand, name="count", daemon=True).start()
