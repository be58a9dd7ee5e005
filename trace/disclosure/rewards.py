"""Rewards that were granted, by clause of the policy. What was refused is not published."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access import demonstrations
from ..clock import day_of, start_of
from ..errors import N_
from ..models import Action, Certification, Producer, RewardDecision, RewardOutcome
from . import names
from .certificates import COUNTED_WORDS
from .leaves import leaves_of
from .table import DEMONSTRATION, LEAF, Asked, Column, Row, Table, after


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    people = names.people(session)
    clauses = {reward.key: reward for reward in asked.policy.rewards}
    found = session.scalars(_granted().where(RewardDecision.decided_at < start_of(after(asked.day)))).all()
    leaves = leaves_of(session, RewardDecision, Action.REWARD_GRANTED)
    shown = _of_demonstrations(session)
    for row in found:
        clause = clauses.get(row.reward)
        yield {
            "number": row.id,
            "reward": clause.name if clause else row.reward,
            "clause": f"{asked.policy.title} {clause.clause}" if clause else None,
            "holder": names.masked(row.certification.holder) if row.producer_id in people else row.certification.holder,
            "certificate": row.certification.number,
            "scheme": str(row.certification.scheme),
            "amount": row.amount,
            "ceiling": row.ceiling,
            "decided": day_of(row.decided_at),
            "demonstration": row.producer_id in shown,
            "leaf": leaves.get(row.id),
        }


def _granted() -> sa.Select[RewardDecision]:
    rows = sa.select(RewardDecision).where(RewardDecision.outcome == RewardOutcome.GRANTED)
    rows = rows.where(demonstrations.counts(RewardDecision)).order_by(RewardDecision.decided_at, RewardDecision.id)
    return rows.options(joinedload(RewardDecision.certification).load_only(Certification.number, Certification.holder))


def _of_demonstrations(session: Session) -> frozenset[int]:
    return frozenset(session.scalars(sa.select(Producer.id).where(Producer.demonstration.is_(True))))


REWARDS = Table(
    "rewards",
    N_("奖励"),
    N_("按政策条款已经决定的奖励：给了谁、凭哪张证书、多少钱。"),
    "holder",
    (
        Column("number", N_("序号")),
        Column("reward", N_("奖励项目"), said=True),
        Column("clause", N_("条款"), said=True),
        Column("holder", N_("持证人")),
        Column("certificate", N_("首张证书")),
        Column("scheme", N_("认证"), COUNTED_WORDS),
        Column("amount", N_("金额（元）")),
        Column("ceiling", N_("上限（元）")),
        Column("decided", N_("决定日期")),
        DEMONSTRATION,
        LEAF,
    ),
    _rows,
    (N_("本系统只列名单和记决定，奖励由市里决定和发放。没有给的不公布。"),),
    empty=N_("到这一天还没有决定过奖励。"),
)
