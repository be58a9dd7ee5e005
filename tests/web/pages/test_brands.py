"""The pages of brands: the public directory, the officer's hand, the grower's application, and the notices."""

import io
import re
from dataclasses import asdict

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from world import World, signed_in
from world.reading import see
from world.uploads import encoded
from yipin.models import Batch

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def test_the_directory_shows_counties_seasons_and_how_many_may_use_a_brand(app: Flask) -> None:
    page = app.test_client().get("/brands")
    text = see(page.text).text
    assert page.status_code == 200 and len(page.data) < 50_000 and "<script" not in page.text
    for told in ("炎陵县", "炎陵黄桃", "一县一特", "7月15日起", "2 家", "樟霞古树茶油", "还没有定县"):
        assert told in text, told
    one = app.test_client().get("/brands/yanling-peach?lang=en")
    assert "From 15 July" in one.text and "产区公告，2018年" in one.text
    assert app.test_client().get("/brands/nothing").status_code == 404


def test_the_paper_of_a_brand_is_seen_by_its_grower_and_the_officer_alone(app: Flask) -> None:
    ama, ben, chen = (signed_in(app, login) for login in ("ama", "ben", "chen"))
    form = {"name": "山里红", "kind": "enterprise", "recognised_on": "2026-03-01", "clause": "县发〔2026〕1号"}
    scan = encoded(Image.new("RGB", (40, 30), "white"))
    refused = ama.post("/producer/brands/own", data=form | {"file": (io.BytesIO(b"<svg/>"), "a.svg")})
    assert refused.status_code == 422 and "山里红" in refused.text and "a.svg" not in ama.get("/producer/brands").text
    assert ama.post("/producer/brands/own", data=form | {"file": (io.BytesIO(scan), "认定.jpg")}).status_code == 302
    assert "认定.jpg" in ama.get("/producer/brands").text
    number = re.findall(r"/bureau/brands/(\d+)\"[^>]*>山里红", chen.get("/bureau/brands").text)[0]
    assert "认定.jpg" in chen.get(f"/bureau/brands/{number}").text
    assert chen.post(f"/bureau/brands/{number}/file", data={"file": (io.BytesIO(b""), "")}).status_code == 422
    assert chen.post(f"/bureau/brands/{number}/file", data={"file": (io.BytesIO(scan), "认定.jpg")}).status_code == 302
    assert [who.get("/files/1").status_code for who in (ama, chen, ben)] == [200, 200, 404]


def test_a_grower_reads_before_and_after_why_a_batch_cannot_carry_the_brand(world: World, app: Flask) -> None:
    ama, chen = signed_in(app, "ama"), signed_in(app, "chen")
    assert chen.post("/bureau/licences/1/end", data={"reason": ""}).status_code == 422
    assert chen.post("/bureau/licences/1/end", data={"reason": "协会收回"}).status_code == 302
    assert "没有“炎陵黄桃”今天有效的使用许可" in see(ama.get("/producer/batches/new").text).text
    sent = ama.post("/producer/batches/new", data=asdict(world.batch_form(world.ama)))
    with world.db.read.begin() as session:
        batch = session.scalars(sa.select(Batch)).one()
    assert sent.headers["Location"].endswith(batch.id_number)
    page = see(ama.get(f"/producer/batches/{batch.id_number}").text).text
    assert "没有“炎陵黄桃”今天有效的使用许可" in page and "标签上写“黄桃”" in page
    assert ama.post("/producer/brands/licences", data={"brand": "yanling-peach"}).status_code == 302
    granted = chen.post("/bureau/licences/3/grant", data={"valid_from": "二月"})
    assert granted.status_code == 422 and 'value="二月"' in granted.text
    assert chen.post("/bureau/licences/3/grant", data={"valid_from": "2026-01-01"}).status_code == 302
    assert "可以使用" in see(ama.get("/producer/brands").text).text
    assert chen.post(f"/bureau/batches/{batch.id_number}/brand", data={"reason": "当天补签"}).status_code == 302
    assert "当天补签" in see(ama.get(f"/producer/batches/{batch.id_number}").text).text


def test_forms_of_brands_keep_what_was_typed(app: Flask) -> None:
    chen, ama = signed_in(app, "chen"), signed_in(app, "ama")
    new = chen.post(
        "/bureau/brands", data={"name": "茶陵绿豆", "clause": "", "county": "430224", "season_from": "六月"}
    )
    assert new.status_code == 422 and 'value="茶陵绿豆"' in new.text and 'value="六月"' in new.text
    level = chen.post("/bureau/brands/1/levels", data={"level": "city", "since": "明天", "source": "发文"})
    assert level.status_code == 422 and 'value="明天"' in level.text
    own = ama.post("/producer/brands/own", data={"name": "山里红", "kind": "regional", "clause": "x"})
    assert own.status_code == 422 and 'value="山里红"' in own.text
    assert (
        ama.post("/producer/brands/own", data={"name": "山里红", "kind": "product", "clause": "商标"}).status_code
        == 302
    )
    assert chen.post("/bureau/brands/13/return", data={"reason": "缺原件"}).status_code == 302
    assert "缺原件" in ama.get("/producer/brands").text
    again = ama.post("/producer/brands/own/13", data={"name": "山里红", "kind": "product", "clause": "商标注册证"})
    assert again.status_code == 302 and chen.post("/bureau/brands/13/verify").status_code == 302
    assert "山里红" in ama.get("/brands").text
