"""The accounts of the demonstration, with passwords made at random."""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..accounts import invitations, signin
from ..db import Database
from ..models import Account, Role
from ..policy.policy import Policy
from .summary import AccountSummary


@dataclass(frozen=True)
class People:
    """The people who act in the demonstration. `maker` opens their accounts."""

    policy: Policy
    maker: Actor

    def authorities(self, session: Session) -> list[AccountSummary]:
        """Open the accounts of the city, of a county, of the administrator and of an insurer."""
        return [
            self.account(session, "officer", "市级演示审核员", Role.OFFICER),
            self.account(session, "county", "炎陵演示审核员", Role.OFFICER, "430225"),
            self.account(session, "admin", "演示管理员", Role.ADMINISTRATOR),
            self.account(session, "insurer", "演示保险机构", Role.INSURER),
        ]

    def account(self, session: Session, login: str, name: str, role: Role, county: str = "") -> AccountSummary:
        """Open one account."""
        password = secrets.token_urlsafe(12)
        signin.add_account(
            session, self.maker, self.policy, login=login, name=name, role=role, county=county, password=password
        )
        return {"login": login, "password": password, "role": role.value}

    def invited(self, db: Database, word: str, login: str, name: str) -> AccountSummary:
        """Open the account of somebody who holds the word of an invitation."""
        typed = {"login": login, "name": name, "password": secrets.token_urlsafe(12)}
        with db.transaction(writes=True) as session:
            invitations.accept(db, session, self.policy, word, self.maker.at, **typed)
        return {"login": login, "password": typed["password"], "role": Role.PRODUCER.value}

    def signed_in(self, session: Session, login: str) -> Actor:
        """The person with this login name, who acts at the demonstration's own moment."""
        account = session.scalars(sa.select(Account).where(Account.login == login)).one()
        return Actor.of(account, self.maker.at)
