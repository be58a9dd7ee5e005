"""Attached farmers (挂靠农户): smallholders for whom a producer keeps the record. They are added, mended, archived when they leave, and
brought back. A batch keeps the name under which its farmer was known when it came to be."""

from collections.abc import Sequence
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..audit.corrections import changes
from ..db import lock
from ..errors import N_, Invalid
from ..models import Action, AttachedFarmer, Producer
from ..names import normal_form
from ..register.producers import own_row

CORRECTED = {  # the words of what may be mended, by the key that its event keeps
    "farmer_name": N_("挂靠农户姓名"),
    "farmer_place": N_("挂靠农户所在的乡镇、村"),
}


def add_farmer(session: Session, actor: Actor, *, name: str, place: str) -> AttachedFarmer:
    """Add a smallholder for whom the actor's producer keeps the record. `place` names the village, nothing finer.

    Raises Invalid for a name that is taken, or that is too short or too long.
    """
    producer = own_producer(session, actor)
    farmer = AttachedFarmer(producer_id=producer.id, **_typed(name, place), added_at=actor.at)
    _refuse_taken(session, producer, farmer.name)
    session.add(farmer)
    log.record(session, actor, Action.FARMER_ADD, farmer, name=farmer.name)
    return farmer


def change_farmer(session: Session, actor: Actor, farmer: AttachedFarmer, *, name: str, place: str) -> None:
    """Give an attached farmer another name or place. The old values stand in the event; batches keep the name that they had.

    Raises Invalid as `add_farmer` does, Conflict if all is as it was.
    """
    producer = own_producer(session, actor)
    lock(session, farmer)
    new = _typed(name, place)
    _refuse_taken(session, producer, new["name"], farmer)
    before = {"farmer_name": farmer.name, "farmer_place": farmer.place}
    corrected = changes(before, {f"farmer_{key}": value for key, value in new.items()})
    farmer.name, farmer.place = new["name"], new["place"]
    log.record(session, actor, Action.FARMER_CHANGE, farmer, corrected=corrected)


class _Typed(TypedDict):
    name: str
    place: str


def _typed(name: str, place: str) -> _Typed:
    with fields.Together() as read:
        return {
            "name": read(fields.name, "name", name, least=2, most=30),
            "place": read(fields.name, "place", place, most=40),
        }


def _refuse_taken(session: Session, producer: Producer, name: str, own: AttachedFarmer | None = None) -> None:
    same = sa.select(AttachedFarmer).where(AttachedFarmer.producer_id == producer.id)
    same = same.where(AttachedFarmer.name_normal == normal_form(name))
    other = session.scalar(same.where(AttachedFarmer.id != (own.id if own else 0)))
    if other is not None and other.is_archived:
        raise Invalid("name", N_("已归档的挂靠农户里有一位叫“%(name)s”；是同一位就请恢复，不是就请加以区别"), name=name)
    if other is not None:
        raise Invalid("name", N_("已经有一位叫“%(name)s”的挂靠农户，请加以区别，如“%(name)s（坡上）”"), name=name)


def farmers_of(session: Session, producer: Producer) -> Sequence[AttachedFarmer]:
    """The attached farmers that have not left, in the order in which they were added."""
    return session.scalars(_of(producer).where(AttachedFarmer.archived_at.is_(None))).all()


def _of(producer: Producer) -> sa.Select[AttachedFarmer]:
    rows = sa.select(AttachedFarmer).where(AttachedFarmer.producer_id == producer.id)
    return rows.order_by(AttachedFarmer.id)


def farmer_id(session: Session, producer: Producer, typed: str, but: int | None = None) -> int | None:
    """The row number of the attached farmer chosen in a form; None for the producer itself. Raises Invalid (`farmer`), for one that
    has left too, unless it is `but`."""
    if not typed:
        return None
    row: AttachedFarmer = own_row(session, producer, AttachedFarmer, "farmer", typed, but)
    return row.id
