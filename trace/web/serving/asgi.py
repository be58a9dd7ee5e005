"""What the server imports: the application of the data directory named by YIPIN_DATA."""

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
    """The count that stands on every page: of many certificates it takes seconds, which no reader should wait for."""
    service = flask.extensions["yipin"]
    try:
        with service.db.read.begin() as session:
            cache.main_line(session, service.office.policy, clock.day_of(clock.now()))
    except Exception:  # the first page will meet the same, and say so
        logging.getLogger("yipin.web").warning("the count was not made beforehand", exc_info=True)


Thread(target=_count_beforehand, name="count", daemon=True).start()
