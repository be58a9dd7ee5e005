"""What is counted: a line is one product on one certificate; lines of one holder, product and scheme are one unit."""

from datetime import date
from typing import NamedTuple


class Goods(NamedTuple):
    """One product of one holder, whatever the scheme: green and organic peaches of one grower are one product."""

    subject: str  # "producer:3" or "brand:5"
    product: str  # "product:7", or the words on the paper where no number is known


class Unit(NamedTuple):
    """One 证项: one product of one holder under one scheme."""

    goods: Goods
    scheme: str


NOT_NAMED = Unit(Goods("", ""), "")  # the unit of a line that `units.named` has not seen


class Line(NamedTuple):
    """One product on one certificate, with all that the count asks of it. Days are days in Shanghai."""

    id: int
    certification: int
    scheme: str
    number: str
    holder: str
    subject: str
    product_id: int | None
    product: str  # as on the paper
    county: str  # that of the certificate, former codes folded in
    granted: date
    valid_from: date
    valid_to: date | None = None  # None: open
    declared: date | None = None
    verified: date | None = None
    returned: bool = False
    ended: date | None = None
    ending: str | None = None  # revoked, cancelled; withdrawn: it should never have been in the record
    renews: int | None = None  # the certificate before it
    demonstration: bool = False
    unit: Unit = NOT_NAMED
    is_renewal: bool = False  # it carries on a line of the certificate before it

    def counting_for(self, unit: Unit, is_renewal: bool) -> "Line":
        """The same line with its unit. (`_replace` takes twice as long, and every line goes through here.)"""
        return Line._make((*self[:-2], unit, is_renewal))

    def known(self, day: date) -> bool:
        """Whether it is evidence on that day: verified, and not taken out of the record as a mistake."""
        return self.verified is not None and self.verified <= day and not self.struck(day)

    def struck(self, day: date) -> bool:
        """Whether it has been taken out of the record as a mistake by that day."""
        return self.ending == "withdrawn" and self.ended is not None and self.ended <= day

    def pending(self, day: date) -> bool:
        """Whether it is declared by that day, not verified by it, and neither sent back nor ended since (待核)."""
        declared = self.declared is not None and self.declared <= day
        unverified = self.verified is None or self.verified > day
        return declared and unverified and not self.returned and (self.ended is None or self.ended > day)

    def in_force(self, day: date) -> bool:
        """Whether it is valid on that day. The last day of its term counts, the day of its ending does not."""
        return (
            self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
            and (self.ended is None or day < self.ended)
        )

    def state(self, day: date) -> str:
        """What has become of it by that day, as a word for the lists."""
        if self.ended is not None and self.ended <= day:
            return self.ending or "cancelled"
        if self.valid_to is not None and self.valid_to < day:
            return "expired"
        return "valid" if self.valid_from <= day else "not_yet"
