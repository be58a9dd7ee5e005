"""Two people of one producer at the same batch and the same form: neither loses what was typed, and neither undoes the other."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in, staff
from world.certificates import numbered
from world.insured import entered
from world.reading import see
from world.streets import PAPER
from yipin.brands import directory
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.models import Batch, Brand, FarmEntry, Plot, Position, Producer, Product, Role
from yipin.uploads import attachments

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


def officers(world: World, app: Flask) -> list[FlaskClient]:
    world.officer_of("430225")
    return [signed_in(app, login) for login in ("chen", "officer-430225")]


def refused_once(
    browsers: list[FlaskClient], page: str, address: str, first: dict[str, str], second: dict[str, str]
) -> str:
    """The page that the second of two gets, who had opened the form before the first saved; sent again it is done."""
    seen = [shown(browser, page) for browser in browsers]
    assert browsers[0].post(address, data=seen[0] | first).status_code == 302
    refused = browsers[1].post(address, data=seen[1] | second)
    assert refused.status_code == 422 and "改过这一条" in see(refused.text).text
    assert browsers[1].post(address, data=on(refused.text) | second).status_code == 302
    return refused.text


def test_the_form_of_a_brand_asks_too(world: World, app: Flask) -> None:
    with world.db.read.begin() as session:
        brand = session.scalars(sa.select(Brand.id).where(Brand.key == "yanling-peach")).one()
    facts = {"commodity": "黄桃", "flagship": "y"}
    hers = facts | {"plain_name": "桃子"}
    his = facts | {"season_from": "07-01", "season_to": "08-20", "season_source": "产区公告"}
    page = f"/bureau/brands/{brand}"
    told = refused_once(officers(world, app), page, f"{page}/facts", hers, his)
    assert "现在是“桃子”" in told and "现在是“黄桃”" not in told
    assert world.get(Brand, brand).season_from == "07-01"


def test_the_form_of_an_own_brand_that_was_returned_is_filled_and_asks_too(
    world: World, clerks: list[FlaskClient]
) -> None:
    form = {"name": "山里红", "kind": "product", "recognised_on": "2026-01-05", "clause": "商标"}
    assert clerks[0].post("/producer/brands/own", data=form).status_code == 302
    with world.db.write.begin() as session:
        row = session.scalars(sa.select(Brand).where(Brand.name == "山里红")).one()
        directory.return_(session, world.chen, row, "看不清")
        number = row.id
    page = clerks[0].get("/producer/brands").text
    assert [see(page).values[name][0] for name in form] == list(form.values())
    before = clerks[1].get("/producer/brands").text
    address, seen = f"/producer/brands/own/{number}", see(before).values["seen"][0]
    assert clerks[0].post(address, data=form | {"seen": seen, "clause": "商标注册证"}).status_code == 302
    refused = clerks[1].post(address, data=form | {"seen": seen, "clause": "商标证"})
    assert refused.status_code == 422 and "改过这一条" in refused.text


def test_the_form_of_a_certificate_asks_too(world: World, clerks: list[FlaskClient]) -> None:
    with world.db.write.begin() as session:
        paper = DeclaredCertificate("green", numbered("green", 7), "2024-01-01", "2026-12-31", lines=(Line("1"),))
        row = claims.declare(session, world.ama, paper)
        attachments.keep(session, world.ama, row, "证书.pdf", PAPER)
        page = f"/producer/certificates/{row.id}"
    told = refused_once(clerks, page, page, {"issuer": "中绿华夏"}, {"holder": "霞阳镇合作社"})
    assert "现在是“中绿华夏”" in told


def test_the_form_of_a_policy_and_of_an_account_asks_too(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        row = entered(session, world.chen, session.get_one(Product, 1))
        page = f"/bureau/insurance/{row.id}/edit"
    assert "现在是“95500”" in refused_once(officers(world, app), page, page, {"hotline": "95500"}, {"premium": "9"})
    staff.opened(world, Role.ADMINISTRATOR)
    page = f"/bureau/accounts/{world.ama.account_id}"
    both = [signed_in(app, "administrator") for _ in range(2)]
    assert "现在是“甲”" in refused_once(both, page, page, {"name": "甲"}, {"name": "乙"})


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
