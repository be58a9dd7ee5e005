"""What is claimed of a product: certificates (绿色食品, 有机产品, 地理标志 …). A badge is shown only for a row that
an officer has verified and that is valid on the day of looking."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from . import audit, inputs
from .accounts import Actor
from .card import Badge
from .codes.payload import Fact
from .errors import N_, Conflict, Invalid
from .models import Certification, Product, Scheme

SCHEME_WORDS = {
    Scheme.GREEN: N_("绿色食品"),
    Scheme.ORGANIC: N_("有机产品"),
    Scheme.GEOGRAPHICAL: N_("农产品地理标志"),
    Scheme.GI_PRODUCT: N_("地理标志保护产品"),
    Scheme.GI_MARK: N_("地理标志证明商标"),
}
FACT_OF = {
    Scheme.GREEN: Fact.GREEN,
    Scheme.ORGANIC: Fact.ORGANIC,
    Scheme.GEOGRAPHICAL: Fact.GEOGRAPHICAL,
    Scheme.GI_PRODUCT: Fact.GEOGRAPHICAL,
    Scheme.GI_MARK: Fact.GEOGRAPHICAL,
}


def enter(session: Session, actor: Actor, product: Product, *, scheme: str, number: str, valid_from: str,
          valid_to: str) -> Certification:  # fmt: skip
    """An officer enters a certificate from the document before them, and so vouches for it.

    `valid_to` may be empty for a term without end. Raises Invalid.
    """
    kind, text = inputs.choice("scheme", Scheme, scheme), inputs.line("number", number, least=4, most=60)
    start = inputs.day("valid_from", valid_from)
    end = inputs.day("valid_to", valid_to) if valid_to.strip() else None
    if end and end < start:
        raise Invalid("valid_to", N_("截止日 %(end)s 早于起始日 %(start)s"), end=str(end), start=str(start))
    same = sa.select(Certification.id).where(Certification.product_id == product.id, Certification.scheme == kind,
                                             Certification.number == text)  # fmt: skip
    if session.scalar(same):
        raise Invalid("number", N_("这张证书已经登记过"))
    row = Certification(product_id=product.id, scheme=kind, number=text, valid_from=start, valid_to=end,
                        verified_by=actor.account_id, verified_at=actor.at)  # fmt: skip
    session.add(row)
    audit.record(session, actor, "certification.enter", row, scheme=kind, number=text, product=product.id)
    return row


def withdraw(session: Session, actor: Actor, row: Certification, reason: str) -> None:
    """Take a certificate out of force: its badge is gone from the next look on."""
    why = inputs.reason(reason)
    if row.withdrawn_at is not None:
        raise Conflict(N_("这一条已经撤下"))
    row.withdrawn_at = actor.at
    audit.record(session, actor, "certification.withdraw", row, why)


def badges(session: Session, product_id: int, today: date) -> tuple[Badge, ...]:
    """The certificates of a product that are verified, not withdrawn, and valid on `today`."""
    return tuple(Badge(row.scheme, SCHEME_WORDS[row.scheme], row.number, row.valid_from, row.valid_to)
                 for row in all_of(session, product_id)
                 if row.verified_at and not row.withdrawn_at and in_force(row, today))  # fmt: skip


def in_force(row: Certification, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def all_of(session: Session, product_id: int) -> Sequence[Certification]:
    """Every certificate ever entered for a product, in the order of its schemes and dates."""
    rows = sa.select(Certification).where(Certification.product_id == product_id)
    return session.scalars(rows.order_by(Certification.scheme, Certification.valid_from, Certification.id)).all()
