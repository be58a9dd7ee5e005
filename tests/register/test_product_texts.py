"""A new description of an approved product waits until county and city have seen it; until then the approved one stands."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import World
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.errors import Conflict, Forbidden, Invalid
from yipin.models import Product, Review
from yipin.register import product_texts, products
from yipin.register.commodities import ProductGoods


def peach(session: Session) -> Product:
    return session.scalars(sa.select(Product).order_by(Product.id)).first()  # type: ignore[return-value]


def waiting_for(session: Session, actor: Actor) -> list[str]:
    found = [row.description for row in session.scalars(product_texts.waiting(actor))]
    return found


def test_the_approved_text_stands_until_county_and_city_have_agreed_to_the_new_one(world: World) -> None:
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        product = peach(session)
        mark = product_texts.submit(session, world.ama, product, "脆甜").mark
        assert (product.description, waiting_for(session, county), waiting_for(session, world.chen)) == (
            "",
            ["脆甜"],
            [],
        )
        product_texts.approve(session, county, product, mark)
        assert (product.description, waiting_for(session, county), waiting_for(session, world.chen)) == (
            "",
            [],
            ["脆甜"],
        )
        with pytest.raises(Forbidden, match="等市级审核"):
            product_texts.approve(session, county, product, mark)
        product_texts.approve(session, world.chen, product, mark)
        assert (product.description, waiting_for(session, world.chen)) == ("脆甜", [])
        event = log.events_of(session, product)[-1]
        assert (event.action, event.data["corrected"]) == ("text.approve_city", {"product_description": ["", "脆甜"]})
        with pytest.raises(Conflict, match="没有要改的"):
            product_texts.submit(session, world.ama, product, "脆甜")


def test_a_returned_text_says_why_and_is_sent_again(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        row = product_texts.submit(session, world.ama, product, "最好吃")
        with pytest.raises(Conflict, match="正在审核"):
            product_texts.submit(session, world.ama, product, "最好吃")
        with pytest.raises(Invalid):
            product_texts.return_(session, world.chen, product, row.mark, " ")
        product_texts.return_(session, world.chen, product, row.mark, "不能用“最”")
        assert (row.state, row.return_reason, product.description) == (Review.RETURNED, "不能用“最”", "")
        product_texts.submit(session, world.ama, product, "脆甜")
        assert (row.state, row.return_reason) == (Review.SUBMITTED, None)


def test_a_text_that_was_changed_after_it_was_looked_at_is_not_approved(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        seen = product_texts.submit(session, world.ama, product, "脆甜").mark
        product_texts.submit(session, world.ama, product, "脆甜多汁")
        with pytest.raises(Conflict, match="改过了"):
            product_texts.approve(session, world.chen, product, seen)
        with pytest.raises(Conflict, match="改过了"):
            product_texts.return_(session, world.chen, product, seen, "看不懂")


def test_a_product_that_is_not_approved_is_changed_in_its_own_form(world: World) -> None:
    with world.db.write.begin() as session:
        product = products.submit_product(session, world.ama, name="霞阳白桃", brand="", goods=ProductGoods("黄桃"))
        with pytest.raises(Conflict, match="还没有审核通过"):
            product_texts.submit(session, world.ama, product, "脆甜")
