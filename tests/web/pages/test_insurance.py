"""The pages of the quality insurance: an insurer enters, an officer verifies, the next scan shows it."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from world import NOW, PASSWORD, Sold, World, signed_in
from world.complaints import SCRIPT, Bad, complaints, refuse_complaints
from world.insured import GOOD, entered, insured
from world.reading import see
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.models import Product, Role

JSON = {"Accept": "application/json"}


def told(app: Flask, path: str) -> dict:
    return app.test_client().get(path, headers=JSON).json["insurance"]


def done(browser: FlaskClient, path: str, **typed: object) -> str:
    answer = browser.post(path, data=typed)
    assert answer.status_code == 302, (answer.status_code, see(answer.text).messages, see(answer.text).headline)
    return " ".join(see(browser.get(answer.headers["Location"]).text).flashes)


def number_of(world: World, sold: Sold) -> str:
    return world.get(Product, sold.batch.product_id).id_number or ""


def jpeg(colour: str = "gold") -> bytes:
    Image.new("RGB", (8, 6), colour).save(out := io.BytesIO(), "JPEG")
    return out.getvalue()


@pytest.fixture
def ines(world: World, app: Flask) -> FlaskClient:
    """A clerk of 某保险公司."""
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login="ines",
            name="经办人",
            insurer="某保险公司",
            role=Role.INSURER,
            password=PASSWORD,
        )
    return signed_in(app, "ines")


def test_a_policy_is_entered_by_the_insurer_verified_by_an_officer_and_seen_at_the_next_scan(
    world: World, app: Flask, sold: Sold, ines: FlaskClient
) -> None:
    chen, code = signed_in(app, "chen"), f"/{sold.digits[0]}"
    form = GOOD | {
        "subject": number_of(world, sold),
        "insurer": "",
        "valid_to": "2026-07-18",
        "limit_cumulative": "1500000",
        "exclusions": "自行加工后食用的不赔",
    }
    assert "等一位" in done(ines, "/bureau/insurance/new", **form)
    assert told(app, code)["status"] == "pending"
    assert ines.post("/bureau/insurance/1/verify").status_code == 403
    page = see(chen.get("/bureau/insurance/1").text)
    assert "已核实" in done(chen, "/bureau/insurance/1/verify", seen=page.values["seen"][0])
    found = told(app, code)
    assert found["status"] == "covered"  # harvested on the last day of it
    assert found["policies"][0] | {"limit_cumulative": "1500000", "valid_to": "2026-07-18"} == found["policies"][0]
    shown = app.test_client().get(code).text
    assert "PICC-2026-000123" not in shown and "1,500,000 元" in shown and "自行加工后食用的不赔" in shown
    assert "保险责任以保险合同为准" in shown and "首批标签上市" in shown
    end = {"how": "withdrawn", "ended_on": "", "reason": "输错主体"}
    assert "保单已终止" in done(ines, "/bureau/insurance/1/end", **end)
    assert told(app, code) == {"status": "none", "status_text": "未参加", "policies": []}


def test_an_officer_cannot_verify_what_the_officer_typed_and_is_told_so(world: World, app: Flask, sold: Sold) -> None:
    chen = signed_in(app, "chen")
    done(chen, "/bureau/insurance/new", **GOOD | {"subject": number_of(world, sold)})
    page = see(chen.get("/bureau/insurance/1").text)
    assert "要由另一位监管人员核实" in page.text and "seen" not in page.values
    refused = chen.post("/bureau/insurance/1/verify", data={"seen": "x"})
    assert refused.status_code == 422 and "再看一遍" in see(refused.text).messages[0]


def test_a_returned_policy_comes_back_mended(world: World, app: Flask, sold: Sold, ines: FlaskClient) -> None:
    chen = signed_in(app, "chen")
    done(ines, "/bureau/insurance/new", **GOOD | {"subject": number_of(world, sold), "insurer": ""})
    assert "已退回" in done(chen, "/bureau/insurance/1/return", reason="止期看不清")
    page = see(ines.get("/bureau/insurance/1/edit").text)
    assert "止期看不清" in page.text
    typed = {name: values[0] for name, values in page.values.items() if values and name != "csrf_token"}
    done(ines, "/bureau/insurance/1/edit", **typed | {"valid_to": "2026-11-30"})
    assert "2026年11月30日" in see(chen.get("/bureau/insurance?state=entered").text).text


def test_an_insurer_knows_of_no_other_companys_policies(
    world: World, app: Flask, sold: Sold, ines: FlaskClient
) -> None:
    with world.db.write.begin() as session:
        product = session.get_one(Product, sold.batch.product_id)
        entered(session, world.chen, product, number="BD2026000001")
        entered(session, world.chen, product, number="BD2026000002", insurer="另一家保险公司")
    listed = ines.get("/bureau/insurance").text
    assert "BD2026000001" in listed and "BD2026000002" not in listed
    assert ines.get("/bureau/insurance/1").status_code == 200
    for method, path in (("get", ""), ("get", "/edit"), ("post", "/edit"), ("post", "/end")):
        answer = getattr(ines, method)(f"/bureau/insurance/2{path}", **({"data": GOOD} if method == "post" else {}))
        assert answer.status_code == 404, path
    world.officer_of("430203")
    elsewhere = signed_in(app, "officer-430203")
    assert "BD2026000001" not in elsewhere.get("/bureau/insurance").text
    assert elsewhere.get("/bureau/insurance/1").status_code == 404


def test_a_growers_own_policies_and_what_the_scan_page_says_of_each_batch(world: World, app: Flask, sold: Sold) -> None:
    assert "还没有登记您的保单" in see(signed_in(app, "ama").get("/producer/insurance").text).text
    with world.db.write.begin() as session:
        insured(session, world.chen, session.get_one(Product, sold.batch.product_id), number="BD2026000001")
    mine, bens = (
        signed_in(app, "ama").get("/producer/insurance").text,
        signed_in(app, "ben").get("/producer/insurance").text,
    )
    assert "BD2026000001" in mine and see(mine).text.count("承保中") >= 2
    assert "BD2026000001" not in bens


def test_a_policy_with_wrong_dates_number_or_subject(world: World, app: Flask, sold: Sold) -> None:
    chen, right = signed_in(app, "chen"), GOOD | {"subject": number_of(world, sold), "hotline": "95518"}
    cases = [
        Bad("早于起始日", {"valid_to": "2025-12-31"}),
        Bad("不是日期", {"valid_to": ""}),
        Bad("请填写", {"insurer": ""}),
        Bad("电话号码不对", {"hotline": "9" * 21}),
        Bad("U+003C", {"insurer": SCRIPT}),
        Bad("网址不对", {"claim_url": "http://a.cn/"}),
        Bad("抄错了一位", {"subject": "430225AAAAAAAAA0"}),
        Bad("身份证号", {"scope": "batch"}),
    ]
    refuse_complaints(complaints(world, chen, "/bureau/insurance/new", right, cases))
    done(chen, "/bureau/insurance/new", **right)
    wrong = [Bad("至少 2 个字", {"reason": ""})]
    refuse_complaints(complaints(world, chen, "/bureau/insurance/1/return", {"reason": "x"}, wrong))
    cases = [Bad("应在保险期间内", {"ended_on": "2025-01-01"}), Bad("至少 2 个字", {"reason": ""})]
    refuse_complaints(
        complaints(
            world,
            chen,
            "/bureau/insurance/1/end",
            {"how": "cancelled", "ended_on": "2026-07-19", "reason": "退保"},
            cases,
        )
    )


def test_the_document_is_for_the_insurer_the_officers_and_the_grower_and_never_on_the_scan_page(
    world: World, app: Flask, sold: Sold, ines: FlaskClient
) -> None:
    form = GOOD | {"subject": number_of(world, sold), "insurer": ""}
    done(ines, "/bureau/insurance/new", **form, file=(io.BytesIO(jpeg()), "保单.jpg"))
    assert ines.post("/bureau/insurance/1/document", data={}).status_code == 422
    chen = signed_in(app, "chen")
    done(chen, "/bureau/insurance/1/verify", seen=see(chen.get("/bureau/insurance/1").text).values["seen"][0])
    assert "已附上" in done(ines, "/bureau/insurance/1/document", file=(io.BytesIO(jpeg("red")), "批单.jpg"))
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login="otto",
            name="另一家保险公司",
            role=Role.INSURER,
            password=PASSWORD,
        )
    for login, status in (("ines", 200), ("chen", 200), ("ama", 200), ("ben", 404), ("otto", 404)):
        assert {signed_in(app, login).get(f"/files/{n}").status_code for n in (1, 2)} == {status}, login
    assert "批单.jpg" in signed_in(app, "ama").get("/producer/insurance").text
    shown = app.test_client().get(f"/{sold.digits[0]}").text
    assert "承保中" in shown and "/files/" not in shown
    assert "已终止" in done(chen, "/bureau/insurance/1/end", how="withdrawn", ended_on="", reason="输错主体")
    late = ines.post("/bureau/insurance/1/document", data={})
    assert late.status_code == 422 and "已经终止" in " ".join(see(late.text).messages)
