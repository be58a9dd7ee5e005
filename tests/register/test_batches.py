"""Step 1, the batch: a harvest is declared, gets its number at once, and says how many packs it fills."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from world import World
from yipin.audit import log
from yipin.codes.idnumber import parse_id_number
from yipin.errors import Invalid
from yipin.models import Batch, Plot, Product, Unit
from yipin.register import batches, plots, products
from yipin.register.commodities import ProductGoods


def test_a_batch_has_its_number_at_once(world: World) -> None:
    batch = world.declare()
    assert parse_id_number(batch.id_number) == batch.id_number and batch.id_number.startswith("430225")
    assert (batch.quota, batch.room, batch.reserved) == (100, 100, 0)
    assert (batch.harvest_date, batch.unit, batch.net_content) == (date(2026, 7, 18), Unit.KILOGRAM, "2.5 kg")
    assert world.declare().id_number != batch.id_number
    with world.db.read.begin() as session:
        assert [event.action for event in log.events_of(session, batch)] == ["batch.declare"]


def test_a_harvest_of_tomorrow_is_refused_by_the_day_in_shanghai(world: World) -> None:
    """At 16:30 UTC on the 19th it is already the 20th in Shanghai."""
    late, early = datetime(2026, 7, 19, 16, 30, tzinfo=UTC), datetime(2026, 7, 19, 15, 59, tzinfo=UTC)
    assert world.declare(world.actor("ama", late), harvest_date="2026-07-20").harvest_date == date(2026, 7, 20)
    with pytest.raises(Invalid, match="2026年7月21日还没到；最晚填今天 2026年7月20日") as answer:
        world.declare(world.actor("ama", late), harvest_date="2026-07-21")
    assert answer.value.field == "harvest_date"
    with pytest.raises(Invalid, match="2026年7月20日还没到；最晚填今天 2026年7月19日"):
        world.declare(world.actor("ama", early), harvest_date="2026-07-20")


def test_each_wrong_field_of_a_batch_is_named_and_nothing_is_written(world: World) -> None:
    with world.db.read.begin() as session:
        bens = {
            name: str(session.scalars(sa.select(kind.id).where(kind.producer_id == world.ben.producer_id)).one())
            for name, kind in (("product", Product), ("plot", Plot))
        }
    amounts = ["0", "-1", "1000000000000", "NaN", "inf", "", "两百", "1.001", "1e3", "9" * 40]
    wrong = {
        "product": [bens["product"], "999", "0", "", "1 OR 1=1", "９", "9" * 30, "-1"],
        "plot": [bens["plot"], "999", ""],
        "harvest_date": ["", "2026-07-21", "2019-12-31", "20260230", "昨天"],
        "quantity": amounts,
        "unit": ["", "吨", "KG"],
        "pack_size": [*amounts, "250.01"],
    }
    for field, values in wrong.items():
        for value in values:
            with pytest.raises(Invalid) as answer:
                world.declare(**{field: value})
            assert answer.value.field == field, value
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(Batch.id)) is None


def test_full_width_figures_are_figures(world: World) -> None:
    batch = world.declare(quantity="２５０", pack_size="２．５", harvest_date="２０２６年７月１８日")
    assert (batch.quantity, batch.pack_size, batch.quota) == (Decimal(250), Decimal("2.5"), 100)


def test_the_quota_is_what_the_harvest_fills(world: World) -> None:
    assert world.declare(quantity="10", pack_size="3").quota == 3
    assert world.declare(quantity="0.3", pack_size="0.1").quota == 3  # exact: no binary fractions
    assert world.declare(quantity="1", pack_size="1").quota == 1


def test_a_batch_of_more_packs_than_a_code_can_number_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="134,217,728 件") as answer:
        world.declare(quantity="100000000", pack_size="0.01")
    assert answer.value.field == "pack_size"
    assert world.declare(quantity="1342177.28", pack_size="0.01").quota == 1 << 27


def test_a_product_not_yet_approved_has_no_batch(world: World) -> None:
    with world.db.write.begin() as session:
        product = products.submit_product(
            session, world.ama, name="锦绣黄桃", brand="", goods=ProductGoods("yellow-peach")
        )
    with pytest.raises(Invalid, match="还没有审核通过") as answer:
        world.declare(product=str(product.id))
    assert answer.value.field == "product"


def test_a_batch_belongs_to_the_county_where_it_grew(world: World) -> None:
    with world.db.write.begin() as session:
        plot = plots.add_plot(
            session, world.ama, world.installation.policy, name="租的地", county="430224", place="x", area_mu="1"
        )
    batch = world.declare(plot=str(plot.id))
    assert batch.county == "430224" and batch.id_number.startswith("430224")


def test_copy_last_batch_starts_from_the_latest_of_ones_own(world: World) -> None:
    with world.db.read.begin() as session:
        assert world.ama.producer_id and batches.last_batch(session, world.ama.producer_id) is None
    world.declare(quantity="100")
    latest = world.declare(quantity="200")
    world.declare(world.ben, quantity="300")
    with world.db.read.begin() as session:
        found = batches.last_batch(session, world.ama.producer_id or 0)
        assert found and found.id == latest.id
        assert found.product.name == "炎陵黄桃" and found.plot.name == "屋后坡"


def test_the_same_form_sent_twice_declares_one_batch(world: World) -> None:
    first, second = (world.declare(key="form-7") for _ in range(2))
    assert first.id == second.id
    assert world.declare(key="form-8").id != first.id
    assert world.declare(world.ben, key="form-7").id != first.id  # a neighbour's form is another form
