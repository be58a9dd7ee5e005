"""Insurance companies (保险机构): a name means one company, and what is typed for it is found again by that name."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..codes.checkdigits import parse_uscc
from ..errors import N_, Invalid
from ..models import Account, Action, Insurer
from ..names import normal_form


def company(session: Session, actor: Actor, name: str, uscc: str = "") -> Insurer:
    """The company of this name, entered now if it is not known yet.

    Names are compared by their skeletons (`names`); of several that are alike, the one that is written so is meant. A USCC is
    kept once it is given, and another one for the same name is refused. Raises Invalid.
    """
    wanted, number = fields.name("insurer", name, least=2, most=40), parse_uscc(uscc) if uscc.strip() else None
    alike = sa.select(Insurer).where(Insurer.name_normal == normal_form(wanted))
    found = session.scalar(alike.order_by(Insurer.name != wanted, Insurer.id).limit(1))
    other = session.scalar(sa.select(Insurer).where(Insurer.uscc == number)) if number else None
    if other is not None and other is not found:
        raise Invalid("uscc", N_("这个统一社会信用代码登记在“%(name)s”名下；请核对名称和代码"), name=other.name)
    if found is None:
        found = Insurer(name=wanted, uscc=number)
        session.add(found)
        log.record(session, actor, Action.INSURER_ADD, found, name=wanted)
    elif number and found.uscc is None:
        found.uscc = number
        log.record(session, actor, Action.INSURER_USCC, found, uscc=number)
    elif number and found.uscc != number:
        raise Invalid("uscc", N_("“%(name)s”登记的统一社会信用代码是 %(uscc)s；请核对"), name=wanted, uscc=found.uscc)
    return found


def names(session: Session) -> Sequence[str]:
    """The companies known so far, for a form to offer."""
    return session.scalars(sa.select(Insurer.name).order_by(Insurer.name)).all()


def name_of(session: Session, actor: Actor) -> str:
    """The company that an insurer's account acts for; empty for anybody else."""
    return _name(session, actor.insurer_id)


def company_of(session: Session, account: Account) -> str:
    """As `name_of`, of any account."""
    return _name(session, account.insurer_id)


def _name(session: Session, number: int | None) -> str:
    found = session.get(Insurer, number) if number else None
    return found.name if found else ""
