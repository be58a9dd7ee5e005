"""The frozen reports of the count with the hash of what each says, so that a copy in anybody's hands can be compared."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access import demonstrations
from ..clock import day_of, start_of
from ..errors import N_
from ..models import Action, Report
from .leaves import leaves_of
from .table import DEMONSTRATION, LEAF, Asked, Column, Row, Table, after

_SHOWN = Report.content.contains('"demonstration":true', autoescape=True)  # the text has no spaces, and one such key


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    rows = sa.select(Report, _SHOWN).where(Report.made_at < start_of(after(asked.day))).order_by(Report.id)
    if not demonstrations.whole(session):
        rows = rows.where(~_SHOWN)
    leaves = leaves_of(session, Report, Action.REPORT_FREEZE)
    for report, shown in session.execute(rows).all():
        yield {
            "quarter": report.quarter,
            "number": report.number,
            "as_of": report.as_of,
            "made": day_of(report.made_at),
            "rule_version": report.rule_version,
            "sha256": report.sha256,
            "reason": report.reason,
            "demonstration": bool(shown),
            "leaf": leaves.get(report.id),
        }


REPORTS = Table(
    "reports",
    N_("报告的哈希"),
    N_("每份定稿的季度报告，和它内容的 SHA-256。报告改一个字，哈希就不同。"),
    "quarter",
    (
        Column("quarter", N_("季度")),
        Column("number", N_("第几份")),
        Column("as_of", N_("截至")),
        Column("made", N_("定稿日期")),
        Column("rule_version", N_("规则版本")),
        Column("sha256", N_("SHA-256")),
        Column("reason", N_("更正的理由")),
        DEMONSTRATION,
        LEAF,
    ),
    _rows,
    (N_("一个季度有几份的，后一份更正前一份，前一份仍在。"),),
    empty=N_("到这一天还没有定稿的报告。"),
)
