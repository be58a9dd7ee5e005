"""What an administrator mends of an account: its name, an officer's county, an insurer's company, and whether it is in use."""

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..audit.corrections import changes
from ..db import lock
from ..errors import N_, Conflict
from ..insurance import insurers
from ..models import Account, Action
from ..policy.policy import Policy
from .signin import refuse_foreign


def enable(session: Session, actor: Actor, account: Account) -> None:
    """Let an account that was disabled sign in again, with the password that it had. Raises Conflict if it can already."""
    lock(session, account)
    if account.disabled_at is None:
        raise Conflict(N_("这个账号没有停用"))
    account.disabled_at = None
    log.record(session, actor, Action.ACCOUNT_ENABLE, account)


def change(
    session: Session, actor: Actor, policy: Policy, account: Account, *, name: str, county: str = "", insurer: str = ""
) -> None:
    """Give an account another name, an officer another county (empty: the whole city), an insurer's another company.

    The old values stand in the event. Whoever is signed in keeps the session, and has the new rights with the next page.
    Raises Invalid: no name, an unknown county, a county or company that the role does not have; Conflict if all is as
    it was, and for one's own county, which somebody else must change.
    """
    lock(session, account)
    refuse_foreign(account.role, county, insurer)
    person, area = fields.name("name", name, most=40), policy.county(county) if county else None
    company = insurers.company(session, actor, insurer) if insurer.strip() else None
    before = {"name": account.name, "county": account.county, "insurer": insurers.company_of(session, account)}
    after = {"name": person, "county": area, "insurer": company.name if company else before["insurer"]}
    corrected = changes(before, after)
    if "county" in corrected and account.id == actor.account_id:
        raise Conflict(N_("自己的范围请别的管理员来改"))
    account.name, account.county = person, area
    account.insurer_id = company.id if company else account.insurer_id
    log.record(session, actor, Action.ACCOUNT_CHANGE, account, None, corrected=corrected)
