"""What the tests of chains share: a works, products, and acts in one transaction each."""

from world import NOW, World, reviewed
from yipin.access.actor import Actor
from yipin.chain import acts
from yipin.chain.shipping import ShippingForm, ship
from yipin.models import Batch, Plot, Product
from yipin.policy import commodities
from yipin.register import plots, products
from yipin.register.commodities import ProductGoods


def product_of(world: World, who: Actor, name: str, commodity: str = "", materials: str = "", brand: str = "") -> str:
    """The row number of an approved product of `who`'s, of the commodity that its name says unless told otherwise."""
    chen, likely = world.chen, likely_of(name)
    with world.db.write.begin() as session:
        goods = ProductGoods(commodity or likely, materials)
        product = products.submit_product(session, who, name=name, brand=brand, goods=goods)
        reviewed(session, chen, product)
        return str(product.id)


def likely_of(name: str) -> str:
    """What a product of this name is, as far as the tests care: what it says, or soybeans."""
    said = commodities.likely(name)
    return said.key if said else "soybean"


def works_of(world: World, who: Actor) -> str:
    """The row number of a works of `who`'s."""
    with world.db.write.begin() as session:
        plot: Plot = plots.add_plot(
            session,
            who,
            world.installation.policy,
            name="豆腐坊",
            county="430223",
            place="新市镇",
            area_mu="0.5",
            kind="works",
        )
        return str(plot.id)


def harvest(world: World, who: Actor, product: str, quantity: str, day: str = "2026-07-10", pack: str = "1") -> Batch:
    return world.declare(who, product=product, quantity=quantity, harvest_date=day, pack_size=pack)


def made(
    product: str, works: str, quantity: str, day: str = "2026-07-18", unit: str = "kg", pack_size: str = "0.5"
) -> acts.Made:
    return acts.Made(product, works, day, quantity, unit, pack_size)


def do(world: World, use_case, who: Actor, *args: object, **options: object):  # type: ignore[no-untyped-def]
    """One act in its own transaction."""
    with world.db.write.begin() as session:
        return use_case(session, who, *args, **options)


def sent(world: World, who: Actor, batch: Batch, **form: str):  # type: ignore[no-untyped-def]
    """Goods of a batch shipped to 株洲的超市, unless told otherwise."""
    values = {"customer": "天元区演示超市", "place": "天元区", "day": NOW.date().isoformat()} | form
    with world.db.write.begin() as session:
        return ship(session, who, session.get_one(Batch, batch.id), ShippingForm(**values))


def product_row(world: World, number: str) -> Product:
    return world.get(Product, int(number))
