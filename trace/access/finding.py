"""One search for everybody who is signed in: a number, a name or a telephone, among what this person may know of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from .. import paging
from ..codes.idnumber import parse_id_number
from ..codes.meant import as_meant
from ..codes.payload import PAYLOAD_BYTES, Payload, from_digits
from ..codes.reading import read_code
from ..db.columns import Base
from ..errors import BadCode, BadIdNumber
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
from ..names import normal_form
from .actor import Actor
from .visibility import visible

LONGEST = 1_000  # characters that are read: a code with its address has about 220
LEAST = 2  # characters of a name, LEAST_NUMBER of a number
LEAST_NUMBER = 4
SHOWN = 10  # of each kind, the newest first


@dataclass(frozen=True)
class Typed:
    """What was typed, as each kind of number and name is compared."""

    text: str
    number: str  # as numbers are meant: capitals, without blanks and lines
    name: str  # its normal form

    @classmethod
    def of(cls, typed: str) -> "Typed":
        """The text that was typed. A whole unit code stands for the ID number of its batch."""
        text = " ".join(typed[:LONGEST].replace("\0", "").encode("utf-8", "ignore").decode().split())
        number = _batch_in(text) or as_meant(text)
        return cls(text, number, normal_form(text))

    @property
    def is_empty(self) -> bool:
        """Whether so little was typed that everything would be found."""
        return len(self.name) < LEAST


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many rows there are, and the newest of them."""

    kind: type[Base]
    total: int
    rows: Sequence[Base]


def find_all(session: Session, actor: Actor, typed: str, kinds: Sequence[type[Base]]) -> list[Group]:
    """What this person may know of and was meant, of each kind that has any."""
    wanted = Typed.of(typed)
    return [] if wanted.is_empty else [group for kind in kinds if (group := _group(session, actor, kind, wanted)).total]


def _group(session: Session, actor: Actor, kind: type[Base], wanted: Typed) -> Group:
    fits = [*_FITS[kind](wanted)]
    if not fits:
        return Group(kind, 0, [])
    rows = visible(actor, kind).where(sa.or_(*fits)).order_by(sa.inspect(kind).primary_key[0].desc())
    newest = session.scalars(rows.options(*_WITH.get(kind, ())).limit(SHOWN + 1)).all()
    return Group(kind, paging.count(session, rows) if len(newest) > SHOWN else len(newest), newest[:SHOWN])


Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
Fits = Callable[[Typed], Iterator[sa.ColumnElement[bool]]]


def _numbered(*columns: Column) -> Fits:
    """Numbers of our own, of which a part may be typed."""

    def fits(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
        if len(wanted.number) >= LEAST_NUMBER and wanted.number.isascii():
            yield from (column.contains(wanted.number, autoescape=True) for column in columns)

    return fits


def _foreign(*columns: Column) -> Fits:
    """Numbers that others gave, as they are written on their papers."""

    def fits(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
        if len(wanted.text) >= LEAST_NUMBER:
            yield from (sa.func.upper(column).contains(wanted.text.upper(), autoescape=True) for column in columns)

    return fits


def _named(*columns: Column) -> Fits:
    def fits(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
        yield from (column.contains(wanted.name, autoescape=True) for column in columns)

    return fits


def _any(*ways: Fits) -> Fits:
    return lambda wanted: (fit for way in ways for fit in way(wanted))


_FITS: Mapping[type[Base], Fits] = {
    Batch: _numbered(Batch.id_number),
    Producer: _any(_named(Producer.name_normal), _foreign(Producer.phone, Producer.uscc)),
    Product: _named(Product.name_normal),
    Plot: _named(Plot.name_normal),
    Certification: _foreign(Certification.number),
    CommitmentCertificate: _numbered(CommitmentCertificate.number),
    InsurancePolicy: _foreign(InsurancePolicy.number),
    Complaint: _numbered(Complaint.number),
    ClaimNotice: _numbered(ClaimNotice.number),
    Inspection: _foreign(Inspection.report_number),
    Account: _any(_named(Account.login_normal), _foreign(Account.name)),
}
_WITH: Mapping[type[Base], Sequence[ExecutableOption]] = {
    Batch: (joinedload(Batch.product),)
}  # what the words of a row are read from
KINDS: tuple[type[Base], ...] = tuple(_FITS)


def _batch_in(text: str) -> str | None:
    """The ID number that stands in the text, with its address or its caption, or that of the batch which a signed code in it
    speaks of. Whether that is genuine is for the scan to say.
    """
    try:
        return Payload.from_bytes(from_digits(read_code(text))[:PAYLOAD_BYTES]).id_number
    except BadCode:
        pass
    try:
        return parse_id_number(text)
    except BadIdNumber:
        return None
