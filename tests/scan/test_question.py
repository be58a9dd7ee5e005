"""The question of every scan, on a connection that is cut."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from world import Sold, World
from world.scans import verdict
from yipin.db.outage import BUSY
from yipin.scan.question import Question
from yipin.scan.verdicts import Verdict


def cut_idle(world: World) -> None:
    """Cut the connections that wait for the next scan."""
    found = [world.db.engine.raw_connection() for _ in range(3)]
    for connection in found:
        assert connection.driver_connection is not None
        connection.driver_connection.close()
        connection.close()


def cut_next(world: World) -> list[str]:
    """Cut the next connection once it is handed out and found alive. What is told: how many are thrown away."""
    thrown: list[str] = []

    def cut(connection: DBAPIConnection, *_rest: object) -> None:
        connection.close()

    sa.event.listen(world.db.engine, "checkout", cut, once=True)
    sa.event.listen(world.db.engine, "invalidate", lambda *_rest: thrown.append("thrown away"))
    return thrown


def test_a_scan_after_the_connections_were_cut_is_answered(world: World, sold: Sold) -> None:
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    cut_idle(world)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE


def test_a_connection_that_breaks_under_the_question_is_thrown_away_and_the_next_scan_is_answered(
    world: World, sold: Sold
) -> None:
    question = Question(world.db)
    assert question.ask(2**62).version > 0
    thrown = cut_next(world)
    with pytest.raises(Exception, match="closed") as raised:
        question.ask(2**62)
    assert world.db.path or isinstance(raised.value, BUSY)
    assert thrown == ["thrown away"], "nobody is given a broken connection"
    assert question.ask(2**62).version > 0
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
