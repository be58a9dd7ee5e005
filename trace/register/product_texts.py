"""The description (说明) of an approved product. What its producer proposes waits until county and city have seen it; until then the
one approved before stands."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import log
from ..audit.corrections import changes
from ..db import lock
from ..errors import N_, Conflict
from ..models import Action, Product, ProductText, Review
from . import review

CORRECTED = {"product_description": N_("产品说明")}  # its word, by the key that its events keep


def submit(session: Session, actor: Actor, product: Product, description: str) -> ProductText:
    """This description waits for review, in place of one that waits or was returned.

    Raises Invalid (`description`), Conflict if the product is not approved, and if the text is the approved one or waits already.
    """
    lock(session, product)
    if product.state is not Review.APPROVED:
        raise Conflict(N_("产品还没有审核通过；说明请在产品的登记表里改"))
    text, row = fields.paragraph("description", description), of(session, product)
    corrected = changes({"product_description": product.description}, {"product_description": text})
    if row is not None and row.description == text and row.state in (Review.SUBMITTED, Review.COUNTY_APPROVED):
        raise Conflict(N_("这段说明已经提交，正在审核"))
    row = row or ProductText(product=product)
    row.description, row.state, row.submitted_at = text, Review.SUBMITTED, actor.at
    row.return_reason = row.county_approved_by = row.approved_at = None
    session.add(row)
    log.record(session, actor, Action.PRODUCT_TEXT, product, None, corrected=corrected)
    return row


def of(session: Session, product: Product) -> ProductText | None:
    """What was proposed last for a product; approved, it is what the product says."""
    return session.scalar(sa.select(ProductText).where(ProductText.product_id == product.id))


def waiting(actor: Actor) -> sa.Select[ProductText]:
    """The descriptions that wait for this officer, longest first."""
    turn = Review.COUNTY_APPROVED if actor.is_city_officer else Review.SUBMITTED
    rows = visible(actor, ProductText).where(ProductText.state == turn)
    rows = rows.options(contains_eager(ProductText.product).contains_eager(Product.producer))
    return rows.order_by(ProductText.submitted_at, ProductText.id)


def approve(session: Session, actor: Actor, product: Product, mark: str) -> ProductText:
    """The county officer agrees to the text with this mark, then an officer of the city, and the product says it.

    Raises Conflict when it was changed meanwhile; Forbidden and Conflict as `review.agree`.
    """
    row = _looked_at(session, product, mark)
    review.agree(session, actor, row)
    if row.state is Review.COUNTY_APPROVED:
        log.record(session, actor, Action.TEXT_APPROVE_COUNTY, product)
        return row
    corrected = changes({"product_description": product.description}, {"product_description": row.description})
    product.description = row.description
    log.record(session, actor, Action.TEXT_APPROVE_CITY, product, None, corrected=corrected)
    return row


def return_(session: Session, actor: Actor, product: Product, mark: str, reason: str) -> None:
    """County or city returns a text, saying why.

    Raises Invalid without a reason, Conflict when the text was changed meanwhile, Forbidden and Conflict as `review.send_back`.
    """
    row = _looked_at(session, product, mark)
    why = review.send_back(session, actor, row, reason)
    log.record(session, actor, Action.TEXT_RETURN, product, why)


def _looked_at(session: Session, product: Product, mark: str) -> ProductText:
    lock(session, product)
    row = of(session, product)
    if row is None or row.mark != mark:
        raise Conflict(N_("这段说明已经改过了，请刷新页面看现在的"))
    return row
