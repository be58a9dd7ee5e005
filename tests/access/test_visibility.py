"""What an actor may know of: each table says it of itself, and a person without a record knows of nothing."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, Sold, World
from yipin.access.actor import Actor
from yipin.access.visibility import find, visible
from yipin.db.columns import Base
from yipin.errors import NotFound
from yipin.models import Account, Batch, Brand, Plot, Producer, Role, UnitScans

TABLES = [mapper.class_ for mapper in Base.registry.mappers]


def known(session: Session, actor: Actor, kind: type[Base]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(visible(actor, kind).subquery())) or 0


@pytest.mark.parametrize("role", [None, Role.PRODUCER, Role.INSURER])
def test_a_person_without_a_record_knows_of_no_row_of_any_table(world: World, sold: Sold, role: Role | None) -> None:
    nobody = Actor("nobody", NOW, role)
    with world.db.read.begin() as session:
        assert [kind.__name__ for kind in TABLES if known(session, nobody, kind)] == []
        assert session.scalar(sa.select(sa.func.count(Brand.id)).where(Brand.producer_id.is_(None)))  # nobody's brands


def test_a_grower_knows_of_its_own_rows_and_a_neighbour_of_others(world: World, sold: Sold) -> None:
    with world.db.read.begin() as session:
        assert find(session, world.ama, Batch, sold.batch.id_number).id == sold.batch.id
        with pytest.raises(NotFound):
            find(session, world.ben, Batch, sold.batch.id_number)
        plots = [plot.producer_id for plot in session.scalars(visible(world.ama, Plot))]
        assert plots == [world.ama.producer_id]


def test_an_officer_knows_of_the_county_and_the_city_of_all(world: World, sold: Sold) -> None:
    elsewhere = replace(world.chen, county="430223")
    with world.db.read.begin() as session:
        assert known(session, world.chen, Batch) == 1
        assert known(session, replace(world.chen, county="430225"), Batch) == 1
        assert known(session, elsewhere, Batch) == 0
        assert known(session, elsewhere, Producer) == 0


def test_accounts_are_the_administrators_alone(world: World) -> None:
    administrator = Actor("root", NOW, Role.ADMINISTRATOR)
    with world.db.read.begin() as session:
        assert known(session, administrator, Account) == 3
        assert [kind.__name__ for kind in TABLES if kind is not Account and known(session, administrator, kind)] == []
        assert known(session, world.chen, Account) == 0


def test_a_table_that_declares_nothing_is_known_to_nobody(world: World, sold: Sold) -> None:
    assert not hasattr(UnitScans, "visibility")
    with world.db.read.begin() as session:
        for actor in (world.chen, world.ama, Actor("root", NOW, Role.ADMINISTRATOR)):
            assert known(session, actor, UnitScans) == 0


@pytest.mark.parametrize("ref", ["", "0", "-1", "1.0", "9" * 30, "٣", "x"])
def test_what_is_no_row_number_is_not_found(world: World, ref: str) -> None:
    with world.db.read.begin() as session, pytest.raises(NotFound):
        find(session, world.chen, Producer, ref)
