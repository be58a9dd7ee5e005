"""What is done with several rows of a list at once: asked on one page, each row its own answer, nothing half done silently."""

import re
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from world import BASE_URL, Sold, World, signed_in
from world.certificates import numbered
from yipin.brands import directory
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.commitment import certificates
from yipin.commitment.certificates import CommitmentForm
from yipin.models import (
    Batch,
    Brand,
    Certification,
    Claim,
    CodeRange,
    CommitmentCertificate,
    Event,
    Job,
    PrintRun,
    PrintState,
    Producer,
    Product,
    Regime,
    Review,
)
from yipin.register import batches, producers, products
from yipin.register.commodities import ProductGoods


def waiting(world: World, *names: str) -> list[int]:
    """Producers that wait for their review."""
    table = Producer.__table__
    with world.db.write.begin() as session:
        one = session.execute(sa.select(table).where(table.c.id == world.ama.producer_id)).mappings().one()
        fresh = {"state": Review.SUBMITTED, "approved_at": None, "uscc": None, "identity_sealed": b"x"}
        made = [
            dict(one) | fresh | {"id": 100 + n, "name": name, "name_normal": name, "identity_mark": f"{n:064d}"}
            for n, name in enumerate(names)
        ]
        session.connection().execute(sa.insert(table), made)
    return [row["id"] for row in made]


def states(world: World, rows: list[int]) -> list[Review]:
    return [world.get(Producer, row).state for row in rows]


def events(world: World, action: str) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).where(Event.action == action)) or 0


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def test_nothing_is_ticked_beforehand_and_nothing_is_done_before_it_is_confirmed(
    world: World, chen: FlaskClient
) -> None:
    rows = waiting(world, "甲合作社", "乙合作社")
    page = chen.get("/bureau/producers").text
    boxes = re.findall(r"<input[^>]*name=\"pick\"[^>]*>", page)
    assert len(boxes) == 2 and not any("checked" in box for box in boxes)
    asked = chen.post("/bureau/producers/approve", data={"pick": rows})
    assert asked.status_code == 200 and "可以办的 2 件" in asked.text and "通过这 2 家" in asked.text
    assert (
        states(world, rows) == [Review.SUBMITTED] * 2 and events(world, "producer.approve") == 2
    )  # Ama's and Ben's own


def test_each_row_has_its_own_answer(world: World, chen: FlaskClient) -> None:
    before = events(world, "producer.approve")
    rows = waiting(world, "甲合作社", "乙合作社", "丙合作社")
    with world.db.write.begin() as session:
        producers.return_producer(session, world.chen, session.get_one(Producer, rows[1]), "缺证照")
    asked = chen.post("/bureau/producers/approve", data={"pick": rows}).text
    assert "可以办的 2 件" in asked and "有 1 件不能办" in asked and "乙合作社</a><br>这一条已经办过了" in asked
    done = chen.post("/bureau/producers/approve", data={"pick": rows, "sure": "1"})
    assert done.status_code == 200 and "这些没有办成" in done.text and "已通过 2 家主体" in done.text
    assert states(world, rows) == [Review.APPROVED, Review.RETURNED, Review.APPROVED]
    assert events(world, "producer.approve") == before + 2
    again = chen.post("/bureau/producers/approve", data={"pick": rows, "sure": "1"})
    assert again.status_code == 422 and events(world, "producer.approve") == before + 2


def test_rows_of_another_county_and_odd_picks_are_no_rows(world: World, app: Flask) -> None:
    rows = waiting(world, "甲合作社")
    world.officer_of("430203")
    stranger = signed_in(app, "officer-430203")
    for picks in (rows, [], ["x", "-1", "9" * 30, "٣", "\x00"]):
        answer = stranger.post("/bureau/producers/approve", data={"pick": picks, "sure": "1"}, follow_redirects=True)
        assert "还没有勾选" in answer.text
    assert states(world, rows) == [Review.SUBMITTED]


def test_products_go_by_the_county_then_the_city(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        made = [
            products.submit_product(session, world.ama, name=name, brand="", goods=ProductGoods("soybean")).id
            for name in ("大豆甲", "大豆乙")
        ]
    world.officer_of("430225")
    county, city = signed_in(app, "officer-430225"), signed_in(app, "chen")
    assert county.post("/bureau/products/approve", data={"pick": made, "sure": "1"}).status_code == 302
    refused = county.post("/bureau/products/approve", data={"pick": made}).text
    assert "有 2 件不能办" in refused and "等市级审核" in refused
    assert city.post("/bureau/products/approve", data={"pick": made, "sure": "1"}).status_code == 302
    assert all(world.get(Product, row).id_number for row in made)


def several_batches(world: World, many: int) -> list[Batch]:
    form = world.batch_form(world.ama)
    with world.db.write.begin() as session:
        return [
            batches.declare_batch(session, world.ama, replace(form, quantity=str(number + 10)))
            for number in range(many)
        ]


def test_codes_are_issued_for_several_batches_and_only_once(world: World, app: Flask, sold: Sold) -> None:
    ama, rows = signed_in(app, "ama"), several_batches(world, 3)
    picks = [row.id for row in rows]
    asked = ama.post("/producer/batches/issue", data={"pick": picks}).text
    key = re.search(r'name="key" value="(\w+)"', asked)
    assert key and world.get(Batch, picks[0]).reserved == 0
    sent = {"pick": picks, "sure": "1", "key": key[1]}
    first, second = (ama.post("/producer/batches/issue", data=sent) for _ in range(2))
    with world.db.read.begin() as session:
        made = session.scalars(sa.select(CodeRange).where(CodeRange.batch_id.in_(picks))).all()
        told = {
            row.id_number: row.reserved == row.quota
            for row in session.scalars(sa.select(Batch).where(Batch.id.in_(picks)))
        }
    assert first.status_code == 302, first.text
    assert len(made) == 3 and all(told.values()) and "已经提交过" in second.text


def test_the_promise_for_several_batches_is_shown_and_given_where_it_is_lacking(
    world: World, app: Flask, sold: Sold
) -> None:
    ama, rows = signed_in(app, "ama"), several_batches(world, 2)
    picks = [row.id for row in rows]
    with world.db.write.begin() as session:
        session.connection().execute(sa.update(Product.__table__).values(regime=Regime.FRESH))
        whole, batch = CommitmentForm("10", ["control"]), session.get_one(Batch, picks[0])
        certificates.issue(session, world.ama, world.installation.policy, batch, whole)
    asked = ama.post("/producer/batches/issue", data={"pick": picks}).text
    assert "可以办的 2 件" in asked and asked.count('class="promise"') == 1 and 'name="promise"' in asked
    without = ama.post("/producer/batches/issue", data={"pick": picks, "sure": "1", "key": "one"}).text
    assert "已给 1 个批次赋码" in without and "有 1 件不能办" in without and "合格证" in without
    sent = {"pick": picks[1:], "sure": "1", "key": "two", "promise": "y"}
    assert ama.post("/producer/batches/issue", data=sent).status_code == 302
    assert [world.get(Batch, row).reserved for row in picks] == [world.get(Batch, row).quota for row in picks]
    over = ama.post("/producer/batches/issue", data={"pick": picks}).text
    assert "可以办的" not in over and 'name="promise"' not in over and "最多还能开" not in over, (
        "all coded: no paper is missing"
    )
    with world.db.read.begin() as session:
        given = sa.select(CommitmentCertificate.batch_id).where(CommitmentCertificate.batch_id.in_(picks))
        assert sorted(session.scalars(given)) == picks, "one each"


@pytest.mark.parametrize("act", ["approve", "return"])
def test_what_is_returned_several_at_once_has_one_reason_which_has_to_be_given(
    world: World, chen: FlaskClient, act: str
) -> None:
    rows = waiting(world, "甲合作社", "乙合作社")
    assert ('name="reason"' in chen.post(f"/bureau/producers/{act}", data={"pick": rows}).text) is (act == "return")
    if act == "approve":
        return
    none = chen.post("/bureau/producers/return", data={"pick": rows, "sure": "1", "reason": " "})
    assert none.status_code == 422 and "可以办的 2 件" in none.text and "至少 2 个字" in none.text
    odd = chen.post("/bureau/producers/return", data={"pick": rows, "sure": "1", "reason": "缺<证照>"})
    assert odd.status_code == 422 and "缺&lt;证照&gt;" in odd.text and states(world, rows) == [Review.SUBMITTED] * 2
    assert (
        chen.post("/bureau/producers/return", data={"pick": rows, "sure": "1", "reason": "缺证照"}).status_code == 302
    )
    assert [world.get(Producer, row).return_reason for row in rows] == ["缺证照"] * 2
    assert events(world, "producer.return") == 2


def test_products_certificates_and_brands_are_returned_several_at_once_too(world: World, app: Flask) -> None:
    chen = signed_in(app, "chen")
    with world.db.write.begin() as session:
        brand = directory.declare(session, world.ama, name="阿妈红", kind="product", recognised_on="", clause="商标").id
        paper = DeclaredCertificate("green", numbered("green", 1), "2024-01-01", "2026-12-31", lines=(Line("1"),))
        certificate = claims.declare(session, world.ama, paper).id
        session.connection().execute(sa.update(Product.__table__).values(state=Review.COUNTY_APPROVED))
        product = session.scalars(sa.select(Product.id)).first()
    for path, row in (("brands", brand), ("certificates", certificate), ("products", product)):
        assert "退回…" in chen.get(f"/bureau/{path}").text, path
        sent = {"pick": [row, 999], "sure": "1", "reason": "看不清"}
        assert chen.post(f"/bureau/{path}/return", data=sent).status_code == 302, path
        kind = {"brands": Brand, "certificates": Certification, "products": Product}[path]
        assert world.get(kind, row).return_reason == "看不清", path


def test_labels_of_several_batches_are_ordered_in_one_go_and_only_once(world: World, app: Flask, sold: Sold) -> None:
    rows, ama = several_batches(world, 3), signed_in(app, "ama")
    for number, row in enumerate(rows[:2]):
        world.issue(row, 2, key=f"codes-{number}")
    picks = [row.id for row in rows]
    asked = ama.post("/producer/batches/print", data={"pick": picks}).text
    key = re.search(r'name="key" value="(\w+)"', asked)
    assert key and "可以办的 2 件" in asked and "还没有赋码" in asked
    assert runs_and_jobs(world, picks) == (0, 0)
    sent = {"pick": picks, "sure": "1", "key": key[1]}
    first, second = (ama.post("/producer/batches/print", data=sent) for _ in range(2))
    assert "2 个批次的标签开始打印" in first.text and "还没有赋码" in first.text and second.status_code == 422
    assert runs_and_jobs(world, picks) == (2, 2)


def runs_and_jobs(world: World, batches: list[int]) -> tuple[int, int]:
    """How many runs of labels these batches have, and how many of them are ordered."""
    with world.db.read.begin() as session:
        runs = session.scalars(sa.select(PrintRun).where(PrintRun.batch_id.in_(batches))).all()
        about = [f"run:{run.id}" for run in runs]
        return len(runs), session.scalar(sa.select(sa.func.count()).where(Job.about.in_(about))) or 0


def test_certificates_are_checked_by_the_county_and_verified_by_the_city_several_at_once(
    world: World, app: Flask
) -> None:
    with world.db.write.begin() as session:
        made = [
            claims.declare(
                session,
                world.ama,
                DeclaredCertificate("green", numbered("green", n), "2024-01-01", "2026-12-31", lines=(Line("1"),)),
            ).id
            for n in (1, 2)
        ]
    world.officer_of("430225")
    county, city = signed_in(app, "officer-430225"), signed_in(app, "chen")
    assert "核对…" in county.get("/bureau/certificates").text
    early = county.post("/bureau/certificates/verify", data={"pick": made}).text
    assert "有 2 件不能办" in early and "请先核对" in early
    assert county.post("/bureau/certificates/check", data={"pick": made, "sure": "1"}).status_code == 302
    assert "不能收回" in city.post("/bureau/certificates/verify", data={"pick": made}).text
    assert city.post("/bureau/certificates/verify", data={"pick": made, "sure": "1"}).status_code == 302
    assert [world.get(Certification, row).state for row in made] == [Claim.VERIFIED] * 2


def test_brands_are_verified_several_at_once_and_a_regional_one_says_why_not(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        own = [
            directory.declare(session, who, name=f"{who.name}红", kind="product", recognised_on="", clause="商标").id
            for who in (world.ama, world.ben)
        ]
    chen = signed_in(app, "chen")
    assert "核实…" in chen.get("/bureau/brands").text
    done = chen.post("/bureau/brands/verify", data={"pick": [1, *own], "sure": "1"}).text
    assert "已核实 2 个品牌" in done and "有 1 件不能办" in done
    assert all(world.get(Brand, row).verified_at for row in own)


def test_labels_of_several_batches_are_fetched_as_one_file_before_they_are_on_sale(
    world: World, app: Flask, sold: Sold
) -> None:
    rows, ama = several_batches(world, 3), signed_in(app, "ama")
    made = [world.issue(row, 2, key=f"codes-{n}") for n, row in enumerate(rows[:2])]
    for codes in made:
        world.print(codes)
    picks = [row.id for row in (*rows, sold.batch)]
    asked = ama.post("/producer/batches/labels", data={"pick": picks}).text
    assert "可以办的 2 件" in asked and asked.count("没有做好、等着上市的标签") == 2
    answer = ama.post("/producer/batches/labels", data={"pick": picks, "sure": "1"})
    assert answer.mimetype == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    with pdfium.PdfDocument(answer.data) as whole:
        read = [each.text for page in whole for each in zxingcpp.read_barcodes(page.render(scale=203 / 72).to_pil())]
    assert (
        sorted(read) == sorted(BASE_URL + digits for codes in made for digits in world.codes(codes)) and len(read) == 4
    )
    ben = signed_in(app, "ben").post(
        "/producer/batches/labels", data={"pick": picks, "sure": "1"}, follow_redirects=True
    )
    assert "还没有勾选" in ben.text


def test_labels_of_several_batches_are_released_and_a_batch_without_any_says_so(
    world: World, app: Flask, sold: Sold
) -> None:
    (other,) = several_batches(world, 1)
    with world.db.write.begin() as session:
        run = session.scalars(sa.select(PrintRun).where(PrintRun.batch_id == sold.batch.id)).one()
        session.connection().execute(sa.update(PrintRun.__table__).values(state=PrintState.READY, released_at=None))
    ama, picks = signed_in(app, "ama"), [sold.batch.id, other.id]
    assert f'pick" value="{sold.batch.id}' in ama.get("/producer/batches?todo=release").text
    answer = ama.post("/producer/batches/release", data={"pick": picks, "sure": "1"})
    assert "有 1 件不能办" in answer.text and "1 个批次的标签已确认上市" in answer.text
    with world.db.read.begin() as session:
        assert session.get_one(PrintRun, run.id).state is PrintState.RELEASED
    ben = signed_in(app, "ben")
    assert "还没有勾选" in ben.post("/producer/batches/release", data={"pick": picks}, follow_redirects=True).text
