"""Copied labels on the pages: officers and their cases, shops that say 卖出了, readers who say where they are, the table of networks."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, Sold, World, signed_in
from yipin.chain.shipping import ShippingForm, ship
from yipin.jobs.clone_watch import watch
from yipin.models import Batch, CloneCase, SoldUnit, UnitReader
from yipin.scan import looks
from yipin.scan.looks import Look, Reader
from yipin.scan.verdicts import Verdict

PLACES = ("430225", "430224", "430223", "长沙市", "衡阳市", "")


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def raised(world: World, sold: Sold) -> str:
    """A pack that twelve people read in five places, one of which is not known. Returns the address of its page."""
    with world.db.write.begin() as session:
        form = ShippingForm("甲店", "炎陵县霞阳镇", "2026-07-20", first="1", last="3")
        ship(session, world.ama, session.get_one(Batch, sold.batch.id), form)
    where = {f"10.0.{number}.0/24": PLACES[number % 6] for number in range(12)}
    some = [
        Look(
            Reader.of(f"10.0.{number}.7", "iPhone"),
            (sold.batch.id, 1),
            Verdict.GENUINE,
            NOW + timedelta(days=number // 4),
        )
        for number in range(12)
    ]
    with world.db.looks.write.begin() as session:
        looks.count(session, some, world.installation.policy.clone, lambda network: where[network])
    assert watch(world.db, world.installation.policy, world.chen, NOW - timedelta(days=1)) == 1
    return "/bureau/copies/1"


def test_an_officer_reads_the_facts_in_words_sees_where_and_when_and_closes_the_case(
    world: World, sold: Sold, chen: FlaskClient
) -> None:
    path = raised(world, sold)
    assert "第 2 枚" in chen.get("/bureau/copies").text and path in chen.get("/bureau/").text
    assert f'href="{path}"' in chen.get(f"/bureau/batches/{sold.batch.id_number}").text
    page = chen.get(path).text
    assert "12 人在 5 个地方查过" in page and "这批货只发往：炎陵县霞阳镇" in page and "可能被复制" in page
    assert "这批货没有发往的几个地方都有人查过" in page and "4 个" in page and "假货" not in page
    assert 'class="chart tile-map"' in page and 'class="chart reader-days"' in page
    assert "攸县" in page and "长沙市" in page and "不明" in page
    assert "由您核查" in chen.post(f"{path}/look", follow_redirects=True).text
    assert chen.post(f"{path}/close", data={"reason": ""}).status_code == 422
    done = chen.post(f"{path}/close", data={"reason": "店家说是巡展样品，已换标"}, follow_redirects=True).text
    assert "<q>店家说是巡展样品，已换标</q>" in done and "/look" not in done
    assert "第 2 枚" not in chen.get("/bureau/copies").text
    assert "第 2 枚" in chen.get("/bureau/copies?state=closed").text


def test_another_countys_officer_and_a_grower_see_nothing_of_it(
    world: World, sold: Sold, app: Flask, ama: FlaskClient
) -> None:
    path = raised(world, sold)
    world.officer_of("430203")
    other = signed_in(app, "officer-430203")
    assert other.get(path).status_code == 404 and "第 2 枚" not in other.get("/bureau/copies").text
    assert ama.get(path).status_code == 403


def test_an_explained_pack_says_so_and_english_is_whole(world: World, sold: Sold, chen: FlaskClient) -> None:
    path = raised(world, sold)
    chen.post(f"{path}/explain", data={"reason": "礼盒样品巡展"})
    page = chen.get(f"{path}?lang=en").text
    assert "12 people looked in 5 places" in page and "Explained" in page


def test_what_was_closed_too_early_is_opened_again_for_a_reason(world: World, sold: Sold, chen: FlaskClient) -> None:
    path = raised(world, sold)
    assert "还没有办结" in chen.post(f"{path}/reopen", data={"reason": "另一家店也有"}).text
    chen.post(f"{path}/close", data={"reason": "店家说是样品"})
    asked = chen.post(f"{path}/reopen", data={"reason": ""})
    assert asked.status_code == 422 and "<details open>" in asked.text
    page = chen.post(f"{path}/reopen", data={"reason": "另一家店也有"}, follow_redirects=True).text
    assert "核查中" in page and "<q>另一家店也有</q>" in page and f"{path}/close" in page
    assert "店家说是样品" in page  # what was said before stays in the history


def test_a_shop_scans_says_sold_and_takes_it_back(world: World, sold: Sold, ama: FlaskClient, app: Flask) -> None:
    code = sold.digits[0]
    scanned = app.test_client().get(f"/{code}").text
    assert f"/producer/sold?code=/{code}" in scanned and f"/where?code=/{code}" in scanned
    asked = ama.get(f"/producer/sold?code=/{code}").text
    assert "第 1 枚" in asked and "卖出了" in asked
    assert "已登记卖出" in ama.post("/producer/sold", data={"code": code}, follow_redirects=True).text
    assert world.get(SoldUnit, 1).undone_at is None
    assert "算没有卖出" in ama.post("/producer/sold/1/undo", follow_redirects=True).text
    assert world.get(SoldUnit, 1).undone_at is not None


@pytest.mark.parametrize("code", ["", "12", "https://t.example.cn/1", "1" * 191])
def test_what_is_no_code_of_ours_sells_nothing_and_stays_in_the_box(ama: FlaskClient, code: str) -> None:
    refused = ama.post("/producer/sold", data={"code": code})
    assert refused.status_code == 422 and f'value="{code}"' in refused.text


def test_a_neighbours_pack_cannot_be_sold(sold: Sold, app: Flask) -> None:
    ben = signed_in(app, "ben")
    assert "不是您家的货" in ben.get(f"/producer/sold?code={sold.digits[0]}").text
    assert ben.post("/producer/sold", data={"code": sold.digits[0]}).status_code == 404


def test_a_reader_says_where_it_saw_the_pack(world: World, sold: Sold, app: Flask) -> None:
    reader, key = app.test_client(), (sold.batch.id, 0)
    reader.get(f"/{sold.digits[0]}")
    asked = reader.get(f"/where?code=/{sold.digits[0]}").text
    assert "炎陵县" in asked and "<script" not in asked.partition("<form")[2].partition("</form>")[0]
    assert reader.post("/where", data={"code": f"/{sold.digits[0]}", "region": "上海"}).status_code == 422
    assert "谢谢" in reader.post("/where", data={"code": f"/{sold.digits[0]}", "region": "430224"}).text
    with world.db.looks.read.begin() as session:
        [row] = session.query(UnitReader).filter_by(batch_id=key[0], ordinal=key[1])
        assert row.region == "430224"
    stranger = {"REMOTE_ADDR": "198.51.100.9"}
    data = {"code": sold.digits[1], "region": "430224"}
    told = reader.post("/where", data=data, environ_overrides=stranger)  # who has not scanned it
    assert told.status_code == 200
    with world.db.looks.read.begin() as session:
        assert session.query(UnitReader).count() == 1


def test_the_city_uploads_its_networks_and_a_county_reads_them(world: World, chen: FlaskClient, app: Flask) -> None:
    assert "还没有网段表" in chen.get("/bureau/networks").text
    table = {"file": (io.BytesIO("网段,地方\n203.0.113.0/24,炎陵\n".encode()), "networks.csv")}
    page = chen.post("/bureau/networks", data=table, follow_redirects=True).text
    assert "203.0.113.0/24" in page and "炎陵县" in page
    wrong = {"file": (io.BytesIO(b"203.0.113.7/32,430225"), "networks.csv")}
    refused = chen.post("/bureau/networks", data=wrong)
    assert refused.status_code == 422 and "太小" in refused.text and "203.0.113.0/24" in refused.text
    world.officer_of("430203")
    county = signed_in(app, "officer-430203")
    assert "203.0.113.0/24" in county.get("/bureau/networks").text
    assert (
        "市级人员" in county.post("/bureau/networks", data={"file": (io.BytesIO(b"10.0.0.0/16,430225"), "n.csv")}).text
    )


def test_a_case_whose_looks_are_gone_still_has_its_page(world: World, sold: Sold, chen: FlaskClient) -> None:
    path = raised(world, sold)
    with world.db.looks.write.begin() as session:
        session.query(UnitReader).delete()
    assert chen.get(path).status_code == 200 and world.get(CloneCase, 1).readers == 12
