"""How what somebody typed is compared with numbers and names: for the one search and for the search of each list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from ..codes.idnumber import parse_id_number
from ..codes.meant import as_meant
from ..codes.payload import PAYLOAD_BYTES, Payload, from_digits
from ..codes.reading import read_code
from ..errors import BadCode, BadIdNumber
from ..names import normal_form

LONGEST = 1_000  # characters that are read: a code with its address has about 220


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
        return cls(text, _batch_in(text) or as_meant(text), normal_form(text))


Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
Fits = Callable[[Typed], Iterator[sa.ColumnElement[bool]]]


def numbered(*columns: Column, least: int = 1) -> Fits:
    """Numbers of our own, of which a part of `least` characters may be typed."""

    def fits(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
        if len(wanted.number) >= least and wanted.number.isascii():
            yield from (column.contains(wanted.number, autoescape=True) for column in columns)

    return fits


def written(*columns: Column, least: int = 1) -> Fits:
    """Numbers and words that others gave, as they are written on their papers."""

    def fits(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
        if len(wanted.text) >= least:
            yield from (sa.func.upper(column).contains(wanted.text.upper(), autoescape=True) for column in columns)

    return fits


def named(*columns: Column) -> Fits:
    """Names, by the columns that hold their normal form."""

    def fits(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
        yield from (column.contains(wanted.name, autoescape=True) for column in columns)

    return fits


def any_of(*ways: Fits) -> Fits:
    """What fits in one way or another."""
    return lambda wanted: (fit for way in ways for fit in way(wanted))


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
