"""The demonstration of a chain: two fields of soybeans, 香干 made of them with a loss, labelled, a part shipped."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..chain import acts, shipping
from ..chain.balance import Taken
from ..clock import day_of
from ..codes.label.stock import stocks
from ..db import Database
from ..installation.installation import Installation
from ..issue.codes import CodeOrder, codes_of, issue_codes
from ..models import Batch, CodeRange, Plot, PrintRun, Product
from ..printing import plans, press, runs
from ..register import batches, plots, producers, products
from ..register.commodities import ProductGoods
from ..register.product_kinds import ProductKind
from .summary import ChainSummary

COUNTY, TOWN = "430223", "演示镇"


def add(
    db: Database, installation: Installation, officer: Actor, maker: Callable[[Session], Actor], uscc: str
) -> ChainSummary:
    """Tell the story through the use-cases, and return what `demo.json` says of it.

    `maker` gives the actor of the works' account. It is asked again after the works has its producer's record.
    """
    with db.write.begin() as session:
        _record(session, installation, officer, maker, uscc)
    with db.write.begin() as session:
        tofu = _made(session, installation, officer, maker(session))
        codes = issue_codes(session, maker(session), installation, tofu, CodeOrder(12, "demo-chain"))
        order = plans.PrintOrder(stocks()["roll-50x30"], codes.first + 1, codes.count)
        run = plans.plan_print(session, maker(session), installation, codes, order, "demo-chain")
    press.make(db, installation, run.id)
    with db.write.begin() as session:
        return _sold(session, installation, maker(session), run.id)


def _record(
    session: Session, installation: Installation, officer: Actor, maker: Callable[[Session], Actor], uscc: str
) -> None:
    form = producers.ProducerForm(
        "攸县演示香干合作社", "cooperative", uscc, "", COUNTY, TOWN, "演示联系人", "13800000000"
    )
    producer = producers.submit_producer(session, maker(session), installation.policy, installation.secrets, form, True)
    producers.approve_producer(session, officer, producer)


def _made(session: Session, installation: Installation, officer: Actor, maker: Actor) -> Batch:
    """Beans of two fields, 120 and 80 kg; of 60 (loss 1.5) and 40 kg of them 160 kg of 香干."""
    today = day_of(maker.at)
    places = (("东演示垄", "field", "12"), ("西演示垄", "field", "8"), ("演示豆腐坊", "works", "0.5"))
    grounds = [
        plots.add_plot(
            session,
            maker,
            installation.policy,
            name=name,
            county=COUNTY,
            place=f"{TOWN}演示村",
            area_mu=area,
            kind=kind,
        )
        for name, kind, area in places
    ]
    # The processed goods have no food licence: a demonstration has none.
    beans = _product(session, maker, officer, "演示大豆", ProductKind("other"), ProductGoods("soybean"))
    tofu = _product(
        session, maker, officer, "演示香干", ProductKind("processed", "15"), ProductGoods("dried-tofu", "soybean")
    )
    fields = [
        _harvest(session, maker, beans, plot, today - timedelta(days=20), quantity)
        for plot, quantity in zip(grounds[:2], ("120", "80"), strict=True)
    ]
    parts = [Taken(fields[0].id_number, "60", "1.5", "1.7"), Taken(fields[1].id_number, "40", "", "1.7")]
    day = (today - timedelta(days=2)).isoformat()
    return acts.process(session, maker, parts, acts.Made(str(tofu.id), str(grounds[2].id), day, "160", "kg", "0.5"))


def _product(
    session: Session, maker: Actor, officer: Actor, name: str, kind: ProductKind, goods: ProductGoods
) -> Product:
    product = products.submit_product(
        session, maker, name=name, brand="", description="演示数据，非真实产品", kind=kind, goods=goods
    )
    products.approve_product(
        session, Actor("yipin demo", officer.at), product
    )  # the county's review: by another person
    products.approve_product(session, officer, product)
    return product


def _harvest(session: Session, maker: Actor, beans: Product, plot: Plot, day: date, quantity: str) -> Batch:
    form = batches.BatchForm(str(beans.id), str(plot.id), day.isoformat(), quantity, "kg", "20")
    return batches.declare_batch(session, maker, form)


def _sold(session: Session, installation: Installation, maker: Actor, run_id: int) -> ChainSummary:
    """The labels are on the packs; half of them went to a shop, and some goods left loose."""
    run = session.get_one(PrintRun, run_id)
    runs.release_run(session, maker, run)
    day = day_of(maker.at).isoformat()
    for form in (
        shipping.ShippingForm("演示超市", "天元区", day, first="1", last="6", phone="13800000001", remember=True),
        shipping.ShippingForm("演示食堂", "荷塘区", day, quantity="20", phone="13800000002", remember=True),
        shipping.ShippingForm("演示摊主", "芦淞区", day, quantity="2", remember=True),
    ):
        shipping.ship(session, maker, run.batch, form)
    codes = session.get_one(CodeRange, run.range_id)
    ((_, digits),) = codes_of(codes, installation.ring, installation.secrets, codes.first, 1)
    return {"id_number": run.batch.id_number, "product": run.batch.product.name, "digits": digits}
