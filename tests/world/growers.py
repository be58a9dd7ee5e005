"""Growers of other counties with products of their own, certificates, and goods that go from hand to hand."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from world import NOW, World, reviewed
from world.chains import do, likely_of, sent
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.brands import licences
from yipin.certification import claims as certification
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.demo.stories import made_up_uscc
from yipin.models import Batch, Brand, Certification, Producer, Product, Role, Shipment
from yipin.provenance import claims
from yipin.provenance.claims import Claims
from yipin.register import plots, producers, products
from yipin.register.commodities import ProductGoods

TODAY = date(2026, 7, 20)
COUNTIES = {"cai": "430223", "dan": "430203", "eve": "430223"}  # 攸县, 芦淞区, 攸县


def grower(world: World, login: str) -> Actor:
    """A grower with an approved producer and a plot in the county of `COUNTIES`."""
    county, founder = COUNTIES[login], Actor("founder", NOW)
    policy = world.installation.policy
    with world.db.write.begin() as session:
        account = signin.add_account(
            session, founder, policy, login=login, name=login.title(), role=Role.PRODUCER, password="a pear in a tree"
        )
        uscc = made_up_uscc(county, 1 + list(COUNTIES).index(login))
        form = producers.ProducerForm(
            f"{login.title()} 合作社", "cooperative", uscc, "", county, "某镇", login, "13800000000"
        )
        row = producers.submit_producer(session, Actor.of(account, NOW), policy, world.installation.secrets, form)
        producers.approve_producer(session, world.chen, row)
        who = Actor.of(account, NOW)
        plots.add_plot(session, who, policy, name="一号地", county=county, place="某村", area_mu="20")
        return who


def product(world: World, who: Actor, name: str, brand: str = "") -> str:
    """The row number of an approved product of `who`'s, under the brand of this key; it is what its brand or its name says."""
    with world.db.write.begin() as session:
        goods = ProductGoods("" if brand else likely_of(name))
        row = products.submit_product(session, who, name=name, brand=brand, goods=goods)
        reviewed(session, world.chen, row)
        return str(row.id)


def license_(world: World, who: Actor, brand: str, valid_from: str = "2026-01-01", valid_to: str = "") -> None:
    """A licence to use the brand of this key."""
    with world.db.write.begin() as session:
        row = session.scalars(sa.select(Brand).where(Brand.key == brand)).one()
        name = session.get_one(Producer, who.producer_id).name
        licences.enter(session, world.chen, row, producer=name, valid_from=valid_from, valid_to=valid_to)


def certify(world: World, wanted: str, scheme: str, number: str, end: str = "2027-12-31") -> Certification:
    """A verified certificate of a product."""
    with world.db.write.begin() as session:
        row = session.get_one(Product, int(wanted))
        return certification.enter(
            session, world.chen, row, scheme=scheme, number=number, valid_from="2026-01-01", valid_to=end
        )


def handed_on(world: World, batch: Batch, giver: Actor, taker: Actor, wanted: str, quantity: str = "10") -> Batch:
    """Goods of a batch, shipped to the producer of `taker` and received as its product `wanted`."""
    uscc = world.get(Producer, taker.producer_id).uscc
    shipment = sent(world, giver, batch, quantity=quantity, uscc=uscc)
    with world.db.write.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        return acts.receive(session, taker, row, product=wanted, pack_size="0.5")


def put_together(world: World, who: Actor, *batches: Batch) -> Batch:
    """3 of each batch in one."""
    taken = [Taken(batch.id_number, "3") for batch in batches]
    made: Batch = do(world, acts.merge, who, taken, pack_size="0.5")
    return made


def claimed(world: World, batch: Batch, day: date = TODAY) -> Claims:
    """What a batch may claim on a day. The rows in it are read whole, so that they outlive the transaction."""
    with world.db.read.begin() as session:
        found = claims.of_batch(session, session.get_one(Batch, batch.id), day)
        found.badges, found.name  # noqa: B018  read here
        return found


def at(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
