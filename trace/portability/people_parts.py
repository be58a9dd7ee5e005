"""The parts of people: who acted, what they did, and the credit record."""

import sqlalchemy as sa

from ..accounts.people import POSITION_WORDS
from ..errors import N_
from ..models import Account, CreditAnswer, CreditEntry, Event
from .part import Part, col
from .shared import JUDGED, NUMBER, THEIRS, D, M, N, own

CREDIT = Part(
    "credit",
    N_("信用记录"),
    own(CreditEntry),
    (
        NUMBER,
        col("kind", N_("种类")),
        col("day", N_("日期"), D),
        col("source", N_("依据")),
        col("what", N_("内容")),
        col("entered_at", N_("登记时间"), M),
        col("counters_id", N_("更正的是哪一条（编号）"), N),
    ),
    JUDGED,
)
ANSWERS = Part(
    "credit_answers",
    N_("申辩"),
    own(CreditAnswer),
    (
        col("object_kind", N_("说的是哪一类")),
        col("object_id", N_("编号"), N),
        col("at", N_("时间"), M),
        col("text", N_("内容")),
    ),
    JUDGED,
)
PEOPLE = Part(
    "people",
    N_("人员"),
    own(Account),
    (
        NUMBER,
        col("name", N_("姓名")),
        col("position", N_("岗位"), words=POSITION_WORDS),
        col("created_at", N_("开通时间"), M),
        col("disabled_at", N_("停用时间"), M),
    ),
    THEIRS,
)
ACTS = Part(
    "acts",
    N_("做过的事"),
    lambda producer: (
        sa.select(Event)
        .where(Event.actor_id.in_(sa.select(Account.id).where(Account.producer_id == producer.id)))
        .order_by(Event.id)
    ),
    (
        NUMBER,
        col("at", N_("时间"), M),
        col("actor_name", N_("谁")),
        col("action", N_("做了什么（代号）")),
        col("object_kind", N_("对象（表名）")),
        col("object_id", N_("编号"), N),
        col("reason", N_("理由")),
    ),
    THEIRS,
)
