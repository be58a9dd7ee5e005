"""The brand directory as officers keep it."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from ..access.actor import Actor
from ..access.matching import any_of, named, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, ListOf
from ..models import Brand, BrandKind, Producer, Review

_own = Brand.kind != BrandKind.REGIONAL
_waits = sa.and_(_own, Brand.verified_at.is_(None), Brand.return_reason.is_(None))


def _stands(state: Review, actor: Actor) -> sa.ColumnElement[bool]:
    """The rule of `Brand.state`, for the database."""
    if state is Review.SUBMITTED:
        return _waits
    returned = sa.and_(_own, Brand.verified_at.is_(None), Brand.return_reason.is_not(None))
    return returned if state is Review.RETURNED else sa.or_(~_own, Brand.verified_at.is_not(None))


BRANDS = ListOf(
    "brands",
    lambda actor: visible(actor, Brand).outerjoin(Brand.producer),
    Brand.id,
    (
        Column("name", N_("品牌"), (Brand.name_normal,)),
        Column("kind", N_("种类"), (Brand.kind,)),
        Column("county", N_("县市区"), (Brand.county,)),
        Column("level", N_("级别")),
        Column("holder", N_("持有人或主体"), (sa.func.coalesce(Producer.name, Brand.holder, ""),)),
        Column("users", N_("许可使用"), is_number=True),
        Column("state", N_("状态")),
        Column("waiting", N_("待核的在前"), (sa.case((_waits, 0), else_=1),), is_order=True),
    ),
    "waiting",
    any_of(named(Brand.name_normal, Producer.name_normal), written(Brand.holder)),
    N_("品牌、持有人或主体"),
    N_("目录里还没有本县市区的品牌。在下面登记第一个。"),
    choices=(
        Choice("state", N_("状态"), Review, _stands, only=(Review.SUBMITTED, Review.APPROVED, Review.RETURNED)),
        Choice("kind", N_("种类"), BrandKind, lambda kind, actor: Brand.kind == kind),
    ),
    county=Brand.county,
    options=(contains_eager(Brand.producer), selectinload(Brand.levels)),
)
"""The brands an officer keeps, those that wait first."""
