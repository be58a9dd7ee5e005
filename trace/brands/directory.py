"""The brand directory (品牌目录): regional brands that officers keep, and producers' own brands that officers verify.

Levels and selection lists are dated and only ever added to. Who may use a regional brand stands in `licences`.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict
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
from ..errors import N_, Conflict, Invalid
from ..models import Action, Brand, BrandKind, BrandLevel, BrandSelection, Level, Product, Review, SelectionList
from ..names import bare, normal_form
from ..policy import commodities
from ..policy.policy import Policy

KIND_WORDS = {
    BrandKind.REGIONAL: N_("区域公用品牌"),
    BrandKind.ENTERPRISE: N_("企业品牌"),
    BrandKind.PRODUCT: N_("产品品牌"),
}
LEVEL_WORDS = {Level.COUNTY: N_("县级"), Level.CITY: N_("市级"), Level.PROVINCE: N_("省级"), Level.NATION: N_("国家级")}
LIST_WORDS = {SelectionList.CHINA_GRAIN_AND_OIL: N_("中国好粮油"), SelectionList.HUNAN_GRAIN_AND_OIL: N_("湖南好粮油")}


def month_day(field: str, typed: str) -> str | None:
    """A day of every year as "07-15"; None when left empty. Raises Invalid for what is no day."""
    text = typed.strip()
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?:[-/.]|月)(\d{1,2})日?", text, re.ASCII)
    if not found:
        raise Invalid(field, N_("请按 7-15 或 7月15日 的样子填"))
    try:
        return f"{date(2024, int(found[1]), int(found[2])):%m-%d}"
    except ValueError:
        raise Invalid(field, N_("没有 %(typed)s 这一天"), typed=text[:12]) from None


def _facts(form: dict[str, str]) -> dict[str, str | None]:
    """What is said of a regional brand. A season or holder needs its source."""
    values: dict[str, str | None] = {
        name: fields.name(name, form[name], least=0, most=most) or None
        for name, most in (("plain_name", 20), ("holder", 60), ("holder_source", 200), ("season_source", 200))
    }
    values |= {name: month_day(name, form[name]) for name in ("season_from", "season_to")}
    goods = form.get("commodity", "").strip()
    values["commodity"] = commodities.chosen("commodity", goods).key if goods else None
    if (values["season_from"] or values["season_to"]) and not values["season_source"]:
        raise Invalid("season_source", N_("请写明产季的依据，如哪年的产区公告"))
    if values["holder"] and not values["holder_source"]:
        raise Invalid("holder_source", N_("请写明持有人的依据，如证书或公告"))
    return values


def enter(session: Session, actor: Actor, policy: Policy, form: dict[str, str], demonstration: bool = False) -> Brand:
    """An officer enters a regional brand: name, county, flagship, clause, and what is known of it.

    Raises Invalid for any field. A county officer enters brands of the own county.
    """
    county = policy.county(form["county"]) if form["county"] else None
    if actor.county is not None and county != actor.county:
        raise Invalid("county", N_("只能登记本县市区的品牌"))
    with fields.Together() as read:
        brand = Brand(
            key=_fresh_key(),
            name=read(_free_name, session, form["name"]),
            kind=BrandKind.REGIONAL,
            county=county,
            flagship=bool(form["flagship"]),
            clause=read(fields.line, "clause", form["clause"], least=2, most=200),
            demonstration=demonstration,
            **(read(_facts, form) or {}),
        )
    session.add(brand)
    log.record(session, actor, Action.BRAND_ENTER, brand, name=brand.name)
    return brand


def edit(session: Session, actor: Actor, brand: Brand, form: dict[str, str]) -> None:
    """An officer changes holder, season, plain name, commodity or the 一县一特 mark; the event tells what was and what is.

    Raises Invalid for any field, and for a commodity that a product under the brand is not of; Conflict for a producer's own brand.
    """
    _must_be_regional(brand)
    values = _facts(form) | {"flagship": bool(form["flagship"])}
    _refuse_other_commodity(session, brand, values["commodity"])
    changed = {name: [getattr(brand, name), value] for name, value in values.items() if getattr(brand, name) != value}
    for name, (_, value) in changed.items():
        setattr(brand, name, value)
    if changed:
        log.record(session, actor, Action.BRAND_EDIT, brand, None, **changed)


def _refuse_other_commodity(session: Session, brand: Brand, commodity: object) -> None:
    """A product under a brand is of the brand's commodity."""
    other = sa.select(Product).where(Product.brand_id == brand.id, Product.commodity != commodity)
    if commodity and (product := session.scalar(other.limit(1))):
        raise Invalid(
            "commodity",
            N_("这个品牌下的产品“%(product)s”是“%(own)s”；品牌的品类要和它的产品一致"),
            product=product.name,
            own=commodities.said(product.commodity),
        )


def _must_be_regional(brand: Brand) -> None:
    if brand.kind is not BrandKind.REGIONAL:
        raise Conflict(N_("这是主体自己的品牌，只有区域公用品牌才有持有人、产季和使用许可"))


def _fresh_key() -> str:
    return f"b-{secrets.token_hex(6)}"


def _free_name(session: Session, typed: str, own: int = 0) -> str:
    name = fields.name("name", typed, least=2, most=30)
    same = sa.select(Brand.name).where(Brand.name_normal == normal_form(name), Brand.id != own)
    if taken := session.scalar(same.limit(1)):
        raise Invalid("name", N_("目录里已经有“%(name)s”"), name=taken)
    return name


def regional_in(session: Session, name: str, used: Brand | None = None) -> Brand | None:
    """A regional brand that a name holds, in whatever spelling and with whatever signs between; the longest of several.
    `used` is the brand under which the name is used, and may stand in it."""
    whole = bare(normal_form(name)).replace(bare(used.name_normal) if used else "\n", "\n")
    others = [brand for brand in session.scalars(_REGIONAL) if brand is not used and bare(brand.name_normal) in whole]
    return max(others, key=lambda brand: len(brand.name_normal), default=None)


_REGIONAL = sa.select(Brand).where(Brand.kind == BrandKind.REGIONAL).order_by(Brand.id)


def add_level(session: Session, actor: Actor, brand: Brand, *, level: str, since: str, source: str) -> BrandLevel:
    """Enter that the brand was recognised at a level on a day (推动争创省级、国家级). Earlier levels stay in the history.

    Raises Invalid for a day to come and for what is entered already.
    """
    with fields.Together() as read:
        row = BrandLevel(
            brand_id=brand.id,
            level=read(fields.choice, "level", Level, level),
            since=read(_past, "since", since, actor),
            source=read(fields.line, "source", source, least=2, most=200),
        )
    if any(known.level is row.level and known.since == row.since for known in brand.levels):
        raise Invalid("level", N_("这一条已经登记过"))
    session.add(row)
    log.record(session, actor, Action.BRAND_LEVEL, row, brand=brand.name, level=row.level, since=str(row.since))
    session.expire(brand, ["levels"])
    return row


def _past(field: str, typed: str, actor: Actor) -> date:
    day = fields.day(field, typed)
    if day > day_of(actor.at):
        raise Invalid(field, N_("这一天还没到；最晚填今天"))
    return day


def add_selection(session: Session, actor: Actor, brand: Brand, *, list: str, year: str, source: str) -> BrandSelection:
    """Enter that the brand is on a selection list (中国好粮油, 湖南好粮油) of a year.

    Raises Invalid for a year that cannot be and for what is entered already.
    """
    with fields.Together() as read:
        row = BrandSelection(
            brand_id=brand.id,
            list=read(fields.choice, "list", SelectionList, list),
            year=read(fields.count, "year", year, day_of(actor.at).year),
            source=read(fields.line, "source", source, least=2, most=200),
        )
    if row.year < 1990:
        raise Invalid("year", N_("请填四位数的年份"))
    if any(known.list is row.list and known.year == row.year for known in brand.selections):
        raise Invalid("year", N_("这一条已经登记过"))
    session.add(row)
    log.record(session, actor, Action.BRAND_SELECTION, row, brand=brand.name, list=row.list, year=row.year)
    session.expire(brand, ["selections"])
    return row


def level_of(brand: Brand, day: date) -> Level | None:
    """The level that stands on a day: the highest reached by then."""
    reached = {row.level for row in brand.levels if row.since <= day}
    return next((level for level in reversed(Level) if level in reached), None)


def declare(
    session: Session, actor: Actor, *, name: str, kind: str, recognised_on: str, clause: str, brand: Brand | None = None
) -> Brand:
    """A producer declares its own enterprise or product brand, or mends a returned one; an officer verifies it.

    `clause` is by whom and in which paper it was recognised. Raises Invalid, Conflict once it is verified.
    """
    producer = own_producer(session, actor)
    with fields.Together() as read:
        values = {
            "name": read(_free_name, session, name, brand.id if brand else 0),
            "kind": read(fields.choice, "kind", BrandKind, kind),
            "recognised_on": read(_past, "recognised_on", recognised_on, actor) if recognised_on.strip() else None,
            "clause": read(fields.line, "clause", clause, least=2, most=200),
        }
    if values["kind"] is BrandKind.REGIONAL:
        raise Invalid("kind", N_("区域公用品牌由主管部门登记；这里登记您自己的品牌"))
    if regional := regional_in(session, name):
        raise Invalid("name", N_("名称里有区域公用品牌“%(brand)s”；要使用它请申请使用许可"), brand=regional.name)
    if brand is None:
        brand = Brand(
            key=_fresh_key(), county=producer.county, producer_id=producer.id, submitted_at=actor.at, **values
        )
        session.add(brand)
    elif brand.state is Review.APPROVED:
        raise Conflict(N_("品牌已经核实；要更改请联系县市区农业农村局"))
    else:
        for key, value in values.items():
            setattr(brand, key, value)
        brand.return_reason, brand.submitted_at = None, actor.at
    log.record(session, actor, Action.BRAND_DECLARE, brand, name=brand.name, kind=brand.kind)
    return brand


def verify(session: Session, actor: Actor, brand: Brand) -> None:
    """An officer has seen the papers: the brand is in the directory, and counts if its day of recognition is known."""
    _must_wait(session, brand)
    brand.verified_at, brand.verified_by, brand.return_reason = actor.at, actor.account_id, None
    log.record(session, actor, Action.BRAND_VERIFY, brand, recognised_on=str(brand.recognised_on or ""))


def return_(session: Session, actor: Actor, brand: Brand, reason: str) -> None:
    """An officer sends a declared brand back, saying what is to be mended."""
    why = fields.reason(reason)
    _must_wait(session, brand)
    brand.return_reason = why
    log.record(session, actor, Action.BRAND_RETURN, brand, why)


def _must_wait(session: Session, brand: Brand) -> None:
    lock(session, brand)
    if brand.state is not Review.SUBMITTED:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))


def directory(session: Session) -> Sequence[Brand]:
    """What anyone may see: regional brands, and producers' own that are verified; by county, 一县一特 first."""
    public = sa.or_(Brand.kind == BrandKind.REGIONAL, Brand.verified_at.is_not(None))
    rows = sa.select(Brand).where(public, demonstrations.counts(Brand)).options(*_WHOLE)
    return session.scalars(rows.order_by(Brand.county.is_(None), Brand.county, Brand.flagship.desc(), Brand.id)).all()


_WHOLE = (selectinload(Brand.levels), selectinload(Brand.selections), selectinload(Brand.producer))


def seen_by(session: Session, actor: Actor) -> Sequence[Brand]:
    """The brands an officer keeps or a producer declared, those that wait first."""
    found = session.scalars(visible(actor, Brand).options(*_WHOLE).order_by(Brand.id)).all()
    return sorted(found, key=lambda brand: brand.state is not Review.SUBMITTED)


def waiting(actor: Actor) -> sa.Select[Brand]:
    """The brands that producers declared and an officer has to verify, longest first."""
    rows = visible(actor, Brand).where(Brand.kind != BrandKind.REGIONAL)
    return rows.where(Brand.verified_at.is_(None), Brand.return_reason.is_(None)).order_by(Brand.submitted_at, Brand.id)


def enter_brands(session: Session, actor: Actor, policy: Policy) -> int:
    """Enter the policy's brands that the directory does not have yet; returns how many were entered."""
    known = set(session.scalars(sa.select(Brand.key)))
    fresh = [entry for entry in policy.brands if entry.key not in known]
    for entry in fresh:
        brand = Brand(kind=BrandKind.REGIONAL, **asdict(entry))
        session.add(brand)
        log.record(session, actor, Action.BRAND_ENTER, brand)
    return len(fresh)


def brands_for(session: Session, county: str) -> Sequence[Brand]:
    """The regional brands a producer of this county may name."""
    rows = sa.select(Brand).where(sa.or_(Brand.county == county, Brand.county.is_(None)), Brand.producer_id.is_(None))
    return session.scalars(rows.where(demonstrations.counts(Brand)).order_by(Brand.id)).all()


def own_brands(session: Session, producer_id: int) -> Sequence[Brand]:
    """The brands that a producer declared as its own."""
    return session.scalars(sa.select(Brand).where(Brand.producer_id == producer_id).order_by(Brand.id)).all()
