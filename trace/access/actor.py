"""Who acts: the account behind a change, its role, its county, its producer, and the moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import N_, StepMissing
from ..models import Account, Position, Producer, Review, Role


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, and when (aware UTC). Without a role: someone not signed in, or the command line."""

    name: str
    at: datetime
    role: Role | None = None
    account_id: int | None = None
    county: str | None = None
    producer_id: int | None = None
    insurer_id: int | None = None
    position: Position | None = None

    @classmethod
    def of(cls, account: Account, at: datetime) -> "Actor":
        whose = account.county, account.producer_id, account.insurer_id
        return cls(account.name, at, account.role, account.id, *whose, account.position)

    @property
    def is_city_officer(self) -> bool:
        return self.role is Role.OFFICER and self.county is None


def own_producer(session: Session, actor: Actor) -> Producer:
    """The actor's producer, if it is approved. Raises StepMissing, with what to do, otherwise."""
    producer = session.get(Producer, actor.producer_id) if actor.producer_id else None
    if refusal := missing_step(producer.state if producer else None):
        raise refusal
    assert producer is not None  # or it would have been missing
    return producer


def missing_step(record: Review | None) -> StepMissing | None:
    """What a grower must see to before anything else, by the state of its producer's record: None of a `record` means that
    there is none, None for an answer that nothing is missing."""
    if record is None:
        return StepMissing(N_("请先填写生产主体信息"))
    return None if record is Review.APPROVED else StepMissing(N_("生产主体还没有审核通过，暂时不能办这件事"))
