"""The pages of commitment certificates, as the people who issue and read them see them."""

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa
import zxingcpp
from conftest import BASE_URL, World, signed_in
from flask import Flask

from yipin.models import CommitmentCertificate
from yipin.web.language import spaced


def only(world: World) -> CommitmentCertificate:
    with world.db.read.begin() as session:
        return session.scalars(sa.select(CommitmentCertificate)).one()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
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
