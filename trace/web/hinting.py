"""Who typed a number on a page, for the hint at the number that was perhaps meant (`register.hints`)."""

from collections.abc import Sequence

from flask_login import current_user
from sqlalchemy.orm import Session

from .. import clock
from ..access.actor import Actor
from ..codes.idnumber import spaced
from ..errors import Invalid, Mistyped, Numbered
from ..register import hints
from . import passes


def asker() -> hints.Asker:
    """The account that is signed in, or the network of anybody else. Both have their own count."""
    gate, now = passes.gate(), clock.now()
    if current_user.is_authenticated:
        return hints.Asker(
            Actor.of(current_user.account, now), f"account {current_user.account.id}", gate.guesses.hints
        )
    return hints.Asker(Actor("", now), gate.client.network, gate.guesses.hints)


def refused(session: Session, error: Invalid) -> Invalid:
    """The refusal of a form; of a mistyped number, with those that were perhaps meant."""
    return hints.refused(session, error, asker()) if isinstance(error, Mistyped) else error


def near(session: Session, words: str, *of: Numbered) -> Sequence[str]:
    """What a search box that found nothing was perhaps meant to find."""
    who = asker()
    return [spaced(each) for each in hints.meant(session, words, who.actor, *of)] if who.may_ask() else []
