"""A line of the table of rights: the roles that may call, and the kind of object that the address names. For a producer it says
which of its people may."""

from dataclasses import dataclass

from ...access.actor import Actor
from ...db.columns import Base
from ...models import Position, Role

People = frozenset[Position]


@dataclass(frozen=True)
class Rule:
    """The roles that may call; None means anyone, signed in or not. `people` are those of a producer who may; `of` is the
    kind of object that `ref` names."""

    roles: frozenset[Role] | None
    people: People = frozenset()
    of: type[Base] | None = None

    def lets(self, actor: Actor) -> bool:
        """Whether this person may call."""
        if self.roles is None or actor.role is None:
            return self.roles is None
        return actor.role in self.roles and (actor.role is not P or actor.position in self.people)


Rules = dict[tuple[str, str], Rule]  # by endpoint and method


def may(*who: Role | People, of: type[Base] | None = None) -> Rule:
    """A rule for these roles and people of producers, and for those of their objects of a kind that they may know of.

    Raises ValueError for a producer without saying which of its people.
    """
    roles = frozenset(each for each in who if isinstance(each, Role))
    people = frozenset[Position]().union(*(each for each in who if not isinstance(each, Role)))
    if P in roles:
        raise ValueError("say which of a producer's people may: OWNER, DESK or FIELD")
    return Rule(roles | {P} if people else roles, people, of)


def merged(*tables: Rules) -> Rules:
    """All tables as one. Raises ValueError when two of them hold a line for the same endpoint and method."""
    found: Rules = {}
    for table in tables:
        if double := found.keys() & table.keys():
            raise ValueError(f"two tables of rights hold a line for {sorted(double)}")
        found |= table
    return found


ANYONE = Rule(None)
SIGNED_IN = Rule(frozenset(Role), frozenset(Position))
P, O, I, A = Role.PRODUCER, Role.OFFICER, Role.INSURER, Role.ADMINISTRATOR  # noqa: E741
OWNER: People = frozenset({Position.OWNER})  # the owner alone
DESK: People = OWNER | {Position.CLERK}  # owner and clerk
FIELD: People = DESK | {Position.FIELD_HAND}  # all people of a producer
