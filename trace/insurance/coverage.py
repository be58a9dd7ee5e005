"""The pilot 品牌+第二代农产品“身份证”质量保险: is this batch covered? Derived from verified policies and from the batch's
days of harvest and sale, never from a producer's tick box. Policies enter the record in `underwriting`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..clock import day_of
from ..errors import N_
from ..models import (
    Batch,
    BatchState,
    InsurancePolicy,
    PolicyEnding,
    PolicyKind,
    PolicyScope,
    PolicyState,
    PrintRun,
    PrintState,
    Product,
)
from ..provenance.goods import OWN, Nature, natures, way_to


class Cover(StrEnum):
    """Status of the quality-insurance pilot for this batch, by its days of harvest and sale."""

    COVERED = "covered"  # 承保中
    NONE = "none"  # 未参加
    NOT_YET = "not_yet"  # 未生效
    EXPIRED = "expired"  # 已到期
    PENDING = "pending"  # 待核


COVER_WORDS = {
    Cover.COVERED: N_("承保中"),
    Cover.NONE: N_("未参加"),
    Cover.NOT_YET: N_("未生效"),
    Cover.EXPIRED: N_("已到期"),
    Cover.PENDING: N_("待核"),
}

SCOPE_WORDS = {
    PolicyScope.PRODUCT: N_("一个产品的全部批次"),
    PolicyScope.PRODUCER: N_("一个主体的全部产品"),
    PolicyScope.BATCH: N_("只保一个批次"),
}
POLICY_STATE_WORDS = {
    PolicyState.ENTERED: N_("待核"),
    PolicyState.VERIFIED: N_("已核实"),
    PolicyState.RETURNED: N_("已退回"),
}


@dataclass(frozen=True)
class CoverNote:
    """What the public is told of one policy. Limits in yuan; `valid_to` is the last day it really covers."""

    kind: str  # liability | recall | quality
    name: str  # the kind's Chinese name, a msgid
    insurer: str
    policy_number: str  # the middle masked
    valid_from: date
    valid_to: date
    retroactive_from: date | None = None
    limit_cumulative: Decimal | None = None
    limit_per_incident: Decimal | None = None
    limit_per_person: Decimal | None = None
    hotline: str | None = None
    claim_url: str | None = None
    exclusions: str | None = None


@dataclass(frozen=True)
class Insurance:
    """The status, and the policies it rests on: all that cover, or the one that comes next or ended last."""

    status: Cover
    notes: tuple[CoverNote, ...] = ()


POLICY_KIND_WORDS = {
    PolicyKind.LIABILITY: N_("责任保险"),
    PolicyKind.RECALL: N_("召回费用保险"),
    PolicyKind.QUALITY: N_("品质保险"),
}
_KINDS = list(PolicyKind)


def of_batch(session: Session, batch: Batch, nature: Nature | None = None) -> Insurance:
    """What the page says of a batch: by its day of harvest, or the day on which its first labels were released. `nature`: what the
    goods are by their way, where that was asked already. A batch that was withdrawn takes part in nothing."""
    if batch.state is BatchState.WITHDRAWN:
        return Insurance(Cover.NONE)
    policies = policies_for(session, batch.producer_id, batch.product_id, batch.id)
    return judge(policies, days_of(batch, sale_day(session, batch.id)), nature or nature_of(session, batch))


def of_batches(session: Session, batches: Sequence[Batch]) -> dict[int, Insurance]:
    """What the page says of each of these batches of one producer, by the batch's id: the same as `of_batch`, read together."""
    ids, products = [batch.id for batch in batches], {batch.product_id for batch in batches}
    told = InsurancePolicy.product_id.in_(products), InsurancePolicy.batch_id.in_(ids)
    whole = (InsurancePolicy.scope == PolicyScope.PRODUCER) & InsurancePolicy.producer_id.in_(
        {batch.producer_id for batch in batches}
    )
    policies = session.scalars(_ORDERED.where(sa.or_(whole, *told))).all()
    ways, sold = natures(way_to(session, batches)), sale_days(session, ids)
    return {
        batch.id: judge(
            [row for row in policies if speaks(row, batch.product_id, batch.id)],
            days_of(batch, sold.get(batch.id)),
            ways[batch.id],
        )
        if batch.state is not BatchState.WITHDRAWN
        else Insurance(Cover.NONE)
        for batch in batches
    }


def nature_of(session: Session, batch: Batch) -> Nature:
    """What a batch is by the way its goods came."""
    return natures(way_to(session, [batch]))[batch.id]


def days_of(batch: Batch, sold: date | None) -> list[date]:
    """The days that matter for a batch: of its harvest, and of its sale (`sold`, None before)."""
    return [day for day in (batch.harvest_date, sold) if day]


def covering(session: Session, batch: Batch) -> list[InsurancePolicy]:
    """The verified policies on which 承保中 of a batch rests, in the order the page tells them; of a batch that was withdrawn, none."""
    if batch.state is BatchState.WITHDRAWN:
        return []
    days = days_of(batch, sale_day(session, batch.id))
    rows = policies_for(session, batch.producer_id, batch.product_id, batch.id)
    live = (row for row in rows if row.ended_how is not PolicyEnding.WITHDRAWN)
    nature = nature_of(session, batch)
    return sorted((row for row in live if cover(row, days, nature) is Cover.COVERED), key=_rank)


def of_product(session: Session, product: Product, today: date) -> Insurance:
    """What the page says of a product as a whole: by today."""
    return judge(policies_for(session, product.producer_id, product.id), [today])


def sale_day(session: Session, batch_id: int) -> date | None:
    """The day (in Shanghai) on which the first labels of a batch were released; None before."""
    return sale_days(session, [batch_id]).get(batch_id)


def sale_days(session: Session, batches: Sequence[int]) -> dict[int, date]:
    """The day (in Shanghai) on which the first labels of each of these batches were released; a batch before that is not in it."""
    first = sa.select(PrintRun.batch_id, sa.func.min(PrintRun.released_at)).group_by(PrintRun.batch_id)
    rows = session.execute(first.where(PrintRun.batch_id.in_(batches), PrintRun.state == PrintState.RELEASED))
    return {batch: day_of(released) for batch, released in rows}


def judge(policies: Sequence[InsurancePolicy], days: Sequence[date], nature: Nature = OWN) -> Insurance:
    """The status by the policies that speak of a thing, the days that matter for it, and what the goods are by their way.

    A verified policy that covers one of the days wins, and every kind of cover is told; else one still to begin (the
    first to), one that had ended (the last to), one that waits for an officer; else nothing takes part.
    """
    live = [
        row for row in policies if row.state is not PolicyState.RETURNED and row.ended_how is not PolicyEnding.WITHDRAWN
    ]
    found: dict[Cover, list[InsurancePolicy]] = {}
    for row in live:
        found.setdefault(cover(row, days, nature), []).append(row)
    if covering := found.get(Cover.COVERED):
        return Insurance(Cover.COVERED, tuple(map(note, sorted(covering, key=_rank))))
    if coming := found.get(Cover.NOT_YET):
        return Insurance(Cover.NOT_YET, (note(min(coming, key=lambda row: (row.first_day, row.id))),))
    if gone := found.get(Cover.EXPIRED):
        return Insurance(Cover.EXPIRED, (note(max(gone, key=lambda row: (row.last_day, row.id))),))
    return Insurance(Cover.PENDING if live else Cover.NONE)


def covers(row: InsurancePolicy, product_id: int, batch_id: int, days: Sequence[date], nature: Nature) -> bool:
    """Whether a policy of a producer's covers a batch of the same producer that has these days and this nature."""
    return speaks(row, product_id, batch_id) and cover(row, days, nature) is Cover.COVERED


def speaks(row: InsurancePolicy, product_id: int, batch_id: int) -> bool:
    """Whether a policy of a producer's speaks of a batch of the same producer, whatever it says of it."""
    return row.scope is PolicyScope.PRODUCER or row.product_id == product_id or row.batch_id == batch_id


def reaches(row: InsurancePolicy, nature: Nature) -> bool:
    """Whether a policy can be told to reach goods by their way. One of a product reaches what the insured grew or made of it, one of
    all that a producer sells whatever came to it on record. One of a batch was verified for these very goods."""
    if row.scope is PolicyScope.BATCH:
        return True
    return nature.own if row.scope is PolicyScope.PRODUCT else not nature.bought


def cover(row: InsurancePolicy, days: Sequence[date], nature: Nature = OWN) -> Cover:
    """How one policy stands to a thing that has these days and this nature. 待核 where the record cannot tell."""
    if row.state is not PolicyState.VERIFIED or not days or not reaches(row, nature):
        return Cover.PENDING
    if any(row.first_day <= day <= row.last_day for day in days):
        return Cover.COVERED
    return Cover.EXPIRED if max(days) > row.last_day else Cover.NOT_YET


def _rank(row: InsurancePolicy) -> tuple[int, int, int]:
    """By kind; of one kind the longest first."""
    return _KINDS.index(row.kind), -row.last_day.toordinal(), row.id


def note(row: InsurancePolicy) -> CoverNote:
    """What the public is told of a policy."""
    return CoverNote(
        row.kind,
        POLICY_KIND_WORDS[row.kind],
        row.insurer.name,
        masked(row.number),
        row.valid_from,
        row.last_day,
        row.retroactive_from,
        row.limit_cumulative,
        row.limit_per_incident,
        row.limit_per_person,
        row.hotline,
        row.claim_url,
        row.exclusions,
    )


def masked(number: str) -> str:
    """A policy number with its middle hidden: enough to recognise one's own, not enough to use another's."""
    shown = max(1, len(number) // 4)
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[-shown:]


_ORDERED = (
    sa.select(InsurancePolicy)
    .options(joinedload(InsurancePolicy.insurer))
    .order_by(InsurancePolicy.valid_from, InsurancePolicy.id)
)
_POLICIES = _ORDERED.where(
    sa.or_(
        sa.and_(InsurancePolicy.producer_id == sa.bindparam("producer"), InsurancePolicy.scope == PolicyScope.PRODUCER),
        InsurancePolicy.product_id == sa.bindparam("product"),  # no row equals None
        InsurancePolicy.batch_id == sa.bindparam("batch"),
    )
)


def policies_for(
    session: Session, producer_id: int, product_id: int | None = None, batch_id: int | None = None
) -> Sequence[InsurancePolicy]:
    """Every policy that speaks of a batch, of a product as a whole, or of a producer as a whole."""
    return session.scalars(_POLICIES, {"producer": producer_id, "product": product_id, "batch": batch_id}).all()
