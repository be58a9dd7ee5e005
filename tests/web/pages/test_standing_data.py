"""The pages on which growers and officers mend plots, attached farmers and the record of a producer."""

import io

import sqlalchemy as sa
from flask import Flask

from world import Sold, World, signed_in
from world.uploads import pdf
from yipin.farm import farmers
from yipin.models import Plot, Producer, Product


def test_a_grower_mends_archives_and_brings_back_a_plot_on_its_page(world: World, app: Flask) -> None:
    with world.db.read.begin() as session:
        number = session.scalars(sa.select(Plot.id).where(Plot.producer_id == world.ama.producer_id)).one()
    address, ama = f"/producer/plots/{number}", signed_in(app, "ama")
    assert app.test_client().get(address).status_code == 302
    assert signed_in(app, "ben").get(address).status_code == 404
    assert address in ama.get("/producer/plots").text
    assert ama.post(address, data={"name": "后坡", "place": "霞阳镇山垄村", "area_mu": "20"}).status_code == 302
    page = ama.get(address).text
    assert "<del>屋后坡</del>" in page and "<ins>后坡</ins>" in page and "地块名称" in page
    assert ama.post(f"{address}/archive").status_code == 302
    assert "已归档" in ama.get(address).text
    forms = ("/producer/batches/new", "/producer/farm/new", "/producer/batches/new?copy=1")
    assert not [form for form in forms if "后坡" in ama.get(form).text]
    assert "已归档" in signed_in(app, "chen").get(f"/bureau/producers/{world.ama.producer_id}").text
    assert ama.get(f"/producer/farm/plots/{number}").status_code == 200
    assert ama.post(f"{address}/archive").status_code == 409
    assert ama.post(f"{address}/restore").status_code == 302
    assert "已恢复" in ama.get(address).text
    assert "后坡" in ama.get("/producer/batches/new").text


def test_a_copied_form_puts_nothing_in_the_place_of_what_is_archived(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    with world.db.write.begin() as session:
        farmer = farmers.add_farmer(session, world.ama, name="老谭", place="山垄村").id
    world.declare(farmer=str(farmer))
    assert ama.post(f"/producer/farm/farmers/{farmer}/archive").status_code == 302
    assert "已归档" in ama.get(f"/producer/farm/farmers/{farmer}").text
    page = ama.get("/producer/batches/new?copy=1").text
    assert f'<option selected value="{farmer}">请选择（原来的已经归档）</option>' in page and "老谭" not in page
    kept = ama.get("/producer/farm/farmers")
    assert "老谭" not in kept.text and "没有在用的挂靠农户" in kept.text
    assert "老谭" in ama.get("/producer/farm/farmers?kept=archived").text


def test_a_grower_mends_its_contact_and_the_officers_home_tells_the_old_and_the_new(world: World, app: Flask) -> None:
    contact = {"contact": "Ama", "phone": "13900000001", "township": "霞阳镇"}
    ama, chen = signed_in(app, "ama"), signed_in(app, "chen")
    assert app.test_client().post("/producer/profile/contact", data=contact).status_code == 302
    assert chen.post("/producer/profile/contact", data=contact).status_code == 403
    assert "近期更正" not in chen.get("/bureau/").text
    wrong = ama.post("/producer/profile/contact", data=contact | {"phone": "123"})
    assert wrong.status_code == 422 and 'value="123"' in wrong.text
    assert ama.post("/producer/profile/contact", data=contact).status_code == 302
    for page in (ama.get("/producer/profile").text, chen.get("/bureau/").text):
        assert "<del>13800000000</del>" in page and "<ins>13900000001</ins>" in page


def test_an_officer_sets_a_name_right_with_a_paper_and_the_scan_page_tells_it(
    world: World, app: Flask, sold: Sold
) -> None:
    number = world.ama.producer_id
    address, chen = f"/bureau/producers/{number}/identity", signed_in(app, "chen")
    typed = {"name": "阿妈黄桃合作社", "number": "", "reason": "执照变更"}
    seen = f"/p/{world.get(Product, sold.batch.product_id).id_number}"
    assert "Ama 黄桃合作社" in app.test_client().get(f"/b/{sold.batch.id_number}").text
    assert signed_in(app, "ama").post(address, data=typed).status_code == 403
    bare = chen.post(address, data=typed)
    assert bare.status_code == 422 and "请附上依据" in bare.text and 'value="执照变更"' in bare.text
    paper = {"file": (io.BytesIO(pdf("licence")), "执照.pdf")}
    assert chen.post(address, data=typed | paper).status_code == 302
    assert world.get(Producer, number).name == "阿妈黄桃合作社"
    page = chen.get(f"/bureau/producers/{number}").text
    assert "<del>Ama 黄桃合作社</del>" in page and "执照.pdf" in page
    for address in (f"/b/{sold.batch.id_number}", seen):
        page = app.test_client().get(address).text
        assert "阿妈黄桃合作社" in page and "Ama 黄桃合作社" not in page


def test_an_officer_sees_the_old_and_the_new_description_side_by_side_and_decides(world: World, app: Flask) -> None:
    with world.db.read.begin() as session:
        product = session.scalars(sa.select(Product.id).where(Product.producer_id == world.ama.producer_id)).one()
    world.officer_of("430225")
    ama, county, city = (signed_in(app, login) for login in ("ama", "officer-430225", "chen"))
    address = f"/producer/products/{product}/text"
    assert signed_in(app, "ben").post(address, data={"description": "脆甜"}).status_code == 404
    assert county.post(address, data={"description": "脆甜"}).status_code == 403
    wrong = ama.post(address, data={"description": "脆" * 301})
    assert wrong.status_code == 422 and "脆" * 301 in wrong.text
    assert ama.post(address, data={"description": "脆甜"}).status_code == 302
    assert "脆甜" in county.get("/bureau/texts").text and "待审说明" in county.get("/bureau/").text
    page = county.get(f"/bureau/products/{product}").text
    assert "现在的" in page and "新提交的" in page
    mark = page.split('name="mark" value="')[1][:16]
    desk = f"/bureau/products/{product}/text"
    assert ama.post(f"{desk}/approve", data={"mark": mark}).status_code == 403
    assert county.post(f"{desk}/return", data={"mark": mark, "reason": ""}).status_code == 422
    for officer in (county, city):
        assert officer.post(f"{desk}/approve", data={"mark": mark}).status_code == 302
    assert world.get(Product, product).description == "脆甜"
    assert "<ins>脆甜</ins>" in ama.get(f"/producer/products/{product}").text
