"""One transaction in which people act at random, and what an act takes from it and from the world."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import World
from yipin.access.actor import Actor
from yipin.errors import TraceError
from yipin.issue.codes import codes_of
from yipin.models import CodeRange

COUNTY = "430225"


@dataclass
class Doing:
    """One transaction of random acts."""

    world: World
    session: Session
    random: random.Random
    ama: Actor
    ben: Actor
    chen: Actor
    typist: Actor

    @property
    def grower(self) -> Actor:
        """One of the two growers."""
        return self.random.choice([self.ama, self.ben])

    def any(self, kind, *where):  # type: ignore[no-untyped-def]
        """A row at random; a TraceError's equal when there is none: the act is then none."""
        rows = self.session.scalars(sa.select(kind).where(*where).order_by(*sa.inspect(kind).primary_key)).all()
        if not rows:
            raise Nothing("none")
        return self.random.choice(rows)

    def number(self) -> int:
        return self.random.randrange(10**6)

    def key(self) -> str:
        """The key of a form."""
        return f"{self.random.getrandbits(128):032x}"

    def word(self, *words: str) -> str:
        return self.random.choice(words)

    def owner(self, producer_id: int | None) -> Actor:
        return self.ama if producer_id == self.ama.producer_id else self.ben


class Nothing(TraceError):
    """There is no row for the act."""


Act = Callable[[Doing], None]


def every_code(world: World, session: Session) -> list[str]:
    """The first codes of every range that was issued."""
    rows = session.scalars(sa.select(CodeRange).order_by(CodeRange.id)).all()
    ring, secrets = world.installation.ring, world.installation.secrets
    return [digits for row in rows for _, digits in codes_of(row, ring, secrets, row.first, min(2, row.count))]
