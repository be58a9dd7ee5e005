"""A plot is mended, archived and brought back; what was sold keeps what it said."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from world import NOW, World
from world.bearing import bearing
from world.farms import correct, form, write
from yipin.audit import log
from yipin.audit.sure import Unsure
from yipin.clock import day_of
from yipin.errors import Conflict, Invalid
from yipin.farm import entries, harvests
from yipin.models import Batch, FarmEntry, Plot
from yipin.printing import repeat_harvest
from yipin.register import archiving, plots
from yipin.scan import batch_facts


def mend(world: World, **to: str) -> None:
    """Mend Ama's only plot; what is not named stays."""
    with world.db.write.begin() as session:
        row = own(world, session)
        values = {"name": row.name, "place": row.place, "area_mu": str(row.area_mu)} | to
        plots.change_plot(session, world.ama, world.installation.policy, row, **values)


def own(world: World, session: sa.orm.Session) -> Plot:
    return session.scalars(sa.select(Plot).where(Plot.producer_id == world.ama.producer_id)).one()


def archive(world: World) -> None:
    with world.db.write.begin() as session:
        archiving.archive(session, world.ama, own(world, session))


def test_a_mended_plot_keeps_the_old_values_in_its_history(world: World) -> None:
    mend(world, name="后坡", area_mu="25")
    with world.db.read.begin() as session:
        row = own(world, session)
        assert (row.name, row.place, row.area_mu) == ("后坡", "霞阳镇山垄村", Decimal(25))
        assert log.events_of(session, row)[-1].data["corrected"] == {
            "plot_name": ["屋后坡", "后坡"],
            "plot_area_mu": ["20", "25"],
        }
    with pytest.raises(Conflict, match="没有要改的"):
        mend(world)


def test_a_batch_keeps_the_place_that_it_showed_and_the_next_one_shows_the_new(world: World) -> None:
    old = world.declare()
    mend(world, place="霞阳镇石山村")
    new = world.declare(quantity="260")
    with world.db.read.begin() as session:
        for batch, place in ((old, "霞阳镇山垄村"), (new, "霞阳镇石山村")):
            gathered = batch_facts.gather(session, world.installation, batch.id_number, day_of(NOW))
            assert gathered is not None and gathered.facts.card.place == place


def test_each_wrong_value_is_refused_at_its_field_and_an_odd_area_is_asked_about(world: World) -> None:
    with world.db.write.begin() as session:
        more = {"county": "430225", "place": "霞阳镇", "area_mu": "3"}
        plots.add_plot(session, world.ama, world.installation.policy, name="河边", **more)
    for field, typed in {"name": "河 边", "place": "", "area_mu": "0"}.items():
        with pytest.raises(Invalid) as refused, world.db.write.begin() as session:
            row = session.scalars(sa.select(Plot).where(Plot.name == "屋后坡").order_by(Plot.id)).first()
            assert row is not None
            right = {"name": row.name, "place": row.place, "area_mu": "20"}
            plots.change_plot(session, world.ama, world.installation.policy, row, **right | {field: typed})
        assert refused.value.field == field


def test_an_absurd_area_is_asked_about_and_the_one_that_was_there_is_not(world: World) -> None:
    with pytest.raises(Unsure):
        mend(world, area_mu="20000")
    mend(world, name="后坡")


def test_the_new_area_counts_from_now_for_what_a_plot_bears(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def harvest(quantity: str, key: str) -> None:
        with world.db.write.begin() as session:
            typed = world.batch_form(world.ama, quantity=quantity, pack_size="25", key=key)
            harvests.declare(session, world.ama, world.installation.policy, typed)

    with bearing(monkeypatch, yellow_peach=1000):
        harvest("1500", "a")
        mend(world, area_mu="2")
        with pytest.raises(Unsure, match="2 亩"):
            harvest("600", "b")


def test_an_archived_plot_is_offered_nowhere_and_its_record_and_batches_stay(world: World) -> None:
    entry, batch = write(world, world.ama, "draft-0001"), world.declare()
    archive(world)
    with pytest.raises(Invalid, match="已归档"):
        world.declare(quantity="260")
    with pytest.raises(Invalid, match="已归档"), world.db.write.begin() as session:
        entries.record_entry(session, world.ama, form(world, world.ama, "draft-0002"))
    with world.db.read.begin() as session:
        assert repeat_harvest.earlier(session, batch.producer_id) == []
    correct(world, world.ama, entry, "draft-0003", dose="20 毫升/亩")
    assert world.get(FarmEntry, entry.id).plot_id == batch.plot_id == world.get(Batch, batch.id).plot_id
    with world.db.write.begin() as session:
        archiving.restore(session, world.ama, own(world, session))
    world.declare(quantity="260")


def test_archiving_and_bringing_back_are_done_once_and_the_name_stays_taken(world: World) -> None:
    archive(world)
    with pytest.raises(Conflict, match="已经归档"):
        archive(world)
    with pytest.raises(Invalid, match="恢复"), world.db.write.begin() as session:
        again = {"name": "屋后坡", "county": "430225", "place": "霞阳镇", "area_mu": "3"}
        plots.add_plot(session, world.ama, world.installation.policy, **again)
    with world.db.write.begin() as session:
        archiving.restore(session, world.ama, own(world, session))
    with pytest.raises(Conflict, match="没有归档"), world.db.write.begin() as session:
        archiving.restore(session, world.ama, own(world, session))
