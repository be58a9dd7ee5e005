"""The certificates that producers and officers look at: lists, what waits for an officer, what expires soon. Reading only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from ..access import demonstrations
from ..access.actor import Actor
from ..access.matching import Typed, any_of, written
from ..access.visibility import visible
from ..codes import certnumbers
from ..errors import N_, Message
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Account, Brand, Certification, CertificationLine, Claim, Scheme
from ..names import normal_form
from ..policy.policy import Policy
from .schemes import YEARS


class Alone(StrEnum):
    """Whether one person alone entered and verified it."""

    YES = "1"


def _names_product(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
    lines = sa.select(CertificationLine.id).where(CertificationLine.certification_id == Certification.id)
    yield lines.where(CertificationLine.product_name.contains(wanted.text, autoescape=True)).exists()


_STATE = Choice("state", N_("状态"), Claim, lambda state, actor: Certification.state == state)
_SCHEME = Choice("scheme", N_("种类"), Scheme, lambda scheme, actor: Certification.scheme == scheme)
CERTIFICATES = ListOf(
    "certificates",
    lambda actor: visible(actor, Certification),
    Certification.id,
    (
        Column("number", N_("证书"), (Certification.number,)),
        Column("holder", N_("持证人"), (Certification.holder,)),
        Column("products", N_("产品")),
        Column("county", N_("县市区"), (Certification.county,)),
        Column("term", N_("有效期"), (Certification.valid_to,)),
        Column("declared", N_("登记"), (Certification.declared_at,), newest=True),
        Column("state", N_("状态"), (Certification.state,)),
    ),
    "-declared",
    any_of(written(Certification.number, Certification.holder), _names_product),
    N_("证书编号、持证人、产品"),
    N_("还没有证书。"),
    choices=(
        _STATE,
        _SCHEME,
        Choice(
            "alone",
            N_("登记和核实"),
            Alone,
            lambda alone, actor: Certification.verified_by == Certification.declared_by,
        ),
    ),
    county=Certification.county,
    product=_names_product,
    days=Days(N_("截止日期"), Certification.valid_to),
    options=(joinedload(Certification.producer), joinedload(Certification.brand), selectinload(Certification.lines)),
)
"""Certificates as officers see them, latest first."""

OWN_CERTIFICATES = ListOf(
    "own_certificates",
    lambda actor: visible(actor, Certification),
    Certification.id,
    (
        Column("number", N_("证书"), (Certification.number,)),
        Column("products", N_("产品")),
        Column("term", N_("有效期"), (Certification.valid_to,)),
        Column("state", N_("状态"), (Certification.state,)),
        Column(
            "mend", N_("要改的在前"), (Certification.state == Claim.RETURNED, Certification.valid_from), is_order=True
        ),
    ),
    "-mend",
    any_of(written(Certification.number, Certification.holder), _names_product),
    N_("证书编号、产品"),
    N_("还没有证书。拿到证书后，拍张照片，照着填一遍就可以申报。"),
    choices=(_STATE, _SCHEME),
    product=_names_product,
    days=Days(N_("截止日期"), Certification.valid_to),
    options=CERTIFICATES.options,
)
"""A producer's own certificates, what it has to mend first, then the latest."""


def _whole(rows: sa.Select[Certification]) -> sa.Select[Certification]:
    return rows.options(
        joinedload(Certification.producer), joinedload(Certification.brand), selectinload(Certification.lines)
    )


def waiting(session: Session, actor: Actor) -> Sequence[Certification]:
    """What waits for this officer, longest first: the city may deal with all but its own entries, a county officer
    with what is declared, and with what a colleague has checked."""
    return session.scalars(_whole(waits_for(actor))).all()


def waits_for(actor: Actor) -> sa.Select[Certification]:
    """The query of `waiting`."""
    turn = _city_turn(actor) if actor.is_city_officer else _county_turn(actor)
    return visible(actor, Certification).where(turn).order_by(Certification.declared_at, Certification.id)


def _not_mine(column: sa.ColumnElement[int | None], actor: Actor) -> sa.ColumnElement[bool]:
    return sa.or_(column.is_(None), column != actor.account_id)


def _city_turn(actor: Actor) -> sa.ColumnElement[bool]:
    row = Certification
    return sa.and_(
        row.state.in_((Claim.DECLARED, Claim.CHECKED)), _not_mine(sa.type_coerce(row.declared_by, sa.BigInteger), actor)
    )


def _county_turn(actor: Actor) -> sa.ColumnElement[bool]:
    row = Certification
    open_to_me = sa.or_(
        row.state == Claim.DECLARED,
        sa.and_(row.state == Claim.CHECKED, _not_mine(sa.type_coerce(row.checked_by, sa.BigInteger), actor)),
    )
    return sa.and_(open_to_me, _not_mine(sa.type_coerce(row.declared_by, sa.BigInteger), actor))


def brands(session: Session, actor: Actor) -> Sequence[Brand]:
    """The brands under which this officer may enter a certificate: the county's own, the city's all."""
    rows = sa.select(Brand).where(demonstrations.counts(Brand))
    if actor.county:
        rows = rows.where(sa.or_(Brand.county == actor.county, Brand.county.is_(None)))
    return session.scalars(rows.order_by(Brand.county, Brand.id)).all()


def people(session: Session, row: Certification) -> dict[str, str]:
    """The names of who declared, checked and verified it."""
    acts = {"declared": row.declared_by, "checked": row.checked_by, "verified": row.verified_by}
    names = dict(
        session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(filter(None, acts.values())))).all()
    )
    return {act: names.get(number, "") for act, number in acts.items() if number}


def warnings(session: Session, policy: Policy, row: Certification) -> tuple[Message, ...]:
    """What is possible but odd about a certificate, for the officer who checks it; nothing here refuses."""
    counties = {code for county in policy.counties.values() for code in (county.code, *county.former)}
    found = [*certnumbers.oddities(row.scheme, row.number, row.mark_code, counties), *_term(row)]
    named = sa.select(Certification.holder).where(
        Certification.scheme == row.scheme, Certification.number == row.number, Certification.state != Claim.RETURNED
    )
    holder = normal_form(row.holder)
    if other := next((name for name in session.scalars(named) if normal_form(name) != holder), None):
        found.append(Message(N_("同一编号也登记在“%(holder)s”名下"), {"holder": other}))
    if row.producer and holder != row.producer.name_normal:
        found.append(Message(N_("证书上的持证人与主体名称不同")))
    return tuple(found)


def _term(row: Certification) -> list[Message]:
    """The term the scheme gives: green 3 years, organic 1, marks 10, with or without the last day."""
    years = YEARS[row.scheme]
    if years is None:
        return []
    if row.valid_to is None:
        return [Message(N_("没有填截止日；这一种证书的有效期是 %(years)d 年"), {"years": years})]
    usual = anniversary(row.valid_from, years)
    if row.valid_to in (usual, usual - timedelta(days=1)):
        return []
    return [
        Message(
            N_("有效期不是 %(years)d 年：从 %(start)s起应到 %(usual)s"),
            {"years": years, "start": row.valid_from, "usual": usual - timedelta(days=1)},
        )
    ]


def anniversary(day: date, years: int) -> date:
    """The same day some years on. 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


class Band(IntEnum):
    """How soon a certificate ends, in days left at most."""

    ENDED = 0
    DAYS_30 = 30
    DAYS_60 = 60
    DAYS_90 = 90
    LATER = 36_500


@dataclass(frozen=True)
class Expiring:
    """A certificate in force whose last day is near, or that ended lately. `days` are left, negative when ended;
    `renewal` is the certificate that follows it, if one has been declared."""

    row: Certification
    days: int
    renewal: Certification | None

    @property
    def band(self) -> Band:
        """The band of its days; the last day itself is within 30 days."""
        if self.days < 0:
            return Band.ENDED
        return next((band for band in (Band.DAYS_30, Band.DAYS_60, Band.DAYS_90) if self.days <= band), Band.LATER)


def expiring(session: Session, actor: Actor, today: date, ahead: int = 90, behind: int = 90) -> list[Expiring]:
    """The verified certificates this actor may see that end within `ahead` days, or ended within `behind` days and have
    no successor; the soonest first. Renewal should be applied for three months before the last day."""
    row = Certification
    first, last = today - timedelta(days=behind), today + timedelta(days=ahead)
    rows = visible(actor, row).where(
        row.state == Claim.VERIFIED, row.ended_on.is_(None), row.valid_to.between(first, last)
    )
    found = session.scalars(_whole(rows.order_by(row.valid_to, row.id))).all()
    renewals = _renewals(session, [certificate.id for certificate in found])
    seen = [Expiring(each, (each.valid_to - today).days, renewals.get(each.id)) for each in found if each.valid_to]
    return [each for each in seen if each.days >= 0 or each.renewal is None]


def _renewals(session: Session, numbers: Sequence[int]) -> dict[int, Certification]:
    rows = sa.select(Certification).where(Certification.renews_id.in_(numbers), Certification.state != Claim.RETURNED)
    return {row.renews_id: row for row in session.scalars(rows) if row.renews_id is not None}


@dataclass(frozen=True)
class Counts:
    """For home pages: what ends within 90 days with no successor, what was returned."""

    expiring: int
    returned: int


def counts(session: Session, actor: Actor, today: date) -> Counts:
    """These figures, for what this actor may see."""
    soon = [each for each in expiring(session, actor, today, behind=0) if each.renewal is None]
    returned = visible(actor, Certification).where(Certification.state == Claim.RETURNED).subquery()
    return Counts(len(soon), session.scalar(sa.select(sa.func.count()).select_from(returned)) or 0)
