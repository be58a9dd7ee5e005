"""What a batch made of another keeps of it: every column of the table is thought of."""

from world import World
from world.chains import do, harvest, product_of
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.chain.inheritance import NOT_INHERITED, Inherited, inherited
from yipin.models import Batch


def test_every_column_of_a_batch_is_inherited_or_is_named_as_new_with_a_reason() -> None:
    columns = {column.key for column in Batch.__table__.columns}
    assert Inherited.__annotations__.keys() | NOT_INHERITED.keys() == columns, (
        "say in chain/inheritance.py what a split does with it"
    )
    assert not Inherited.__annotations__.keys() & NOT_INHERITED.keys() and all(NOT_INHERITED.values())


def test_split_and_merged_batches_have_what_is_inherited(world: World) -> None:
    ama = world.ama
    source = harvest(world, ama, product_of(world, ama, "八月黄豆"), "300")
    parts = do(world, acts.split, ama, source.id_number, [("100", "1"), ("150", "1")])
    again = do(world, acts.merge, ama, [Taken(part.id_number, "50") for part in parts], pack_size="1")
    assert inherited(source).keys() == Inherited.__annotations__.keys()
    assert [inherited(world.get(Batch, made.id)) for made in (*parts, again)] == [inherited(source)] * 3
