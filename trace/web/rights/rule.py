"""A line of the table of rights: the roles that may call, and the kind of object that the address names."""

from dataclasses import dataclass

from ...db.columns import Base
from ...models import Role


@dataclass(frozen=True)
class Rule:
    """The roles that may call; None means anyone, signed in or not. `of` is the kind of object that `ref` names."""

    roles: frozenset[Role] | None
    of: type[Base] | None = None


Rules = dict[tuple[str, str], Rule]  # by endpoint and method


def may(*roles: Role, of: type[Base] | None = None) -> Rule:
    """A rule for these roles, and for those of their objects of a kind that they may know of."""
    return Rule(frozenset(roles), of)


def merged(*tables: Rules) -> Rules:
    """All tables as one. Raises ValueError when two of them hold a line for the same endpoint and method."""
    found: Rules = {}
    for table in tables:
        if double := found.keys() & table.keys():
            raise ValueError(f"two tables of rights hold a line for {sorted(double)}")
        found |= table
    return found


ANYONE = Rule(None)
SIGNED_IN = Rule(frozenset(Role))
P, O, I, A = Role.PRODUCER, Role.OFFICER, Role.INSURER, Role.ADMINISTRATOR  # noqa: E741
