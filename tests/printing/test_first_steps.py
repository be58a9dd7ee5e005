"""A grower's first steps go from its record to the first labels on sale, and are gone then."""

from world import NOW, World, reviewed
from world.newcomers import come, login
from yipin.access.actor import Actor
from yipin.chain import shipping
from yipin.chain.shipping import ShippingForm
from yipin.models import Batch, Producer, Product
from yipin.printing import withdrawal
from yipin.printing.first_steps import First, first_steps
from yipin.register import plots, products


def upcoming(world: World, who: Actor) -> First | None:
    """The next step; those before it are done, and none after. None where nothing is left to do."""
    with world.db.read.begin() as session:
        steps = first_steps(session, session.get_one(Producer, who.producer_id))
    if not steps:
        return None
    (following,) = (each for each in steps if each.is_next)
    assert [each.is_done for each in steps] == [each.key in list(First)[: steps.index(following)] for each in steps]
    return following.key


def newcomer(world: World, state: str) -> Actor:
    come(world, state)
    return world.actor(login(state))


def test_a_record_waits_for_its_review_or_is_mended(world: World) -> None:
    assert upcoming(world, newcomer(world, "waiting")) is First.RECORD_REVIEW
    assert upcoming(world, newcomer(world, "returned")) is First.RECORD


def test_an_approved_grower_enters_a_plot_and_a_product_which_county_and_city_review(world: World) -> None:
    who = newcomer(world, "approved")
    assert upcoming(world, who) is First.PLOT
    with world.db.write.begin() as session:
        plots.add_plot(session, who, world.installation.policy, name="坡", county="430225", place="某村", area_mu="2")
    assert upcoming(world, who) is First.PRODUCT
    with world.db.write.begin() as session:
        sent = products.submit_product(session, who, name="炎陵黄桃", brand="yanling-peach")
    assert upcoming(world, who) is First.PRODUCT_REVIEW
    with world.db.write.begin() as session:
        products.return_product(session, world.chen, session.get_one(Product, sent.id), "写明品种")
    assert upcoming(world, who) is First.PRODUCT
    with world.db.write.begin() as session:
        again = products.submit_product(session, who, name="炎陵黄桃二", brand="yanling-peach")
        reviewed(session, world.chen, again)
    assert upcoming(world, who) is First.BATCH


def test_the_first_batch_gets_labels_and_is_put_on_sale(world: World) -> None:
    assert upcoming(world, world.ama) is First.BATCH
    batch = world.declare()
    assert upcoming(world, world.ama) is First.LABELS
    run = world.print(world.issue(batch, 3))
    assert upcoming(world, world.ama) is First.SALE
    world.release(run)
    assert upcoming(world, world.ama) is None
    assert upcoming(world, world.ben) is First.BATCH  # who is another


def test_a_batch_that_was_withdrawn_is_none_and_one_that_was_shipped_is_sold(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        withdrawal.withdraw(session, world.ama, session.get_one(Batch, batch.id), "登记重了")
    assert upcoming(world, world.ama) is First.BATCH
    loose = world.declare(quantity="30")
    form = ShippingForm("某超市", "株洲", NOW.date().isoformat(), quantity="10", key="s1")
    with world.db.write.begin() as session:
        shipping.ship(session, world.ama, session.get_one(Batch, loose.id), form)
    assert upcoming(world, world.ama) is None
