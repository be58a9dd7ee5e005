"""Which accounts act for a producer.

An account that registers its own producer is bound to it at once (`register`). A producer that an officer entered or
imported gets its account here.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..errors import N_, Invalid
from ..models import Account, Action, Producer, Role
from .signin import login_name


def accounts_of(session: Session, producer: Producer) -> Sequence[Account]:
    """The accounts that act for a producer, the oldest first."""
    return session.scalars(sa.select(Account).where(Account.producer_id == producer.id).order_by(Account.id)).all()


def bind(session: Session, actor: Actor, producer: Producer, login: str) -> Account:
    """Bind a grower's account to a producer. An officer does this, who knows the person.

    The grower has opened the account alone, so that nobody else has ever known its password.
    Raises Invalid("login") when no grower has this account, or when it is bound to a producer already.
    """
    typed = login_name(login)
    account = session.scalar(sa.select(Account).where(Account.login == typed).with_for_update())
    if account is None or account.role is not Role.PRODUCER or account.disabled_at is not None:
        raise Invalid("login", N_("没有登录名为“%(login)s”的种植户账号；请对方先在本站开通"), login=typed)
    if account.producer_id is not None:
        raise Invalid("login", N_("账号“%(login)s”已经绑定了主体，不能再绑"), login=typed)
    account.producer_id = producer.id
    log.record(session, actor, Action.ACCOUNT_LINK, account, producer=producer.id)
    return account
