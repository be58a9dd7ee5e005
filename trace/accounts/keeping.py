"""What an administrator mends of an account: its name, an officer's county, an insurer's company, and whether it is in use."""

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
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
    company = insurers.company(session, actor, insurer).id if insurer.strip() else account.insurer_id
    before = {"name": account.name, "county": account.county, "insurer": account.insurer_id}
    after = {"name": person, "county": area, "insurer": company}
    changed: dict[str, object] = {f"former_{key}": was for key, was in before.items() if was != after[key]}
    if not changed:
        raise Conflict(N_("没有要改的"))
    if "former_county" in changed and account.id == actor.account_id:
        raise Conflict(N_("自己的范围请别的管理员来改"))
    account.name, account.county, account.insurer_id = person, area, company
    log.record(session, actor, Action.ACCOUNT_CHANGE, account, None, **changed)
