"""Amounts of a policy that look like a slip, in yuan."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..audit.plausible import LATEST, figure, question, unusual
from ..audit.sure import Question
from ..errors import N_, Message
from ..models import InsurancePolicy, Insurer

_AMOUNTS = {
    "limit_cumulative": N_("累计限额"),
    "limit_per_incident": N_("每次事故限额"),
    "limit_per_person": N_("每人限额"),
    "premium": N_("保费"),
}


def odd_amounts(
    session: Session, company: Insurer, values: dict[str, Any], row: InsurancePolicy | None
) -> Iterator[Question | None]:
    """Amounts far beyond those of the company's other policies of the kind, and a premium above what it insures."""
    rows = sa.select(InsurancePolicy).where(
        InsurancePolicy.insurer_id == company.id, InsurancePolicy.kind == values["kind"]
    )
    rows = rows.where(InsurancePolicy.id != row.id) if row else rows
    with session.no_autoflush:
        known = session.scalars(rows.order_by(InsurancePolicy.id.desc()).limit(LATEST)).all()
    for field, word in _AMOUNTS.items():
        earlier = [value for each in known if (value := getattr(each, field)) is not None]
        yield unusual(Message(word), values[field], earlier, N_("元"))
    premium, most = values["premium"], values["limit_cumulative"]
    if premium and most and premium > most:
        says = N_("保费 %(premium)s 元比累计限额 %(most)s 元还多。")
        yield question(Message(says, {"premium": figure(premium), "most": figure(most)}))
