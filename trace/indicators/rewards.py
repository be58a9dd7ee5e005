"""Rewards (奖励): who is eligible under the policy's clause, up to which ceiling, and what was decided.

Eligible is a holder whose first certificate ever of the clause's schemes was granted within its years, by verified rows
alone. The system lists and keeps; whether and how much is the city's decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..clock import day_of
from ..errors import N_, Conflict, Forbidden, Invalid
from ..models import Action, Certification, Producer, ProducerKind, RewardDecision, RewardOutcome
from ..policy.policy import Policy, Reward
from . import cache, source
from .line import Line
from .units import named


@dataclass(frozen=True)
class Candidate:
    """A holder that may be rewarded: its first line under the clause, and what was decided so far (oldest first)."""

    reward: Reward
    subject: str
    first: Line
    producer: Producer | None
    decisions: tuple[RewardDecision, ...] = ()

    @property
    def granted(self) -> RewardDecision | None:
        """The decision that granted it, if there is one."""
        return next((row for row in self.decisions if row.outcome is RewardOutcome.GRANTED), None)

    @property
    def is_enterprise(self) -> bool:
        """Whether it is a company; the clause says 企业, and what else may be rewarded the city decides."""
        return self.producer is not None and self.producer.kind is ProducerKind.COMPANY


def first_ever(lines: Iterable[Line], reward: Reward, day: date) -> list[Line]:
    """The first line of each holder under a clause, where it was granted within the clause's years. Pure; the lines have
    their units and stand in order of grant."""
    first: dict[str, Line] = {}
    for line in lines:
        if line.scheme in reward.counts and line.known(day):
            first.setdefault(line.unit.goods.subject, line)
    return [
        line
        for line in first.values()
        if not line.is_renewal
        and (reward.start is None or reward.start <= line.granted)
        and line.granted <= min(day, reward.end or day)
    ]


def candidates(session: Session, actor: Actor, policy: Policy) -> dict[str, list[Candidate]]:
    """All who are eligible today, by clause. An officer of a county sees those of the county."""
    day = day_of(actor.at)
    lines = named(source.lines(session, policy))
    decisions: dict[tuple[str, str], list[RewardDecision]] = {}
    for row in session.scalars(sa.select(RewardDecision).order_by(RewardDecision.id)):
        decisions.setdefault((row.reward, source.subject(row.producer_id, row.brand_id)), []).append(row)
    producers = {f"producer:{row.id}": row for row in session.scalars(sa.select(Producer))}
    found: dict[str, list[Candidate]] = {}
    for reward in policy.rewards:
        firsts = [line for line in first_ever(lines, reward, day) if actor.county in (None, line.county)]
        found[reward.key] = [
            Candidate(
                reward,
                line.subject,
                line,
                producers.get(line.subject),
                tuple(decisions.get((reward.key, line.subject), ())),
            )
            for line in firsts
        ]
    return found


def waiting(session: Session, actor: Actor, policy: Policy) -> list[Line]:
    """The first lines of those on whom the city has not decided yet, each with the day since which it is evidence. They wait
    for an officer of the city alone."""
    if not actor.is_city_officer:
        return []
    day, lines = day_of(actor.at), cache.lines(session, policy)
    decided = {
        (row.reward, source.subject(row.producer_id, row.brand_id))
        for row in session.scalars(sa.select(RewardDecision))
    }
    firsts = ((reward.key, line) for reward in policy.rewards for line in first_ever(lines, reward, day))
    return [line for key, line in firsts if (key, line.subject) not in decided]


def candidate(session: Session, actor: Actor, policy: Policy, first: Certification) -> Candidate:
    """The candidate whose first certificate this is. Raises Conflict when it is nobody's."""
    listed = candidates(session, actor, policy)
    for one in (one for ones in listed.values() for one in ones):
        if one.first.certification == first.id:
            return one
    raise Conflict(N_("这张证书不在奖励名单里：还没有核实、不是首次，或者不在政策的期内"))


def decide(
    session: Session, actor: Actor, policy: Policy, one: Candidate, *, outcome: str, amount: str, reason: str
) -> RewardDecision:
    """Grant or refuse. A grant is for good: one for each holder and clause, not above the ceiling.

    Raises Forbidden for any but the city, Invalid for an amount above the ceiling, Conflict after a grant.
    """
    if not actor.is_city_officer:
        raise Forbidden(N_("奖励由市级决定；请联系市级监管人员"))
    kind = fields.choice("outcome", RewardOutcome, outcome)
    sum_ = _amount(amount, one.reward.ceiling) if kind is RewardOutcome.GRANTED else None
    why = fields.reason(reason)
    paper = session.get_one(Certification, one.first.certification, with_for_update=True)
    once = f"{one.reward.key} {one.subject}"
    if session.scalar(sa.select(RewardDecision.id).where(RewardDecision.granted_once == once)):
        raise Conflict(N_("“%(holder)s”这一项已经奖励过，不能再奖"), holder=one.first.holder)
    row = RewardDecision(
        reward=one.reward.key,
        producer_id=paper.producer_id,
        brand_id=paper.brand_id if not paper.producer_id else None,
        certification_id=paper.id,
        outcome=kind,
        amount=sum_,
        ceiling=one.reward.ceiling,
        reason=why,
        decided_by=actor.account_id,
        decided_by_name=actor.name,
        decided_at=actor.at,
        granted_once=once if sum_ else None,
    )
    session.add(row)
    log.record(
        session,
        actor,
        Action(f"reward.{kind}"),
        row,
        why,
        reward=one.reward.key,
        holder=one.first.holder,
        amount=str(sum_) if sum_ else None,
    )
    return row


def _amount(typed: str, ceiling: int) -> Decimal:
    value = fields.number("amount", typed)
    if value > ceiling:
        raise Invalid("amount", N_("超过上限：这一条款每家最多 %(ceiling)s 元"), ceiling=f"{ceiling:,}")
    return value
