"""A producer's data on another installation: what can move enters by the rules of the place, and what cannot is told."""

import hashlib
import io
import json
from collections import Counter
from zipfile import ZipFile

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world import World, signed_in
from world.farms import correct, write
from world.reading import see
from world.zips import bundle
from yipin.farm import entries, farmers
from yipin.jobs.worker import Worker
from yipin.models import Action, AttachedFarmer, Event, FarmEntry, JobLane, Partner, Plot, Producer, Product, Review
from yipin.register import archiving, partners, plots

POSTGRESQL_IN_SOAK = True  # its rows enter as tests/imports/test_entering.py asks on both
FIELD = {"county": "430225", "place": "霞阳镇", "kind": "field"}


@pytest.fixture
def old(world: World) -> bytes:
    """Ama's package: two more plots, one of them given up, a farmer, a batch, and a record with its corrections. It is told to be
    Ben's, whose record stands for the other installation."""
    policy, ama = world.installation.policy, world.ama
    with world.db.write.begin() as session:
        plots.add_plot(session, ama, policy, name="新园", area_mu="3", **FIELD)
        archiving.archive(session, ama, plots.add_plot(session, ama, policy, name="荒地", area_mu="1", **FIELD))
        farmer = farmers.add_farmer(session, ama, name="老谭", place="山垄村")
        partners.add(session, ama, partners.PartnerForm("演示超市", "", "13800000001", "后门"))
    one = write(world, ama, "first-one", farmer=str(farmer.id))
    correct(world, ama, one, "better-one", dose="20 毫升/亩")
    wrong = write(world, ama, "second-one", input_name="没打过的药")
    with world.db.write.begin() as session:
        entries.withdraw(session, ama, session.get_one(FarmEntry, wrong.id), "没有这回事")
    world.declare()
    return told_to_be(world, "ben", bundle(world, ama))


def told_to_be(world: World, login: str, zipped: ZipFile, right: bool = True, **changed: bytes) -> bytes:
    """The package as if it were another producer's; `changed` files have their SHA-256 put `right`."""
    manifest = json.loads(zipped.read("manifest.json"))
    whose = world.get(Producer, world.actor(login).producer_id)
    manifest["source"] = "https://old.example.cn/"
    manifest["producer"] = {"name": whose.name, "uscc": whose.uscc}
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for each in manifest["files"]:
            content = changed.get(each["path"].rpartition("/")[2].replace(".", "_"), zipped.read(each["path"]))
            each["sha256"] = hashlib.sha256(content).hexdigest() if right else each["sha256"]
            made.writestr(each["path"], content)
        made.writestr("manifest.json", json.dumps(manifest))
    return out.getvalue()


def sent(browser: FlaskClient, content: bytes, address: str = "/producer/take-over") -> TestResponse:
    return browser.post(address, data={"file": (io.BytesIO(content), "a.zip")})


def taken(
    world: World, browser: FlaskClient, content: bytes, address: str = "/producer/take-over"
) -> list[tuple[str, ...]]:
    """The lines of the report, after the preview and the job."""
    preview = sent(browser, content, address)
    assert preview.status_code == 200, see(preview.text).messages
    assert browser.post(address, data={"word": see(preview.text).values["word"][0]}).status_code == 302
    Worker(world.db, world.installation).work(JobLane.SLOW)
    job = max(int(link.split("/")[2]) for link in see(browser.get("/jobs/").text).links if link.endswith("/result"))
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/jobs/{job}/result").data), read_only=True)
    rows = [
        tuple([*(str(cell or "") for cell in row), *[""] * 5][:5]) for row in book.active.iter_rows(values_only=True)
    ]
    return rows[next(at for at, row in enumerate(rows) if row[0] == "种类") + 1 :]


def kept(world: World, kind: type) -> list:  # type: ignore[type-arg]
    with world.db.read.begin() as session:
        rows = sa.select(kind).where(kind.producer_id == world.ben.producer_id)  # type: ignore[attr-defined]
        return list(session.scalars(rows.order_by(kind.id)))  # type: ignore[attr-defined]


def test_the_preview_writes_nothing_and_says_what_stays_and_why(world: World, app: Flask, old: bytes) -> None:
    page = see(sent(signed_in(app, "ben"), old).text).text
    assert "还没有存入" in page and "新园" in page and "不能再签同样的" in page
    assert [row.name for row in kept(world, Plot)] == ["屋后坡"] and kept(world, FarmEntry) == []


def test_what_can_move_enters_and_every_row_has_its_line(world: World, app: Flask, old: bytes) -> None:
    lines = taken(world, signed_in(app, "ben"), old)
    fates = Counter((part, fate) for part, _, _, fate, _ in lines)
    assert fates["地块", "移入"] == 2 and fates["地块", "已有"] == 1 and fates["挂靠农户", "移入"] == 1
    assert fates["产品", "已有"] == 1 and fates["生产记录", "移入"] == 4 and fates["批次", "没有移入"] == 1
    assert all(why for *_, fate, why in lines if fate == "没有移入")
    assert [(row.name, row.is_archived) for row in kept(world, Plot)] == [
        ("屋后坡", False),
        ("新园", False),
        ("荒地", True),
    ]
    assert [row.name for row in kept(world, AttachedFarmer)] == ["老谭"]
    one, better, wrong, out = kept(world, FarmEntry)
    assert (better.corrects_id, better.reason, better.dose) == (one.id, "日期记错了", "20 毫升/亩")
    assert (out.corrects_id, out.withdrawn, out.reason) == (wrong.id, True, "没有这回事")
    assert [(row.name, row.phone, row.note) for row in kept(world, Partner)] == [("演示超市", "13800000001", "后门")]
    assert one.attached_farmer_id == kept(world, AttachedFarmer)[0].id
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event).where(Event.action == Action.DATA_TAKE)).one()
        assert (told.data["take"], told.data["source"]) == (8, "https://old.example.cn/")


def test_the_same_package_again_makes_no_twins(world: World, app: Flask, old: bytes) -> None:
    ben = signed_in(app, "ben")
    taken(world, ben, old)
    before = [len(kept(world, kind)) for kind in (Plot, AttachedFarmer, Partner, Product, FarmEntry)]
    again = Counter(fate for *_, fate, _ in taken(world, ben, old))
    assert "移入" not in again and again["已有"] == 10
    assert [len(kept(world, kind)) for kind in (Plot, AttachedFarmer, Partner, Product, FarmEntry)] == before


def test_a_product_waits_for_its_review_and_a_row_that_a_rule_refuses_says_why(world: World, app: Flask) -> None:
    whole = bundle(world, world.ama)
    product = json.loads(whole.read("rows/products.json"))[0]
    rows = [product | {"name": "山里红桃", "brand_key": None}, product | {"id": 99, "name": "", "brand_key": None}]
    changed = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
    lines = taken(world, signed_in(app, "ben"), told_to_be(world, "ben", whole, products_json=changed.encode()))
    assert [(fate, bool(why)) for part, _, _, fate, why in lines if part == "产品"] == [
        ("移入", False),
        ("没有移入", True),
    ]
    assert [(row.name, row.state, row.id_number) for row in kept(world, Product)][1:] == [
        ("山里红桃", Review.SUBMITTED, None)
    ]


def test_an_officer_of_the_county_takes_it_over_and_the_log_names_the_officer(
    world: World, app: Flask, old: bytes
) -> None:
    world.officer_of("430225"), world.officer_of("430203")
    address = f"/bureau/producers/{world.ben.producer_id}/take-over"
    assert signed_in(app, "officer-430203").get(address).status_code == 404
    taken(world, signed_in(app, "officer-430225"), old, address)
    with world.db.read.begin() as session:
        by = session.scalars(sa.select(Event.actor_name).where(Event.action == Action.PLOT_ADD)).all()
    assert by[-1] == "officer-430225" and len(kept(world, FarmEntry)) == 4


def test_another_producer_s_package_is_refused(world: World, app: Flask, old: bytes) -> None:
    answer = sent(signed_in(app, "ama"), old)
    assert answer.status_code == 422 and "不是这个主体的" in see(answer.text).text


def test_our_own_package_is_refused_for_all_of_it_is_here(world: World, app: Flask) -> None:
    content = bundle(world, world.ama).fp
    assert content is not None
    content.seek(0)
    answer = sent(signed_in(app, "ama"), content.read())
    assert answer.status_code == 422 and "本平台导出" in see(answer.text).text


NO_ZIPS = {"empty": b"", "text": b"x", "zip": b"PK\x05\x06" + bytes(18)}


@pytest.mark.parametrize("what", [*NO_ZIPS, "cut", "changed", "odd rows"])
def test_what_is_no_package_is_refused_by_a_page(world: World, app: Flask, old: bytes, what: str) -> None:
    content = NO_ZIPS.get(what, old)
    if what == "cut":
        content = old[: len(old) // 2]
    if what == "changed":
        content = told_to_be(world, "ben", ZipFile(io.BytesIO(old)), right=False, plots_json=b"[]")
    if what == "odd rows":
        content = told_to_be(world, "ben", ZipFile(io.BytesIO(old)), plots_json=b"[\n3,\n\xff\n]\n")
    answer = sent(signed_in(app, "ben"), content)
    assert answer.status_code == 422 and see(answer.text).messages
    assert [row.name for row in kept(world, Plot)] == ["屋后坡"]
