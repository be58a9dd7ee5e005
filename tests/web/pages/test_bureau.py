"""The officer's pages: what an officer does to a batch is seen at the very next scan; reviews, certificates, insurance,
the log and the accounts."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, PASSWORD, USCC, Sold, World, signed_in
from world.reading import see
from world.recalls import stop
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.models import Account, Batch, Event, Producer, Product, Review, Role, UnitReader, UnitScans

JSON = {"Accept": "application/json"}


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def told(app: Flask, path: str) -> dict:
    return app.test_client().get(path, headers=JSON).json


def done(browser: FlaskClient, path: str, **typed: str) -> str:
    """Send a form that should be accepted; the notice on the page it leads to."""
    answer = browser.post(path, data=typed)
    assert answer.status_code == 302, (answer.status_code, see(answer.text).messages, see(answer.text).headline)
    return " ".join(see(browser.get(answer.headers["Location"]).text).flashes)


def events(world: World, action: str) -> list[Event]:
    with world.db.read.begin() as session:
        return list(session.scalars(sa.select(Event).where(Event.action == action).order_by(Event.id)))


def test_hold_release_and_recall_are_seen_at_the_next_scan(
    world: World, app: Flask, chen: FlaskClient, sold: Sold
) -> None:
    path, code = f"/bureau/batches/{sold.batch.id_number}", f"/{sold.digits[0]}"
    assert told(app, code)["verdict"] == "genuine"
    assert "已全部冻结" in stop(chen, sold.batch, "hold", "抽检待复核")
    found = told(app, code)
    assert (found["verdict"], found["since"] is not None) == ("on_hold", True) and "抽检待复核" in found["reason"]
    assert told(app, f"/b/{sold.batch.id_number}")["verdict"] == "on_hold"
    assert "已解除冻结" in done(chen, f"{path}/release", reason="复核合格")
    assert told(app, code)["verdict"] == "genuine"
    assert "已全部召回" in stop(chen, sold.batch, "recall", "农残超标")
    assert told(app, code)["verdict"] == "recalled" and "农残超标" in told(app, code)["reason"]
    page = see(chen.get(path).text)
    assert "抽检待复核" in page.text and "复核合格" in page.text and "农残超标" in page.text
    assert "reason" not in page.values  # there is nothing more to do to it
    for action, reason in (("batch.hold", "抽检待复核"), ("batch.release", "复核合格"), ("batch.recall", "农残超标")):
        (event,) = events(world, action)
        assert (event.reason, event.actor_name, event.object_id) == (reason, "Chen", sold.batch.id)


def test_a_batch_page_shows_everything_about_the_batch(chen: FlaskClient, app: Flask, sold: Sold) -> None:
    app.test_client().get(f"/{sold.digits[0]}")
    page = see(chen.get(f"/bureau/batches/{sold.batch.id_number}").text).text
    for shown in (
        "炎陵黄桃",
        "Ama 黄桃合作社",
        "13800000000",
        "霞阳镇山垄村",
        "250",
        "第 1—3 枚",
        "已上市",
        "1 次",
        "赋码",
        "确认上市",
    ):
        assert shown in page


def test_batches_are_found_by_county_product_and_state(world: World, app: Flask, chen: FlaskClient, sold: Sold) -> None:
    bens = world.declare(world.ben)
    stop(chen, bens, "hold", "抽检待复核")

    def found(**query: str) -> set[str]:
        page = see(chen.get("/bureau/batches", query_string=query).text)
        return {link.rpartition("/")[2] for link in page.links if link.startswith("/bureau/batches/")}

    both = {sold.batch.id_number, bens.id_number}
    assert found() == found(county="430225") == found(product="黄桃") == both
    assert found(state="on_hold") == found(product="炎陵", state="on_hold") == {bens.id_number}
    assert found(state="on_sale") == {sold.batch.id_number}
    assert found(county="430203") == found(product="丝瓜") == found(state="recalled") == set()
    assert found(product="%") == found(product="_") == found(product="\\") == found(product="黄桃' OR 1=1--") == set()
    assert found(state="no such state") == both
    page = see(chen.get("/bureau/batches?county=430225&product=黄桃&state=on_hold").text)
    assert (page.values["county"], page.values["product"], page.values["state"]) == (["430225"], ["黄桃"], ["on_hold"])


def test_an_officer_finds_and_counts_only_the_batches_of_the_county(world: World, app: Flask, sold: Sold) -> None:
    world.officer_of("430203")
    world.officer_of("430225")
    for login, told in (("officer-430203", "还没有批次。"), ("officer-430225", "共 1 件")):
        assert told in see(signed_in(app, login).get("/bureau/batches").text).text


def test_any_page_number_of_a_list_is_answered(chen: FlaskClient) -> None:
    for page in ("0", "-1", "2", "999999", "9999999", "²", "٣", "abc", "", "1e3", "%00"):
        for path in ("/bureau/batches", "/bureau/events"):
            assert chen.get(f"{path}?page={page}").status_code == 200, f"{path}?page={page}"


def test_a_hostile_search_is_answered(chen: FlaskClient, sold: Sold) -> None:
    for typed in ("\x00", "a\x00", "🍑", "x" * 9000, "'", '"><script>', "\\", "%", "{{7*7}}", "\u202e"):
        for name in ("county", "product", "state"):
            for path in ("/bureau/batches", "/bureau/producers", "/bureau/products"):
                answer = chen.get(path, query_string={name: typed})
                assert answer.status_code in (200, 400) and "<script>" not in answer.text, (path, name, typed)


# Reviews.


@pytest.fixture
def applicant(app: Flask) -> FlaskClient:
    """The browser of a cooperative that has just sent in its record."""
    browser = app.test_client()
    done(browser, "/join", login="newcomer", name="Dora", password="some plain sentence")
    done(
        browser,
        "/producer/profile",
        kind="cooperative",
        name="山垄合作社",
        uscc=USCC["other"],
        resident_id="",
        county="430225",
        township="霞阳镇",
        contact="Dora",
        phone="13800000000",
    )
    return browser


def last(world: World, kind: type[Producer] | type[Product]) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.max(kind.id))) or 0


def test_a_producer_is_returned_mended_and_approved_by_its_county(
    world: World, app: Flask, applicant: FlaskClient
) -> None:
    world.officer_of("430225")
    county, path = signed_in(app, "officer-430225"), f"/bureau/producers/{last(world, Producer)}"
    assert "山垄合作社" in see(county.get("/bureau/producers").text).text
    assert "已退回" in done(county, f"{path}/return", reason="请写全称")
    assert "请写全称" in see(applicant.get("/producer/profile").text).text
    mended = {name: values[0] for name, values in see(applicant.get("/producer/profile").text).values.items() if values}
    assert mended["uscc"] == USCC["other"] and mended["township"] == "霞阳镇"  # nothing has to be typed again
    done(applicant, "/producer/profile", **mended | {"name": "霞阳镇山垄黄桃合作社"})
    assert "已通过" in done(county, f"{path}/approve")
    assert applicant.get("/producer/plots").status_code == 200
    assert county.post(f"{path}/approve").status_code == 409


def test_a_product_goes_by_the_county_then_the_city_and_then_has_its_number(
    world: World, app: Flask, chen: FlaskClient
) -> None:
    world.officer_of("430225")
    county, ama = signed_in(app, "officer-430225"), signed_in(app, "ama")
    done(ama, "/producer/products/new", name="白桃", commodity="桃", regime="other")
    product = last(world, Product)
    path = f"/bureau/products/{product}"
    assert "县级已通过" in done(county, f"{path}/approve")
    assert county.post(f"{path}/approve").status_code == 403  # the second yes is the city's
    assert county.post(f"{path}/return", data={"reason": "不同意"}).status_code == 403
    assert world.get(Product, product).state is Review.COUNTY_APPROVED
    assert "产品身份证号" in done(chen, f"{path}/approve")
    made = world.get(Product, product)
    assert made.state is Review.APPROVED and told(app, f"/p/{made.id_number}")["product"] == "白桃"


def test_a_returned_product_shows_the_reason_and_can_be_sent_again(world: World, app: Flask, chen: FlaskClient) -> None:
    ama = signed_in(app, "ama")
    done(ama, "/producer/products/new", name="白桃", commodity="桃", regime="other")
    product = last(world, Product)
    done(chen, f"/bureau/products/{product}/return", reason="请注明品种")
    page = see(ama.get(f"/producer/products/{product}").text)
    assert "请注明品种" in page.text and page.values["name"] == ["白桃"]
    done(ama, f"/producer/products/{product}", name="白桃（湖景蜜露）", commodity="桃")
    assert world.get(Product, product).state is Review.SUBMITTED
    assert "白桃（湖景蜜露）" in see(chen.get("/bureau/products?state=submitted").text).text


def test_an_individuals_number_is_on_no_page(world: World, app: Flask, chen: FlaskClient) -> None:
    number = "11010519491231002X"  # the example of the standard
    browser = app.test_client()
    done(browser, "/join", login="newcomer", name="Dora", password="some plain sentence")
    done(
        browser,
        "/producer/profile",
        kind="individual",
        name="Dora",
        uscc="",
        resident_id=number,
        county="430225",
        township="霞阳镇",
        contact="Dora",
        phone="13800000000",
    )
    page = chen.get(f"/bureau/producers/{last(world, Producer)}").text
    assert "已加密保存" in page
    for text in (page, browser.get("/producer/profile").text, chen.get("/bureau/events").text):
        assert number not in text and number[:-1] not in text


# Certificates.


def test_a_certificate_is_shown_from_the_next_scan_until_it_is_withdrawn(
    world: World, app: Flask, chen: FlaskClient, sold: Sold
) -> None:
    path, code = f"/bureau/products/{sold.batch.product_id}", f"/{sold.digits[0]}"
    done(
        chen,
        f"{path}/certifications",
        scheme="green",
        number="LB-00-24010000000A",
        valid_from="2026-01-01",
        valid_to="",
    )
    assert [badge["number"] for badge in told(app, code)["certifications"]] == ["LB-00-24010000000A"]
    assert "LB-00-24010000000A" in see(chen.get(path).text).text
    assert chen.post("/bureau/certifications/1/withdraw", data={"reason": ""}).status_code == 422
    assert told(app, code)["certifications"] != []
    assert "证书已撤下" in done(chen, "/bureau/certifications/1/withdraw", reason="证书被撤销")
    assert told(app, code)["certifications"] == []
    assert chen.post("/bureau/certifications/1/withdraw", data={"reason": "再撤一次"}).status_code == 422


# The log, and the accounts.


def test_a_county_officers_log_tells_of_the_county_only(
    world: World, app: Flask, chen: FlaskClient, sold: Sold
) -> None:
    world.officer_of("430203")
    stop(chen, sold.batch, "hold", "抽检待复核")
    assert "抽检待复核" in chen.get("/bureau/events").text
    assert "抽检待复核" not in signed_in(app, "officer-430203").get("/bureau/events").text


@pytest.fixture
def admin(world: World, app: Flask) -> FlaskClient:
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login="admin",
            name="admin",
            role=Role.ADMINISTRATOR,
            password=PASSWORD,
        )
    return signed_in(app, "admin")


def number_of(world: World, login: str) -> int:
    with world.db.read.begin() as session:
        return session.scalars(sa.select(Account.id).where(Account.login == login)).one()


def test_an_administrator_opens_an_officers_account_for_one_county(
    world: World, app: Flask, admin: FlaskClient
) -> None:
    typed = {"login": "you-county", "name": "攸县审核员", "role": "officer", "county": "430223", "password": PASSWORD}
    assert "已开通账号“you-county”" in done(admin, "/bureau/accounts", **typed)
    made = world.get(Account, number_of(world, "you-county"))
    assert (made.role, made.county) == (Role.OFFICER, "430223")
    assert signed_in(app, "you-county").get("/bureau/").status_code == 200
    page = see(admin.get("/bureau/accounts").text).text
    assert "攸县审核员" in page and "攸县" in page and "argon2" not in page


def test_an_account_that_cannot_be_is_refused_with_what_was_typed(world: World, admin: FlaskClient) -> None:
    right = {"login": "you-county", "name": "攸县审核员", "role": "officer", "county": "430223", "password": PASSWORD}
    for wrong, message in (
        ({"role": "producer"}, "只有监管账号有县市区范围"),
        ({"role": "king"}, "请从列表里选一项"),
        ({"county": "110105"}, "不是本市的县市区代码"),
        ({"login": "chen"}, "已经有人用了"),
    ):
        answer = admin.post("/bureau/accounts", data=right | wrong)
        page = see(answer.text)
        assert answer.status_code == 422 and message in " ".join(page.messages)
        assert page.values["login"] == [(right | wrong)["login"]] and page.values["name"] == ["攸县审核员"]
        assert PASSWORD not in answer.text


def test_disabling_an_account_ends_it_at_once_but_not_ones_own(world: World, app: Flask, admin: FlaskClient) -> None:
    ama = signed_in(app, "ama")
    assert ama.get("/producer/").status_code == 200
    assert "已停用" in done(admin, f"/bureau/accounts/{number_of(world, 'ama')}/disable")
    assert ama.get("/producer/").status_code == 302
    assert ama.post("/login", data={"login": "ama", "password": PASSWORD}).status_code == 401
    assert admin.post(f"/bureau/accounts/{number_of(world, 'ama')}/disable").status_code == 409
    own = number_of(world, "admin")
    assert admin.post(f"/bureau/accounts/{own}/disable").status_code == 409
    assert f"/bureau/accounts/{own}/disable" not in admin.get("/bureau/accounts").text
    assert world.get(Account, own).disabled_at is None


def test_a_corrected_account_shows_what_was_and_what_is(world: World, admin: FlaskClient) -> None:
    path = f"/bureau/accounts/{number_of(world, 'chen')}"
    admin.post(path, data={"name": "陈新", "county": "430223"})
    page = admin.get(path).text
    assert "范围：<del>株洲市</del>" in page and "<ins>攸县</ins>" in page and "<ins>陈新</ins>" in page


def test_the_first_page_counts_what_waits(
    world: World, app: Flask, applicant: FlaskClient, chen: FlaskClient, sold: Sold
) -> None:
    before = see(chen.get("/bureau/").text).text
    stop(chen, sold.batch, "hold", "抽检待复核")
    after = see(chen.get("/bureau/").text).text
    assert before != after and "50" in after
    assert world.get(Batch, sold.batch.id).state_reason == "抽检待复核"


def test_the_page_of_a_batch_says_which_labels_may_be_copied_and_why_and_calls_it_a_hint(
    world: World, chen: FlaskClient, sold: Sold
) -> None:
    page = f"/bureau/batches/{sold.batch.id_number}"
    assert "可能被复制的标签" not in chen.get(page).text
    with world.db.looks.write.begin() as session:
        many = {"scans": 99, "readers": 73, "days": 14, "first_at": NOW, "last_at": NOW}
        pack = {"batch_id": sold.batch.id, "ordinal": 2}
        session.add(UnitScans(**pack, **many))
        session.add_all(UnitReader(**pack, client=f"{number:016x}"[::-1], at=NOW, region="") for number in range(73))
    told = " ".join(see(chen.get(page).text).text.split())
    assert "第 3 枚 73 人在 14 天里查过，首次" in told
    assert "查过的人比一件商品可能有的多得多" in told
    assert "这只是提示，不是结论" in told
