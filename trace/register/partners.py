"""The address book of a producer (客户和供货人): whom it supplies and of whom it buys. Entries are added by themselves when goods are
shipped or bought, mended, archived and brought back; what was shipped or bought keeps the name that was written then."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..access.visibility import visible
from ..audit import log
from ..audit.corrections import changes
from ..codes.checkdigits import parse_uscc
from ..db import lock
from ..errors import N_, Invalid
from ..models import Action, Partner, Producer
from ..names import normal_form

OFFERED = 300  # names in the list of a form: phones keep the page, so it must be small. What is typed is looked up in the whole book
LONGEST = 60  # characters of a name, here and where goods are shipped or bought
CORRECTED = {  # the words of what may be mended, by the key that its event keeps
    "partner_name": N_("客户或供货人"),
    "partner_uscc": N_("统一社会信用代码"),
    "partner_phone": N_("电话"),
    "partner_note": N_("备注"),
}


@dataclass(frozen=True)
class PartnerForm:
    """As typed; all but the name may be left out."""

    name: str
    uscc: str = ""
    phone: str = ""
    note: str = ""

    @classmethod
    def of(cls, row: Partner) -> "PartnerForm":
        """The form that would be typed for an entry as it is."""
        return cls(row.name, row.uscc or "", row.phone or "", row.note)


def add(session: Session, actor: Actor, form: PartnerForm) -> Partner:
    """Put a customer or supplier into the actor's book. Raises Invalid for a field, and for a name or code that is in it."""
    producer = own_producer(session, actor)
    lock(session, producer)
    values = _typed(form)
    _refuse_taken(session, producer, values)
    row = Partner(producer_id=producer.id, added_at=actor.at, **values)
    session.add(row)
    log.record(session, actor, Action.PARTNER_ADD, row, name=row.name)
    return row


def change(session: Session, actor: Actor, row: Partner, form: PartnerForm) -> None:
    """Mend an entry. The old values stand in the event. Raises Invalid as `add`, Conflict if all is as it was."""
    lock(session, own_producer(session, actor))
    lock(session, row)
    values = _typed(form)
    _refuse_taken(session, row.producer, values, row)
    before = {f"partner_{name}": getattr(row, name) for name in values}
    corrected = changes(before, {f"partner_{name}": value for name, value in values.items()})
    for name, value in values.items():
        setattr(row, name, value)
    log.record(session, actor, Action.PARTNER_CHANGE, row, corrected=corrected)


def _typed(form: PartnerForm) -> dict[str, str | None]:
    with fields.Together() as read:
        return {
            "name": read(fields.name, "name", form.name, least=2, most=LONGEST),
            "uscc": read(parse_uscc, form.uscc) if form.uscc.strip() else None,
            "phone": phone(read, form.phone),
            "note": read(fields.paragraph, "note", form.note, most=200),
        }


def phone(read: fields.Together, typed: str) -> str | None:
    """A telephone that may be left out, read with the other fields of its form."""
    return read(fields.phone, typed) if typed.strip() else None


def _refuse_taken(
    session: Session, producer: Producer, values: dict[str, str | None], own: Partner | None = None
) -> None:
    others = sa.select(Partner).where(Partner.producer_id == producer.id, Partner.id != (own.id if own else 0))
    other = session.scalar(others.where(Partner.name_normal == normal_form(values["name"] or "")))
    if other is not None and other.is_archived:
        raise Invalid("name", N_("已归档的里面有“%(name)s”；是同一个就请恢复，不是就请加以区别"), name=other.name)
    if other is not None:
        raise Invalid("name", N_("已经有“%(name)s”；不是同一个就请加以区别，如“%(name)s（河西店）”"), name=other.name)
    if values["uscc"] and (other := session.scalar(others.where(Partner.uscc == values["uscc"]))):
        raise Invalid("uscc", N_("这个统一社会信用代码记在“%(name)s”名下；请核对名称和代码"), name=other.name)


def named(session: Session, producer: Producer, name: str) -> Partner | None:
    """The entry of a name in whatever spelling, archived or not."""
    mine = sa.select(Partner).where(Partner.producer_id == producer.id)
    return session.scalar(mine.where(Partner.name_normal == normal_form(name)))


def met(
    session: Session, actor: Actor, producer: Producer, name: str, number: str | None, remember: bool
) -> Partner | None:
    """The entry of somebody with whom goods are dealt now. With `remember` a new name enters the book, and an entry without a
    telephone gets this one."""
    found = named(session, producer, name)
    if found is None and remember:
        found = add(session, actor, PartnerForm(name, phone=number or ""))
        session.flush()
    elif found is not None and remember and number and not found.phone:
        change(session, actor, found, PartnerForm(found.name, found.uscc or "", number, found.note))
    return found


def offered(session: Session, actor: Actor) -> Sequence[Partner]:
    """The entries that forms offer to choose from while one types, the latest first; none to a field hand."""
    rows = visible(actor, Partner).where(Partner.archived_at.is_(None))
    return session.scalars(rows.order_by(Partner.id.desc()).limit(OFFERED)).all()
