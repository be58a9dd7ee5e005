"""An amount that is beyond what is plausible: asked about on every form, named in an import, and left to the county where it is far
beyond."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world import World, signed_in
from world.reading import digest, see
from world.tables import filled, token_on, upload
from yipin.models import Batch, PrintRun

NEW, IMPORT = "/producer/batches/new", "/producer/import/batches"
HUGE = "10000000"


@pytest.fixture
def usual(world: World) -> None:
    """Three harvests of 250 kg: from now on it is known what is usual."""
    for _ in range(3):
        world.declare()


def typed(world: World, **changes: str) -> dict[str, str]:
    form = world.batch_form(world.ama, **changes)
    return {name: value for name, value in vars(form).items() if isinstance(value, str)}


def yes(answer: TestResponse) -> list[str]:
    """What a person sends who ticks all that is asked."""
    return re.findall(r'name="confirm" value="([^"]+)"', answer.text)


def declare_huge(world: World, ama: FlaskClient) -> Batch:
    form = typed(world, quantity=HUGE)
    answer = ama.post(NEW, data=form | {"confirm": yes(ama.post(NEW, data=form))})
    assert answer.status_code == 302
    with world.db.read.begin() as session:
        return session.scalars(sa.select(Batch).order_by(Batch.id.desc()).limit(1)).one()


def test_the_form_asks_keeps_all_and_goes_on_by_one_tick(world: World, ama: FlaskClient, usual: None) -> None:
    form, before = typed(world, quantity="3000"), digest(world.db)
    asks = ama.post(NEW, data=form)
    assert asks.status_code == 409 and digest(world.db) == before
    assert "是否确认" in asks.text and "平常一次是 250 kg" in asks.text and "12 倍" in asks.text
    assert see(asks.text).values["quantity"] == ["3000"] and see(asks.text).values["pack_size"] == ["2.5"]
    assert len(yes(asks)) == 1
    assert "usual harvest is 250 kg" in ama.post(f"{NEW}?lang=en", data=form).text
    assert ama.post(f"{NEW}?lang=zh", data=form | {"quantity": "30000", "confirm": yes(asks)}).status_code == 409
    assert ama.post(NEW, data=form | {"confirm": yes(asks)}).status_code == 302
    log = signed_in_chen(ama).get("/bureau/events").text
    assert "已确认" in log and "3,000" in log


def signed_in_chen(browser: FlaskClient) -> FlaskClient:
    return signed_in(browser.application, "chen")


def test_a_slip_that_is_mended_needs_no_tick(world: World, ama: FlaskClient, usual: None) -> None:
    assert ama.post(NEW, data=typed(world, quantity="3000")).status_code == 409
    assert ama.post(NEW, data=typed(world, quantity="300")).status_code == 302


def the_same_again(world: World, **changes: str) -> dict[str, str]:
    with world.db.read.begin() as session:
        like = session.scalars(sa.select(Batch.id_number).order_by(Batch.id)).first()
    return {"like": str(like), "harvest_date": "2026-07-19", "stock": "a4-24", "key": "today-1"} | changes


def test_the_same_again_asks_too(world: World, ama: FlaskClient, usual: None) -> None:
    form = the_same_again(world, quantity="3000")
    asks = ama.post("/producer/next", data=form)
    assert (
        asks.status_code == 409 and "平常一次是 250 kg" in asks.text and see(asks.text).values["quantity"] == ["3000"]
    )
    assert "/producer/prints/" in ama.post("/producer/next", data=form | {"confirm": yes(asks)}).headers["Location"]


def test_the_same_again_far_beyond_is_declared_and_gets_no_labels(world: World, ama: FlaskClient, usual: None) -> None:
    form = the_same_again(world, quantity=HUGE)
    answer = ama.post("/producer/next", data=form | {"confirm": yes(ama.post("/producer/next", data=form))})
    batch = ama.get(answer.headers["Location"])
    assert "数量要先由县市区农业农村局核实" in batch.text and "赋码前还要办" in batch.text
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PrintRun)) == 0


def test_the_preview_names_the_rows_and_nothing_enters_without_the_tick(
    world: World, ama: FlaskClient, usual: None
) -> None:
    rows = [["炎陵黄桃", "屋后坡", "2026-07-18", amount, "kg", "2.5"] for amount in ("251", "3000", HUGE)]
    preview = upload(ama, IMPORT, filled(ama, IMPORT, *rows))
    assert preview.status_code == 200 and "2 行的数量看来不对" in preview.text
    assert preview.text.count("打勾确认才导入") == 2 and "这次是它的 12 倍" in preview.text
    assert "要等县市区农业农村局核实" in preview.text
    token = token_on(preview.text)
    refused = ama.post(IMPORT, data={"token": token})
    assert refused.status_code == 422 and "请先看过下面数量可疑的行，再打勾" in refused.text
    assert count(world) == 3
    assert ama.post(IMPORT, data={"token": token_on(refused.text), "sure": "1"}).status_code == 302
    with world.db.read.begin() as session:
        made = session.scalars(sa.select(Batch).order_by(Batch.id)).all()[3:]
    assert [(row.quantity, row.amount_state and row.amount_state.value) for row in made] == [
        (251, None),
        (3000, None),
        (10_000_000, "waiting"),
    ]


def test_a_file_of_nothing_but_what_is_usual_is_asked_nothing(world: World, ama: FlaskClient, usual: None) -> None:
    row = ["炎陵黄桃", "屋后坡", "2026-07-18", "251", "kg", "2.5"]
    preview = upload(ama, IMPORT, filled(ama, IMPORT, row))
    assert "是否确认" not in preview.text
    assert ama.post(IMPORT, data={"token": token_on(preview.text)}).status_code == 302


def count(world: World) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Batch)) or 0


def test_the_officer_sees_what_waits_with_its_figures_and_the_grower_is_told_the_word(
    world: World, app: Flask, ama: FlaskClient
) -> None:
    batch = declare_huge(world, ama)
    world.officer_of("430225")
    county = signed_in(app, "officer-430225")
    assert batch.id_number in county.get("/bureau/").text.replace(" ", "")
    for page in ("/bureau/amounts", f"/bureau/batches/{batch.id_number}"):
        assert "4,000,000" in county.get(page).text, page
    assert "等核实，核实前不能赋码" in ama.get("/producer/").text
    decide = f"/bureau/batches/{batch.id_number}/amount"
    empty = county.post(decide, data={"confirmed": "yes", "reason": ""})
    assert empty.status_code == 422 and "请填写" in empty.text
    assert county.post(decide, data={"confirmed": "no", "reason": "地里只有八亩"}).status_code == 302
    assert county.post(decide, data={"confirmed": "yes", "reason": "又看了一遍"}).status_code == 422
    home = ama.get("/producer/").text
    assert "没有核实通过" in home and "地里只有八亩" in home
    assert "地里只有八亩" in ama.get(f"/producer/batches/{batch.id_number}").text
    assert batch.id_number not in county.get("/bureau/").text.replace(" ", "")


def test_what_is_confirmed_gets_its_codes(world: World, app: Flask, ama: FlaskClient) -> None:
    batch, chen = declare_huge(world, ama), signed_in(app, "chen")
    page = f"/producer/batches/{batch.id_number}"
    key = see(ama.get(page).text).values["key"][0]
    assert ama.post(f"{page}/codes", data={"count": "10", "key": key}).status_code == 422
    answer = chen.post(f"/bureau/batches/{batch.id_number}/amount", data={"confirmed": "yes", "reason": "看过过磅单"})
    assert answer.status_code == 302
    assert "已核实，可以赋码" in ama.get("/producer/").text
    assert ama.post(f"{page}/codes", data={"count": "10", "key": key}).status_code == 302


def test_the_word_is_the_countys_own_and_nobody_elses(world: World, app: Flask, ama: FlaskClient) -> None:
    batch = declare_huge(world, ama)
    world.officer_of("430202")
    other, stranger = signed_in(app, "officer-430202"), app.test_client()
    address, word = f"/bureau/batches/{batch.id_number}/amount", {"confirmed": "yes", "reason": "看过过磅单"}
    assert other.post(address, data=word).status_code == 404 and "4,000,000" not in other.get("/bureau/amounts").text
    assert ama.post(address, data=word).status_code == 403 and ama.get("/bureau/amounts").status_code == 403
    assert stranger.post(address, data=word).status_code in (302, 401)
    assert stranger.get("/bureau/amounts").status_code == 302
    assert world.get(Batch, batch.id).amount_state == "waiting"
