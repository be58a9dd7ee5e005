"""What the bureau counts: 两品一标 against its target, always with the rule and the day of the count."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .card import Progress
from .errors import N_, Message
from .models import Certification, CertificationLine, Claim
from .policy import Policy, Target

RULE = N_("首次新增：%(start)s 至 %(end)s 间首次获证、经核实的证书数，续证不计")


def main_line(session: Session, policy: Policy, today: date) -> Progress:
    """The line every public page carries: the policy's first target."""
    return line(session, policy, policy.main_target, today)


def line(session: Session, policy: Policy, target: Target, today: date) -> Progress:
    """One target: how many were first certified within its period, up to `today`."""
    rule = Message(RULE, {"start": target.start, "end": target.end})
    return Progress(target.name, _first_time(session, target, today), target.value, target.period, rule, today,
                    f"{policy.title} {target.clause}", policy.draft)  # fmt: skip


def _first_time(session: Session, target: Target, today: date) -> int:
    """Product and scheme pairs whose first verified certificate was granted in the period and not after today."""
    first = (
        sa.select(sa.func.min(Certification.granted_on).label("began"))
        .join(CertificationLine)
        .where(Certification.scheme.in_(target.counts), Certification.state == Claim.VERIFIED)
        .where(sa.or_(Certification.ended_on.is_(None), Certification.ended_on > today))
        .group_by(CertificationLine.product_id, CertificationLine.product_name, Certification.scheme)
        .subquery()
    )
    began = first.c.began.between(target.start, min(target.end, today))
    return session.scalar(sa.select(sa.func.count()).select_from(first).where(began)) or 0
