"""A verified policy, for tests that need one: typed by the command line, verified by the officer."""

from datetime import timedelta

from sqlalchemy.orm import Session

from yipin.access.actor import Actor
from yipin.insurance import policies
from yipin.models import InsurancePolicy, Product

GOOD = {
    "insurer": "某保险公司",
    "kind": "liability",
    "scope": "product",
    "number": "PICC-2026-000123",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "hotline": "95518",
}


def entered(session: Session, actor: Actor, product: Product, **changes: str) -> InsurancePolicy:
    """A policy of the product, as `actor` types it; it waits for an officer."""
    form = policies.PolicyForm(**GOOD | {"subject": product.id_number or ""} | changes)
    return policies.enter(session, actor, form)


def insured(session: Session, officer: Actor, product: Product, **changes: str) -> InsurancePolicy:
    """A verified policy of the product."""
    row = entered(session, Actor("typist", officer.at - timedelta(minutes=1)), product, **changes)
    policies.verify(session, officer, row, policies.mark(row))
    return row
