"""Step 1: producers, plots and products enter the record, are reviewed, and get their numbers."""

from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from world import NOW, PASSWORD, USCC, World, signed_in
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.audit import log
from yipin.codes.idnumber import parse_id_number
from yipin.errors import Conflict, Forbidden, Invalid, TraceError
from yipin.models import Account, Batch, Plot, Producer, ProducerKind, Product, Review, Role
from yipin.register import batches, plots, producers, products
from yipin.register.commodities import ProductGoods

RESIDENT_ID = "11010519491231002X"  # the example of GB 11643
FORM = producers.ProducerForm(
    "山垄家庭农场", "family_farm", USCC["other"], "", "430203", "白关镇", "Ama", "13800000000"
)


def newcomer(world: World, login: str = "newcomer") -> Actor:
    """A producer's account that has not said anything yet."""
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login=login,
            name=login,
            role=Role.PRODUCER,
            password=PASSWORD,
        )
    return world.actor(login)


def submit(world: World, who: Actor, form: producers.ProducerForm = FORM) -> Producer:
    with world.db.write.begin() as session:
        return producers.submit_producer(session, who, world.installation.policy, world.installation.secrets, form)


def refused(world: World, who: Actor, error: type[TraceError] = Invalid, **changes: str) -> TraceError:
    with pytest.raises(error) as answer:
        submit(world, who, replace(FORM, **changes))
    return answer.value


def actions(world: World, row: Producer | Product | Batch) -> list[str]:
    with world.db.read.begin() as session:
        return [event.action for event in log.events_of(session, row)]


def test_a_producer_is_submitted_returned_mended_and_approved(world: World) -> None:
    who = newcomer(world)
    producer = submit(world, who)
    assert producer.state is Review.SUBMITTED and producer.submitted_at == NOW
    assert world.actor("newcomer").producer_id == producer.id
    with world.db.write.begin() as session:
        producers.return_producer(session, world.chen, session.get_one(Producer, producer.id), "乡镇写错了")
    assert world.get(Producer, producer.id).return_reason == "乡镇写错了"
    mended = submit(world, world.actor("newcomer"), replace(FORM, township="五里墩乡"))
    assert mended.id == producer.id and (mended.state, mended.return_reason) == (Review.SUBMITTED, None)
    with world.db.write.begin() as session:
        producers.approve_producer(session, world.chen, session.get_one(Producer, producer.id))
    approved = world.get(Producer, producer.id)
    assert (approved.state, approved.approved_at, approved.township) == (Review.APPROVED, NOW, "五里墩乡")
    assert actions(world, producer) == ["producer.submit", "producer.return", "producer.submit", "producer.approve"]


def test_an_approved_producer_does_not_change_itself(world: World) -> None:
    error = refused(world, world.ama, Conflict)
    assert "已经审核通过" in str(error)


def test_a_review_is_done_once(world: World) -> None:
    producer = submit(world, newcomer(world))
    for step in ("approve", "again", "return"):
        with world.db.write.begin() as session:
            row = session.get_one(Producer, producer.id)
            if step == "approve":
                producers.approve_producer(session, world.chen, row)
                continue
            with pytest.raises(Conflict, match="已经办过"):
                if step == "again":
                    producers.approve_producer(session, world.chen, row)
                else:
                    producers.return_producer(session, world.chen, row, "想想还是不行")


def test_a_return_needs_a_reason(world: World) -> None:
    producer = submit(world, newcomer(world))
    with pytest.raises(Invalid) as answer, world.db.write.begin() as session:
        producers.return_producer(session, world.chen, session.get_one(Producer, producer.id), " ")
    assert answer.value.field == "reason"
    assert world.get(Producer, producer.id).state is Review.SUBMITTED


def test_each_wrong_field_of_a_producer_is_named(world: World) -> None:
    who = newcomer(world)
    wrong = {
        "name": ["", "社", "合作社🍑", "<script>alert(1)</script>", "社\x00名", "社" * 41],
        "kind": ["", "farm", "COMPANY"],
        "uscc": ["", USCC["other"][:-1], USCC["other"][:-1] + "L", "O" * 18],
        "county": ["", "110105", "炎陵县"],
        "township": ["", "镇" * 31],
        "contact": ["", "A"],
        "phone": ["", "123"],
    }
    for field, values in wrong.items():
        for value in values:
            error = refused(world, who, **{field: value})
            assert isinstance(error, Invalid) and error.field == field, (field, value)
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Producer)) == 2  # Ama's and Ben's


def test_a_uscc_with_a_slip_is_refused_without_blaming_one_character(world: World) -> None:
    assert "抄错了一位，或有相邻两位颠倒" in str(refused(world, newcomer(world), uscc=USCC["other"][:-1] + "L"))


def test_an_identity_is_registered_once(world: World) -> None:
    error = refused(world, newcomer(world), uscc=USCC["ama"].lower())
    assert isinstance(error, Invalid) and error.field == "uscc" and "已经登记过" in str(error)
    individual = {"kind": "individual", "uscc": "", "resident_id": RESIDENT_ID}
    submit(world, newcomer(world, "second"), replace(FORM, **individual))
    error = refused(world, newcomer(world, "third"), **individual)
    assert isinstance(error, Invalid) and error.field == "resident_id"
    assert RESIDENT_ID not in str(error)


def test_a_returned_producer_keeps_its_own_number_without_typing_it_again(world: World) -> None:
    who = newcomer(world)
    individual = replace(FORM, kind="individual", uscc="", resident_id=RESIDENT_ID)
    producer = submit(world, who, individual)
    with world.db.write.begin() as session:
        producers.return_producer(session, world.chen, session.get_one(Producer, producer.id), "电话不对")
    submit(world, world.actor("newcomer"), replace(individual, resident_id="", phone="13900000000"))
    with world.db.read.begin() as session:
        found = session.get_one(Producer, producer.id)
        assert found.identity_sealed is not None
        assert world.installation.secrets.open_identity(found.identity_sealed) == RESIDENT_ID
    submit(world, world.actor("newcomer"), FORM)  # or turns into a farm, and the sealed number goes
    with world.db.read.begin() as session:
        found = session.get_one(Producer, producer.id)
        assert (found.kind, found.uscc) == (ProducerKind.FAMILY_FARM, USCC["other"])
        assert found.identity_sealed is None and found.identity_mark is None


def test_an_individuals_number_is_nowhere_in_the_database(world: World) -> None:
    producer = submit(
        world, newcomer(world), replace(FORM, kind="individual", uscc="", resident_id=RESIDENT_ID.lower())
    )
    assert producer.uscc is None
    kept = whole_database(world)
    assert b"newcomer" in kept  # the search does find what is there
    for trace in (RESIDENT_ID, RESIDENT_ID.lower(), RESIDENT_ID[:-1], RESIDENT_ID.encode().hex(), "19491231"):
        assert trace.encode() not in kept


def whole_database(world: World) -> bytes:
    """Every byte of the database: SQLite's files, or each row of PostgreSQL as text."""
    if world.db.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in world.settings.data.glob("yipin.db*"))
    with world.db.read.begin() as session:
        tables = session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [text for table in tables for text in session.scalars(sa.text(f'SELECT t::text FROM "{table}" t'))]
    return "\n".join(rows).encode()


def test_a_resident_id_that_is_none_is_refused_without_repeating_it(world: World) -> None:
    who = newcomer(world)
    for typed in ("110105194912310021", "11010519490230002X", "1101051949123100", ""):
        error = refused(world, who, kind="individual", uscc="", resident_id=typed)
        assert isinstance(error, Invalid) and error.field == "resident_id"
        assert not typed or typed not in str(error)


def test_nothing_is_declared_before_the_producer_is_approved(world: World) -> None:
    acts = (
        lambda session, who: plots.add_plot(
            session, who, world.installation.policy, name="a", county="430203", place="x", area_mu="1"
        ),
        lambda session, who: products.submit_product(session, who, name="黄桃", brand="", goods=ProductGoods("peach")),
        lambda session, who: batches.declare_batch(
            session, who, batches.BatchForm("1", "1", "2026-07-18", "1", "kg", "1")
        ),
    )
    who = newcomer(world)
    for says in ("请先填写生产主体信息", "还没有审核通过"):
        for act in acts:
            with pytest.raises(Conflict, match=says), world.db.write.begin() as session:
                act(session, who)
        if who.producer_id is None:
            submit(world, who)
            who = world.actor("newcomer")


def test_each_wrong_field_of_a_plot_is_named(world: World) -> None:
    good = {"name": "河边", "county": "430225", "place": "霞阳镇", "area_mu": "１２．５"}
    wrong = {
        "name": ["", "屋后坡", "坡🍑"],
        "county": ["430200", ""],
        "place": ["", "<b>"],
        "area_mu": ["0", "-1", "NaN", "1000000000000", "1000000.01", ""],
    }
    for field, values in wrong.items():
        for value in values:
            with pytest.raises(Invalid) as answer, world.db.write.begin() as session:
                plots.add_plot(session, world.ama, world.installation.policy, **good | {field: value})
            assert answer.value.field == field, value
    with world.db.write.begin() as session:
        plot = plots.add_plot(session, world.ama, world.installation.policy, **good)
    assert world.get(Plot, plot.id).area_mu == Decimal("12.5")


def product_of(world: World, who: Actor, **changes: str) -> Product:
    with world.db.write.begin() as session:
        return products.submit_product(session, who, **{"name": "炎陵锦绣黄桃", "brand": "yanling-peach"} | changes)


def approve(world: World, officer: Actor, product: Product) -> Product:
    with world.db.write.begin() as session:
        row = session.get_one(Product, product.id)
        products.approve_product(session, officer, row)
        return row


def test_county_and_city_are_two_people(world: World, app: Flask) -> None:
    """One officer of the city clicked twice, and a product had both approvals."""
    product = product_of(world, world.ama)
    approve(world, world.chen, product)
    with pytest.raises(Forbidden, match="请由另一位监管人员办"):
        approve(world, world.chen, product)
    page = signed_in(app, "chen").get(f"/bureau/products/{product.id}").text
    assert "县级审核是您办的" in page and f"/bureau/products/{product.id}/approve" not in page
    assert signed_in(app, "chen").post(f"/bureau/products/{product.id}/approve").status_code == 403
    with world.db.write.begin() as session:
        policy = world.installation.policy
        other = signin.add_account(
            session, Actor("founder", NOW), policy, login="dan", name="Dan", role="officer", password="another sentence"
        )
        other_officer = Actor.of(other, NOW)
    assert approve(world, other_officer, product).state is Review.APPROVED


def test_a_product_that_was_returned_and_mended_is_reviewed_by_two_people_again(world: World) -> None:
    product, county = product_of(world, world.ama), world.officer_of("430225")
    approve(world, world.chen, product)
    with world.db.write.begin() as session:
        products.return_product(session, world.chen, session.get_one(Product, product.id), "名称不对")
        products.submit_product(
            session, world.ama, name="炎陵锦绣黄桃", brand="yanling-peach", product=session.get_one(Product, product.id)
        )
    approve(world, county, product)
    assert approve(world, world.chen, product).state is Review.APPROVED


def test_a_product_goes_by_its_county_and_then_the_city_and_then_has_its_number(world: World) -> None:
    county, product = world.officer_of("430225"), product_of(world, world.ama)
    at_county = approve(world, county, product)
    assert (at_county.state, at_county.id_number) == (Review.COUNTY_APPROVED, None)
    with pytest.raises(Forbidden, match="等市级审核"):
        approve(world, county, product)
    with pytest.raises(Forbidden, match="等市级审核"), world.db.write.begin() as session:
        products.return_product(session, county, session.get_one(Product, product.id), "想想还是不行")
    assert world.get(Product, product.id).state is Review.COUNTY_APPROVED
    approved = approve(world, world.chen, product)
    assert approved.state is Review.APPROVED and approved.id_number
    assert parse_id_number(approved.id_number) == approved.id_number
    assert approved.id_number.startswith("430225")
    with pytest.raises(Conflict, match="已经办过"):
        approve(world, world.chen, product)
    assert actions(world, product) == ["product.submit", "product.approve_county", "product.approve_city"]


def test_a_product_returned_by_the_city_starts_again_at_the_county(world: World) -> None:
    product = product_of(world, world.ama)
    approve(world, world.officer_of("430225"), product)
    with world.db.write.begin() as session:
        products.return_product(session, world.chen, session.get_one(Product, product.id), "名称与品牌目录不符")
    with world.db.write.begin() as session:
        row = session.get_one(Product, product.id)
        assert (row.state, row.return_reason) == (Review.RETURNED, "名称与品牌目录不符")
        products.submit_product(session, world.ama, name="炎陵黄桃（锦绣）", brand="yanling-peach", product=row)
    again = world.get(Product, product.id)
    assert (again.state, again.return_reason, again.name) == (Review.SUBMITTED, None, "炎陵黄桃（锦绣）")


def test_an_approved_product_is_not_submitted_again(world: World) -> None:
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.producer_id == world.ama.producer_id)).one()
        with pytest.raises(Conflict, match="已经办过"):
            products.submit_product(session, world.ama, name="别的名字", brand="", product=product)


def test_each_wrong_field_of_a_product_is_named(world: World) -> None:
    wrong = {
        "name": ["", "桃", "炎陵黄桃", "黄桃🍑", "<script>", "黄\x07桃", "桃" * 31],
        "brand": ["no-such-brand", "baiguan-loofah"],  # the second is another county's
        "description": ["字" * 301, "<b>"],
    }
    for field, values in wrong.items():
        for value in values:
            with pytest.raises(Invalid) as answer:
                product_of(world, world.ama, **{field: value})
            assert answer.value.field == field, value


def test_a_brand_without_a_county_is_open_to_every_county(world: World) -> None:
    assert product_of(world, world.ama, brand="zhangxia-camellia-oil").brand_id
    assert product_of(world, world.ben, brand="", goods=ProductGoods("peach")).brand_id is None


def test_an_account_speaks_for_one_producer_only(world: World) -> None:
    who = newcomer(world)
    first = submit(world, who)
    again = submit(world, world.actor("newcomer"), replace(FORM, name="改了名的农场"))
    assert again.id == first.id
    assert world.get(Account, who.account_id).producer_id == first.id
