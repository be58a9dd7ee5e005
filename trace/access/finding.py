"""One search for everybody who is signed in: a number, a name or a telephone, among what this person may know of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from .. import paging
from ..db.columns import Base
from ..models import (
    Account,
    Batch,
    Certification,
    ClaimNotice,
    CommitmentCertificate,
    Complaint,
    Inspection,
    InsurancePolicy,
    Plot,
    Producer,
    Product,
)
from .actor import Actor
from .matching import Fits, Typed, any_of, named, numbered, written
from .visibility import visible

LEAST = 2  # characters of a name, LEAST_NUMBER of a number
LEAST_NUMBER = 4
SHOWN = 10  # of each kind, the newest first


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many rows there are, and the newest of them."""

    kind: type[Base]
    total: int
    rows: Sequence[Base]


def find_all(session: Session, actor: Actor, typed: str, kinds: Sequence[type[Base]]) -> list[Group]:
    """What this person may know of and was meant, of each kind that has any."""
    wanted = Typed.of(typed)
    if len(wanted.name) < LEAST:
        return []
    return [group for kind in kinds if (group := _group(session, actor, kind, wanted)).total]


def _group(session: Session, actor: Actor, kind: type[Base], wanted: Typed) -> Group:
    fits = [*_FITS[kind](wanted)]
    if not fits:
        return Group(kind, 0, [])
    rows = visible(actor, kind).where(sa.or_(*fits)).order_by(sa.inspect(kind).primary_key[0].desc())
    newest = session.scalars(rows.options(*_WITH.get(kind, ())).limit(SHOWN + 1)).all()
    return Group(kind, paging.count(session, rows) if len(newest) > SHOWN else len(newest), newest[:SHOWN])


_FITS: Mapping[type[Base], Fits] = {
    Batch: numbered(Batch.id_number, least=LEAST_NUMBER),
    Producer: any_of(named(Producer.name_normal), written(Producer.phone, Producer.uscc, least=LEAST_NUMBER)),
    Product: any_of(named(Product.name_normal), numbered(Product.barcode, least=LEAST_NUMBER)),
    Plot: named(Plot.name_normal),
    Certification: written(Certification.number, least=LEAST_NUMBER),
    CommitmentCertificate: numbered(CommitmentCertificate.number, least=LEAST_NUMBER),
    InsurancePolicy: written(InsurancePolicy.number, least=LEAST_NUMBER),
    Complaint: numbered(Complaint.number, least=LEAST_NUMBER),
    ClaimNotice: numbered(ClaimNotice.number, least=LEAST_NUMBER),
    Inspection: written(Inspection.report_number, least=LEAST_NUMBER),
    Account: any_of(named(Account.login_normal), written(Account.name, least=LEAST_NUMBER)),
}
_WITH: Mapping[type[Base], Sequence[ExecutableOption]] = {
    Batch: (joinedload(Batch.product),)
}  # what the words of a row are read from
KINDS: tuple[type[Base], ...] = tuple(_FITS)
