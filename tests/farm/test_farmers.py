"""An attached farmer is mended, archived and brought back; batches keep the name that they showed, and the record book says what
was changed."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from world import NOW, World
from world.farms import form, write
from yipin.clock import day_of
from yipin.errors import Conflict, Invalid
from yipin.farm import book_corrections, entries, farmers, record
from yipin.models import AttachedFarmer, Plot, Producer
from yipin.register import archiving, plots
from yipin.scan import batch_facts


@pytest.fixture
def farmer(world: World) -> AttachedFarmer:
    with world.db.write.begin() as session:
        return farmers.add_farmer(session, world.ama, name="老谭", place="山垄村")


def act(world: World, what: Callable[..., None], **values: str) -> None:
    """One of the acts on Ama's only attached farmer."""
    with world.db.write.begin() as session:
        what(session, world.ama, session.scalars(sa.select(AttachedFarmer)).one(), **values)


def test_a_batch_keeps_the_name_that_it_showed_and_the_next_one_shows_the_new(
    world: World, farmer: AttachedFarmer
) -> None:
    old = world.declare(farmer=str(farmer.id))
    act(world, farmers.change_farmer, name="谭大爷", place="山垄村")
    new = world.declare(farmer=str(farmer.id), quantity="260")
    with world.db.read.begin() as session:
        found = [batch_facts.gather(session, world.installation, batch.id_number, day_of(NOW)) for batch in (old, new)]
    told = [str(step.what) for each in found if each for step in each.facts.steps if "挂靠" in str(step.what)]
    assert told == ["由挂靠农户 老谭 种植", "由挂靠农户 谭大爷 种植"]


def test_who_has_left_is_chosen_for_nothing_new(world: World, farmer: AttachedFarmer) -> None:
    act(world, archiving.archive)
    with pytest.raises(Invalid, match="已归档"):
        world.declare(farmer=str(farmer.id))
    with pytest.raises(Invalid, match="已归档"), world.db.write.begin() as session:
        entries.record_entry(session, world.ama, form(world, world.ama, "draft-0001", farmer=str(farmer.id)))
    with pytest.raises(Conflict, match="已经归档"):
        act(world, archiving.archive)
    act(world, archiving.restore)
    with pytest.raises(Conflict, match="没有归档"):
        act(world, archiving.restore)
    with world.db.read.begin() as session:
        assert len(farmers.farmers_of(session, session.get_one(Producer, world.ama.producer_id))) == 1


def test_a_name_of_another_is_refused(world: World, farmer: AttachedFarmer) -> None:
    with world.db.write.begin() as session:
        other = farmers.add_farmer(session, world.ama, name="老刘", place="山垄村")
        with pytest.raises(Invalid, match="已经有一位"):
            farmers.change_farmer(session, world.ama, other, name="老 谭", place="山垄村")
    with pytest.raises(Conflict, match="没有要改的"), world.db.write.begin() as session:
        farmers.change_farmer(
            session, world.ama, session.get_one(AttachedFarmer, other.id), name="老刘", place="山垄村"
        )


def test_the_record_book_says_what_was_changed_of_its_plots_and_farmers(world: World, farmer: AttachedFarmer) -> None:
    write(world, world.ama, "draft-0001", farmer=str(farmer.id))
    act(world, farmers.change_farmer, name="谭大爷", place="山垄村")
    with world.db.write.begin() as session:
        plot = session.scalars(sa.select(Plot).where(Plot.producer_id == world.ama.producer_id)).one()
        changed = {"name": "后坡", "place": plot.place, "area_mu": "20"}
        plots.change_plot(session, world.ama, world.installation.policy, plot, **changed)
        book = record.book(session, session.get_one(Producer, world.ama.producer_id), 2026)
        assert book_corrections.corrected(session, book)[plot.id] == [
            "更正：挂靠农户姓名 老谭 → 谭大爷（2026-07-20，Ama）",
            "更正：地块名称 屋后坡 → 后坡（2026-07-20，Ama）",
        ]
