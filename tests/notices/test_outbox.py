"""The outbox: an act tells those whom it concerns, in its own transaction, and nobody of what they may not know of."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, PASSWORD, World
from world.streets import objects
from yipin.access.actor import Actor
from yipin.access.visibility import visible, who_knows
from yipin.accounts import signin
from yipin.audit import holds
from yipin.db.columns import Base
from yipin.models import (
    Account,
    Action,
    Audited,
    Batch,
    Complaint,
    CreditEntry,
    Event,
    FarmInput,
    Job,
    Notice,
    Notification,
    RecallAct,
    RecallKind,
    Role,
)
from yipin.notices.outbox import lines_for
from yipin.notices.table import TELLS
from yipin.recall import acts

OF_ONES_OWN = (Account, CreditEntry, Job, RecallAct, Complaint)
"""What some are told of by a page of their own, though not of the row: see `notices.audiences`."""


def told(session: Session, action: Action) -> list[str]:
    """The log-ins of those who were told of such an act."""
    rows = sa.select(Account.login).join(Notification, Notification.account_id == Account.id).join(Notification.event)
    return list(session.scalars(rows.where(Event.action == action).order_by(Account.login)))


@contextmanager
def telling(world: World) -> Iterator[list[str]]:
    """The statements meanwhile that told somebody."""
    found: list[str] = []

    def hear(*asked: object) -> None:
        found.extend(text for text in asked if isinstance(text, str) and text.startswith("INSERT INTO notifications"))

    sa.event.listen(world.db.engine, "before_cursor_execute", hear)
    yield found
    sa.event.remove(world.db.engine, "before_cursor_execute", hear)


def test_those_whom_a_recall_concerns_are_told_once_and_the_one_who_acted_is_not(world: World) -> None:
    for county in ("430225", "430203"):
        world.officer_of(county)
    batch = world.declare()
    with telling(world) as statements, world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, batch.id), "农残超标")
    with world.db.read.begin() as session:
        assert told(session, Action.BATCH_RECALL) == ["ama", "officer-430225"]
    assert len(statements) == 1


def test_a_recall_of_many_batches_tells_each_producer_once(world: World) -> None:
    mine = [world.declare(), world.declare(quantity="200"), world.declare(world.ben)]
    with telling(world) as statements, world.db.write.begin() as session:
        acts.act(session, world.chen, RecallKind.RECALL, [each.id for each in mine], cause="同一批药", reason="农残")
        assert told(session, Action.RECALL_RECALL) == ["ama", "ben"]
        assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 2
    assert len(statements) == 1


def test_an_act_that_concerns_nobody_else_costs_nothing(world: World) -> None:
    with telling(world) as statements:
        world.declare()
    assert statements == []


def test_what_is_taken_back_was_told_to_nobody(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        with session.begin_nested() as undone:
            holds.hold(session, world.chen, session.get_one(Batch, batch.id), "查一查")
            assert told(session, Action.BATCH_HOLD) == ["ama"]
            undone.rollback()
        assert told(session, Action.BATCH_HOLD) == []


def test_a_disabled_account_is_told_nothing_more(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        root = Actor("founder", NOW)
        signin.disable(session, root, session.get_one(Account, world.ama.account_id))
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "查一查")
        assert told(session, Action.BATCH_HOLD) == []


def test_nobody_is_told_of_what_they_may_not_know_of(world: World) -> None:
    """A street of acts of every kind, and every line of every inbox."""
    for county in ("430203", "430225"):
        world.officer_of(county)
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login="insurer",
            name="insurer",
            role=Role.INSURER,
            password=PASSWORD,
        )
    objects(world, world.ama), objects(world, world.ben)
    kinds: dict[str, type[Base]] = {each.class_.__tablename__: each.class_ for each in Base.registry.mappers}
    with world.db.read.begin() as session:
        lines = session.scalars(sa.select(Notification)).all()
        wrong = [
            (line.event.action, line.account_id)
            for line in lines
            if not _may_see(session, line, kinds[line.event.object_kind])
        ]
        actions = {line.event.action for line in lines}
        whose = {line.account_id for line in lines}
    assert wrong == []
    assert len(actions) > 9 and len(whose) == 5
    assert len({(line.account_id, line.event_id) for line in lines}) == len(lines)
    assert not actions - {action.value for action in TELLS}


def _may_see(session: Session, line: Notification, kind: type[Base]) -> bool:
    actor = Actor.of(session.get_one(Account, line.account_id), NOW)
    seen = session.scalar(visible(actor, kind).where(sa.inspect(kind).primary_key[0] == line.event.object_id))
    return line.event.actor_id != actor.account_id and (seen is not None or kind in OF_ONES_OWN)


def test_every_act_can_be_told_of_whatever_it_was_done_to(world: World) -> None:
    none = {"row": 0, "event": 0, "actor": 0}
    with world.db.write.begin() as session:
        for action in TELLS:
            for each in (*Audited.__subclasses__(), Job):
                if (lines := lines_for(action, each.__tablename__)) is not None:
                    session.connection().execute(lines, none)
        assert session.scalar(sa.select(Notification.id).where(Notification.event_id == 0)) is None
    assert lines_for(Action.CASE_CLOSE, "complaints") is not None
    assert lines_for(Action.CASE_CLOSE, "claim_notices") is None


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_table_that_a_role_knows_nothing_of_has_no_accounts_to_tell(world: World) -> None:
    with world.db.read.begin() as session:
        assert session.scalars(who_knows(FarmInput, sa.literal(1), Role.PRODUCER)).all() == []
