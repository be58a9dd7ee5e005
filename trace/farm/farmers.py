"""Attached farmers (挂靠农户): smallholders for whom a producer keeps the record."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..errors import N_, Invalid
from ..models import Action, AttachedFarmer, Producer
from ..names import normal_form
from ..register.producers import own_row


def add_farmer(session: Session, actor: Actor, *, name: str, place: str) -> AttachedFarmer:
    """Add a smallholder for whom the actor's producer keeps the record. `place` names the village, nothing finer.

    Raises Invalid for a name that is taken, or that is too short or too long.
    """
    producer = own_producer(session, actor)
    farmer = AttachedFarmer(
        producer_id=producer.id,
        name=fields.name("name", name, least=2, most=30),
        place=fields.name("place", place, most=40),
        added_at=actor.at,
    )
    if session.scalar(
        sa.select(AttachedFarmer.id).where(
            AttachedFarmer.producer_id == producer.id, AttachedFarmer.name_normal == normal_form(farmer.name)
        )
    ):
        raise Invalid(
            "name", N_("已经有一位叫“%(name)s”的挂靠农户，请加以区别，如“%(name)s（坡上）”"), name=farmer.name
        )
    session.add(farmer)
    log.record(session, actor, Action.FARMER_ADD, farmer, name=farmer.name)
    return farmer


def farmers_of(session: Session, producer: Producer) -> Sequence[AttachedFarmer]:
    """The attached farmers that have not left, in the order in which they were added."""
    rows = sa.select(AttachedFarmer).where(AttachedFarmer.producer_id == producer.id, AttachedFarmer.left_at.is_(None))
    return session.scalars(rows.order_by(AttachedFarmer.id)).all()


def farmer_id(session: Session, producer: Producer, typed: str) -> int | None:
    """The row number of the attached farmer chosen in a form; None for the producer itself. Raises Invalid (`farmer`)."""
    if not typed:
        return None
    row: AttachedFarmer = own_row(session, producer, AttachedFarmer, "farmer", typed)
    return row.id
