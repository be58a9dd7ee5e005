"""The pilot 品牌+第二代农产品“身份证”质量保险: is this batch covered? Derived from verified policies and the batch's
harvest day, never from a producer's tick box."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from . import audit, inputs
from .accounts import Actor, visible
from .card import Cover, Insurance
from .errors import N_, Conflict, Invalid
from .models import InsurancePolicy, Product, Role


def enter(session: Session, actor: Actor, product: Product, *, insurer: str, number: str, valid_from: str,
          valid_to: str, hotline: str = "") -> InsurancePolicy:  # fmt: skip
    """An officer enters a policy from the document before them. Raises Invalid."""
    company, text = inputs.line("insurer", insurer, least=2, most=40), inputs.line("number", number, least=4, most=60)
    start, end = inputs.day("valid_from", valid_from), inputs.day("valid_to", valid_to)
    if end < start:
        raise Invalid("valid_to", N_("截止日 %(end)s 早于起始日 %(start)s"), end=str(end), start=str(start))
    same = sa.select(InsurancePolicy.id).where(
        InsurancePolicy.product_id == product.id, InsurancePolicy.insurer == company, InsurancePolicy.number == text)  # fmt: skip
    if session.scalar(same):
        raise Invalid("number", N_("这张保单已经登记过"))
    row = InsurancePolicy(product_id=product.id, insurer=company, number=text, valid_from=start, valid_to=end,
                          hotline=inputs.line("hotline", hotline, least=0, most=20) or None,
                          verified_by=actor.account_id, verified_at=actor.at)  # fmt: skip
    session.add(row)
    audit.record(session, actor, "insurance.enter", row, insurer=company, product=product.id)
    return row


def withdraw(session: Session, actor: Actor, row: InsurancePolicy, reason: str) -> None:
    """Take a policy out of force."""
    why = inputs.reason(reason)
    if row.withdrawn_at is not None:
        raise Conflict(N_("这一条已经撤下"))
    row.withdrawn_at = actor.at
    audit.record(session, actor, "insurance.withdraw", row, why)


def status(session: Session, product_id: int, harvest_date: date | None) -> Insurance:
    """What the page says of a batch harvested on `harvest_date` (a product page passes today).

    A verified policy that covers the day wins; else one still to begin, one that had ended, one waiting for
    an officer; else the product takes no part.
    """
    rows = [row for row in all_of(session, product_id) if not row.withdrawn_at]
    best = min(((_cover(row, harvest_date), row) for row in rows), key=lambda pair: _ORDER.index(pair[0]), default=None)
    if best is None:
        return Insurance(Cover.NONE)
    cover, row = best
    if cover is Cover.PENDING:
        return Insurance(cover)
    return Insurance(cover, row.insurer, masked(row.number), row.valid_from, row.valid_to, row.hotline)


_ORDER = (Cover.COVERED, Cover.NOT_YET, Cover.EXPIRED, Cover.PENDING)


def _cover(row: InsurancePolicy, day: date | None) -> Cover:
    if row.verified_at is None or day is None:
        return Cover.PENDING
    if day < row.valid_from:
        return Cover.NOT_YET
    return Cover.COVERED if day <= row.valid_to else Cover.EXPIRED


def masked(number: str) -> str:
    """A policy number with its middle hidden: enough to recognise one's own, not enough to use another's."""
    shown = max(1, len(number) // 4)
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[-shown:]


def all_of(session: Session, product_id: int) -> Sequence[InsurancePolicy]:
    """Every policy ever entered for a product."""
    rows = sa.select(InsurancePolicy).where(InsurancePolicy.product_id == product_id)
    return session.scalars(rows.order_by(InsurancePolicy.valid_from, InsurancePolicy.id)).all()


def seen_by(session: Session, actor: Actor) -> Sequence[InsurancePolicy]:
    """The policies an insurer's account may see (its own, by the account's name), or an officer's county."""
    rows = visible(actor, InsurancePolicy)
    if actor.role is Role.INSURER:
        rows = sa.select(InsurancePolicy).where(InsurancePolicy.insurer == actor.name)
    rows = rows.options(joinedload(InsurancePolicy.product).joinedload(Product.producer))
    return session.scalars(rows.order_by(InsurancePolicy.valid_to.desc(), InsurancePolicy.id).limit(500)).all()
