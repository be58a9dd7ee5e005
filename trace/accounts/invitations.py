"""Inviting further people of a producer: an owner prints a link, and whoever opens it chooses a log-in name and a password.

The link is good once and for a week, which is as long as the slip of a forgotten password (`reset`): time to meet at the market,
too short to lie about for long. Only its hash is kept. It ends with the owner who made it: one who is taken out leaves no door.
It is not mailed: an address is confirmed by whoever has an account, and the invited has none yet.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..db import Database, lock
from ..errors import N_, Conflict, Invalid, NotFound
from ..models import Account, Action, Invitation, Position, Role
from ..names import normal_form
from ..policy.policy import Policy
from . import onetime, people, reset, signin

LASTS = reset.LASTS
MOST_OPEN = 10  # of a producer: a cooperative's office and its field hands of one season; each open one is a door
LENGTH = 16  # 30^16 words: 78 bits, so nobody finds one by trying


def invite(session: Session, actor: Actor, *, name: str, position: str) -> tuple[Invitation, str]:
    """Ask a person to be one of the producer's people. Returns the row, and the word of the link, told this once.

    Raises Invalid: no name or position, or one is open for this name; Conflict: too many are open; StepMissing while the
    producer is not approved.
    """
    own_producer(session, actor)
    producer = people.as_owner(session, actor)
    person, wanted = fields.name("name", name, most=40), fields.choice("position", Position, position)
    waiting = open_of(session, actor)
    if normal_form(person) in {normal_form(each.name) for each in waiting}:
        raise Invalid("name", N_("已有一张给“%(name)s”的没有用的邀请；纸条丢了就先撤回那一张"), name=person)
    if len(waiting) >= MOST_OPEN:
        raise Conflict(N_("已有 %(n)s 个邀请没有用，请先撤回用不着的"), n=MOST_OPEN)
    word = onetime.fresh(LENGTH)
    row = Invitation(
        producer_id=producer.id,
        name=person,
        position=wanted,
        mark=onetime.mark_of(word),
        made_by=actor.account_id,
        made_at=actor.at,
        until=actor.at + LASTS,
    )
    session.add(row)
    log.record(session, actor, Action.PERSON_INVITE, row, position=wanted)
    return row, word


def open_of(session: Session, actor: Actor) -> Sequence[Invitation]:
    """The invitations of the actor's producer that may still be used, the newest first."""
    rows = _open(actor.at).where(Invitation.producer_id == actor.producer_id)
    return session.scalars(rows.order_by(Invitation.id.desc())).all()


def withdraw(session: Session, actor: Actor, row: Invitation) -> None:
    """Take an invitation back; its link opens nothing from now on. Raises Conflict when it was used or withdrawn."""
    people.as_owner(session, actor)
    lock(session, row)
    if row.used_at or row.withdrawn_at:
        raise Conflict(N_("这个邀请已经用过或撤回了"))
    row.withdrawn_at = actor.at
    log.record(session, actor, Action.PERSON_UNINVITE, row)


def found(session: Session, word: str, now: datetime) -> Invitation:
    """The invitation of a link. Raises NotFound, in the same words whether it never was, was used, withdrawn or is too old."""
    row = session.scalar(_open(now).where(Invitation.mark == onetime.mark_of(word)))
    if row is None:
        raise NotFound(N_("这个邀请不对，或者已经用过、撤回、过了期。请再核对，或请邀请您的人再打一张"))
    return row


def accept(
    db: Database, session: Session, policy: Policy, word: str, now: datetime, *, login: str, name: str, password: str
) -> Account:
    """Open the account of an invited person, by the rules of every account, and use the invitation up.

    `session` is asked for nothing before the password is hashed, so nobody waits for that.
    Raises NotFound as `found`, also when somebody else was quicker, and Invalid as `signin.add_account`.
    """
    with db.transaction(writes=False) as reading:
        position = found(reading, word, now).position
    made = {"login": login, "name": name, "password": password}
    account = signin.add_account(session, Actor("", now), policy, role=Role.PRODUCER, position=position, **made)
    row = found(session, word, now)
    lock(session, row)
    row = found(session, word, now)
    account.producer_id, row.used_at = row.producer_id, now
    person = Actor.of(account, now)
    log.record(session, person, Action.ACCOUNT_LINK, account, producer=row.producer_id)
    log.record(session, person, Action.PERSON_JOIN, row, account=account.id, position=position)
    return account


def _open(now: datetime) -> sa.Select[Invitation]:
    """The invitations that are good: not used, not withdrawn, not too old, and made by one who is still an owner."""
    unused = sa.and_(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.until >= now)
    owner = sa.and_(Account.position == Position.OWNER, Account.producer_id == Invitation.producer_id)
    rows = sa.select(Invitation).join(Invitation.maker).where(unused, owner, Account.disabled_at.is_(None))
    return rows.options(joinedload(Invitation.producer), joinedload(Invitation.maker))
