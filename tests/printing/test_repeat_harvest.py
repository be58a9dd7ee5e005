"""The short way of a grower who harvested the same before: one form declares, codes and plans the labels."""

import pytest
import sqlalchemy as sa

from world import Sold, World
from yipin.codes.label.stock import stocks
from yipin.errors import Invalid
from yipin.models import Batch, CodeRange, PrintRun
from yipin.printing import equipment, plans, repeat_harvest


def form(world: World, batch: Batch, /, **changes: str) -> repeat_harvest.NextForm:
    start = {
        "like": batch.id_number,
        "harvest_date": "2026-07-19",
        "quantity": "25",
        "stock": "a4-24",
        "key": "today-1",
    }
    return repeat_harvest.NextForm(**start | changes)


def begin(world: World, wanted: repeat_harvest.NextForm, who: str = "ama") -> PrintRun:
    with world.db.write.begin() as session:
        run = repeat_harvest.start(session, world.actor(who), world.installation, wanted).run
        assert run is not None
        return run


def test_today_is_like_an_earlier_harvest_but_for_the_day_and_the_quantity(world: World, sold: Sold) -> None:
    run = begin(world, form(world, sold.batch))
    batch, codes = world.get(Batch, run.batch_id), world.get(CodeRange, run.range_id)
    like = sold.batch
    assert batch.id != like.id
    assert (batch.product_id, batch.plot_id, batch.unit, batch.pack_size) == (
        like.product_id,
        like.plot_id,
        like.unit,
        like.pack_size,
    )
    assert (str(batch.harvest_date), batch.quantity, batch.quota) == ("2026-07-19", 25, 10)
    assert (codes.first, codes.count, run.first, run.count) == (0, 10, 0, 10)


def test_the_same_form_sent_twice_makes_one_batch_and_one_run(world: World, sold: Sold) -> None:
    assert begin(world, form(world, sold.batch)).id == begin(world, form(world, sold.batch)).id
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 2


def test_labels_are_printed_as_they_were_last_time(world: World, sold: Sold) -> None:
    codes = world.issue(sold.batch, 2, "form-2")
    world.print(codes, "roll-50x30", key="print-2")
    with world.db.read.begin() as session:
        assert next(iter(repeat_harvest.papers(session, sold.batch.producer_id))) == "roll-50x30"
    job = plans.job_from_dict(begin(world, form(world, sold.batch, stock="roll-50x30")).job)
    assert job.stock == stocks()["roll-50x30"]


def test_each_kind_of_harvest_is_offered_once_and_the_newest_first(world: World, sold: Sold) -> None:
    world.declare()
    other = world.declare(pack_size="5")
    world.declare(world.ben)
    with world.db.read.begin() as session:
        found = repeat_harvest.earlier(session, sold.batch.producer_id)
    assert [row.pack_size for row in found] == [5, 2.5] and found[0].id == other.id


@pytest.mark.parametrize(
    ("field", "typed"),
    [("like", "430225AAAAAAAAA0"), ("stock", "a3"), ("quantity", "0"), ("harvest_date", "2027-01-01")],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    world: World, sold: Sold, field: str, typed: str
) -> None:
    with pytest.raises(Invalid) as refused:
        begin(world, form(world, sold.batch, **{field: typed}))
    assert refused.value.field == field
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


def test_a_neighbours_harvest_is_not_there_to_go_by(world: World, sold: Sold) -> None:
    with pytest.raises(Invalid) as refused:
        begin(world, form(world, sold.batch), "ben")
    assert refused.value.field == "like"


def test_when_the_labels_are_refused_there_is_no_batch_either(world: World, sold: Sold) -> None:
    """Paper of the grower's own, on which not even the symbol has room, is refused when the run is planned."""
    with world.db.write.begin() as session:
        small = equipment.add_stock(session, world.ama, "小标", {"page_width": "20", "page_height": "20"}, True)
    with pytest.raises(Invalid) as refused:
        begin(world, form(world, sold.batch, stock=f"own-{small.id}"))
    assert refused.value.field == "stock"
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
