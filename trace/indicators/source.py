"""The rows of the record as lines for the count (`measures`): certificates, and the brands that are indicators."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access import demonstrations
from ..clock import SHANGHAI, day_of
from ..models import Brand, BrandKind, Certification, CertificationLine, Claim, Producer
from ..policy.policy import Policy
from .line import Line

AHEAD = SHANGHAI.utcoffset(None)


def lines(session: Session, policy: Policy) -> list[Line]:
    """Every line ever declared, in no order. `demonstrations` says whether those of demonstrations are among
    them."""
    return [*_papers(session, policy), *brands(session, policy)]


def _papers(session: Session, policy: Policy) -> Iterator[Line]:
    """The products of all certificates. Read as plain values: making objects of words and moments would take longer
    than the rest of the count."""
    paper, line = Certification, CertificationLine
    word, moment = sa.String(), sa.DateTime(timezone=True)
    columns = (
        line.id,
        paper.id,
        sa.type_coerce(paper.scheme, word),
        paper.number,
        paper.holder,
        paper.producer_id,
        paper.brand_id,
        line.product_id,
        line.product_name,
        paper.county,
        paper.granted_on,
        paper.valid_from,
        paper.valid_to,
        sa.type_coerce(paper.declared_at, moment),
        sa.type_coerce(paper.verified_at, moment),
        sa.type_coerce(paper.state, word),
        paper.ended_on,
        sa.type_coerce(paper.ended_how, word),
        paper.renews_id,
    )
    found = sa.select(*columns).join(paper, line.certification_id == paper.id)
    shown = set(session.scalars(sa.select(paper.id).where(demonstrations.of_demonstration(paper))))
    left_out = frozenset() if demonstrations.whole(session) else shown
    counties = cache(policy.county_today)
    for row in session.connection().execute(found):
        if row[1] not in left_out:
            yield _line(row, counties(row[9]), row[1] in shown)


def _line(row: Any, county: str, demonstration: bool) -> Line:
    (
        number,
        paper,
        scheme,
        printed,
        holder,
        producer,
        brand,
        product_id,
        product,
        _,
        granted,
        valid_from,
        valid_to,
        declared,
        verified,
        state,
        ended,
        how,
        renews,
    ) = row
    return Line(
        number,
        paper,
        scheme,
        printed,
        holder,
        subject(producer, brand),
        product_id,
        product,
        county,
        granted,
        valid_from,
        valid_to,
        _day(declared),
        _day(verified) if verified else None,
        state == Claim.RETURNED,
        ended,
        how,
        renews,
        demonstration,
    )


def _day(moment: datetime) -> date:
    """The day in Shanghai of a moment as the database gives it: UTC where it names no zone."""
    return day_of(moment) if moment.tzinfo else (moment + AHEAD).date()


def brands(session: Session, policy: Policy) -> list[Line]:
    """Enterprise brands as lines of their own, under negative numbers. The paper that recognised the brand stands in place
    of a certificate's number."""
    found = (
        sa.select(Brand, Producer)
        .join(Producer, Brand.producer_id == Producer.id)
        .where(Brand.kind == BrandKind.ENTERPRISE, Brand.recognised_on.is_not(None), demonstrations.counts(Brand))
    )
    return [_brand(policy, brand, holder) for brand, holder in session.execute(found)]


def _brand(policy: Policy, brand: Brand, holder: Producer) -> Line:
    day, declared, verified = brand.recognised_on, brand.submitted_at, brand.verified_at
    assert day is not None
    return Line(
        -brand.id,
        -brand.id,
        brand.kind.value,
        brand.clause,
        brand.holder or brand.name,
        subject(brand.producer_id, brand.id),
        None,
        brand.name,
        policy.county_today(brand.county or holder.county),
        day,
        day,
        None,
        day_of(declared) if declared else None,
        day_of(verified) if verified else None,
        bool(brand.return_reason) and not verified,
        demonstration=holder.demonstration,
    )


def subject(producer: int | None, brand: int | None) -> str:
    """Whose certificate it is: the producer's, else that of the brand under which it is held."""
    return f"producer:{producer}" if producer else f"brand:{brand}"
