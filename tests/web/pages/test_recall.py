"""A recall by its pages: a cause, all that it reaches, asked once more, done in one act; what was typed stays."""

import io

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.chains import do, harvest, made, product_of, sent, works_of
from world.farms import write
from world.reading import see
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
    left = [row for row in customers if row[6:7] == (beans.id_number,)]
    assert [(row[0], row[4], row[5]) for row in left] == [("天元区演示超市", 2, 3)]


@pytest.mark.parametrize(
    ("cause", "says"),
    [
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
    typed = see(page.text).values
    for name in set(cause) & {"input", "number"}:
        assert cause[name] in typed[name]


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
