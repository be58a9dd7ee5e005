"""Who may act: the actor, what an actor may know of, and the one table of rights.

`RULES` has a line for every (endpoint, method) of the web; the app does not start without it. A rule names
the roles and the kind of object the address speaks of; an object the actor may not know of is not found.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from .db import Base
from .errors import N_, NotFound
from .models import (
    Account,
    Batch,
    Certification,
    CodeRange,
    InsurancePolicy,
    LabelPrinter,
    LabelStock,
    Plot,
    PrintRun,
    Producer,
    Product,
    Role,
)


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, and when (aware UTC). Without a role: someone not signed in, or the command line."""

    name: str
    at: datetime
    role: Role | None = None
    account_id: int | None = None
    county: str | None = None
    producer_id: int | None = None

    @classmethod
    def of(cls, account: Account, at: datetime) -> "Actor":
        return cls(account.name, at, account.role, account.id, account.county, account.producer_id)

    @property
    def is_city_officer(self) -> bool:
        return self.role is Role.OFFICER and self.county is None


def visible(actor: Actor, kind: type[Base]) -> sa.Select[Any]:
    """The rows of `kind` this actor may know of: a producer's own, an officer's county, the city's all."""
    rows = sa.select(kind)
    if kind in _JOINS:
        for link in _JOINS[kind]:
            rows = rows.join(link)
    if actor.role is Role.PRODUCER and kind in _PRODUCER_OF:
        return rows.where(_PRODUCER_OF[kind] == actor.producer_id)
    if actor.role is Role.OFFICER and kind in _COUNTY_OF:
        return rows if actor.county is None else rows.where(_COUNTY_OF[kind] == actor.county)
    if actor.role is Role.ADMINISTRATOR and kind is Account:
        return rows
    return rows.where(sa.false())


_JOINS: dict[type[Base], tuple[InstrumentedAttribute[Any], ...]] = {
    Plot: (Plot.producer,),
    Product: (Product.producer,),
    CodeRange: (CodeRange.batch,),
    PrintRun: (PrintRun.batch,),
    Certification: (Certification.product, Product.producer),
    InsurancePolicy: (InsurancePolicy.product, Product.producer),
}
_PRODUCER_OF: dict[type[Base], Any] = {
    Producer: Producer.id,
    Plot: Plot.producer_id,
    Product: Product.producer_id,
    Batch: Batch.producer_id,
    CodeRange: Batch.producer_id,
    PrintRun: Batch.producer_id,
    LabelStock: LabelStock.producer_id,
    LabelPrinter: LabelPrinter.producer_id,
}
_COUNTY_OF: dict[type[Base], Any] = {
    Producer: Producer.county,
    Plot: Producer.county,
    Product: Producer.county,
    Batch: Batch.county,
    CodeRange: Batch.county,
    PrintRun: Batch.county,
    Certification: Producer.county,
    InsurancePolicy: Producer.county,
}


def find(session: Session, actor: Actor, kind: type[Base], ref: str) -> Any:
    """The object an address speaks of, if the actor may know of it; NotFound otherwise, whether or not it is there.

    Batches are addressed by ID number, everything else by its row number.
    """
    if kind is Batch and ref.isalnum():
        key: Any = Batch.id_number == ref
    elif kind is not Batch and ref.isascii() and ref.isdigit() and len(ref) < 19:
        key = kind.id == int(ref)  # type: ignore[attr-defined]
    else:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    if found := session.scalar(visible(actor, kind).where(key)):
        return found
    raise NotFound(N_("没有这一页，或者您无权查看"))


@dataclass(frozen=True)
class Rule:
    """Who may call. `roles` None: anyone, signed in or not. `of`: the kind of object the address's `ref` names."""

    roles: frozenset[Role] | None
    of: type[Base] | None = None


def _may(*roles: Role, of: type[Base] | None = None) -> Rule:
    return Rule(frozenset(roles), of)


ANYONE = Rule(None)
SIGNED_IN = Rule(frozenset(Role))
P, O, I, A = Role.PRODUCER, Role.OFFICER, Role.INSURER, Role.ADMINISTRATOR  # noqa: E741

RULES: dict[tuple[str, str], Rule] = {
    ("static", "GET"): ANYONE,
    ("bootstrap.static", "GET"): ANYONE,
    ("public.home", "GET"): ANYONE,
    ("public.find", "GET"): ANYONE,
    ("public.keys", "GET"): ANYONE,
    ("public.picture", "GET"): ANYONE,
    ("public.health", "GET"): ANYONE,
    ("public.batch", "GET"): ANYONE,
    ("public.product", "GET"): ANYONE,
    ("public.unit", "GET"): ANYONE,
    ("auth.login", "GET"): ANYONE,
    ("auth.login", "POST"): ANYONE,
    ("auth.join", "GET"): ANYONE,
    ("auth.join", "POST"): ANYONE,
    ("auth.logout", "POST"): SIGNED_IN,
    ("auth.password", "GET"): SIGNED_IN,
    ("auth.password", "POST"): SIGNED_IN,
    ("producer.home", "GET"): _may(P),
    ("producer.profile", "GET"): _may(P),
    ("producer.profile", "POST"): _may(P),
    ("producer.plots", "GET"): _may(P),
    ("producer.plots", "POST"): _may(P),
    ("producer.new_product", "GET"): _may(P),
    ("producer.new_product", "POST"): _may(P),
    ("producer.product", "GET"): _may(P, of=Product),
    ("producer.product", "POST"): _may(P, of=Product),
    ("producer.batches", "GET"): _may(P),
    ("producer.new_batch", "GET"): _may(P),
    ("producer.new_batch", "POST"): _may(P),
    ("producer.batch", "GET"): _may(P, of=Batch),
    ("producer.issue_codes", "POST"): _may(P, of=Batch),
    ("producer.void", "POST"): _may(P, of=Batch),
    ("producer.new_print", "GET"): _may(P, of=CodeRange),
    ("producer.new_print", "POST"): _may(P, of=CodeRange),
    ("producer.symbol", "GET"): _may(P, of=CodeRange),
    ("producer.print_run", "GET"): _may(P, of=PrintRun),
    ("producer.sheet", "GET"): _may(P, of=PrintRun),
    ("producer.preview", "GET"): _may(P, of=PrintRun),
    ("producer.retry", "POST"): _may(P, of=PrintRun),
    ("producer.release", "POST"): _may(P, of=PrintRun),
    ("producer.reprint", "POST"): _may(P, of=PrintRun),
    ("producer.cancel", "POST"): _may(P, of=PrintRun),
    ("producer.paper", "GET"): _may(P),
    ("producer.new_stock", "POST"): _may(P),
    ("producer.new_printer", "POST"): _may(P),
    ("producer.printer", "GET"): _may(P, of=LabelPrinter),
    ("producer.printer", "POST"): _may(P, of=LabelPrinter),
    ("producer.calibration", "GET"): _may(P, of=LabelPrinter),
    ("bureau.home", "GET"): _may(O),
    ("bureau.producers", "GET"): _may(O),
    ("bureau.producer", "GET"): _may(O, of=Producer),
    ("bureau.approve_producer", "POST"): _may(O, of=Producer),
    ("bureau.return_producer", "POST"): _may(O, of=Producer),
    ("bureau.products", "GET"): _may(O),
    ("bureau.product", "GET"): _may(O, of=Product),
    ("bureau.approve_product", "POST"): _may(O, of=Product),
    ("bureau.return_product", "POST"): _may(O, of=Product),
    ("bureau.batches", "GET"): _may(O),
    ("bureau.batch", "GET"): _may(O, of=Batch),
    ("bureau.hold", "POST"): _may(O, of=Batch),
    ("bureau.release", "POST"): _may(O, of=Batch),
    ("bureau.recall", "POST"): _may(O, of=Batch),
    ("bureau.certify", "POST"): _may(O, of=Product),
    ("bureau.withdraw_certification", "POST"): _may(O, of=Certification),
    ("bureau.insure", "POST"): _may(O, of=Product),
    ("bureau.withdraw_insurance", "POST"): _may(O, of=InsurancePolicy),
    ("bureau.insurance", "GET"): _may(O, I),
    ("bureau.events", "GET"): _may(O, A),
    ("bureau.accounts", "GET"): _may(A),
    ("bureau.accounts", "POST"): _may(A),
    ("bureau.disable_account", "POST"): _may(A, of=Account),
}
