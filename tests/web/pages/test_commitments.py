"""The pages of commitment certificates, as the people who issue and read them see them."""

import io

import openpyxl
import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask

from world import BASE_URL, World, signed_in
from yipin.audit import holds
from yipin.codes.checkdigits import gb32100_check
from yipin.codes.idnumber import spaced
from yipin.commitment import certificates, collecting
from yipin.models import Batch, CommitmentCertificate

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")


def only(world: World) -> CommitmentCertificate:
    with world.db.read.begin() as session:
        return session.scalars(sa.select(CommitmentCertificate)).one()


@on_one_database
def test_a_grower_issues_voids_and_issues_anew_and_the_officer_sees_all_of_it(app: Flask, world: World) -> None:
    batch, ama, chen = world.declare(), signed_in(app, "ama"), signed_in(app, "chen")
    address = f"/producer/batches/{batch.id_number}/commitment"
    page = ama.get(address).text
    assert (
        "未使用禁用农药、兽药及其他化合物" in page
        and 'value="250"' in page
        and "湖南省株洲市炎陵县霞阳镇山垄村" in page
    )
    refused = ama.post(address, data={"quantity": "251", "bases": "control", "key": "k"})
    assert refused.status_code == 422 and "最多还能开 250" in refused.text and 'value="251"' in refused.text
    assert "承诺依据至少选一项" in ama.post(address, data={"quantity": "1", "key": "k"}).text
    refused = ama.post(address, data={"quantity": "1", "bases": ["control", "self_test"], "key": "k"})
    assert refused.text.count(" checked") == 2 and "要先登记这个批次的检测报告" in refused.text
    for _ in range(2):
        sent = ama.post(address, data={"quantity": "100", "bases": "control", "key": "k"})
        assert sent.status_code == 302
    row = only(world)
    page = ama.get(sent.location).text
    assert spaced(row.number) in page and "100 kg" in page and "质量安全控制符合要求" in page
    assert spaced(row.number) in ama.get(f"/producer/batches/{batch.id_number}").text
    for size in ("a4", "a5", "roll"):
        with pdfium.PdfDocument(ama.get(f"{sent.location}/{size}.pdf").data) as paper:
            read = zxingcpp.read_barcodes(paper[0].render(scale=203 / 72).to_pil())
        assert [each.text for each in read] == [f"{BASE_URL}c/{row.number}"]
    assert ama.get(f"{sent.location}/a3.pdf").status_code == 404
    assert ama.post(f"{sent.location}/void", data={"reason": ""}).status_code == 422
    ama.post(f"{sent.location}/void", data={"reason": "数量写错了"})
    assert ama.get(f"{sent.location}/a5.pdf").status_code == 409
    page = ama.get(sent.location).text
    assert "数量写错了" in page and f"commitment?again={row.id}" in page
    assert 'value="100"' in ama.get(f"{address}?again={row.id}").text
    assert "已作废" in ama.get("/producer/commitments").text
    page = chen.get("/bureau/commitments").text
    assert spaced(row.number) in page and "数量写错了" in page
    assert spaced(row.number) not in chen.get("/bureau/commitments?state=live").text
    assert spaced(row.number) in chen.get(f"/bureau/commitments?state=void&q={row.number[:6].lower()}").text
    assert chen.get("/bureau/exports/commitments.xlsx?state=void").status_code == 200


@on_one_database
def test_anyone_is_told_how_a_certificate_stands_and_what_it_says(app: Flask, world: World) -> None:
    batch, anyone = world.declare(), app.test_client()
    with world.db.write.begin() as session:
        row = certificates.issue(
            session,
            world.ama,
            world.installation.policy,
            session.get_one(Batch, batch.id),
            certificates.CommitmentForm("100", ["control"]),
        )
    page = anyone.get(f"/c/{row.number.lower()}").text
    for words in (
        "有效",
        "炎陵黄桃",
        "100 kg",
        "Ama 黄桃合作社",
        "未使用禁用农药、兽药及其他化合物",
        "还没有买方收取",
        batch.id_number,
    ):
        assert words in page
    assert f"/c/{row.number}" in anyone.get(f"/find?q={spaced(row.number)}").location
    told = anyone.get(f"/b/{batch.id_number}", headers={"Accept": "application/json"}).json["commitment_certificate"]
    assert told == {
        "number": row.number,
        "template": "2026_producer",
        "quantity": "100",
        "unit": "kg",
        "basis": ["control"],
        "issued_on": "2026-07-20",
    }
    assert "看这张合格证" in anyone.get(f"/b/{batch.id_number}").text
    with world.db.write.begin() as session:
        collecting.collect(session, world.ben, world.installation.policy, row.number)
    assert "已有 1 个买方" in anyone.get(f"/c/{row.number}").text
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    assert "批次已冻结" in anyone.get(f"/c/{row.number}").text
    with world.db.write.begin() as session:
        certificates.void(session, world.ama, session.get_one(CommitmentCertificate, row.id), "数量写错了")
    page = app.test_client().get(f"/c/{row.number}?lang=en").text
    assert "Void" in page and "数量写错了" in page
    told = anyone.get(f"/c/{row.number}", headers={"Accept": "application/json"}).json
    assert (told["standing"], told["certificate"]["quantity"], told["buyers"]) == ("void", "100", 1)
    assert (
        anyone.get(f"/b/{batch.id_number}", headers={"Accept": "application/json"}).json["commitment_certificate"]
        is None
    )
    unknown = anyone.get("/c/CAAAAAAAAAA" + gb32100_check("CAAAAAAAAAA"))
    assert unknown.status_code == 404 and "查无此证" in unknown.text
    assert "抄错了一位" in anyone.get("/c/C00000000000").text


@on_one_database
def test_a_buyer_checks_several_at_once_and_keeps_the_list(app: Flask, world: World) -> None:
    batch, anyone = world.declare(), app.test_client()
    rows = []
    with world.db.write.begin() as session:
        for quantity in ("100", "50"):
            rows.append(
                certificates.issue(
                    session,
                    world.ama,
                    world.installation.policy,
                    session.get_one(Batch, batch.id),
                    certificates.CommitmentForm(quantity, ["control"]),
                )
            )
        certificates.void(session, world.ama, rows[1], "=1+1")
    typed = "\r\n".join([f"{BASE_URL}c/{rows[0].number}", spaced(rows[1].number).lower(), "C1", rows[0].number])
    page = anyone.get("/c", query_string={"q": typed}).text
    assert "核对结果：3 张" in page and page.count("有效") == 1 and "已作废" in page and "12 位" in page
    sheet = openpyxl.load_workbook(io.BytesIO(anyone.get("/c.xlsx", query_string={"q": typed}).data)).active
    told = [
        [cell.value for cell in row][:4] for row in sheet.iter_rows() if row[1].value in ("有效", "已作废", "编号不对")
    ]
    assert told == [
        [rows[0].number, "有效", "炎陵黄桃", 100],
        [rows[1].number, "已作废", "炎陵黄桃", 50],
        ["C1", "编号不对", None, None],
    ]
    many = anyone.get("/c", query_string={"q": ",".join(f"C{n}" for n in range(101))})
    assert many.status_code == 422 and "请分几次查" in many.text
    assert "哪里有编号" in anyone.get("/c").text


@on_one_database
def test_a_buyer_collects_several_and_is_told_which_cannot_be(app: Flask, world: World) -> None:
    batch, ben = world.declare(), signed_in(app, "ben")
    with world.db.write.begin() as session:
        row = certificates.issue(
            session,
            world.ama,
            world.installation.policy,
            session.get_one(Batch, batch.id),
            certificates.CommitmentForm("100", ["control"]),
        )
    address = "/producer/commitments/collected"
    assert "请填合格证上的编号" in ben.post(address, data={"numbers": " "}).text
    told = ben.post(address, data={"numbers": f"{BASE_URL}c/{row.number}\nC1"})
    assert told.status_code == 422 and "C1" in told.text and "12 位" in told.text and spaced(row.number) in told.text
    assert "已经收过了" in ben.post(address, data={"numbers": row.number}).text
    with world.db.write.begin() as session:
        certificates.void(session, world.ama, session.get_one(CommitmentCertificate, row.id), "数量写错了")
    assert "已作废" in ben.get(address).text


@on_one_database
def test_what_a_batch_needs_is_told_before_and_promised_in_the_same_form(app: Flask, world: World) -> None:
    batch, ama, chen = world.declare(), signed_in(app, "ama"), signed_in(app, "chen")
    page, codes = f"/producer/batches/{batch.id_number}", f"/producer/batches/{batch.id_number}/codes"
    assert "赋码前还要办" not in ama.get(page).text
    product = f"/bureau/products/{batch.product_id}"
    refused = chen.post(f"{product}/regime", data={"regime": "processed", "shelf_life": "30", "food_licence": "SC1"})
    assert refused.status_code == 422 and "SC 加 14 位数字" in refused.text and 'value="SC1"' in refused.text
    assert chen.post(f"{product}/regime", data={"regime": "fresh"}).status_code == 302
    assert "鲜活农产品" in chen.get(product).text
    told = ama.get(page).text
    assert "赋码前还要办" in told and "先开具承诺达标合格证" in told and 'name="promise"' in told
    assert ama.post(codes, data={"count": "4", "key": "k1"}).status_code == 422
    assert ama.post(codes, data={"count": "4", "key": "k1", "promise": "y"}).status_code == 302
    assert only(world).quantity == 10
    assert ama.post(codes, data={"count": "101", "key": "k2", "promise": "y"}).status_code == 422
    assert only(world).quantity == 10, "a refused form issues nothing"
    assert ama.post(codes, data={"count": "1", "key": "k2", "promise": "y"}).status_code == 302
    with world.db.read.begin() as session:
        assert [str(row.quantity) for row in certificates.of_batch(session, batch.id)] == ["2.5", "10"]
    chen.post(f"{product}/regime", data={"regime": "processed", "shelf_life": "30", "food_licence": "SC12543022300013"})
    assert "由原料批次加工而来" in ama.get(page).text
    seen = app.test_client().get(f"/b/{batch.id_number}").text
    assert "生产日期" in seen and "2026年8月17日" in seen and "SC12543022300013" in seen


@on_one_database
def test_the_short_form_issues_the_certificate_with_the_labels(app: Flask, world: World) -> None:
    batch, ama, chen = world.declare(), signed_in(app, "ama"), signed_in(app, "chen")
    chen.post(f"/bureau/products/{batch.product_id}/regime", data={"regime": "fresh"})
    assert 'name="promise"' in ama.get("/producer/next").text
    form = {
        "like": batch.id_number,
        "harvest_date": "2026-07-19",
        "quantity": "5",
        "stock": "roll-50x30",
        "key": "k" * 32,
    }
    refused = ama.post("/producer/next", data=form)
    assert refused.status_code == 422 and "先开具承诺达标合格证" in refused.text
    assert ama.post("/producer/next", data=form | {"promise": "y"}).status_code == 302
    assert only(world).quantity == 5
