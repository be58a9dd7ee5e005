"""Demonstration data counts only where there is nothing else, and then every figure says so."""

from datetime import date

import pytest
import sqlalchemy as sa

from world import World
from yipin.access import demonstrations
from yipin.audit import log
from yipin.certification import claims
from yipin.indicators import board as indicators_board
from yipin.indicators import cache, reports
from yipin.models import Action, Producer, Product

TODAY = date(2026, 7, 20)


def mark(world: World, demonstration: bool, *names: str) -> None:
    """Make the producers with these names a demonstration, or a real one."""
    with world.db.write.begin() as session:
        for producer in session.scalars(sa.select(Producer)):
            if producer.name.split()[0] in names:
                producer.demonstration = demonstration
                log.record(session, world.chen, Action.CASE_NOTE, producer)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_demonstrations_count_until_the_first_real_producer_is_there(world: World) -> None:
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.producer_id == world.ama.producer_id)).one()
        claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-15-2301180001A",
            valid_from="2024-01-01",
            valid_to="",
        )

    def seen() -> tuple[int, int, bool]:
        with world.db.read.begin() as session:
            board = cache.board(session, world.installation.policy, TODAY)
            line = indicators_board.line_of(board, world.installation.policy)
            said = reports.contents(board, world.installation.policy)
            assert said["demonstration_lines"] == board.demonstrations == line.demonstrations
            return line.counted, board.demonstrations, demonstrations.whole(session)

    assert seen() == (1, 0, False)
    mark(world, True, "Ama", "Ben")
    assert seen() == (1, 1, True)
    mark(world, False, "Ben")
    assert seen() == (0, 0, False)
    mark(world, False, "Ama")
    assert seen() == (1, 0, False)
