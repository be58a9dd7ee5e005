"""Who may act: the actor, and what an actor may know of. An object the actor may not know of is not found.
Which role may call which page stands in `rights`."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..db import Base
from ..errors import N_, NotFound
from ..models import (
    Account,
    AttachedFarmer,
    Attachment,
    Audited,
    Batch,
    Brand,
    BrandLicence,
    Certification,
    ClaimNotice,
    CodeRange,
    CollectedCertificate,
    CommitmentCertificate,
    Complaint,
    CreditEntry,
    FarmCase,
    FarmEntry,
    FarmInput,
    Inspection,
    InspectionDraw,
    InsurancePolicy,
    LabelPrinter,
    LabelStock,
    Notice,
    PilotMember,
    Plot,
    PrintRun,
    Producer,
    Product,
    RecallAct,
    RecallLine,
    Report,
    Role,
    Shipment,
)
from .actor import Actor


def visible(actor: Actor, kind: type[Base]) -> sa.Select[Any]:
    """The rows of `kind` this actor may know of: a producer's own, an insurer's own, an officer's county,
    the city's all."""
    rows = sa.select(kind)
    if kind is Attachment:
        return rows.where(sa.or_(*(_attached(actor, owner) for owner in Audited.__subclasses__() if owner is not kind)))
    if kind is RecallAct:
        return rows.where(_concerns(actor))
    if kind is PilotMember:
        return rows.where(_in_pilot_of(actor))
    if kind is Shipment and actor.role is Role.PRODUCER and actor.producer_id is not None:
        mine = sa.or_(Batch.producer_id == actor.producer_id, Shipment.to_producer_id == actor.producer_id)
        return rows.join(Shipment.batch).where(mine)  # what it sent, and what was sent to it
    if kind in _JOINS:
        for link in _JOINS[kind]:
            rows = rows.join(link)
    if actor.role is Role.PRODUCER and kind in _PRODUCER_OF:
        return rows.where(_PRODUCER_OF[kind] == actor.producer_id)
    if actor.role is Role.OFFICER and kind in _CITY_WIDE:
        return rows
    if actor.role is Role.INSURER and kind in _INSURER_OF and actor.insurer_id is not None:
        return rows.where(_INSURER_OF[kind] == actor.insurer_id)
    if actor.role is Role.OFFICER and kind in _COUNTY_OF:
        return rows if actor.county is None else rows.where(_COUNTY_OF[kind] == actor.county)
    if actor.role is Role.OFFICER and kind in _ALL_OFFICERS:
        return rows
    if actor.role is Role.ADMINISTRATOR and kind is Account:
        return rows
    return rows.where(sa.false())


def _attached(actor: Actor, owner: Any) -> sa.ColumnElement[bool]:
    """A file may be read by whoever may know of the row that it is attached to."""
    known = visible(actor, owner).with_only_columns(owner.id)
    return sa.and_(Attachment.object_kind == owner.__tablename__, Attachment.object_id.in_(known))


def _concerns(actor: Actor) -> sa.ColumnElement[bool]:
    """A recall act is the city's, and a county's when it reached a batch there."""
    if actor.role is not Role.OFFICER:
        return sa.false()
    reached = sa.select(RecallLine.recall_id).join(RecallLine.batch).where(Batch.county == actor.county)
    return sa.true() if actor.county is None else RecallAct.id.in_(reached)


def _in_pilot_of(actor: Actor) -> sa.ColumnElement[bool]:
    """A member of the pilot is the city's, and the county's of its producer or brand."""
    if actor.role is not Role.OFFICER:
        return sa.false()
    products = sa.select(Product.id).join(Product.producer).where(Producer.county == actor.county)
    theirs = sa.or_(
        PilotMember.product_id.in_(products),
        PilotMember.brand_id.in_(sa.select(Brand.id).where(Brand.county == actor.county)),
    )
    return sa.true() if actor.county is None else theirs


_JOINS: dict[type[Base], tuple[InstrumentedAttribute[Any], ...]] = {
    Plot: (Plot.producer,),
    Product: (Product.producer,),
    BrandLicence: (BrandLicence.brand,),
    CodeRange: (CodeRange.batch,),
    CollectedCertificate: (CollectedCertificate.producer,),
    CommitmentCertificate: (CommitmentCertificate.batch,),
    PrintRun: (PrintRun.batch,),
    CreditEntry: (CreditEntry.producer,),
    InsurancePolicy: (InsurancePolicy.producer,),
    ClaimNotice: (ClaimNotice.batch,),
    AttachedFarmer: (AttachedFarmer.producer,),
    FarmCase: (FarmCase.batch,),
    FarmEntry: (FarmEntry.producer,),
    Inspection: (Inspection.batch,),
    Shipment: (Shipment.batch,),
}
_PRODUCER_OF: dict[type[Base], Any] = {
    Producer: Producer.id,
    Plot: Plot.producer_id,
    Product: Product.producer_id,
    Brand: Brand.producer_id,
    BrandLicence: BrandLicence.producer_id,
    Batch: Batch.producer_id,
    CodeRange: Batch.producer_id,
    CollectedCertificate: CollectedCertificate.producer_id,
    CommitmentCertificate: Batch.producer_id,
    PrintRun: Batch.producer_id,
    Notice: Notice.producer_id,
    LabelStock: LabelStock.producer_id,
    LabelPrinter: LabelPrinter.producer_id,
    Certification: Certification.producer_id,
    InsurancePolicy: InsurancePolicy.producer_id,
    AttachedFarmer: AttachedFarmer.producer_id,
    FarmCase: Batch.producer_id,
    FarmEntry: FarmEntry.producer_id,
    Inspection: Batch.producer_id,
}
_INSURER_OF: dict[type[Base], Any] = {InsurancePolicy: InsurancePolicy.insurer_id, ClaimNotice: ClaimNotice.insurer_id}
_COUNTY_OF: dict[type[Base], Any] = {
    Producer: Producer.county,
    Plot: Producer.county,
    Product: Producer.county,
    Brand: Brand.county,
    BrandLicence: Brand.county,
    Batch: Batch.county,
    CodeRange: Batch.county,
    CollectedCertificate: Producer.county,
    CommitmentCertificate: Batch.county,
    Complaint: Complaint.county,
    CreditEntry: Producer.county,
    PrintRun: Batch.county,
    Shipment: Batch.county,
    Certification: Certification.county,
    AttachedFarmer: Producer.county,
    FarmCase: Batch.county,
    FarmEntry: Producer.county,
    Inspection: Batch.county,
    InsurancePolicy: Producer.county,
    ClaimNotice: Batch.county,
}

_ALL_OFFICERS: set[type[Base]] = {FarmInput, InspectionDraw}


_CITY_WIDE: set[type[Base]] = {Report}  # every officer's, of whichever county


def find(session: Session, actor: Actor, kind: type[Base], ref: str) -> Any:
    """The object an address speaks of, if the actor may know of it; NotFound otherwise, whether or not it is there.

    Batches are addressed by ID number, everything else by its row number.
    """
    if kind is Batch and ref.isalnum():
        key: Any = Batch.id_number == ref
    elif kind is not Batch and ref.isascii() and ref.isdigit() and len(ref) < 19:
        key = kind.id == int(ref)  # type: ignore[attr-defined]
    else:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    if found := session.scalar(visible(actor, kind).where(key)):
        return found
    raise NotFound(N_("没有这一页，或者您无权查看"))
