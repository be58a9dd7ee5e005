"""Who typed a number on a page, for the hint at the number that was perhaps meant (`register.hints`)."""

from collections.abc import Sequence
from dataclasses import replace

from flask_login import current_user
from sqlalchemy.orm import Session

from .. import clock
from ..access.actor import Actor
from ..codes.idnumber import spaced
from ..errors import Invalid, Mistyped, Numbered
from ..register import hints
from . import passes
from .guard import service


def asker() -> hints.Asker:
    """Who types on a page of the office: the account that is signed in, which is told of what it may know of."""
    reader = anybody()
    if not current_user.is_authenticated:
        return reader
    return replace(reader, actor=Actor.of(current_user.account, reader.actor.at))


def anybody() -> hints.Asker:
    """Who types where everybody may ask, and is told what everybody is told. Each account and network has its own count."""
    client = passes.gate().client
    who = f"account {current_user.account.id}" if current_user.is_authenticated else client.network
    return hints.Asker(Actor("", clock.now()), who, service().guesses.hints)


def refused(session: Session, error: Invalid) -> Invalid:
    """The refusal of a form; of a mistyped number, with those that were perhaps meant."""
    return hints.refused(session, error, asker()) if isinstance(error, Mistyped) else error


def near(session: Session, words: str, *of: Numbered) -> Sequence[str]:
    """What a search box that found nothing was perhaps meant to find."""
    who = asker()
    return [spaced(each) for each in hints.meant(session, words, who.actor, *of)] if words and who.may_ask() else []
