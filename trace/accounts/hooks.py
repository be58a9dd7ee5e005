"""The web hook of an account: set, with a secret that is shown once, switched, tried, removed."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..errors import N_, Conflict
from ..installation.installation import Installation
from ..models import Account, Action, Channel, Delivery, WebHook
from ..notices import webhook

MOST_TRIALS = 20  # in a day


def hook_of(session: Session, actor: Actor) -> WebHook | None:
    """The web hook of the actor's own account."""
    return session.get(WebHook, actor.account_id) if actor.account_id else None


def set_up(session: Session, actor: Actor, installation: Installation, url: str, language: str) -> str:
    """Have what the account is told posted to an address from now on. Returns the secret that signs it, which nobody can ask
    for again: who loses it sets the hook up anew. `language`: of what is posted. Raises Invalid("url")."""
    checked = webhook.url("url", url, installation.settings.private_hooks)
    secret = webhook.new_secret()
    row = hook_of(session, actor)
    if row is None:
        row = WebHook(account_id=actor.account_id)
        session.add(row)
    row.url, row.sealed, row.language = checked, installation.secrets.seal_hook(secret), language
    row.made_at = row.since = actor.at
    _tell(session, actor, Action.ACCOUNT_HOOK)
    return webhook.shown(secret)


def switch(session: Session, actor: Actor, wanted: bool) -> None:
    """Whether anything is posted. Raises Conflict without a web hook."""
    _existing(session, actor).since = actor.at if wanted else None


def remove(session: Session, actor: Actor) -> None:
    """Forget the address and its secret. What still waits is dropped when its turn comes."""
    if row := hook_of(session, actor):
        session.delete(row)
        _tell(session, actor, Action.ACCOUNT_HOOK_OFF)


def end(session: Session, at: datetime, account_id: int, url: str) -> None:
    """The program at this address wants no more (`410 Gone`): nothing is posted until its owner switches it on again. An address
    that was set in its place meanwhile goes on."""
    row = session.get(WebHook, account_id, with_for_update=True)
    if row is not None and row.url == url and row.since is not None:
        row.since = None
        log.record(session, Actor("postman", at), Action.ACCOUNT_HOOK_GONE, session.get_one(Account, account_id))


def try_out(session: Session, actor: Actor) -> None:
    """Have a trial posted, as everything else is. Raises Conflict without a web hook, and after too many in a day."""
    _existing(session, actor)
    trials = sa.select(sa.func.count()).where(Delivery.account_id == actor.account_id, Delivery.channel == Channel.HOOK)
    today = trials.where(Delivery.notification_id.is_(None), Delivery.created_at > actor.at - timedelta(days=1))
    if (session.scalar(today) or 0) >= MOST_TRIALS:
        raise Conflict(N_("今天已经试了 %(n)s 次；请明天再试"), n=MOST_TRIALS)
    session.add(Delivery(account_id=actor.account_id, channel=Channel.HOOK, due_at=actor.at, created_at=actor.at))


def last_of(session: Session, actor: Actor) -> Delivery | None:
    """What was posted last, or is to be: the page says how it went."""
    rows = sa.select(Delivery).where(Delivery.account_id == actor.account_id, Delivery.channel == Channel.HOOK)
    return session.scalar(rows.order_by(Delivery.created_at.desc(), Delivery.id.desc()).limit(1))


def _existing(session: Session, actor: Actor) -> WebHook:
    row = hook_of(session, actor)
    if row is None:
        raise Conflict(N_("还没有推送地址；请先填写"))
    return row


def _tell(session: Session, actor: Actor, action: Action) -> None:
    log.record(session, actor, action, session.get_one(Account, actor.account_id))
