"""A buyer collects and keeps the commitment certificates of what it bought (收取、保存): several at once, by the numbers on the
papers or by what their symbols say."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..errors import N_, Invalid, Message
from ..models import CollectedCertificate
from ..policy.policy import Policy
from . import certificates
from .numbers import numbers_in


@dataclass(frozen=True)
class Collected:
    """What was taken in, and what was not: the number as typed, and why."""

    kept: Sequence[CollectedCertificate]
    refused: Sequence[tuple[str, Message]]


def collect_all(session: Session, actor: Actor, policy: Policy, typed: str) -> Collected:
    """Collect each certificate of a list that can be collected.

    Raises Invalid("numbers") for an empty list, Invalid("q") for more than can be checked together, Conflict while the
    buyer's own record is not approved.
    """
    kept, refused = [], []
    for number in numbers_in(typed):
        try:
            kept.append(certificates.collect(session, actor, policy, number))
        except Invalid as why:
            refused.append((number[:40], why.message))
    if not kept and not refused:
        raise Invalid("numbers", N_("请填合格证上的编号，一行一个"))
    return Collected(kept, refused)
