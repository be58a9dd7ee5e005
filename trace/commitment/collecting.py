"""A buyer collects and keeps the commitment certificates of what it bought (收取、保存): one, or several at once, by the numbers on
the papers or by what their symbols say. The rule: 农业农村部令2025年第4号."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor, own_producer
from ..audit import log
from ..chain import lineage
from ..clock import day_of
from ..db import lock
from ..errors import N_, Invalid, Message, Mistyped, NotFound
from ..models import Action, Batch, CollectedCertificate, CommitmentCertificate
from ..policy.policy import Policy
from ..register import hints
from ..register.hints import Asker
from . import certificates
from .numbers import numbers_in


@dataclass(frozen=True)
class Collected:
    """What was taken in, and what was not: the number as typed, and why."""

    kept: Sequence[CollectedCertificate]
    refused: Sequence[tuple[str, Message]]


def collect_all(session: Session, actor: Actor, policy: Policy, typed: str, asker: Asker) -> Collected:
    """Collect each certificate of a list that can be collected. A mistyped number names what was perhaps meant: `asker` is told
    what the public check of a certificate tells everybody.

    Raises Invalid("numbers") for an empty list, Invalid("q") for more than can be checked together, Conflict while the
    buyer's own record is not approved.
    """
    kept, refused = [], []
    for number in numbers_in(typed):
        try:
            kept.append(collect(session, actor, policy, number))
        except Mistyped as slip:
            refused.append((number[:40], hints.refused(session, slip, asker).message))
        except Invalid as why:
            refused.append((number[:40], why.message))
    if not kept and not refused:
        raise Invalid("numbers", N_("请填合格证上的编号，一行一个"))
    return Collected(kept, refused)


def collect(session: Session, actor: Actor, policy: Policy, typed: str) -> CollectedCertificate:
    """A buyer collects the certificate of what it bought, by the number or by what the QR says, and keeps it.

    Raises Invalid for a number that is wrong, unknown, void, the buyer's own or collected before.
    """
    producer = own_producer(session, actor)
    lock(session, producer)
    try:
        row = certificates.by_number(session, typed)
    except NotFound as nothing:
        raise Invalid("number", nothing.message.template, **nothing.message.values) from None
    if row.voided_at:
        raise Invalid("number", N_("这张合格证已经作废（%(why)s）；请向对方要新的"), why=row.void_reason or "")
    if row.batch.producer_id == producer.id:
        raise Invalid("number", N_("这是您自己开的合格证，不用收取"))
    known = sa.select(CollectedCertificate.id).where(
        CollectedCertificate.producer_id == producer.id, CollectedCertificate.certificate_id == row.id
    )
    if session.scalar(known):
        raise Invalid("number", N_("这张合格证已经收过了"))
    kept = CollectedCertificate(
        producer_id=producer.id,
        certificate_id=row.id,
        collected_at=actor.at,
        kept_until=certificates.months_after(day_of(actor.at), policy.commitment.keep_months),
    )
    session.add(kept)
    log.record(session, actor, Action.COMMITMENT_COLLECT, kept, number=row.number)
    return kept


def collected_for(session: Session, batch: Batch) -> Sequence[CommitmentCertificate]:
    """The live certificates that the batch's producer has collected of goods that went into it (令2025年第4号: a purchaser
    promises to have collected them, or other proof, which no system can know of)."""
    reached = lineage.upstream_of([batch.id])
    kept = sa.select(CollectedCertificate.certificate_id).where(CollectedCertificate.producer_id == batch.producer_id)
    rows = sa.select(CommitmentCertificate).where(
        CommitmentCertificate.id.in_(kept),
        CommitmentCertificate.batch_id.in_(sa.select(reached.c.id)),
        CommitmentCertificate.voided_at.is_(None),
    )
    return session.scalars(rows.order_by(CommitmentCertificate.id)).all()
