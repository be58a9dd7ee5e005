"""A recall by its pages: a cause, all that it reaches, asked once more, done in one act; what was typed stays."""

import io
import re

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.chains import do, harvest, made, product_of, sent, works_of
from world.farms import write
from world.reading import see
from world.recalls import stop
from yipin.chain import acts, shipping
from yipin.chain.balance import Taken
from yipin.models import Batch, BatchState, Shipment

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


@pytest.fixture
def beans(world: World) -> Batch:
    """A harvest of a plot that had been sprayed, and 香干 made of a part of it."""
    ama = world.ama
    write(world, ama, "draft-0001", lot="A-7")
    first = harvest(world, ama, product_of(world, ama, "八月黄豆"), "300")
    goods = made(product_of(world, ama, "手工香干"), works_of(world, ama), "200")
    do(world, acts.process, ama, [Taken(first.id_number, "100", "0", "2")], goods)
    return first


CAUSES = (
    {"by": "input", "input": "阿维菌素", "lot": "A-7"},
    {"by": "input", "input": "阿维菌素"},
    {"by": "plot", "plot": "1", "first": "2026-07-01", "last": "2026-07-31"},
)


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_shows_all_it_reaches_before_anything_is_decided(
    world: World, chen: FlaskClient, beans: Batch, cause: dict[str, str]
) -> None:
    page = chen.get("/bureau/recall/reach", query_string=cause)
    assert (
        page.status_code == 200 and "手工香干" in page.text and beans.id_number in see(page.text).text.replace(" ", "")
    )
    assert world.get(Batch, beans.id).state is BatchState.ON_SALE


@pytest.mark.parametrize("cause", CAUSES)
def test_what_a_cause_reaches_is_given_out_with_unit_ranges_and_customers_before_anything_is_decided(
    world: World, chen: FlaskClient, beans: Batch, cause: dict[str, str]
) -> None:
    world.issue(beans, 4)
    sent(world, world.ama, beans, first="2", last="3")
    gone = sent(world, world.ama, beans, first="4", last="4", customer="没有去成的客户")
    with world.db.write.begin() as session:
        shipping.cancel(session, world.ama, session.get_one(Shipment, gone.id), "车坏了")
    (link,) = [link for link in see(chen.get("/bureau/recall/reach", query_string=cause).text).links if ".xlsx" in link]
    book = openpyxl.load_workbook(io.BytesIO(chen.get(link).data), read_only=True)
    batches, customers = ([row for row in page.iter_rows(values_only=True)] for page in book)
    ours = next(row for row in batches if row[:1] == (beans.id_number,))
    assert ours[6:10] == (0, 1, 4, 0) and any(row[1:2] == ("手工香干",) for row in batches)
    left = [row for row in customers if beans.id_number in row]
    assert [(row[0], row[5], row[6]) for row in left] == [("天元区演示超市", 2, 3)]


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        ({"by": "supplier", "supplier": "没有这一家"}, "没有符合的批次"),
        ({"by": "input", "input": "阿维菌素", "lot": "Z"}, "没有符合的批次"),
        ({"by": "input", "input": ""}, "请填写"),
        ({"by": "batch", "number": "4302"}, "身份证号"),
        ({"by": "nothing"}, "请先选一个起因"),
        ({"by": "plot", "plot": "1", "first": "2026-08-01", "last": "2026-07-01"}, "早于起始日"),
    ],
)
def test_a_cause_that_leads_nowhere_says_so_and_keeps_what_was_typed(
    chen: FlaskClient, beans: Batch, cause: dict[str, str], says: str
) -> None:
    page = chen.get("/bureau/recall/reach", query_string=cause)
    assert page.status_code == 422 and says in page.text
    typed, shown = see(page.text).values, {"input": "q", "supplier": "q", "number": "number"}
    for name in set(cause) & shown.keys():
        assert cause[name] in typed[shown[name]]


def ticked(browser: FlaskClient, by: str, words: str = "") -> dict[str, str]:
    """What the list of causes offers to tick: the row's words, by the value of its box."""
    page = browser.get("/bureau/recall", query_string={"by": by, "q": words}).text
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    return {box[0]: see(row).text for row in rows if (box := re.findall(r'name="pick" value="(\d+)"', row))}


@pytest.mark.parametrize("words", ["", "阿维菌素", "阿维", "ａ-７", "菌素阿维", "阿维茵素"])
def test_an_input_is_picked_from_what_is_on_record_whatever_was_typed(
    chen: FlaskClient, beans: Batch, words: str
) -> None:
    ((ref, row),) = ticked(chen, "input", words).items()
    assert "阿维菌素" in row and "A-7" in row and "2026年7月1日" in row
    assert ("相近" in row) is (words in ("菌素阿维", "阿维茵素"))
    page = chen.get("/bureau/recall/reach", query_string={"by": "input", "pick": ref})
    assert page.status_code == 200 and "手工香干" in page.text and "用过投入品 阿维菌素 A-7" in page.text


def test_what_is_near_what_was_ticked_is_shown_until_it_is_ticked_too(
    world: World, chen: FlaskClient, beans: Batch
) -> None:
    for number, (name, lot) in enumerate([("阿维菌素", "A7"), ("1.8% 阿维菌素", "A-7"), ("多菌灵", "")], 2):
        write(world, world.ama, f"draft-000{number}", input_name=name, lot=lot)
    offered = {row: ref for ref, row in ticked(chen, "input").items()}
    assert len(offered) == 4
    first = next(ref for row, ref in offered.items() if "A-7" in row and "1.8" not in row)
    cause = {"by": "input", "pick": first, "reason": "检出违禁农药", "kind": "recall"}
    page = chen.get("/bureau/recall/reach", query_string=cause).text
    beside = page[page.index('id="near"') :]
    assert "A7" in beside and "1.8% 阿维菌素" in beside and "多菌灵" not in beside
    assert "另有 2 项" in see(chen.post("/bureau/recall/stop", data=cause).text).text
    both = cause | {"pick": [ref for row, ref in offered.items() if "多菌灵" not in row]}
    assert 'id="near"' not in chen.get("/bureau/recall/reach", query_string=both).text
    assert "另有" not in see(chen.post("/bureau/recall/stop", data=both).text).text


def test_suppliers_with_their_lots_and_plots_are_picked_too(world: World, chen: FlaskClient, beans: Batch) -> None:
    product, works = str(beans.product_id), str(works_of(world, world.ben))
    product = product_of(world, world.ben, "外购大豆")
    for lot in ("B-1", "B-2"):
        do(world, acts.purchase, world.ben, made(product, works, "10"), acts.Seller("某粮行（株洲）", lot))
    suppliers = ticked(chen, "supplier", "某粮行(株洲)")
    assert sorted("B-1" in row for row in suppliers.values()) == [False, True]
    assert all("1" in row.split() for row in suppliers.values())  # how many batches of it
    page = chen.get("/bureau/recall/reach", query_string={"by": "supplier", "pick": list(suppliers)}).text
    assert (
        "供货人 某粮行（株洲） B-" in page
        and len({link for link in see(page).links if "/bureau/batches/" in link}) == 2
    )
    plots = ticked(chen, "plot", "Ama 黄桃合作社 屋后坡")
    ((plot, row),) = {ref: row for ref, row in plots.items() if "相近" not in row}.items()
    assert "山垄村" in row and "2026年7月10日" in row
    for days, status in (({}, 200), ({"first": "2026-07-01", "last": "2026-07-31"}, 200), ({"first": "x"}, 422)):
        asked = {"by": "plot", "pick": plot} | days
        assert chen.get("/bureau/recall/reach", query_string=asked).status_code == status


@pytest.mark.parametrize("pick", ["0", "999", "x", "１", "9" * 30, "-1"])
@pytest.mark.parametrize("by", ["input", "supplier", "plot"])
def test_what_is_not_on_the_list_cannot_be_ticked(chen: FlaskClient, beans: Batch, by: str, pick: str) -> None:
    page = chen.get("/bureau/recall/reach", query_string={"by": by, "pick": pick})
    assert page.status_code == 422 and "请从列表里选一项" in page.text


def test_another_countys_officer_is_offered_nothing_of_this_one(world: World, app: Flask, beans: Batch) -> None:
    world.officer_of("430203")
    browser = signed_in(app, "officer-430203")
    assert ticked(browser, "input") == {} and "记录里还没有" in browser.get("/bureau/recall?by=input").text
    assert browser.get("/bureau/recall/reach?by=input&pick=1").status_code == 422


def test_a_batchs_own_page_leads_to_all_it_went_into_and_tells_the_producers(
    world: World, app: Flask, chen: FlaskClient, beans: Batch
) -> None:
    page = chen.get(f"/bureau/batches/{beans.id_number}").text
    assert "先看涉及范围" in page and "/recall/reach" in page
    for act in ("hold", "recall"):
        assert chen.post(f"/bureau/batches/{beans.id_number}/{act}", data={"reason": "检出违禁农药"}).status_code == 404
    assert "手工香干" in chen.get("/bureau/recall/reach", query_string={"by": "batch", "number": beans.id_number}).text
    assert "已全部召回" in stop(chen, beans, "recall", "检出违禁农药")
    assert {world.get(Batch, number).state for number in (beans.id, beans.id + 1)} == {BatchState.RECALLED}
    told = see(signed_in(app, "ama").get("/producer/").text).text
    assert "检出违禁农药" in told and "手工香干" in told


def test_a_recall_is_asked_once_more_and_then_stops_everything(world: World, chen: FlaskClient, beans: Batch) -> None:
    act = CAUSES[0] | {"kind": "recall", "reason": "检出违禁农药"}
    asked = chen.post("/bureau/recall/stop", data=act)
    assert asked.status_code == 200 and "召回不能撤销" in asked.text
    assert world.get(Batch, beans.id).state is BatchState.ON_SALE
    sure = {name: values[0] for name, values in see(asked.text).values.items()}
    done = chen.post("/bureau/recall/stop", data=sure, follow_redirects=True)
    assert done.status_code == 200 and "已全部召回" in done.text and "用过投入品 阿维菌素，批号 A-7" in done.text
    assert {world.get(Batch, number).state for number in (beans.id, beans.id + 1)} == {BatchState.RECALLED}


def test_without_a_reason_nothing_is_stopped_and_the_cause_stays(world: World, chen: FlaskClient, beans: Batch) -> None:
    refused = chen.post("/bureau/recall/stop", data=CAUSES[0] | {"kind": "hold", "reason": ""})
    assert refused.status_code == 422 and "A-7" in refused.text
    assert world.get(Batch, beans.id).state is BatchState.ON_SALE


def test_the_language_link_of_a_refused_form_leads_to_the_page_it_stands_on(chen: FlaskClient, beans: Batch) -> None:
    refused = chen.post("/bureau/recall/stop", data=CAUSES[0] | {"kind": "hold", "reason": ""})
    (link,) = [link for link in see(refused.text).links if link.endswith("lang=en")]
    assert link.startswith("/bureau/recall?") and chen.get(link).status_code == 200
