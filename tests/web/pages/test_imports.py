"""Excel in: the template that is given out is filled in, looked at, confirmed; all rows enter or none."""

import io
import os
import re
import time

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.tables import bring_in, filled, token_on, upload
from yipin.farm import farmers
from yipin.imports import engine
from yipin.models import Account, Batch, Certification, Claim, Event, Producer, Product, Review
from yipin.register import archiving, producers
from yipin.web.pages import imports

BOTH_DATABASES = True  # rows enter in bulk
POSTGRESQL_IN_SOAK = True  # its rows enter as tests/imports/test_entering.py asks on both

PRODUCERS, PRODUCTS = "/bureau/import/producers", "/producer/import/products"
BATCHES, CERTIFICATES = "/producer/import/batches", "/bureau/import/certificates"
FARM = ["示范家庭农场", "家庭农场", "93430203000000003K", "", "炎陵县", "霞阳镇", "李某", "13900000000"]
PERSON = ["王某某", "个人（农户）", "", "43022519900101001X", "炎陵县", "霞阳镇", "王某", "13900000001"]


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def all_of(world: World, kind):  # type: ignore[no-untyped-def]
    with world.db.read.begin() as session:
        return list(session.scalars(sa.select(kind).order_by(kind.id)))


def resident_id() -> str:
    body = "43022519900101001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]


def test_an_officer_imports_producers_which_wait_for_review_and_bind_nobody(world: World, chen: FlaskClient) -> None:
    person = [*PERSON[:3], resident_id(), *PERSON[4:]]
    preview = upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM, person))
    assert preview.status_code == 200 and "2 行，都能导入" in preview.text and "••••" in preview.text
    assert resident_id() not in preview.text
    assert len(all_of(world, Producer)) == 2  # Ama's and Ben's: a preview keeps nothing
    answer = chen.post(PRODUCERS, data={"token": token_on(preview.text)}, follow_redirects=True)
    assert "已导入 2 行" in answer.text
    made = all_of(world, Producer)[2:]
    assert [(row.name, row.state, row.county) for row in made] == [
        ("示范家庭农场", Review.SUBMITTED, "430225"),
        ("王某某", Review.SUBMITTED, "430225"),
    ]
    assert {row.producer_id for row in all_of(world, Account) if row.login == "chen"} == {None}
    assert [event.actor_name for event in all_of(world, Event) if event.action == "producer.submit"][-2:] == [
        "Chen"
    ] * 2


def test_the_officer_who_vouches_for_them_has_them_approved_at_once(world: World, chen: FlaskClient) -> None:
    bring_in(chen, PRODUCERS, FARM, approve="1")
    assert all_of(world, Producer)[-1].state is Review.APPROVED


def test_one_wrong_row_and_none_enters_and_each_wrong_cell_is_named(world: World, chen: FlaskClient) -> None:
    wrong_code = [*FARM[:2], "93430203000000003A", *FARM[3:]]
    no_name, wrong_county = ["", *PERSON[1:]], [*PERSON[:4], "长沙市", *PERSON[5:]]
    page = upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM, wrong_code, no_name, wrong_county))
    assert page.status_code == 422 and "3 行有错，一行也没有导入" in page.text and 'name="token"' not in page.text
    for address, expected in (("D7", "抄错了一位"), ("B8", "这一格必填"), ("F9", "请从下拉列表里选")):
        assert re.search(rf"<b>{address}</b>.*?{expected}", page.text, re.S), address
    assert len(all_of(world, Producer)) == 2 and not list((world.settings.data).glob("imports/*"))


def test_the_same_code_twice_in_one_file_is_told_of_the_second(chen: FlaskClient) -> None:
    other = ["示范二场", *FARM[1:]]
    page = upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM, other)).text
    assert "<b>D7</b>" in page and "已经登记过" in page and "<b>D6</b>" not in page


def test_confirming_twice_imports_once_and_only_its_owner_can(world: World, app: Flask, chen: FlaskClient) -> None:
    token = token_on(upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM)).text)
    world.officer_of("430225")
    other = signed_in(app, "officer-430225")
    assert other.post(PRODUCERS, data={"token": token}).status_code == 409
    assert chen.post(PRODUCERS, data={"token": "../../yipin"}).status_code == 409
    assert chen.post(PRODUCERS, data={"token": token}).status_code == 302
    assert chen.post(PRODUCERS, data={"token": token}).status_code == 409
    assert len(all_of(world, Producer)) == 3 and not list((world.settings.data).glob("imports/*"))


def test_what_became_wrong_since_the_preview_is_said_and_nothing_enters(world: World, chen: FlaskClient) -> None:
    token = token_on(
        upload(chen, PRODUCERS, filled(chen, PRODUCERS, PERSON[:3] + [resident_id()] + PERSON[4:], FARM)).text
    )
    bring_in(chen, PRODUCERS, FARM)
    answer = chen.post(PRODUCERS, data={"token": token})
    assert answer.status_code == 422 and "D7</span>" in answer.text and "这次没有导入" in answer.text
    assert len(all_of(world, Producer)) == 3
    assert chen.post(PRODUCERS, data={"token": token, "take": "new"}).status_code == 302
    assert len(all_of(world, Producer)) == 4


def test_an_upload_is_for_its_owner_alone_and_old_ones_go(world: World, chen: FlaskClient) -> None:
    upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM))
    (first,) = (world.settings.data / "imports").iterdir()
    assert first.stat().st_mode & 0o777 == 0o600 and first.parent.stat().st_mode & 0o777 == 0o700
    os.utime(first, (time.time() - 4000,) * 2)
    upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM))
    assert first not in (world.settings.data / "imports").iterdir()


def test_a_county_officer_imports_into_the_own_county_only(world: World, app: Flask) -> None:
    world.officer_of("430203")
    other = signed_in(app, "officer-430203")
    page = upload(other, PRODUCERS, filled(other, PRODUCERS, FARM))
    assert page.status_code == 422 and "只能导入本县市区" in page.text


def test_a_clerk_imports_products_and_batches_and_the_same_file_counts_once(world: World, ama: FlaskClient) -> None:
    assert (
        bring_in(ama, PRODUCTS, ["炎陵绿茶", "", "绿茶", "", "明前"], ["炎陵蜂蜜", "", "蜂蜜", "", ""]).status_code
        == 302
    )
    mine = [row for row in all_of(world, Product) if row.producer_id == world.ama.producer_id]
    assert [row.name for row in mine] == ["炎陵黄桃", "炎陵绿茶", "炎陵蜂蜜"]
    rows = [
        ["炎陵黄桃", "屋后坡", "2026-07-18", "250", "kg", "2.5"],
        ["炎陵黄桃", "屋后坡", "２０２６年７月１７日", 120, "kg", 2.5],
    ]
    file = filled(ama, BATCHES, *rows)
    kept = file.getvalue()
    token = token_on(upload(ama, BATCHES, file).text)
    assert ama.post(BATCHES, data={"token": token}).status_code == 302
    assert sorted(str(row.harvest_date) for row in all_of(world, Batch)) == ["2026-07-17", "2026-07-18"]
    again = upload(ama, BATCHES, io.BytesIO(kept))
    assert again.status_code == 422 and "已经导入过" in again.text and all_of(world, Batch)[0].id_number in again.text


def test_a_product_that_is_not_approved_or_is_another_s_cannot_be_chosen(world: World, ama: FlaskClient) -> None:
    bring_in(ama, PRODUCTS, ["炎陵绿茶", "", "绿茶", "", ""])
    page = upload(
        ama,
        BATCHES,
        filled(
            ama,
            BATCHES,
            ["炎陵绿茶", "屋后坡", "2026-07-18", "250", "kg", "2.5"],
            ["1", "屋后坡", "2999-01-01", "250", "kg", "2.5"],
        ),
    )
    assert page.status_code == 422 and "<b>B6</b>" in page.text and "<b>D7</b>" in page.text


def test_certificates_come_in_as_claims_to_be_verified_by_another(world: World, chen: FlaskClient) -> None:
    number = next(row.id_number for row in all_of(world, Product) if row.producer_id == world.ama.producer_id)
    row = [f"{number[:4]} {number[4:]}", "绿色食品", "LB-18-26071812345A", "", "2026-01-01", "2028-12-31", "", ""]
    answer = bring_in(chen, CERTIFICATES, row)
    assert answer.status_code == 302
    (made,) = all_of(world, Certification)
    assert made.state is Claim.CHECKED and made.verified_at is None
    missing = upload(chen, CERTIFICATES, filled(chen, CERTIFICATES, ["430225AAAAAAAAA0", *row[1:]]))
    assert missing.status_code == 422 and "<b>B6</b>" in missing.text


def test_one_wrong_certificate_number_is_named_by_its_cell_and_keeps_the_good_one_out(
    world: World, chen: FlaskClient
) -> None:
    number = next(row.id_number for row in all_of(world, Product) if row.producer_id == world.ama.producer_id)
    good = [number, "绿色食品", "LB-18-26071812345A", "", "2026-01-01", "2028-12-31", "", ""]
    wrong = [number, "有机产品", "LB-18-26071812346A", "", "2026-01-01", "2026-12-31", "", ""]
    page = upload(chen, CERTIFICATES, filled(chen, CERTIFICATES, good, wrong))
    assert page.status_code == 422 and "<b>D7</b>" in page.text and "<b>D6</b>" not in page.text
    assert all_of(world, Certification) == []


def test_english_templates_and_words_are_understood(world: World, chen: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(chen.get(f"{PRODUCERS}/template.xlsx?lang=en").data))
    page = book.worksheets[0]
    assert page["C3"].value == "Kind*" or page["C3"].value.endswith("*")
    kinds = [cell.value for cell in book.worksheets[1]["C"] if cell.value]
    english = [*FARM[:1], kinds[2], *FARM[2:4], book.worksheets[1]["F"][0].value, *FARM[5:]]
    assert upload(chen, PRODUCERS, filled(chen, PRODUCERS, english, query="?lang=en")).status_code == 200


def test_a_template_has_lists_to_choose_from_and_its_cells_are_text(chen: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(chen.get(f"{PRODUCERS}/template.xlsx").data))
    page, options = book.worksheets
    assert options.sheet_state == "hidden"
    assert {str(chosen.sqref).split(":")[0] for chosen in page.data_validations.dataValidation} == {"C6", "F6"}
    assert page.column_dimensions["D"].number_format == "@" and page.freeze_panes == "B4"
    assert [page["A4"].value, page["A5"].value] == ["说明", "示例"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda page: page.delete_cols(4), "找不到列“统一社会信用代码”"),
        (lambda page: page.delete_cols(2), "找不到列“名称”"),
        (lambda page: page.merge_cells("B6:B7"), "合并单元格"),
        (lambda page: page.delete_rows(6), "没有要导入的行"),
        (lambda page: page.cell(6, 4, 934302030000000031), "设为“文本”"),
    ],
)
def test_a_table_that_was_changed_is_told_what_to_do(chen: FlaskClient, change, said: str) -> None:  # type: ignore[no-untyped-def]
    answer = upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM, change=change))
    if "统一社会" in said:  # not required: individuals have none; the company's row then says what is missing
        assert answer.status_code == 422 and "18 位" in answer.text
    else:
        assert answer.status_code == 422 and said in answer.text


def test_no_file_and_another_kind_of_file_are_said(chen: FlaskClient) -> None:
    assert "请先选" in chen.post(PRODUCERS, data={}).text
    assert ".csv" in upload(chen, PRODUCERS, io.BytesIO("名称,类型".encode())).text


def test_too_many_rows_are_refused(chen: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_ROWS", 2)
    assert "最多 2 行" in upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM, FARM, FARM)).text


def test_the_words_of_a_template_are_its_own_translations(app: Flask) -> None:
    with app.test_request_context():
        assert imports.spellings("示例")[0] == "示例" and len(imports.spellings("示例")) == 2


def test_a_grower_who_enters_the_own_record_is_bound_and_an_officer_is_not(world: World) -> None:
    form = producers.ProducerForm(
        "示范家庭农场", "family_farm", "93430203000000003K", "", "430225", "霞阳镇", "李某", "13900000000"
    )
    with world.db.write.begin() as session:
        producers.submit_producer(session, world.chen, world.installation.policy, world.installation.secrets, form)
    assert world.chen.producer_id is None


def test_each_imported_batch_says_which_attached_farmer_grew_it(world: World, app: Flask) -> None:
    ama, row = signed_in(app, "ama"), ["炎陵黄桃", "屋后坡", "2026-07-18", "250", "kg", "2.5"]
    with world.db.write.begin() as session:
        farmer = farmers.add_farmer(session, world.ama, name="老谭（坡上）", place="山垄村").id
        gone = farmers.add_farmer(session, world.ama, name="老刘", place="山垄村")
        archiving.archive(session, world.ama, gone)
    for nobody in ("老谈", "老刘"):
        told = upload(ama, BATCHES, filled(ama, BATCHES, [*row, nobody])).text
        assert f"没有叫“{nobody}”的挂靠农户" in told and "自己种的留空" in told and all_of(world, Batch) == []
    older = [*row[:3], "120", *row[4:]]
    assert bring_in(ama, BATCHES, [*row, "老谭(坡上)"], older).status_code == 302
    assert [(each.attached_farmer_id, each.farmer_name) for each in all_of(world, Batch)] == [
        (farmer, "老谭（坡上）"),
        (None, None),
    ]
