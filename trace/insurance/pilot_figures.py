"""What the bureau counts of the pilot 品牌+第二代农产品“身份证”质量保险 over a period, by county: who takes part, what is
covered, what it costs, what was claimed. Every figure comes from rows of the record, policies only once verified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from ..access import demonstrations
from ..access.actor import Actor
from ..clock import day_of, start_of
from ..db.columns import Base
from ..models import (
    Batch,
    Brand,
    CaseState,
    ClaimNotice,
    InsurancePolicy,
    Origin,
    PilotMember,
    PolicyEnding,
    PolicyScope,
    PolicyState,
    PrintRun,
    PrintState,
    Producer,
    Product,
)
from ..policy.policy import Policy
from ..provenance.goods import OWN, Nature, natures, way_among
from . import coverage

CITY = ""  # the key of what belongs to no single county: a brand of the whole city


@dataclass
class Figures:
    """The figures of one county. Premium and subsidy in yuan; of the policies, `unsplit` also cover products outside the pilot,
    and no premium of theirs is counted: what share of it is the pilot's, nobody can tell."""

    products: int = 0
    brands: int = 0
    batches: int = 0
    covered: int = 0
    codes: int = 0
    policies: int = 0
    unsplit: int = 0
    premium: Decimal = Decimal(0)
    subsidy: Decimal = Decimal(0)
    claims: int = 0
    answered: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass
class Count:
    """The figures of a period, both days included. `demonstration`: rows of demonstrations are among them."""

    first: date
    last: date
    counties: dict[str, Figures] = field(default_factory=dict)
    demonstration: bool = False

    @property
    def total(self) -> Figures:
        return sum(self.counties.values(), Figures())

    @property
    def told(self) -> dict[str, Figures]:
        """The counties of which there is anything to tell."""
        return {county: figures for county, figures in self.counties.items() if figures != Figures()}

    def of(self, county: str | None) -> Figures:
        return self.counties.setdefault(county or CITY, Figures())


@dataclass(frozen=True)
class _Batch:
    """What is asked of a batch; its days and numbers are those of the record."""

    id: int
    county: str
    product_id: int
    producer_id: int
    harvest_date: date
    reserved: int


def count(session: Session, policy: Policy, actor: Actor, first: date, last: date) -> Count:
    """Count the pilot from `first` to `last` for this officer: its own county, or every county of the city.

    A product takes part by itself or with its brand, from the day it joined until the day before it left. Its batches
    count by their harvest day, where that lies in the period and in the membership; a batch is covered as on its scan
    page. A policy counts where its first day lies in the period and a product that it covers takes part while it runs; a claim
    where it was received in the period, about a batch that counts by its harvest day. Demonstrations
    count as `access.demonstrations` says.
    """
    found = Count(first, last, {code: Figures() for code in policy.counties if actor.county in (None, code)})
    ours = Ours(actor.county)
    spans = _products(session, ours, found)
    _brands(session, ours, found)
    _batches(session, ours, found, spans)
    _policies(session, ours, found, spans)
    _claims(session, ours, found)
    return found


CountyColumn = sa.ColumnElement[str] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


@dataclass(frozen=True)
class Ours:
    """Which rows this officer counts: those of its county, if it has one, and no demonstration's."""

    county: str | None

    def of(self, kind: type[Base], county: CountyColumn) -> list[sa.ColumnElement[bool]]:
        """For a query of a table, with the column of the county."""
        return [demonstrations.counts(kind), *_county(self.county, county)]


Spans = dict[int, list[tuple[date, date | None]]]  # by product: from, and the first day no longer in the pilot


def _products(session: Session, ours: Ours, found: Count) -> Spans:
    spans: Spans = {}
    for product, county, demonstration, joined, left in session.execute(_memberships(ours, *_in_pilot(found))):
        found.of(county).products += product not in spans
        found.demonstration |= demonstration
        spans.setdefault(product, []).append((joined, left))
    return spans


def _memberships(ours: Ours, *where: sa.ColumnElement[bool]) -> sa.Select[int, str, bool, date, date | None]:
    by_itself, by_brand = PilotMember.product_id == Product.id, PilotMember.brand_id == Product.brand_id
    return (
        sa.select(Product.id, Producer.county, Producer.demonstration, PilotMember.joined_on, PilotMember.left_on)
        .join(Product.producer)
        .join(PilotMember, sa.or_(by_itself, by_brand))
        .where(Product.id_number.is_not(None), *where, *ours.of(Product, Producer.county))
    )


def _in_pilot(found: Count) -> list[sa.ColumnElement[bool]]:
    """Members on some day of the period."""
    left = PilotMember.left_on
    stays = sa.or_(left.is_(None), sa.and_(left > found.first, left > PilotMember.joined_on))
    return [PilotMember.joined_on <= found.last, stays]


def _county(county: str | None, column: CountyColumn) -> list[sa.ColumnElement[bool]]:
    return [] if county is None else [column == county]


def _brands(session: Session, ours: Ours, found: Count) -> None:
    rows = (
        sa.select(Brand.id, Brand.county)
        .join(PilotMember, PilotMember.brand_id == Brand.id)
        .where(*_in_pilot(found), *ours.of(Brand, Brand.county))
        .distinct()
    )
    for _, county in session.execute(rows):
        found.of(county).brands += 1


def _batches(session: Session, ours: Ours, found: Count, spans: Spans) -> None:
    batches = [
        row for row in _harvested(session, ours, found) if _took_part(row.harvest_date, spans.get(row.product_id, ()))
    ]
    sold, policies = _sale_days(session, found), _verified(session, ours)
    of = _natures(session, ours, found)
    for row in batches:
        figures = found.of(row.county)
        figures.batches += 1
        figures.codes += row.reserved
        days = [row.harvest_date, *sold.get(row.id, ())]
        figures.covered += any(
            coverage.covers(one, row.product_id, row.id, days, of.get(row.id, OWN))
            for one in policies.get(row.producer_id, ())
        )


def _harvested(session: Session, ours: Ours, found: Count) -> Iterable[_Batch]:
    rows = sa.select(Batch.id, Batch.county, Batch.product_id, Batch.producer_id, Batch.harvest_date, Batch.reserved)
    return (_Batch(*row) for row in session.execute(rows.where(*_in_period(ours, found))))


def _in_period(ours: Ours, found: Count) -> list[sa.ColumnElement[bool]]:
    return [*ours.of(Batch, Batch.county), Batch.harvest_date.between(found.first, found.last), Batch.counts()]


def _natures(session: Session, ours: Ours, found: Count) -> dict[int, Nature]:
    """What the period's batches are by their way, but for those that were harvested."""
    moved = sa.select(Batch.id).where(*_in_period(ours, found), Batch.origin != Origin.HARVEST)
    return natures(way_among(session, session.scalars(moved).all()))


def _took_part(day: date, spans: Iterable[tuple[date, date | None]]) -> bool:
    return any(joined <= day and (left is None or day < left) for joined, left in spans)


def _sale_days(session: Session, found: Count) -> dict[int, list[date]]:
    """The day on which the first labels of a batch were released, as `insurance.coverage` has it for one batch, for all of the period's."""
    rows = (
        sa.select(PrintRun.batch_id, sa.func.min(PrintRun.released_at))
        .join(PrintRun.batch)
        .where(PrintRun.state == PrintState.RELEASED, Batch.harvest_date.between(found.first, found.last))
        .group_by(PrintRun.batch_id)
    )
    return {batch: [day_of(first)] for batch, first in session.execute(rows) if first}


def _verified(session: Session, ours: Ours) -> dict[int, list[InsurancePolicy]]:
    policies: dict[int, list[InsurancePolicy]] = {}
    for row in session.scalars(_counting(ours)):
        policies.setdefault(row.producer_id, []).append(row)
    return policies


def _counting(ours: Ours) -> sa.Select[InsurancePolicy]:
    """Verified policies that were not withdrawn."""
    kept = sa.or_(InsurancePolicy.ended_how.is_(None), InsurancePolicy.ended_how != PolicyEnding.WITHDRAWN)
    rows = (
        sa.select(InsurancePolicy)
        .join(InsurancePolicy.producer)
        .where(InsurancePolicy.state == PolicyState.VERIFIED, kept)
    )
    return rows.where(*ours.of(InsurancePolicy, Producer.county)).order_by(InsurancePolicy.id)


def _policies(session: Session, ours: Ours, found: Count, spans: Spans) -> None:
    begun = _counting(ours).where(InsurancePolicy.valid_from.between(found.first, found.last))
    of_producers = _approved(session)
    for row in session.scalars(
        begun.options(contains_eager(InsurancePolicy.producer), joinedload(InsurancePolicy.batch))
    ):
        covered = [_in_pilot_under(row, product, spans) for product in _covered(row, of_producers)]
        if any(covered):
            _add(found.of(row.producer.county), row, all(covered))
            found.demonstration |= row.producer.demonstration


def _approved(session: Session) -> dict[int, list[int]]:
    """The row numbers of each producer's products in the catalogue."""
    products: dict[int, list[int]] = {}
    for producer, product in session.execute(
        sa.select(Product.producer_id, Product.id).where(Product.id_number.is_not(None))
    ):
        products.setdefault(producer, []).append(product)
    return products


def _covered(row: InsurancePolicy, of_producers: dict[int, list[int]]) -> list[int]:
    """The products of which a policy speaks."""
    if row.scope is PolicyScope.PRODUCER:
        return of_producers.get(row.producer_id, [])
    named = row.batch.product_id if row.batch else row.product_id
    return [named] if named else []


def _in_pilot_under(row: InsurancePolicy, product: int, spans: Spans) -> bool:
    """Whether a product takes part on some day of the policy; a policy of one batch, on the day of its harvest."""
    of_it = spans.get(product, ())
    if row.batch:
        return _took_part(row.batch.harvest_date, of_it)
    return any(joined <= row.last_day and (left is None or row.valid_from < left) for joined, left in of_it)


def _add(figures: Figures, row: InsurancePolicy, whole: bool) -> None:
    premium, share = row.premium or Decimal(0), row.subsidy_share or Decimal(0)
    figures.policies += 1
    figures.unsplit += not whole
    figures.premium += premium * whole
    figures.subsidy += premium * share / 100 * whole


def _claims(session: Session, ours: Ours, found: Count) -> None:
    since, until = start_of(found.first), start_of(found.last + timedelta(days=1))
    rows = (
        sa.select(Batch.county, Batch.product_id, Batch.harvest_date, ClaimNotice.state)
        .join(ClaimNotice.batch)
        .where(ClaimNotice.received_at >= since, ClaimNotice.received_at < until, *ours.of(ClaimNotice, Batch.county))
    )
    ever: Spans = {}  # goods of a product that has left since are the pilot's still
    for product, _, _, joined, left in session.execute(_memberships(ours)):
        ever.setdefault(product, []).append((joined, left))
    for county, product, harvested, state in session.execute(rows):
        if _took_part(harvested, ever.get(product, ())):
            found.of(county).claims += 1
            found.of(county).answered += state is CaseState.CLOSED


def name_of(session: Session, member: PilotMember) -> str:
    """The name of the product or brand that a member is."""
    if member.product_id:
        return session.get_one(Product, member.product_id).name
    return session.get_one(Brand, member.brand_id).name


def members(session: Session, actor: Actor) -> Sequence[tuple[PilotMember, str, str | None]]:
    """Who is or was in the pilot, those that still are first: the member, its name, and its county."""
    name = sa.func.coalesce(Product.name, Brand.name)
    county = sa.func.coalesce(Producer.county, Brand.county)
    rows = (
        sa.select(PilotMember, name, county)
        .outerjoin(Product, Product.id == PilotMember.product_id)
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(Brand, Brand.id == PilotMember.brand_id)
    )
    mine = rows.where(demonstrations.counts(PilotMember), *_county(actor.county, county)).order_by(
        PilotMember.left_on.is_not(None), PilotMember.joined_on.desc(), PilotMember.id.desc()
    )
    return [tuple(row) for row in session.execute(mine)]  # type: ignore[misc]
