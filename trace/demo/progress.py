"""The demonstration's count: a frozen report and a decided reward, so that their pages can be seen filled."""

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..clock import day_of
from ..indicators import reports, rewards
from ..policy.policy import Policy


def add(session: Session, policy: Policy, officer: Actor) -> None:
    """Freeze the quarter as of today, and grant the first reward that anybody can have."""
    reports.freeze(session, officer, policy, day_of(officer.at).isoformat())
    listed = rewards.candidates(session, officer, policy)
    first = next((one for ones in listed.values() for one in ones), None)
    if first is not None:  # there is none once the policy's years are over
        rewards.decide(
            session,
            officer,
            policy,
            first,
            outcome="granted",
            amount=str(first.reward.ceiling // 10),
            reason="演示：材料齐全，同意奖励；不是真实的决定。",
        )
