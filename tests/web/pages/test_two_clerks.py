"""Two people of one producer at the same batch and the same form: neither loses what was typed, and neither undoes the other."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in, staff
from world.reading import see
from yipin.models import Batch, FarmEntry, Plot, Position, Producer

BOTH = ("first", "second")


@pytest.fixture
def clerks(world: World, app: Flask) -> list[FlaskClient]:
    for login in BOTH:
        staff.hired(world, Position.CLERK, login)
    return [signed_in(app, login) for login in BOTH]


def on(page: str) -> dict[str, str]:
    """What the forms of a page show, as it would be sent back."""
    return {name: values[-1] for name, values in see(page).values.items() if name and values}


def shown(browser: FlaskClient, page: str) -> dict[str, str]:
    return on(browser.get(page).text)


PLACES = {
    "batch": ("quantity", "240", "pack_size", "5"),
    "plot": ("name", "屋前坡", "place", "霞阳镇山垄新村"),
    "contact": ("contact", "李四", "phone", "13900000000"),
}


def address_of(world: World, what: str) -> tuple[str, str]:
    """Where the form of a thing is sent, and the page that it stands on."""
    if what == "batch":
        return (f"/producer/batches/{world.declare().id_number}/correct",) * 2
    return ("/producer/plots/1",) * 2 if what == "plot" else ("/producer/profile/contact", "/producer/profile")


@pytest.mark.parametrize("what", ["batch", "plot"])
def test_a_form_that_lay_open_while_a_colleague_saved_says_so_once_and_loses_nothing(
    world: World, clerks: list[FlaskClient], what: str
) -> None:
    (one, hers, other, his), (address, page) = PLACES[what], address_of(world, what)
    first, second = (shown(browser, page) | {"reason": "记错了"} for browser in clerks)
    assert clerks[0].post(address, data=first | {one: hers}).status_code == 302
    refused = clerks[1].post(address, data=second | {other: his})
    assert refused.status_code == 422 and "First改过这一条" in see(refused.text).text
    assert f"现在是“{hers}”" in refused.text  # beside the field that would have been put back
    kept = on(refused.text)
    assert kept[other] == his
    assert clerks[1].post(address, data=kept | {one: hers}).status_code == 302
    row = world.get(Batch if what == "batch" else Plot, 1)
    assert [f"{getattr(row, name):f}" if what == "batch" else getattr(row, name) for name in (one, other)] == [
        hers,
        his,
    ]


def test_the_owner_s_form_of_the_contact_asks_too(world: World, app: Flask) -> None:
    address, page = address_of(world, "contact")
    browsers = [signed_in(app, "ama"), signed_in(app, "ama")]
    first, second = (shown(browser, page) for browser in browsers)
    assert browsers[0].post(address, data=first | {"contact": "李四"}).status_code == 302
    assert browsers[1].post(address, data=second | {"phone": "13900000000"}).status_code == 422
    assert world.get(Producer, 1).contact == "李四" and world.get(Producer, 1).phone == "13800000000"


def test_the_same_page_saved_by_both_without_a_change_between_is_nothing_to_ask(
    world: World, clerks: list[FlaskClient]
) -> None:
    for browser, name in zip(clerks, ("坡一", "坡二"), strict=True):
        assert (
            browser.post("/producer/plots/1", data=shown(browser, "/producer/plots/1") | {"name": name}).status_code
            == 302
        )
    assert world.get(Plot, 1).name == "坡二"


def test_codes_that_both_ask_for_are_not_issued_beyond_the_batch(world: World, clerks: list[FlaskClient]) -> None:
    batch = world.declare()  # 100 packs
    address = f"/producer/batches/{batch.id_number}/codes"
    sent = [{"count": "60", "kind": "full", "key": login * 4} for login in BOTH]
    told = [browser.post(address, data=form) for browser, form in zip(clerks, sent, strict=True)]
    assert [answer.status_code for answer in told] == [302, 422]
    assert world.get(Batch, batch.id).room == 40


def test_entries_of_both_stand_each_under_its_own_name(world: World, clerks: list[FlaskClient]) -> None:
    sent = [shown(browser, "/producer/farm/new") for browser in clerks]
    more = {"kind": "work", "what": "套袋", "crop": "黄桃", "crop_kind": "fruit", "operator": "老王"}
    for browser, form in zip(clerks, sent, strict=True):
        assert browser.post("/producer/farm/new", data=form | more).status_code == 302
    assert [world.get(FarmEntry, number).recorded_by for number in (1, 2)] == [
        world.actor(login).account_id for login in BOTH
    ]
    page = see(clerks[0].get("/producer/farm/plots/1").text).text
    assert "First 记" in page and "Second 记" in page
