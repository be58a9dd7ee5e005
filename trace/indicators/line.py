"""What is counted: a line is one product on one certificate; lines of one holder, product and scheme are one unit."""

from datetime import date
from typing import NamedTuple


class Unit(NamedTuple):
    """What is counted: one product of one holder under one scheme."""

    subject: str  # "producer:3" or "brand:5"
    product: str
    scheme: str


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

    def known(self, day: date) -> bool:
        """Whether it is evidence on that day: verified, and not taken out of the record as a mistake."""
        return self.verified is not None and self.verified <= day and not self.struck(day)

    def struck(self, day: date) -> bool:
        return self.ending == "withdrawn" and self.ended is not None and self.ended <= day

    def in_force(self, day: date) -> bool:
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
