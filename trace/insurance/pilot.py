"""Who takes part in the pilot 品牌+第二代农产品“身份证”质量保险: products, and brands with all their products, by date;
and what the bureau counts of it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..clock import day_of
from ..db import lock
from ..errors import N_, Conflict, Invalid, Numbered
from ..models import Action, Brand, PilotMember, Product


def join(
    session: Session, actor: Actor, *, product_number: str = "", brand: str = "", joined_on: str = ""
) -> PilotMember:
    """A product (by its ID number) or a brand (by its key) joins the pilot on a day, today if none is given.

    Raises Invalid: neither or both, not found, not of the officer's county, taking part already.
    """
    if bool(product_number.strip()) == bool(brand.strip()):
        raise Invalid("product_number", N_("请填产品的身份证号，或选一个品牌；两样只填一样"))
    day = fields.day("joined_on", joined_on) if joined_on.strip() else day_of(actor.at)
    member = _member(session, actor, product_number, brand)
    member.joined_on = day
    _refuse_member(session, member)
    session.add(member)
    log.record(session, actor, Action.PILOT_JOIN, member, day=day.isoformat())
    return member


def _member(session: Session, actor: Actor, product_number: str, brand: str) -> PilotMember:
    if brand.strip():
        found = session.scalar(sa.select(Brand).where(Brand.key == brand.strip()))
        if found is None or actor.county not in (None, found.county):
            raise Invalid("brand", N_("请从列表里选一项"))
        return PilotMember(brand_id=found.id)
    number = fields.id_number("product_number", product_number, Numbered.PRODUCT)
    product = session.scalar(sa.select(Product).where(Product.id_number == number))
    if product is None:
        raise Invalid("product_number", N_("没有身份证号为 %(number)s 的产品；请对照标签再输一次"), number=number)
    if actor.county not in (None, product.producer.county):
        raise Invalid("product_number", N_("这个主体不在您的县市区"))
    return PilotMember(product_id=product.id)


def _refuse_member(session: Session, new: PilotMember) -> None:
    """A thing is in the pilot once at a time."""
    same = sa.select(PilotMember.id).where(
        PilotMember.product_id.is_not_distinct_from(new.product_id),
        PilotMember.brand_id.is_not_distinct_from(new.brand_id),
        sa.or_(PilotMember.left_on.is_(None), PilotMember.left_on > new.joined_on),
    )
    if session.scalar(same):
        raise Invalid("brand" if new.brand_id else "product_number", N_("已经在试点里了"))


def leave(session: Session, actor: Actor, member: PilotMember, *, left_on: str, reason: str) -> None:
    """It leaves the pilot: from that day on it no longer counts. Raises Invalid, Conflict (left already)."""
    day = fields.day("left_on", left_on) if left_on.strip() else day_of(actor.at)
    why = fields.reason(reason)
    lock(session, member)
    if member.left_on is not None:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    if day < member.joined_on:
        raise Invalid("left_on", N_("退出日 %(day)s早于加入日 %(joined)s"), day=day, joined=member.joined_on)
    member.left_on, member.left_reason = day, why
    log.record(session, actor, Action.PILOT_LEAVE, member, why, day=day.isoformat())
