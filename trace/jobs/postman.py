"""The postman: mails what waits in the queue of deliveries."""

import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from .. import clock
from ..db import Database
from ..installation.installation import Installation
from ..models import Delivery, DeliveryState
from ..notices import deliveries, mailing
from ..notices.mailing import Letter, NotSent

log = logging.getLogger("yipin.jobs")
Writer = Callable[[Session, Installation, Delivery], Letter | None]
_writers: dict[str, Writer] = {}


def write_with(writer: Writer) -> None:
    """Say who writes the letters: the room that has the words. It returns None for what is no longer wanted."""
    _writers["letter"] = writer


def deliver(db: Database, installation: Installation) -> int:
    """Queue what is new, and send all that is due. Returns how many letters were sent. After a letter that was not taken
    the others wait for the next look, for the server may be away."""
    if installation.settings.mail is None:
        return 0
    deliveries.fill(db, clock.now())
    sent = 0
    while (taken := deliveries.claim(db, clock.now())) is not None:
        try:
            sent += _carried_out(db, installation, taken)
        except NotSent as error:
            log.warning("delivery %s was not sent: %s", taken.id, error.why)
            deliveries.failed(db, taken, error.why, error.for_good, clock.now())
            if not error.for_good:
                break
    return sent


def _carried_out(db: Database, installation: Installation, taken: Delivery) -> bool:
    """Send one letter and write that it is sent. A process that dies between the two sends it again after the lease: with
    the same Message-ID, since a letter twice is better than none."""
    server = installation.settings.mail
    assert server is not None
    with db.transaction(writes=False) as session:
        letter = _writers["letter"](session, installation, session.get_one(Delivery, taken.id))
    if letter is None:
        deliveries.end(db, taken, DeliveryState.DROPPED, clock.now())
        return False
    mailing.send(server, letter, clock.now())
    deliveries.end(db, taken, DeliveryState.SENT, clock.now())
    return True
