"""What an actor may know of. An object that the actor may not know of is not found.

Each table says in `visibility` who knows of its rows. Which role may call which page stands in `web.rights`.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db.columns import Base
from ..errors import N_, NotFound
from ..models import Account, Attachment, Audited, Batch, Position, Role
from ..models.scope import Reader, Rule, Scope
from .actor import Actor

Row = TypeVar("Row", bound=Base)


def visible(actor: Actor, kind: type[Row]) -> sa.Select[Row]:
    """The rows of `kind` that this actor may know of, with the tables joined that its scope names."""
    rows = sa.select(kind)
    if kind is Attachment:
        return rows.where(
            sa.or_(*(_attached(actor, owner) for owner in Audited.__subclasses__() if owner is not Attachment))
        )
    scope = _scope_of(kind)
    for link in scope.joins:
        rows = rows.join(link)
    rule = None if actor.position is Position.FIELD_HAND and not scope.in_the_field else _rule(scope, actor.role)
    return rows.where(rule(actor) if rule else sa.false())


class _Each:
    """Every account in turn, as a reader: a rule then compares with the column and not with one person's value."""

    account_id, producer_id, insurer_id, county = Account.id, Account.producer_id, Account.insurer_id, Account.county


class _OfTheCity(_Each):
    county = None


def who_knows(
    kind: type[Row], number: sa.ColumnElement[int], role: Role, *, of_the_city: bool = False
) -> sa.Select[int]:
    """The accounts of a role that may know of one row, by the same rules as `visible`. Officers are those of a county, or
    those of the whole city. A table that the role knows nothing of has none."""
    scope = _scope_of(kind)
    rule, accounts = _rule(scope, role), sa.select(Account.id).select_from(kind)
    if rule is None:
        return accounts.join(Account, sa.false())
    for link in scope.joins:
        accounts = accounts.join(link)
    knows = rule(cast(Reader, _OfTheCity if of_the_city else _Each))
    place = Account.county.is_(None) if of_the_city or role is not Role.OFFICER else Account.county.is_not(None)
    if role is Role.PRODUCER and not scope.in_the_field:
        knows = sa.and_(knows, Account.position != Position.FIELD_HAND)
    return accounts.join(Account, sa.and_(Account.role == role, place, knows)).where(_number_of(kind) == number)


def _number_of(kind: type[Base]) -> sa.ColumnElement[int]:
    return cast(sa.ColumnElement[int], sa.inspect(kind).primary_key[0])


def _scope_of(kind: type[Base]) -> Scope:
    """A table that declares nothing is known to nobody."""
    declare: Callable[[], Scope] = getattr(kind, "visibility", Scope)
    return declare()


def _rule(scope: Scope, role: Role | None) -> Rule | None:
    rules = {
        Role.PRODUCER: scope.producer,
        Role.OFFICER: scope.officer,
        Role.INSURER: scope.insurer,
        Role.ADMINISTRATOR: scope.administrator,
    }
    return rules.get(role) if role else None


def _attached(actor: Actor, owner: type[Audited]) -> sa.ColumnElement[bool]:
    """A file may be read by everyone who may know of the row that it is attached to."""
    known = visible(actor, owner).with_only_columns(owner.id)  # type: ignore[type-var]
    return sa.and_(Attachment.object_kind == owner.__tablename__, Attachment.object_id.in_(known))


def find(session: Session, actor: Actor, kind: type[Row], ref: str) -> Row:
    """The object that an address speaks of. Batches are addressed by ID number, everything else by row number.

    Raises NotFound when it is not there, and likewise when the actor may not know of it.
    """
    key = _key(kind, ref)
    found = None if key is None else session.scalar(visible(actor, kind).where(key))
    if found is None:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    return found


def _key(kind: type[Base], ref: str) -> sa.ColumnElement[bool] | None:
    if kind is Batch:
        return Batch.id_number == ref if ref.isalnum() else None
    is_number = ref.isascii() and ref.isdigit() and len(ref) < 19
    return sa.inspect(kind).primary_key[0] == int(ref) if is_number else None
