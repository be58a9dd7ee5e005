"""Who may use a regional brand (品牌使用许可).

A producer applies, an officer enters what the holder granted; a licence is dated and ended with a reason. Whether a batch
carries the name depends on its goods as well: see `provenance`.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from .. import fields
from ..access import demonstrations
from ..access.actor import Actor, own_producer
from ..access.visibility import visible
from ..audit import log
from ..clock import day_of
from ..db import lock
from ..errors import N_, Conflict, Invalid, Message
from ..models import Action, Brand, BrandKind, BrandLicence, Producer, Review
from ..names import normal_form


def apply(session: Session, actor: Actor, brand_key: str) -> BrandLicence:
    """A producer asks to use a regional brand. Raises Invalid, Conflict when it has one or waits for one."""
    producer = own_producer(session, actor)
    named = sa.select(Brand).where(Brand.key == brand_key, Brand.kind == BrandKind.REGIONAL)
    brand = session.scalar(named.where(demonstrations.counts(Brand)))
    if brand is None:
        raise Invalid("brand", N_("请从列表里选一项"))
    refuse_other_county(brand, producer)
    today = day_of(actor.at)
    for row in _of(session, brand.id, producer.id):
        if row.state is Review.SUBMITTED:
            raise Conflict(N_("已经申请过“%(brand)s”，正在等主管部门办理"), brand=brand.name)
        if row.in_force(today):
            raise Conflict(N_("您已经可以使用“%(brand)s”"), brand=brand.name)
    row = BrandLicence(brand=brand, producer=producer, applied_at=actor.at)
    session.add(row)
    log.record(session, actor, Action.LICENCE_APPLY, row, brand=brand.name, producer=producer.name)
    return row


def open_to(session: Session, producer: Producer, today: date) -> list[Brand]:
    """The regional brands that a producer can apply for: of its county or of none, not used and not applied for yet."""
    taken = {
        row.brand_id
        for row in of_producer(session, producer.id)
        if row.state is Review.SUBMITTED or row.in_force(today)
    }
    offered = (
        sa.select(Brand)
        .where(Brand.kind == BrandKind.REGIONAL, sa.or_(Brand.county == producer.county, Brand.county.is_(None)))
        .where(demonstrations.counts(Brand))
        .order_by(Brand.id)
    )
    return [brand for brand in session.scalars(offered) if brand.id not in taken]


def refuse_other_county(brand: Brand, producer: Producer) -> None:
    """Raises Invalid where the brand is another county's than the producer."""
    if brand.county and brand.county != producer.county:
        raise Invalid("brand", N_("“%(brand)s”属于别的县市区，本县主体不能使用"), brand=brand.name)


def grant(
    session: Session, actor: Actor, row: BrandLicence, *, number: str = "", valid_from: str, valid_to: str = ""
) -> None:
    """Enter the licence that the holder granted. `number` and `valid_to` may be empty.

    Raises Conflict for one that is granted already, Invalid for days that cannot be.
    """
    lock(session, row)
    if row.state is Review.APPROVED:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    with fields.Together() as read:
        row.number = read(fields.line, "number", number, least=0, most=60) or None
        row.valid_from = read(fields.day, "valid_from", valid_from)
        row.valid_to = read(fields.day, "valid_to", valid_to) if valid_to.strip() else None
    if row.valid_to and row.valid_to < row.valid_from:
        raise Invalid("valid_to", N_("截止日 %(end)s早于起始日 %(start)s"), end=row.valid_to, start=row.valid_from)
    row.granted_at, row.granted_by, row.return_reason = actor.at, actor.account_id, None
    log.record(
        session,
        actor,
        Action.LICENCE_GRANT,
        row,
        brand=row.brand.name,
        producer=row.producer.name,
        valid_from=str(row.valid_from),
        valid_to=str(row.valid_to or ""),
    )


def enter(
    session: Session,
    actor: Actor,
    brand: Brand,
    *,
    producer: str,
    number: str = "",
    valid_from: str,
    valid_to: str = "",
) -> BrandLicence:
    """Enter a licence for which nobody applied here. `producer` is its name or USCC.

    Raises Conflict for a brand that is not regional, Invalid where no approved producer of the county is meant.
    """
    if brand.kind is not BrandKind.REGIONAL:
        raise Conflict(N_("这是主体自己的品牌，只有区域公用品牌才有持有人、产季和使用许可"))
    typed = producer.strip()
    found = session.scalars(
        sa.select(Producer)
        .where(
            sa.or_(Producer.name_normal == normal_form(typed), Producer.uscc == typed.upper()),
            Producer.state == Review.APPROVED,
        )
        .limit(2)
    ).all()
    if len(found) != 1:
        raise Invalid("producer", N_("没有找到这个已审核的主体；请填主体的全名或统一社会信用代码"))
    refuse_other_county(brand, found[0])
    row = BrandLicence(brand=brand, producer=found[0])
    session.add(row)
    session.flush()
    grant(session, actor, row, number=number, valid_from=valid_from, valid_to=valid_to)
    return row


def return_(session: Session, actor: Actor, row: BrandLicence, reason: str) -> None:
    """Decline an application, saying why. Raises Conflict when it is decided already."""
    why = fields.reason(reason)
    lock(session, row)
    if row.state is not Review.SUBMITTED:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    row.return_reason = why
    log.record(session, actor, Action.LICENCE_RETURN, row, why, brand=row.brand.name, producer=row.producer.name)


def end(session: Session, actor: Actor, row: BrandLicence, reason: str) -> None:
    """End a licence today: no batch of the producer's carries the name from now on, and of what bears it on its label the page
    says so.

    Raises Conflict for a licence that has ended or was never granted.
    """
    why = fields.reason(reason)
    lock(session, row)
    if row.granted_at is None or row.ended_on is not None:
        raise Conflict(N_("这个许可已经终止，或者还没有授予"))
    row.ended_on, row.end_reason = day_of(actor.at), why
    log.record(session, actor, Action.LICENCE_END, row, why, brand=row.brand.name, producer=row.producer.name)


_OF = (
    sa.select(BrandLicence)
    .where(BrandLicence.brand_id == sa.bindparam("brand"), BrandLicence.producer_id == sa.bindparam("producer"))
    .order_by(BrandLicence.id)
)


def _of(session: Session, brand_id: int, producer_id: int) -> Sequence[BrandLicence]:
    return session.scalars(_OF, {"brand": brand_id, "producer": producer_id}).all()


def of_brand(session: Session, brand: Brand) -> Sequence[BrandLicence]:
    """The licences and applications for a brand, oldest first."""
    rows = sa.select(BrandLicence).where(BrandLicence.brand_id == brand.id).options(selectinload(BrandLicence.producer))
    return session.scalars(rows.order_by(BrandLicence.id)).all()


def waiting(actor: Actor) -> sa.Select[BrandLicence]:
    """The applications that an officer has to answer, longest first."""
    rows = visible(actor, BrandLicence).where(BrandLicence.granted_at.is_(None), BrandLicence.return_reason.is_(None))
    return rows.order_by(BrandLicence.applied_at, BrandLicence.id)


def of_producer(session: Session, producer_id: int) -> Sequence[BrandLicence]:
    """The licences and applications of a producer, oldest first."""
    rows = (
        sa.select(BrandLicence).where(BrandLicence.producer_id == producer_id).options(selectinload(BrandLicence.brand))
    )
    return session.scalars(rows.order_by(BrandLicence.id)).all()


def in_force(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """As `BrandLicence.in_force`, for a query."""
    open_end = sa.or_(BrandLicence.valid_to.is_(None), BrandLicence.valid_to >= day)
    not_ended = sa.or_(BrandLicence.ended_on.is_(None), BrandLicence.ended_on > day)
    return sa.and_(BrandLicence.granted_at.is_not(None), BrandLicence.valid_from <= day, open_end, not_ended)


def users(session: Session, day: date) -> dict[int, int]:
    """How many producers may use each brand on a day, by the brand's row number."""
    rows = sa.select(BrandLicence.brand_id, sa.func.count(sa.distinct(BrandLicence.producer_id))).where(in_force(day))
    rows = rows.where(demonstrations.counts(BrandLicence))
    return {brand: count for brand, count in session.execute(rows.group_by(BrandLicence.brand_id))}


UNLICENSED = N_("没有“%(brand)s”今天有效的使用许可")
OUT_OF_SEASON = N_("采收日期不在“%(brand)s”的产季里")
ELSEWHERE = N_("货不是在“%(brand)s”的产区里出的")


def bar(session: Session, brand: Brand | None, producer_id: int, day: date) -> Message | None:
    """Why a producer may not use a brand on a day, whatever the goods; None if it may, or if there is no brand. Of the goods of
    a batch `provenance` tells. The producer's own brand needs an officer's verification, a regional one a licence."""
    if brand is None:
        return None
    if brand.kind is not BrandKind.REGIONAL:
        return bar_of_own(brand, producer_id)
    licensed = is_licensed(session, brand.id, producer_id, day)
    return None if licensed else Message(UNLICENSED, {"brand": brand.name})


def bar_of_own(brand: Brand, producer_id: int) -> Message | None:
    """Why a brand that is no regional one is not yet the producer's to use."""
    ready = brand.state is Review.APPROVED and brand.producer_id == producer_id
    return None if ready else Message(N_("“%(brand)s”还没有核实"), {"brand": brand.name})


def is_elsewhere(brand: Brand, county: str) -> bool:
    """Whether a county lies outside a regional brand's area. A brand that names no county is of the whole city."""
    return brand.county is not None and brand.county != county


_LICENSED = sa.select(BrandLicence.id).where(
    BrandLicence.brand_id == sa.bindparam("brand"),
    BrandLicence.producer_id == sa.bindparam("producer"),
    in_force(sa.bindparam("day", type_=sa.Date)),
)


def is_licensed(session: Session, brand_id: int, producer_id: int, day: date) -> bool:
    """Whether a producer is licensed to use a regional brand on a day."""
    asked = {"brand": brand_id, "producer": producer_id, "day": day}
    return session.scalars(_LICENSED, asked).first() is not None


def with_season(brands: Iterable[Brand | None]) -> list[Brand]:
    """Those among brands that have a season, each once."""
    return list({brand.id: brand for brand in brands if brand and (brand.season_from or brand.season_to)}.values())
