"""What is mended of an approved producer's record: contact, telephone and township by the grower, at once and told to the county; name
and identity number by an officer of the county, with a paper and a reason. Labels and certificates that are out keep the old words."""

from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..access.visibility import visible
from ..audit import log
from ..audit.corrections import changes
from ..codes.checkdigits import parse_resident_id, parse_uscc
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..installation.vault import Secrets
from ..models import Action, Event, Producer, ProducerKind, Review
from ..uploads import attachments
from .producers import refuse_taken_identity

CORRECTED = {  # the words of what may be mended, by the key that its event keeps
    "producer_contact": N_("联系人"),
    "producer_phone": N_("电话"),
    "producer_township": N_("乡镇（街道）"),
    "producer_name": N_("主体名称"),
    "producer_uscc": N_("统一社会信用代码"),
    "producer_resident_id": N_("身份证号码"),
}
TOLD_FOR = timedelta(days=30)  # how long a correction stands on the officers' home page


def change_contact(session: Session, actor: Actor, *, contact: str, phone: str, township: str) -> None:
    """The grower says whom to call, under which number, and in which township the producer is. It holds at once.

    Raises Invalid for any field, Conflict if all is as it was.
    """
    producer = own_producer(session, actor)
    lock(session, producer)
    with fields.Together() as read:
        person, number = read(fields.name, "contact", contact, least=2, most=20), read(fields.phone, phone)
        where = read(fields.name, "township", township, most=30)
    corrected = changes(
        {
            "producer_contact": producer.contact,
            "producer_phone": producer.phone,
            "producer_township": producer.township,
        },
        {"producer_contact": person, "producer_phone": number, "producer_township": where},
    )
    producer.contact, producer.phone, producer.township = person, number, where
    log.record(session, actor, Action.PRODUCER_CONTACT, producer, corrected=corrected)


def change_identity(
    session: Session,
    actor: Actor,
    secrets: Secrets,
    producer: Producer,
    *,
    name: str,
    number: str,
    reason: str,
    paper: tuple[str, BinaryIO] | None,
) -> None:
    """An officer sets right the name, or the identity number, of an approved producer. `number` is the USCC, of an individual the
    resident ID number; empty, it stays. `paper` is what the change rests on, its file name and content.

    Raises Invalid for any field, for a number that another producer has, without a reason or a paper; Conflict if the producer is
    not approved, and if all is as it was.
    """
    lock(session, producer)
    if producer.state is not Review.APPROVED:
        raise Conflict(N_("主体还没有审核通过；请退回，让对方自己改"))
    with fields.Together() as read:
        named, why = read(fields.name, "name", name, least=2, most=40), read(fields.reason, reason)
    found = _identity(secrets, producer, number) if number.strip() else {}
    _refuse_taken(session, producer, found)
    corrected = changes(
        _kept(producer.name, producer.uscc, producer.identity_mark),
        _kept(named, found.get("uscc", producer.uscc), found.get("identity_mark", producer.identity_mark)),
    )
    if "producer_resident_id" in corrected:
        corrected["producer_resident_id"] = ["before", "after"]  # neither number is ever shown, nor told by the log
    if paper is None:
        raise Invalid("file", N_("请附上依据，如变更后的营业执照"))
    kept = attachments.keep(session, actor, producer, *paper)
    for column, value in {"name": named, **found}.items():
        setattr(producer, column, value)
    log.record(session, actor, Action.PRODUCER_IDENTITY, producer, why, corrected=corrected, paper=kept.id)


def _identity(secrets: Secrets, producer: Producer, typed: str) -> dict[str, object]:
    try:
        if producer.kind is not ProducerKind.INDIVIDUAL:
            return {"uscc": parse_uscc(typed)}
        number = parse_resident_id(typed)
    except Invalid as wrong:
        raise Invalid("number", wrong.message.template, **wrong.message.values) from None
    return {"identity_sealed": secrets.seal_identity(number), "identity_mark": secrets.identity_mark(number)}


def _refuse_taken(session: Session, producer: Producer, found: dict[str, object]) -> None:
    try:
        refuse_taken_identity(session, found, producer)
    except Invalid as taken:
        raise Invalid("number", taken.message.template) from None


def _kept(name: str, uscc: object, mark: object) -> dict[str, object]:
    return {"producer_name": name, "producer_uscc": uscc, "producer_resident_id": mark}


def recent(actor: Actor) -> sa.Select[Event]:
    """What was mended of the producers that an officer sees, in the last 30 days, the latest first."""
    mine = visible(actor, Producer).with_only_columns(Producer.id)
    rows = sa.select(Event).where(Event.object_kind == Producer.__tablename__, Event.object_id.in_(mine))
    mended = (Action.PRODUCER_CONTACT.value, Action.PRODUCER_IDENTITY.value)
    return rows.where(Event.action.in_(mended), Event.at > actor.at - TOLD_FOR).order_by(Event.id.desc())


def whose(session: Session, events: Iterable[Event]) -> dict[int, Producer]:
    """The producers that these events tell of, by row number."""
    rows = sa.select(Producer).where(Producer.id.in_({event.object_id for event in events}))
    return {row.id: row for row in session.scalars(rows)}
