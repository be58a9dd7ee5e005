"""Further people of a producer, who came by an invitation."""

from world import NOW, PASSWORD, World
from yipin.access.actor import Actor
from yipin.accounts import invitations, signin
from yipin.models import Position, Role


def asked(world: World, position: Position, name: str = "Dan", who: Actor | None = None) -> str:
    """The word of a link by which Ama, or another owner, invites."""
    with world.db.write.begin() as session:
        return invitations.invite(session, who or world.ama, name=name, position=position)[1]


def opened(world: World, role: Role) -> None:
    """An account of this role, whose log-in is the word of the role."""
    typed = {"login": role, "name": role, "role": role, "password": PASSWORD}
    with world.db.write.begin() as session:
        signin.add_account(session, Actor("founder", NOW), world.installation.policy, **typed)


def hired(world: World, position: Position, login: str, who: Actor | None = None) -> Actor:
    """A person whom Ama, or another owner, invited and who has come."""
    word = asked(world, position, login.title(), who)
    typed = {"login": login, "name": login.title(), "password": PASSWORD}
    at = who.at if who else NOW
    with world.db.transaction(writes=True) as session:
        return Actor.of(invitations.accept(world.db, session, world.installation.policy, word, at, **typed), at)
