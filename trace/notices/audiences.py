"""Circles of people who may be told of an act: each finds accounts by the row that the act was done to.

Most are bounded by the rule of who may know of that row (`access.visibility`). A few tell somebody of their own affair, of
which another page of theirs speaks; each of these says why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from ..access.visibility import who_knows
from ..db.columns import Base
from ..models import (
    Account,
    Complaint,
    CreditEntry,
    Invitation,
    Job,
    Notice,
    Outcome,
    Position,
    Product,
    Role,
    Shipment,
)

Number = sa.ColumnElement[int]
Accounts = sa.Select[int]


@dataclass(frozen=True)
class Audience:
    """A circle of people, called `word` in docs/notices.md. `accounts` finds them for a row of a table, or says None for a
    table that does not concern them."""

    word: str
    accounts: Callable[[type[Base], Number], Accounts | None]


def _knowing(role: Role, of_the_city: bool, kind: type[Base], number: Number) -> Accounts | None:
    """Those who may know of the row. Of an account its own person is told, see `HOLDER`."""
    return None if kind is Account else who_knows(kind, number, role, of_the_city=of_the_city)


AT_A_DESK = Account.position != Position.FIELD_HAND
"""A field hand knows of the farm's record alone, so none of the circles below holds one; `who_knows` sees to the others."""

GROWERS = Audience("the producer's accounts", partial(_knowing, Role.PRODUCER, False))
COUNTY = Audience("the county's officers", partial(_knowing, Role.OFFICER, False))
CITY = Audience("the city's officers", partial(_knowing, Role.OFFICER, True))
INSURER = Audience("the insurer", partial(_knowing, Role.INSURER, False))


def _holder(kind: type[Base], number: Number) -> Accounts | None:
    """The person of an account: what is done to it is shown on no other page to them."""
    return sa.select(Account.id).where(Account.id == number) if kind is Account else None


def _owners(kind: type[Base], number: Number) -> Accounts | None:
    """The owners of the producer that somebody was invited to, whose page of people shows it."""
    owners = sa.select(Account.id).join(Invitation, Invitation.producer_id == Account.producer_id)
    owners = owners.where(Invitation.id == number, Account.position == Position.OWNER)
    return owners if kind is Invitation else None


def _receiver(kind: type[Base], number: Number) -> Accounts | None:
    """To whom goods were shipped, who may know of the shipment; the sender, who may too, knows already."""
    receiving = sa.select(Account.id).where(AT_A_DESK).join(Shipment, Shipment.to_producer_id == Account.producer_id)
    return receiving.where(Shipment.id == number) if kind is Shipment else None


def _reached(kind: type[Base], number: Number) -> Accounts | None:
    """The producers that a recall gave a notice (`recall.notices`), which stands on their home page."""
    told = sa.select(Account.id).where(AT_A_DESK).join(Notice, Notice.producer_id == Account.producer_id)
    return told.where(Notice.recall_id == number)


def _on_record(kind: type[Base], number: Number) -> Accounts | None:
    """Whose credit record an entry stands in; the page of the credit record shows it to them."""
    theirs = sa.select(Account.id).where(AT_A_DESK).join(CreditEntry, CreditEntry.producer_id == Account.producer_id)
    return theirs.where(CreditEntry.id == number) if kind is CreditEntry else None


def _answerable(kind: type[Base], number: Number) -> Accounts | None:
    """Whom a founded complaint is counted against; it stands in their credit record from then on, and is not theirs to know
    before."""
    product = sa.select(Account.id).where(AT_A_DESK).join(Product, Product.producer_id == Account.producer_id)
    found = product.join(Complaint, Complaint.product_id == Product.id).where(
        Complaint.id == number, Complaint.outcome == Outcome.FOUNDED, Complaint.against_producer
    )
    return found if kind is Complaint else None


def _starter(kind: type[Base], number: Number) -> Accounts | None:
    """Who asked for a job, whose list of jobs shows it."""
    asked = sa.select(Account.id).join(Job, Job.account_id == Account.id)
    return asked.where(Job.id == number) if kind is Job else None


def _handler(kind: type[Base], number: Number) -> Accounts | None:
    """The officer or insurer to whom a case was given, who is asked for by name."""
    handler = getattr(kind, "handler_id", None)
    if handler is None:
        return None
    return sa.select(Account.id).join(kind, handler == Account.id).where(sa.inspect(kind).primary_key[0] == number)


HOLDER = Audience("the person of the account", _holder)
OWNERS = Audience("the producer's owners", _owners)
RECEIVER = Audience("the producer that receives", _receiver)
REACHED = Audience("the producers whose batches were stopped", _reached)
ON_RECORD = Audience("the producer on record", _on_record)
ANSWERABLE = Audience("the producer that it is counted against", _answerable)
STARTER = Audience("who asked for the job", _starter)
HANDLER = Audience("the officer or insurer in charge", _handler)
