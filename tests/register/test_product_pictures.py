"""A picture of a product waits until county and city have seen it; nobody else sees what they have not."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, World
from world.pictures import shown_picture
from world.schemas import emptied_to, insert
from yipin import schema
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.errors import Conflict, Forbidden, Invalid, NotFound
from yipin.models import Action, Event, Product, ProductPicture, Review
from yipin.register import product_pictures, products
from yipin.register.commodities import ProductGoods

ONE, TWO = b"\xff\xd8 one", b"\xff\xd8 two"


def peach(session: Session) -> Product:
    return session.scalars(sa.select(Product)).first()  # type: ignore[return-value]


def waiting_for(session: Session, actor: Actor) -> list[str]:
    found = [row.mark for row in session.scalars(product_pictures.waiting(actor))]
    return found


def test_a_picture_is_seen_by_the_county_and_then_by_another_person_for_the_city(world: World) -> None:
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        product = peach(session)
        mark = product_pictures.submit(session, world.ama, product, ONE).mark
        assert product_pictures.shown(session, product) is None
        assert (waiting_for(session, county), waiting_for(session, world.chen)) == ([mark], [])
        product_pictures.approve(session, county, product, mark)
        assert product_pictures.shown(session, product) is None
        assert (waiting_for(session, county), waiting_for(session, world.chen)) == ([], [mark])
        with pytest.raises(Forbidden, match="等市级审核"):
            product_pictures.approve(session, county, product, mark)
        product_pictures.approve(session, world.chen, product, mark)
        assert product_pictures.shown(session, product) == mark
        assert waiting_for(session, world.chen) == []
        with pytest.raises(Conflict):
            product_pictures.approve(session, world.chen, product, mark)


def test_an_officer_of_the_city_who_spoke_for_the_county_does_not_speak_for_the_city(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        mark = product_pictures.submit(session, world.ama, product, ONE).mark
        product_pictures.approve(session, world.chen, product, mark)
        with pytest.raises(Forbidden, match="另一位"):
            product_pictures.approve(session, world.chen, product, mark)


def test_the_approved_picture_stays_while_a_new_one_waits_and_gives_way_to_it(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        old = shown_picture(session, world.ama, world.chen, product, ONE)
        new = product_pictures.submit(session, world.ama, product, TWO).mark
        assert product_pictures.shown(session, product) == old
        with pytest.raises(NotFound):
            product_pictures.shown_jpeg(session, product.id_number or "", new)
        assert shown_picture(session, world.ama, world.chen, product, TWO) == new
        assert product_pictures.shown(session, product) == new
        assert [row.mark for row in product_pictures.of(session, product)] == [new]
        with pytest.raises(NotFound):
            product_pictures.shown_jpeg(session, product.id_number or "", old)


def test_what_was_changed_after_it_was_looked_at_is_not_approved(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        seen = product_pictures.submit(session, world.ama, product, ONE).mark
        product_pictures.submit(session, world.ama, product, TWO)
        for act in (
            lambda: product_pictures.approve(session, world.chen, product, seen),
            lambda: product_pictures.return_(session, world.chen, product, seen, "看不清"),
        ):
            with pytest.raises(Conflict, match="换过了"):
                act()


def test_the_approved_picture_sent_again_takes_back_what_waits_and_needs_no_review(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        old = shown_picture(session, world.ama, world.chen, product, ONE)
        product_pictures.submit(session, world.ama, product, TWO)
        product_pictures.submit(session, world.ama, product, ONE)
        assert [(row.mark, row.state) for row in product_pictures.of(session, product)] == [(old, Review.APPROVED)]


def test_a_returned_picture_says_why_and_is_sent_again(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        row = product_pictures.submit(session, world.ama, product, ONE)
        with pytest.raises(Invalid):
            product_pictures.return_(session, world.chen, product, row.mark, " ")
        product_pictures.return_(session, world.chen, product, row.mark, "照片上是别的果子")
        assert (row.state, row.return_reason) == (Review.RETURNED, "照片上是别的果子")
        assert product_pictures.unfinished(session, product.producer_id) == {product.id: row}
        product_pictures.submit(session, world.ama, product, ONE)
        assert (row.state, row.return_reason) == (Review.SUBMITTED, None)
        told = session.scalars(sa.select(Event.action).where(Event.action.contains("picture")).order_by(Event.id)).all()
    assert told == ["product.picture", "picture.return", "product.picture"]


def test_an_approved_picture_can_be_taken_down(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        mark = shown_picture(session, world.ama, world.chen, product, ONE)
        product_pictures.return_(session, world.chen, product, mark, "照片里有人脸")
        assert product_pictures.shown(session, product) is None


def test_the_word_on_a_product_is_one_on_the_picture_that_was_shown_with_it_and_on_no_other(world: World) -> None:
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        product = products.submit_product(session, world.ama, name="霞阳白桃", brand="", goods=ProductGoods("黄桃"))
        seen = product_pictures.submit(session, world.ama, product, ONE).mark
        assert waiting_for(session, county) == []  # it is decided with its product
        product_pictures.approve_both(session, county, product, seen)
        product_pictures.approve_both(session, world.chen, product, seen)
        assert product.state is Review.APPROVED and product_pictures.shown(session, product) == seen

        product = products.submit_product(session, world.ama, name="霞阳红桃", brand="", goods=ProductGoods("黄桃"))
        product_pictures.submit(session, world.ama, product, ONE)
        later = product_pictures.submit(session, world.ama, product, TWO).mark
        product_pictures.approve_both(session, county, product, seen)
        product_pictures.approve_both(session, world.chen, product, seen)
        assert product.state is Review.APPROVED and product_pictures.shown(session, product) is None
        assert waiting_for(session, county) == [later]


def test_a_picture_whose_product_is_not_approved_is_not_public(world: World) -> None:
    with world.db.write.begin() as session:
        product = peach(session)
        mark = shown_picture(session, world.ama, world.chen, product, ONE)
        product.state = Review.RETURNED
        log.record(session, world.chen, Action.PRODUCT_RETURN, product, "不再生产")
        assert product_pictures.shown(session, product) is None
        with pytest.raises(NotFound):
            product_pictures.shown_jpeg(session, product.id_number or "", mark)


def test_a_picture_of_another_county_is_no_work_of_this_one(world: World) -> None:
    neighbour = world.officer_of("430203")
    with world.db.write.begin() as session:
        product_pictures.submit(session, world.ama, peach(session), ONE)
        assert waiting_for(session, neighbour) == []
        assert waiting_for(session, replace(neighbour, county="430225")) != []


def test_pictures_of_before_wait_for_review_since_no_officer_saw_them(world: World) -> None:
    emptied_to(world, "0027")
    with world.db.write.begin() as session:
        known = {"township": "x", "contact": "x", "phone": "1", "demonstration": False, "name_normal": "ama"}
        insert(
            session,
            "producers",
            id=5,
            name="Ama",
            kind="company",
            uscc="1",
            county="430225",
            state="approved",
            submitted_at=NOW,
            **known,
        )
        reviewed = {"state": "approved", "submitted_at": NOW, "description": "", "name_normal": "x"}
        insert(session, "products", id=7, producer_id=5, name="黄桃", id_number="430225000000000X", **reviewed)
        insert(session, "product_pictures", product_id=7, jpeg=ONE, mark="0123456789abcdef")
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        row = session.scalars(sa.select(ProductPicture)).one()
        assert (row.product_id, row.mark, row.jpeg) == (7, "0123456789abcdef", ONE)
        assert (row.state, row.submitted_at, row.approved_at) == (Review.SUBMITTED, NOW, None)
        assert product_pictures.shown(session, row.product) is None


def test_a_picture_that_is_swapped_while_the_officer_agrees_is_not_agreed_to(world: World) -> None:
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        product = products.submit_product(session, world.ama, name="霞阳白桃", brand="", goods=ProductGoods("黄桃"))
        seen, number = product_pictures.submit(session, world.ama, product, ONE).mark, product.id
    swapping = world.db.write()
    product_pictures.submit(swapping, world.ama, swapping.get_one(Product, number), TWO)
    swapping.flush()

    def agree() -> None:
        with world.db.write.begin() as session:
            product_pictures.approve_both(session, county, session.get_one(Product, number), seen)

    with ThreadPoolExecutor(1) as officer:
        told = officer.submit(agree)
        time.sleep(0.3)  # the officer waits for the producer
        swapping.commit()
        swapping.close()
        told.result(20)
    with world.db.read.begin() as session:
        product = session.get_one(Product, number)
        states = {row.mark: row.state for row in product_pictures.of(session, product)}
        assert product.state is Review.COUNTY_APPROVED and set(states.values()) == {Review.SUBMITTED}
        assert seen not in states
