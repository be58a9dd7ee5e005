"""Who calls: the person of the session, or nobody."""

from flask_login import current_user

from .. import clock
from ..access.actor import Actor


def who() -> Actor:
    """The person who calls, signed in or not."""
    if current_user.is_authenticated:
        return Actor.of(current_user.account, clock.now())
    return Actor("", clock.now())
