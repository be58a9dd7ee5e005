"""The address book of a grower on its pages, and the telephones of customers where goods are stopped."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from world import Sold, World, signed_in
from world.chains import do, sent
from world.reading import see
from yipin.models import Batch, Notice, Partner, RecallKind, Shipment
from yipin.recall import acts as recalls
from yipin.register import plots


@pytest.fixture
def shipped(world: World, sold: Sold) -> Shipment:
    form = {"customer": "谭某某", "place": "霞阳镇", "phone": "13800000001", "remember": True}
    return sent(world, world.ama, sold.batch, quantity="10", **form)


def test_a_grower_adds_finds_mends_and_archives_an_entry(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    wrong = ama.post("/producer/partners/new", data={"name": "演示超市", "phone": "123"})
    assert wrong.status_code == 422 and 'value="123"' in wrong.text and "电话号码不对" in wrong.text
    assert ama.post("/producer/partners/new", data={"name": "演示超市", "phone": "13800000001"}).status_code == 302
    assert 'href="tel:13800000001"' in ama.get("/producer/partners?q=演示").text
    assert "没有找到" in ama.get("/producer/partners?q=没有这家").text
    with world.db.read.begin() as session:
        number = session.scalars(sa.select(Partner.id)).one()
    address = f"/producer/partners/{number}"
    assert signed_in(app, "ben").get(address).status_code == 404
    assert signed_in(app, "chen").get(address).status_code == 403
    assert ama.post(address, data={"name": "演示超市东门店", "phone": "13800000001"}).status_code == 302
    page = ama.get(address).text
    assert "<del>演示超市</del>" in page and "<ins>演示超市东门店</ins>" in page
    assert ama.post(f"{address}/archive").status_code == 302
    assert "已归档" in ama.get(address).text
    assert "演示超市" not in see(ama.get("/producer/partners").text).text
    assert "演示超市东门店" in ama.get("/producer/partners?kept=archived").text
    assert ama.post(f"{address}/restore").status_code == 302


def test_forms_that_name_a_customer_or_supplier_offer_the_book(world: World, app: Flask, shipped: Shipment) -> None:
    ama, batch = signed_in(app, "ama"), world.get(Batch, shipped.batch_id)
    with world.db.write.begin() as session:
        policy = world.installation.policy
        plots.add_plot(
            session, world.ama, policy, name="作坊", county="430225", place="霞阳镇", area_mu="1", kind="works"
        )
    for address in (f"/producer/batches/{batch.id_number}/ship", "/producer/purchase", "/producer/farm/new"):
        assert '<option value="谭某某">' in ama.get(address).text, address
    assert "谭某某" not in signed_in(app, "ben").get("/producer/farm/new").text


def test_the_page_of_an_entry_tells_what_was_shipped_to_it(world: World, app: Flask, shipped: Shipment) -> None:
    page = see(signed_in(app, "ama").get(f"/producer/partners/{shipped.partner_id}").text)
    assert "10 公斤" in page.text.replace("kg", "公斤") and "霞阳镇" in page.text
    assert "谭某某" in signed_in(app, "ama").get("/producer/partners?dealt=shipped").text
    assert "没有找到" in signed_in(app, "ama").get("/producer/partners?dealt=bought").text


def test_no_public_page_names_the_person_or_the_telephone(
    world: World, app: Flask, sold: Sold, shipped: Shipment
) -> None:
    anyone = app.test_client()
    for address in (f"/b/{sold.batch.id_number}", f"/{sold.digits[0]}"):
        page = anyone.get(address)
        assert page.status_code == 200 and "霞阳镇" in page.text
        assert "谭某某" not in page.text and "13800000001" not in page.text
        told = anyone.get(address, headers={"Accept": "application/json"}).text
        assert "谭某某" not in told and "13800000001" not in told


def test_a_notice_says_whom_to_call_about_the_stopped_goods(world: World, app: Flask, shipped: Shipment) -> None:
    sent(world, world.ama, world.get(Batch, shipped.batch_id), quantity="5", customer="谭 某某")
    sent(world, world.ama, world.get(Batch, shipped.batch_id), quantity="1", customer="无名摊位")
    act = do(world, recalls.act, world.chen, RecallKind.RECALL, [shipped.batch_id], cause="批次", reason="农残超标")
    with world.db.read.begin() as session:
        notice = session.scalars(sa.select(Notice.id).where(Notice.recall_id == act.id)).one()
    page = signed_in(app, "ama").get(f"/producer/notices/{notice}").text
    assert page.count('href="tel:13800000001"') == 1 and "没有记电话" in page
    told = signed_in(app, "chen").get(f"/bureau/recall/acts/{act.id}").text
    assert 'href="tel:13800000001"' in told
    book = openpyxl.load_workbook(io.BytesIO(signed_in(app, "chen").get(f"/bureau/recall/acts/{act.id}.xlsx").data))
    cells = [[str(cell or "") for cell in row] for row in book["客户"].iter_rows(values_only=True)]
    assert [row[:2] for row in cells if "谭某某" in row] == [["谭某某", "13800000001"]]


def test_what_was_called_back_is_called_about_no_more(world: World, app: Flask, shipped: Shipment) -> None:
    ama = signed_in(app, "ama")
    assert ama.post(f"/producer/shipments/{shipped.id}/cancel", data={"reason": "没有发出"}).status_code == 302
    act = do(world, recalls.act, world.chen, RecallKind.RECALL, [shipped.batch_id], cause="批次", reason="超标")
    with world.db.read.begin() as session:
        notice = session.scalars(sa.select(Notice.id).where(Notice.recall_id == act.id)).one()
    page = ama.get(f"/producer/notices/{notice}").text
    assert "13800000001" not in page and "没有发货记录" in page
