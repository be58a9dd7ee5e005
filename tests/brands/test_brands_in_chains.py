"""Batches made of others keep to the rules of brands as declared ones do, down to the text of the label."""

from world import World
from world.chains import do
from yipin.chain import acts, balance
from yipin.models import Batch


def carried(world: World, batch: Batch) -> tuple[str, str | None]:
    """Name and brand as the label says them."""
    text = world.print(world.issue(batch, 1, key=f"form-{batch.id}"), key=f"print-{batch.id}").job["text"]
    return text["name"], text["brand"]


def test_parts_of_a_branded_batch_carry_the_brand_and_those_of_a_plain_one_do_not(world: World) -> None:
    branded, early = world.declare(), world.declare(harvest_date="2026-07-10")
    (part,) = do(world, acts.split, world.ama, branded.id_number, [("5", "2.5")])
    (plain,) = do(world, acts.split, world.ama, early.id_number, [("5", "2.5")])
    assert carried(world, part) == ("炎陵黄桃", "炎陵黄桃") and carried(world, plain) == ("黄桃", None)


def test_one_plain_batch_among_those_put_together_takes_the_name_from_all(world: World) -> None:
    branded, other, early = world.declare(), world.declare(), world.declare(harvest_date="2026-07-10")

    def taken(*batches: Batch) -> list[balance.Taken]:
        return [balance.Taken(batch.id_number, "5") for batch in batches]

    good = do(world, acts.merge, world.ama, taken(branded, other), pack_size="2.5")
    mixed = do(world, acts.merge, world.ama, taken(branded, early), pack_size="2.5")
    assert carried(world, good) == ("炎陵黄桃", "炎陵黄桃") and carried(world, mixed) == ("黄桃", None)
