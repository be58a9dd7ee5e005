"""The pages on which a grower mends plots and attached farmers."""

import sqlalchemy as sa
from flask import Flask

from world import World, signed_in
from yipin.farm import farmers
from yipin.models import Plot


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
    assert "老谭" in ama.get("/producer/farm/farmers").text
