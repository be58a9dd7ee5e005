"""Producers: handed in by growers, approved or returned by the county."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..codes.checkdigits import parse_resident_id, parse_uscc
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..installation.vault import Secrets
from ..models import (
    Account,
    Action,
    AttachedFarmer,
    Plot,
    Producer,
    ProducerKind,
    Product,
    ProductPicture,
    ProductText,
    Review,
    Role,
)
from ..policy.policy import Policy


@dataclass(frozen=True)
class ProducerForm:
    """What a producer says of itself. `uscc` for all but individuals, who give `resident_id`."""

    name: str
    kind: str
    uscc: str
    resident_id: str
    county: str
    township: str
    contact: str
    phone: str


def submit_producer(
    session: Session, actor: Actor, policy: Policy, secrets: Secrets, form: ProducerForm, demonstration: bool = False
) -> Producer:
    """A producer enters its record, or mends a returned one; the county reviews it.

    Raises Invalid (any field, or an identity that is registered already), Conflict (already approved).
    """
    producer = session.get(Producer, actor.producer_id) if actor.producer_id else None
    if producer and producer.state is Review.APPROVED:
        raise Conflict(N_("主体已经审核通过；联系人、电话和地址可以自己更正，名称和号码请联系县市区农业农村局"))
    values = _producer_values(policy, secrets, form, producer)
    refuse_taken_identity(session, values, producer)
    if producer is None:
        producer = Producer(demonstration=demonstration, submitted_at=actor.at, **values)
        session.add(producer)
    else:
        for name, value in values.items():
            setattr(producer, name, value)
        producer.state, producer.return_reason, producer.submitted_at = Review.SUBMITTED, None, actor.at
    log.record(session, actor, Action.PRODUCER_SUBMIT, producer, name=producer.name)
    _link_account(session, actor, producer)
    return producer


def _producer_values(policy: Policy, secrets: Secrets, form: ProducerForm, known: Producer | None) -> dict[str, object]:
    kind = fields.choice("kind", ProducerKind, form.kind)
    with fields.Together() as read:
        values: dict[str, object] = {
            "name": read(fields.name, "name", form.name, least=2, most=40),
            "kind": kind,
            "county": read(policy.county, form.county),
            "township": read(fields.name, "township", form.township, most=30),
            "contact": read(fields.name, "contact", form.contact, least=2, most=20),
            "phone": read(fields.phone, form.phone),
        }
        identity = read(_identity, secrets, kind, form, known)
    return values | identity


def _identity(secrets: Secrets, kind: ProducerKind, form: ProducerForm, known: Producer | None) -> dict[str, object]:
    """The number by which the law knows the producer: its credit code, or sealed, the identity number of a person."""
    if kind is not ProducerKind.INDIVIDUAL:
        return {"uscc": parse_uscc(form.uscc), "identity_sealed": None, "identity_mark": None}
    if not form.resident_id.strip() and known is not None and known.identity_mark:
        return {"uscc": None}  # mending a returned record: the number given before still stands
    number = parse_resident_id(form.resident_id)
    return {
        "uscc": None,
        "identity_sealed": secrets.seal_identity(number),
        "identity_mark": secrets.identity_mark(number),
    }


def refuse_taken_identity(session: Session, values: Mapping[str, object], own: Producer | None) -> None:
    """Refuse an identity in `values` that another producer than `own` has. Raises Invalid (`uscc`, `resident_id`)."""
    for field, column, value in (
        ("uscc", Producer.uscc, values.get("uscc")),
        ("resident_id", Producer.identity_mark, values.get("identity_mark")),
    ):
        other = session.scalar(sa.select(Producer.id).where(column == value)) if value else None
        if other and (own is None or other != own.id):
            raise identity_taken(field)


def identity_taken(field: str) -> Invalid:
    """The refusal of an identity that another producer has; `field` is `uscc` or `resident_id`."""
    return Invalid(field, N_("这个号码已经登记过；如果是您的主体，请联系县市区农业农村局"))


def _link_account(session: Session, actor: Actor, producer: Producer) -> None:
    """Whoever enters its own record is bound to it; an officer who enters one for a producer is not."""
    account = session.get(Account, actor.account_id) if actor.account_id else None
    if account and account.role is Role.PRODUCER and account.producer_id is None:
        account.producer_id = producer.id
        log.record(session, actor, Action.ACCOUNT_LINK, account, producer=producer.id)


def approve_producer(session: Session, actor: Actor, producer: Producer) -> None:
    """The county officer agrees; from now on the producer may declare products and batches."""
    must_be(session, producer, Review.SUBMITTED)
    producer.state, producer.approved_at = Review.APPROVED, actor.at
    log.record(session, actor, Action.PRODUCER_APPROVE, producer)


def return_producer(session: Session, actor: Actor, producer: Producer, reason: str) -> None:
    """The county officer sends the record back, saying what is to be mended."""
    why = fields.reason(reason)
    must_be(session, producer, Review.SUBMITTED)
    producer.state, producer.return_reason = Review.RETURNED, why
    log.record(session, actor, Action.PRODUCER_RETURN, producer, why)


def must_be(session: Session, row: Producer | Product | ProductPicture | ProductText, *states: Review) -> None:
    """Lock a row and see that it waits for this step. Raises Conflict when somebody has decided it meanwhile."""
    lock(session, row)
    if row.state not in states:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))


Own = TypeVar("Own", Plot, Product, AttachedFarmer)


def own_row(session: Session, producer: Producer, kind: type[Own], field: str, ref: str, but: int | None = None) -> Own:
    """The producer's own row of a kind, by its number as typed. Raises Invalid, naming `field`, for any other, and for one that is
    archived, unless it is `but`: the one that the row which is being mended names already."""
    row = session.get(kind, int(ref)) if ref.isascii() and ref.isdigit() and len(ref) < 19 else None
    if row is None or row.producer_id != producer.id:
        raise Invalid(field, N_("请从列表里选一项"))
    if isinstance(row, Plot | AttachedFarmer) and row.is_archived and row.id != but:
        raise Invalid(field, N_("“%(name)s”已归档，不能再选；要用它，请先恢复"), name=row.name)
    return row
