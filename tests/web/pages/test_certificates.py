"""The certificate's pages: a grower declares from the paper, officers go through their queue, and the next scan shows it."""

import io
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from world import Sold, World, signed_in
from world.complaints import Bad, complaints, refuse_complaints
from world.reading import see
from yipin import clock
from yipin.models import Attachment, Certification, Claim

TODAY = clock.day_of(clock.now())
FORM = {
    "scheme": "green",
    "number": "LB-00-24010000000A",
    "mark_code": "GF430225000000",
    "holder": "",
    "issuer": "演示机构",
    "granted_on": "2026-01-01",
    "valid_from": "2026-01-01",
    "valid_to": "2028-12-31",
    "product-0": "1",
    "name-0": "",
    "quantity-0": "12.5",
    "unit-0": "t",
}


def scan() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(out, "PNG")
    out.seek(0)
    return out, "证书.png"


def declared(ama: FlaskClient, **changes: str) -> str:
    answer = ama.post("/producer/certificates/new", data=FORM | changes | {"file": scan()})
    assert answer.status_code == 302, see(answer.text).messages
    return answer.headers["Location"].rsplit("/", 1)[-1]


def test_a_declared_paper_goes_through_the_queue_to_the_scan_page(world: World, app: Flask, sold: Sold) -> None:
    ama, chen, code = signed_in(app, "ama"), signed_in(app, "chen"), f"/{sold.digits[0]}"
    first, second = declared(ama), declared(ama, scheme="organic_conversion", number="000OP2400000", mark_code="")
    assert "等您办" in chen.get("/bureau/certificates").text
    assert chen.get("/bureau/certificates/next").headers["Location"].endswith(f"/{first}")
    page = chen.get(f"/bureau/certificates/{first}").text
    assert "GF430225000000" in page and "/files/1" in page and "和证书一致，核实" in page
    assert "LB-00-24010000000A" not in ama.get(code).text
    for number in (first, second):
        assert chen.post(f"/bureau/certificates/{number}/verify").status_code == 302
    assert chen.get("/bureau/certificates/next").headers["Location"].endswith("/bureau/certificates")
    told = ama.get(code, headers={"Accept": "application/json"}).json["certifications"]
    assert [
        (badge["scheme"], badge["holder"], badge["mark_code"], badge["register"] is not None) for badge in told
    ] == [("green", "Ama 黄桃合作社", "GF430225000000", False), ("organic_conversion", "Ama 黄桃合作社", None, True)]
    page = ama.get(code).text
    assert "不得按有机产品销售" in page and "有机产品 " not in page and "food.cnca.cn" in page
    end = {"how": "revoked", "on": TODAY.isoformat(), "reason": "抽检不合格"}
    assert chen.post(f"/bureau/certificates/{first}/end", data=end).status_code == 302
    assert "LB-00-24010000000A" not in ama.get(code).text and "已撤销" in ama.get("/producer/certificates").text


def test_a_wrong_paper_is_told_field_by_field_and_keeps_what_was_typed(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    cases = [
        Bad("企业信息码", {"number": "GF430225210001"}),
        Bad("如 LB-00-", {"number": "LB-1"}),
        Bad("早于起始日", {"valid_to": "2025-12-31"}),
        Bad("至少填一个", {"product-0": "", "quantity-0": ""}),
        Bad("不是数", {"quantity-0": "many"}),
        Bad("扫描件或照片"),
    ]
    refuse_complaints(complaints(world, ama, "/producer/certificates/new", FORM, cases))


def test_a_file_that_is_no_paper_is_refused_and_nothing_is_declared(world: World, app: Flask) -> None:
    answer = signed_in(app, "ama").post(
        "/producer/certificates/new", data=FORM | {"file": (io.BytesIO(b"<svg onload=alert(1)>"), "x.pdf")}
    )
    assert answer.status_code == 422 and FORM["number"] in answer.text
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(Certification)) is None and session.scalar(sa.select(Attachment)) is None


def test_a_returned_paper_is_mended_with_its_scan_still_there(world: World, app: Flask) -> None:
    ama, chen = signed_in(app, "ama"), signed_in(app, "chen")
    number = declared(ama)
    path = f"/bureau/certificates/{number}/return"
    refuse_complaints(complaints(world, chen, path, {}, [Bad("请填写", {"reason": ""})]))
    assert chen.post(path, data={"reason": "日期和证书不一致"}).status_code == 302
    page = ama.get(f"/producer/certificates/{number}").text
    assert "日期和证书不一致" in page and FORM["number"] in page and "证书.jpg" in page
    assert ama.post(f"/producer/certificates/{number}", data=FORM | {"valid_to": "2029-01-01"}).status_code == 302
    assert world.get(Certification, int(number)).state is Claim.DECLARED


def test_a_renewal_starts_with_the_words_of_the_old_paper(app: Flask) -> None:
    ama, chen = signed_in(app, "ama"), signed_in(app, "chen")
    old = declared(ama, valid_to=(TODAY + timedelta(days=20)).isoformat())
    chen.post(f"/bureau/certificates/{old}/verify")
    assert "还有 20 天" in ama.get("/producer/").text and "还有 20 天" in chen.get("/bureau/expiry").text
    values = see(ama.get(f"/producer/certificates/new?renews={old}").text).values
    assert values["number"] == [FORM["number"]] and values["valid_from"] in ([""], [])
    later = {
        "valid_from": (TODAY + timedelta(days=21)).isoformat(),
        "valid_to": "2030-01-01",
        "granted_on": TODAY.isoformat(),
    }
    answer = ama.post(f"/producer/certificates/new?renews={old}", data=FORM | later | {"file": scan()})
    assert answer.status_code == 302, see(answer.text).messages
    assert "还有 20 天" not in ama.get("/producer/").text
    assert "待核" in chen.get("/bureau/expiry").text
    assert ama.get("/producer/certificates/new?renews=99").status_code == 404


def test_an_officer_enters_from_the_paper_and_another_verifies(world: World, app: Flask) -> None:
    world.officer_of("430225")
    county, chen = signed_in(app, "officer-430225"), signed_in(app, "chen")
    answer = county.post("/bureau/producers/1/certificate", data=FORM | {"file": scan()})
    number = answer.headers["Location"].rsplit("/", 1)[-1]
    assert county.post(f"/bureau/certificates/{number}/verify").status_code == 403
    assert chen.post(f"/bureau/certificates/{number}/verify").status_code == 302
    with world.db.read.begin() as session:
        brand = session.scalar(sa.text("SELECT id FROM brands WHERE name = '炎陵黄桃'"))
    geographical = FORM | {
        "scheme": "geographical",
        "number": "AGI00000",
        "mark_code": "",
        "valid_to": "",
        "holder": "演示协会",
        "product-0": "",
        "name-0": "炎陵黄桃",
        "brand": str(brand),
        "file": scan(),
    }
    assert county.post("/bureau/certificates/new", data=geographical).status_code == 302
    found = chen.get("/bureau/certificates?scheme=geographical&state=checked&county=430225").text
    assert "AGI00000" in found and FORM["number"] not in found
