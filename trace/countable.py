"""The rows of the record as lines for the count (`measures`): certificates, and the brands that are indicators."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .clock import day_of
from .measures import Line
from .models import Brand, BrandKind, Certification, CertificationLine, Claim, Producer
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
    return [*(_line(policy, row) for row in rows), *_brands(session, policy)]


def _brands(session: Session, policy: Policy) -> list[Line]:
    """Enterprise brands as lines of their own, under negative numbers; those of demonstrations do not count (as in
    `brands.recognised`). In place of a number stands the paper that recognised the brand."""
    found = sa.select(Brand, Producer.county).join(Producer, Brand.producer_id == Producer.id).where(
        Brand.kind == BrandKind.ENTERPRISE, Brand.recognised_on.is_not(None), Producer.demonstration.is_(False))  # fmt: skip
    return [_brand(policy, brand, brand.county or county) for brand, county in session.execute(found)]


def _brand(policy: Policy, brand: Brand, county: str) -> Line:
    day, declared, verified = brand.recognised_on, brand.submitted_at, brand.verified_at
    assert day is not None
    return Line(-brand.id, -brand.id, brand.kind.value, brand.clause, brand.holder or brand.name,
                subject(brand.producer_id, brand.id), None, brand.name, policy.county_today(county), day, day, None,
                day_of(declared) if declared else None, day_of(verified) if verified else None,
                bool(brand.return_reason) and not verified)  # fmt: skip


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
