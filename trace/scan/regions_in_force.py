"""The table of networks by which one process tells where readers are: the one that was uploaded last, read again now and then."""

import logging
import time

import sqlalchemy as sa

from ..db import Database
from ..models import NetworkList
from .regions import Regions

log = logging.getLogger("yipin.scan.regions")
FRESH = 30.0  # seconds for which a table is used without a question whether there is a newer one


class RegionsInForce:
    """The table of one process. It is asked for by the thread that writes looks, which no page waits for beyond its patience."""

    def __init__(self, db: Database) -> None:
        self._db, self._regions = db, Regions()
        self._number, self._asked = 0, float("-inf")

    def of(self, network: str) -> str:
        """The region of a network, as `looks.Reader` has it; "" where it is not known."""
        return self._regions.of(network)

    def refresh(self) -> None:
        """Read the table if there is a newer one. What cannot be read now leaves the old one: a look never waits for it."""
        if time.monotonic() - self._asked < FRESH:
            return
        self._asked = time.monotonic()
        try:
            self._read()
        except (sa.exc.SQLAlchemyError, OSError, ValueError) as error:
            log.warning("the table of networks cannot be read now: %s", error)

    def _read(self) -> None:
        with self._db.transaction(writes=False) as session:
            last = session.scalar(sa.select(sa.func.max(NetworkList.id))) or 0
            if last != self._number:
                self._regions = Regions.read(session.get_one(NetworkList, last).content)
                self._number = last
