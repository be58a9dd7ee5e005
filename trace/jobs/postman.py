"""The postman: sends what waits in the queue of deliveries, by mail, to web hooks, and to the bureau's gateway for text messages."""

import logging
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from .. import clock
from ..accounts import hooks
from ..db import Database
from ..installation.installation import Installation
from ..models import Channel, Delivery, DeliveryState
from ..notices import deliveries, mailing, webhook
from ..notices.mailing import Letter, NotSent
from ..notices.webhook import Post

log = logging.getLogger("yipin.jobs")
Writer = Callable[[Session, Installation, Delivery], Letter | Post | None]
_writers: dict[str, Writer] = {}
ROUND = 60.0  # seconds in which web hooks are posted to in one round; what is left waits for the next


def write_with(writer: Writer) -> None:
    """Say who writes the letters: the room that has the words. It returns None for what is no longer wanted."""
    _writers["letter"] = writer


def deliver(db: Database, installation: Installation) -> int:
    """Queue what is new, and send all that is due. Returns how much was sent.

    After a letter that was not taken the others wait for the next look, for the server may be away; the same holds for the gateway.
    Of web hooks each is a server of its own: one that is away holds up no other.
    """
    channels = _channels(installation)
    deliveries.fill(db, clock.now(), channels)
    return sum(_sent_by(channel, db, installation) for channel in channels)


def _channels(installation: Installation) -> list[Channel]:
    settings = installation.settings
    served = ((Channel.MAIL, settings.mail), (Channel.PHONE, settings.gateway), (Channel.HOOK, True))
    return [channel for channel, by in served if by]


def _sent_by(channel: Channel, db: Database, installation: Installation) -> int:
    sent, away, until = 0, set[int](), time.monotonic() + ROUND
    while (taken := deliveries.claim(db, clock.now(), (channel,), away)) is not None:
        try:
            sent += _carried_out(db, installation, taken)
        except NotSent as error:
            log.warning("delivery %s was not sent: %s", taken.id, error.why)
            deliveries.failed(db, taken, error.why, error.for_good, clock.now())
            if channel is not Channel.HOOK and not error.for_good:
                break
            if channel is Channel.HOOK:
                away.add(taken.account_id)
        if channel is Channel.HOOK and time.monotonic() > until:
            break
    return sent


def _carried_out(db: Database, installation: Installation, taken: Delivery) -> bool:
    """Send one thing and write that it is sent. A process that dies between the two sends it again after the lease: with
    the same Message-ID or `webhook-id`, since a letter twice is better than none."""
    with db.transaction(writes=False) as session:
        written = _writers["letter"](session, installation, session.get_one(Delivery, taken.id))
    if written is None:
        deliveries.end(db, taken, DeliveryState.DROPPED, clock.now())
        return False
    if isinstance(written, Post):
        _post(db, taken, written)
    else:
        server = installation.settings.mail
        assert server is not None
        mailing.send(server, written, clock.now())
    deliveries.end(db, taken, DeliveryState.SENT, clock.now())
    return True


def _post(db: Database, taken: Delivery, post: Post) -> None:
    """Post it. A program that wants no more is not posted to again. Raises NotSent."""
    try:
        webhook.send(post, clock.now())
    except NotSent as error:
        if error.for_good and taken.channel is Channel.HOOK:
            db.run(lambda session: hooks.end(session, clock.now(), taken.account_id, post.url), writes=True)
        raise
