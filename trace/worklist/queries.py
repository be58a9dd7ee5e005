"""What waits, as questions to the database: one a kind, which finds the most urgent and counts them all."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute

from ..access.visibility import visible
from ..audit import credit
from ..brands import directory, licences
from ..cases import case, claims
from ..certification import lists as certificates
from ..farm import amounts, rulings
from ..insurance import policies
from ..models import (
    Batch,
    Brand,
    BrandLicence,
    Certification,
    ClaimNotice,
    CloneCase,
    Complaint,
    CreditAnswer,
    FarmCase,
    InsurancePolicy,
    Producer,
    Product,
    ProductPicture,
    ProductText,
    RecallAct,
    Review,
)
from ..recall import acts as recalls
from ..register import commodities, product_pictures, product_texts
from ..scan import clone_cases
from .entry import MOST, Asked, Entry, Found

Query = sa.Select[Any]
Column = sa.ColumnElement[Any] | QueryableAttribute[Any]
NONE = sa.literal("")
NO_DAY = sa.literal(None, sa.Date)


def _found(
    asked: Asked,
    rows: Query,
    ref: Column,
    what: Column,
    since: Column,
    *,
    number: Column = NONE,
    whose: Column = NONE,
    county: Column = NONE,
    due: Column = NO_DAY,
) -> Found:
    """One statement: the rows with what the list tells of them, and their number on each."""
    urgency = (since,) if due is NO_DAY else (due, since)
    late = sa.func.sum(sa.case((due < asked.today, 1), else_=0)).over()
    told = rows.with_only_columns(ref, what, number, whose, county, since, due, sa.func.count().over(), late)
    found = asked.session.execute(told.order_by(None).order_by(*urgency, ref).limit(MOST)).all()
    total, over = (int(count) for count in found[0][-2:]) if found else (0, 0)
    return Found(total, [Entry(*row[:-2]) for row in found], over)


def producers(asked: Asked) -> Found:
    """Producers to review."""
    rows = visible(asked.actor, Producer).where(Producer.state == Review.SUBMITTED)
    return _found(asked, rows, Producer.id, Producer.name, Producer.submitted_at, county=Producer.county)


_OF_PRODUCT = {"whose": Producer.name, "county": Producer.county}


def products(asked: Asked) -> Found:
    """Those at this office's step: the county's first, then the city's."""
    turn = Review.COUNTY_APPROVED if asked.actor.is_city_officer else Review.SUBMITTED
    rows = visible(asked.actor, Product).where(Product.state == turn)
    return _found(asked, rows, Product.id, Product.name, Product.submitted_at, **_OF_PRODUCT)


def pictures(asked: Asked) -> Found:
    """Pictures that are decided by themselves."""
    rows, row = product_pictures.waiting(asked.actor), ProductPicture
    return _found(asked, rows, row.product_id, Product.name, row.submitted_at, **_OF_PRODUCT)


def texts(asked: Asked) -> Found:
    """New descriptions of approved products."""
    rows, row = product_texts.waiting(asked.actor), ProductText
    return _found(asked, rows, row.product_id, Product.name, row.submitted_at, **_OF_PRODUCT)


def goods(asked: Asked) -> Found:
    """Approved products of which nobody has said what they are."""
    since = sa.func.coalesce(Product.approved_at, Product.submitted_at, type_=Product.submitted_at.type)
    return _found(asked, commodities.unconfirmed(asked.actor), Product.id, Product.name, since, **_OF_PRODUCT)


def _with_names(rows: Query) -> Query:
    """A batch's rows with its product and its producer."""
    return rows.join(Product, Product.id == Batch.product_id).join(Producer, Producer.id == Batch.producer_id)


_OF_BATCH = {"number": Batch.id_number, "whose": Producer.name, "county": Batch.county}


def odd_amounts(asked: Asked) -> Found:
    """Batches whose amount an officer has to confirm."""
    rows = _with_names(amounts.waiting(asked.actor))
    return _found(asked, rows, Batch.id_number, Product.name, Batch.amount_at, **_OF_BATCH)


def _doubts(asked: Asked, held: bool) -> Found:
    rows = _with_names(visible(asked.actor, FarmCase).where(*rulings.waits(), FarmCase.held.is_(held)))
    return _found(asked, rows, FarmCase.id, Product.name, FarmCase.opened_at, **_OF_BATCH)


def held_by_record(asked: Asked) -> Found:
    """Doubts for which the program holds a batch."""
    return _doubts(asked, True)


def asked_by_growers(asked: Asked) -> Found:
    """Doubts about which growers asked."""
    return _doubts(asked, False)


def certifications(asked: Asked) -> Found:
    """Certificates to check or verify."""
    rows, row = certificates.waits_for(asked.actor), Certification
    return _found(asked, rows, row.id, row.number, row.declared_at, whose=row.holder, county=row.county)


def brands(asked: Asked) -> Found:
    """Brands that producers declared."""
    rows = directory.waiting(asked.actor).outerjoin(Producer, Producer.id == Brand.producer_id)
    since = sa.func.coalesce(Brand.submitted_at, asked.actor.at, type_=Producer.submitted_at.type)
    return _found(asked, rows, Brand.id, Brand.name, since, whose=Producer.name, county=Brand.county)


def brand_licences(asked: Asked) -> Found:
    """Applications to use a regional brand; they are answered on the brand's page."""
    rows, row = licences.waiting(asked.actor).join(Producer, Producer.id == BrandLicence.producer_id), BrandLicence
    since = sa.func.coalesce(row.applied_at, asked.actor.at, type_=Producer.submitted_at.type)
    return _found(asked, rows, row.brand_id, Brand.name, since, whose=Producer.name, county=Producer.county)


def insurance(asked: Asked) -> Found:
    """Policies that somebody else typed."""
    rows, row = policies.waiting(asked.actor), InsurancePolicy
    return _found(asked, rows, row.id, row.number, row.entered_at, whose=Producer.name, county=Producer.county)


def complaints(asked: Asked) -> Found:
    """Open complaints, by their term."""
    row = Complaint
    rows = case.open_ones(asked.actor, row).outerjoin(Product, Product.id == row.product_id)
    rows = rows.outerjoin(Producer, Producer.id == Product.producer_id)
    what, whose = sa.func.coalesce(Product.name, ""), sa.func.coalesce(Producer.name, "")
    return _found(
        asked, rows, row.id, what, row.received_at, number=row.number, whose=whose, county=row.county, due=row.due_on
    )


def copied_labels(asked: Asked) -> Found:
    """Packs whose labels may have been copied."""
    rows, row = _with_names(clone_cases.open_ones(asked.actor)), CloneCase
    return _found(asked, rows, row.id, Product.name, row.raised_at, **_OF_BATCH)


def claim_notices(asked: Asked) -> Found:
    """Claims that an officer answers, and those that are late."""
    rows, row = _with_names(claims.to_answer(asked.actor, asked.today)), ClaimNotice
    facts = _OF_BATCH | {"number": row.number}
    return _found(asked, rows, row.id, Product.name, row.received_at, due=row.due_on, **facts)


def credit_answers(asked: Asked) -> Found:
    """What producers say to their credit record, without a reply yet."""
    rows, row = credit.unanswered(asked.actor), CreditAnswer
    return _found(asked, rows, row.producer_id, Producer.name, row.at, county=Producer.county)


def open_recalls(asked: Asked) -> Found:
    """Holds and recalls of many that are not closed."""
    row = RecallAct
    return _found(asked, recalls.open_ones(asked.actor), row.id, row.cause, row.at, whose=row.actor_name)
