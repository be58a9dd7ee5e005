"""The people of one producer (主体的人员): who they are, and what an owner does about them.

What a clerk or a field hand may do stands in the table of rights (`web.rights`). A producer keeps an owner: nobody changes or
ends their own place, so whoever does it to others is one who stays.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..audit.corrections import changes
from ..db import lock
from ..errors import N_, Conflict, Forbidden
from ..models import Account, Action, Position, Producer
from . import links, reset, signin

ORDER = tuple(Position)
POSITION_WORDS = {Position.OWNER: N_("负责人"), Position.CLERK: N_("办事员"), Position.FIELD_HAND: N_("记录员")}
POSITION_MEANS = {
    Position.OWNER: N_("什么都能办，还管人员、主体信息和资料导出"),
    Position.CLERK: N_("办日常的事：批次、赋码、打印、上市、合格证、证书、收发货、生产记录"),
    Position.FIELD_HAND: N_("只写生产记录，看得到地块和投入品；看不到批次、证书和标签"),
}


def people_of(session: Session, producer: Producer) -> Sequence[Account]:
    """The people of a producer: those who can sign in first, owners before clerks before field hands."""
    found = links.accounts_of(session, producer)
    return sorted(
        found, key=lambda each: (each.disabled_at is not None, ORDER.index(each.position or ORDER[-1]), each.id)
    )


def change_position(session: Session, actor: Actor, account: Account, position: str) -> None:
    """Make a person of one's producer an owner, a clerk or a field hand. It holds from the person's next page on.

    Raises Invalid for no position, Conflict if nothing changes, for oneself, and for one who was taken out.
    """
    _others(session, actor, account)
    wanted = fields.choice("position", Position, position)
    corrected = changes({"position": account.position}, {"position": wanted})
    account.position = wanted
    log.record(session, actor, Action.PERSON_POSITION, account, corrected=corrected)


def take_out(session: Session, actor: Actor, account: Account) -> None:
    """Take a person out of one's producer: the sessions end at once, what the person did stays under the name.

    Raises Conflict for oneself, and for one who was taken out before.
    """
    _others(session, actor, account)
    signin.end(account, actor.at)
    log.record(session, actor, Action.PERSON_OUT, account)


def allow_new_password(session: Session, actor: Actor, account: Account) -> str:
    """A one-time code for a person of one's producer, as `reset.allow`. Raises Conflict for oneself, and for one taken out."""
    _others(session, actor, account)
    return reset.allow(session, actor, account)


def as_owner(session: Session, actor: Actor) -> Producer:
    """The actor's producer, locked: two owners who act at once wait here for each other.

    Raises Forbidden for one who is no owner of it any more.
    """
    producer = session.get(Producer, actor.producer_id) if actor.producer_id else None
    if producer is None:
        raise Forbidden(N_("只有主体的负责人能办这件事"))
    lock(session, producer)
    me = session.get(Account, actor.account_id, populate_existing=True)
    if me is None or not is_owner_of(me, producer.id):
        raise Forbidden(N_("只有主体的负责人能办这件事"))
    return producer


def is_owner_of(account: Account, producer_id: int) -> bool:
    """Whether this account may still act as an owner of a producer."""
    return account.position is Position.OWNER and account.producer_id == producer_id and account.disabled_at is None


def _others(session: Session, actor: Actor, account: Account) -> None:
    """The actor is an owner, and `account`, locked, is another person of the same producer who can sign in."""
    producer = as_owner(session, actor)
    lock(session, account)
    if account.producer_id != producer.id:
        raise Forbidden(N_("这不是您这个主体的人"))
    if account.disabled_at is not None:
        raise Conflict(N_("这个人已经不在了，账号已停用"))
    if account.id == actor.account_id:
        raise Conflict(N_("自己的岗位和账号，请另一位负责人来办；主体总要有一位负责人"))
