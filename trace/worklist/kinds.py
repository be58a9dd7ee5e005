"""Every kind of thing that waits for an officer. A further kind is a line in `KINDS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..clock import start_of
from ..errors import N_
from ..farm import sampling
from ..indicators import reports, rewards
from ..indicators.content import quarter_of
from ..indicators.line import Line
from . import queries
from .entry import Asked, Entry, Found


@dataclass(frozen=True)
class Kind:
    """A kind of thing that waits: its name in addresses, what it is called, and how it is found."""

    key: str
    word: str
    found: Callable[[Asked], Found]


def _draws(asked: Asked) -> Found:
    """Draws of which somebody has not been sampled yet; what is how many."""
    left = sampling.outstanding(asked.session, asked.actor)
    return Found.of([Entry(row.id, str(row.left), "", row.actor_name, row.county, row.at, None) for row in left])


def _evident(line: Line) -> datetime:
    return start_of(line.verified or line.granted)


def _rewards(asked: Asked) -> Found:
    lines = rewards.waiting(asked.session, asked.actor, asked.policy)
    return Found.of(
        [Entry(line.certification, line.number, "", line.holder, line.county, _evident(line), None) for line in lines]
    )


def _report(asked: Asked) -> Found:
    """The quarter that is over and has no report; it waits from the day after."""
    last = reports.due(asked.session, asked.actor)
    since = start_of(last + timedelta(days=1)) if last else None
    return Found.of([Entry("", quarter_of(last), "", "", None, since, None)] if last and since else [])


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("recalls", N_("未结案的冻结召回"), queries.open_recalls),
        Kind("held", N_("系统自动冻结，待判定"), queries.held_by_record),
        Kind("asked", N_("主体提请判定"), queries.asked_by_growers),
        Kind("complaints", N_("待办的投诉举报"), queries.complaints),
        Kind("copies", N_("可能被复制的标签"), queries.copied_labels),
        Kind("claims", N_("待办的保险报案"), queries.claim_notices),
        Kind("amounts", N_("数量待核实的批次"), queries.odd_amounts),
        Kind("producers", N_("待审主体"), queries.producers),
        Kind("products", N_("待审产品"), queries.products),
        Kind("pictures", N_("待审照片"), queries.pictures),
        Kind("texts", N_("待审说明"), queries.texts),
        Kind("goods", N_("待确认品类的产品"), queries.goods),
        Kind("certificates", N_("待办证书"), queries.certifications),
        Kind("brands", N_("待核实的品牌"), queries.brands),
        Kind("licences", N_("品牌使用申请"), queries.brand_licences),
        Kind("policies", N_("待核实的保单"), queries.insurance),
        Kind("credit", N_("信用记录的申辩"), queries.credit_answers),
        Kind("draws", N_("抽中还没抽检"), _draws),
        Kind("rewards", N_("待决定的奖励"), _rewards),
        Kind("reports", N_("待定稿的季度报告"), _report),
    )
}
