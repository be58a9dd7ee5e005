"""What events were about, in words and by address: names and numbers of many rows, with one question for each table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.matching import Typed
from ..models import (
    Account,
    Batch,
    Brand,
    BrandLicence,
    Certification,
    ClaimNotice,
    Complaint,
    CreditEntry,
    Event,
    FarmCase,
    Inspection,
    InsurancePolicy,
    Invitation,
    Job,
    Producer,
    Product,
    RecallAct,
    Shipment,
)


@dataclass(frozen=True)
class Subject:
    """What an event is about: a name or number, and the address of the batch that it is about, if it is about one."""

    name: str
    batch: str | None = None


Key = tuple[str, int]

_BATCH = (Product.name, Batch.id_number)
_OF_BATCHES = {
    kind.__tablename__: sa.select(kind.id, *_BATCH).join(kind.batch).join(Batch.product)
    for kind in (FarmCase, Inspection, Shipment)
} | {"batches": sa.select(Batch.id, *_BATCH).join(Batch.product)}
_NAMES = {
    "accounts": sa.select(Account.id, Account.login),
    "producers": sa.select(Producer.id, Producer.name),
    "products": sa.select(Product.id, Product.name),
    "brands": sa.select(Brand.id, Brand.name),
    "brand_licences": sa.select(BrandLicence.id, Brand.name).join(BrandLicence.brand),
    "certifications": sa.select(Certification.id, Certification.number),
    "insurance_policies": sa.select(InsurancePolicy.id, InsurancePolicy.number),
    "complaints": sa.select(Complaint.id, Complaint.number),
    "claim_notices": sa.select(ClaimNotice.id, ClaimNotice.number),
    "credit_entries": sa.select(CreditEntry.id, CreditEntry.source),
    "invitations": sa.select(Invitation.id, Invitation.name),
    "recall_acts": sa.select(RecallAct.id, RecallAct.cause),
    "jobs": sa.select(Job.id, Job.kind),
}
TABLES = frozenset(_NAMES | _OF_BATCHES)


def subjects_of(session: Session, events: Iterable[Event]) -> dict[Key, Subject]:
    """The subjects of these events, by the table and number of the row. One question for each table that is named."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        wanted.setdefault(event.object_kind, set()).add(event.object_id)
    found: dict[Key, Subject] = {}
    for table, numbers in wanted.items():
        rows = _NAMES[table] if table in _NAMES else _OF_BATCHES[table]
        for number, name, *batch in session.execute(rows.where(rows.selected_columns[0].in_(numbers))):
            found[table, number] = Subject(f"{name} {batch[0]}", batch[0]) if batch else Subject(name)
    return found


def named_so(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
    """Events of whose subject the name or number has this in it. A job has no name of its own."""
    for table, rows in (_NAMES | _OF_BATCHES).items():
        if table != "jobs":
            _, *told = rows.selected_columns
            fits = sa.or_(*(fit for column in told for fit in _has(column, wanted)))
            numbers = sa.select(rows.where(fits).subquery().c[0])
            yield sa.and_(Event.object_kind == table, Event.object_id.in_(numbers))


def _has(column: sa.ColumnElement[str], wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
    yield sa.func.upper(column).contains(wanted.text.upper(), autoescape=True)
    if wanted.number and wanted.number.isascii():
        yield column.contains(wanted.number, autoescape=True)
