"""The seeds of draws for inspection, made and committed to before the draw: SHA-256 of each is published at once, the seed itself
with its draw. So nobody who draws can choose the seed, or draw until the result pleases: every commitment is public, in order.
"""

import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..models import Action, DrawSeed, InspectionDraw


def commitment_of(secret: str) -> str:
    """What is published of a seed before its draw."""
    return hashlib.sha256(secret.encode()).hexdigest()


def whole(secret: str, added: str) -> str:
    """The seed of a draw: the committed one, and behind a plus sign what the officer added."""
    return f"{secret}+{added}" if added else secret


def begins_with(seed: str, commitment: str) -> bool:
    """Whether the seed of a draw begins with the one that was committed to."""
    return commitment_of(seed.partition("+")[0]) == commitment


def open_one(session: Session) -> DrawSeed | None:
    """The seed that the next draw takes, locked. Of two draws at once the second asks again: the first has left it another."""
    rows = sa.select(DrawSeed).where(DrawSeed.draw_id.is_(None)).order_by(DrawSeed.id).limit(1).with_for_update()
    return session.scalar(rows) or session.scalar(rows)


def commit(session: Session, actor: Actor) -> DrawSeed:
    """Make the seed of a later draw, and publish its commitment: the event carries no more than that."""
    secret = secrets.token_hex(16)
    row = DrawSeed(secret=secret, commitment=commitment_of(secret), committed_at=actor.at)
    session.add(row)
    log.record(session, actor, Action.INSPECTION_SEED, row, commitment=row.commitment)
    return row


def ready(session: Session, actor: Actor) -> None:
    """See to it that the next draw has a committed seed."""
    if open_one(session) is None:
        commit(session, actor)


def use(session: Session, actor: Actor, seed: DrawSeed, draw: InspectionDraw) -> None:
    """A draw has taken its seed; the next one's is committed to."""
    seed.draw_id = draw.id
    log.record(session, actor, Action.INSPECTION_SEED, seed, commitment=seed.commitment, draw=draw.id)
    commit(session, actor)
