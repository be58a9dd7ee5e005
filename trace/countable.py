"""The rows of the record as lines for the count (`measures`): certificates, and the brands that are indicators."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .clock import day_of
from .measures import Line
from .models import Certification, CertificationLine, Claim, Producer
from .policy import Policy


def lines(session: Session, policy: Policy) -> list[Line]:
    """Every line ever declared."""
    paper, line = Certification, CertificationLine
    columns = (line.id, paper.id, paper.scheme, paper.number, paper.holder, paper.producer_id, paper.brand_id,
               line.product_id, line.product_name, paper.county, paper.granted_on, paper.valid_from, paper.valid_to,
               paper.declared_at, paper.verified_at, paper.state, paper.ended_on, paper.ended_how, paper.renews_id,
               Producer.demonstration)  # fmt: skip
    found = sa.select(*columns).join(paper, line.certification_id == paper.id)
    rows = session.execute(found.outerjoin(Producer, paper.producer_id == Producer.id))
    return [_line(policy, row) for row in rows]


def _line(policy: Policy, row: Any) -> Line:
    (number, paper, scheme, printed, holder, producer, brand, product_id, product, county, granted, valid_from, valid_to,
     declared, verified, state, ended, how, renews, demonstration) = row  # fmt: skip
    return Line(number, paper, scheme, printed, holder, subject(producer, brand), product_id, product,
                policy.county_today(county), granted, valid_from, valid_to, day_of(declared),
                day_of(verified) if verified else None, state is Claim.RETURNED, ended, how, renews,
                bool(demonstration))  # fmt: skip


def subject(producer: int | None, brand: int | None) -> str:
    """Whose certificate it is: the producer's, else that of the brand under which it is held."""
    return f"producer:{producer}" if producer else f"brand:{brand}"
