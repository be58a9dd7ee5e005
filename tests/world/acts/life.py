"""All the acts together: a world in which somebody acts at random."""

import random
from dataclasses import dataclass
from datetime import timedelta

from world import NOW, World
from world.acts import goods, marks, papers, people
from world.acts.doing import Doing
from yipin.access.actor import Actor
from yipin.errors import TraceError

ACTS = (*goods.ACTS, *papers.ACTS, *marks.ACTS, *people.ACTS)


@dataclass
class Life:
    """A world in which people act at random."""

    world: World
    random: random.Random

    def __post_init__(self) -> None:
        self._people = (self.world.ama, self.world.ben, self.world.chen, Actor("typist", NOW - timedelta(minutes=1)))

    def act(self) -> str | None:
        """One act. Returns the name of an act that was refused."""
        work = self.random.choice(ACTS)
        try:
            with self.world.db.write.begin() as session:
                work(Doing(self.world, session, self.random, *self._people))
        except TraceError as refused:
            return f"{getattr(work, '__qualname__', work)}: {refused!r}"
        return None
