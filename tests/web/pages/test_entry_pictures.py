"""Photographs of an entry of the farm's record: kept small and large, seen by its producer and its officers, never lost on the way."""

import io
import json
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from world import PASSWORD, World, signed_in
from world.farms import write
from world.reading import see
from world.uploads import encoded, pdf
from world.zips import bundle
from yipin.models import Attachment, Event, FarmEntry, KeptForm
from yipin.uploads.sanitise import HEAVIEST

NEW = "/producer/farm/new"
WORK = {
    "kind": "work",
    "what": "套袋",
    "day": "2026-07-02",
    "season": "2026",
    "crop": "黄桃",
    "crop_kind": "fruit",
    "operator": "Ama",
}


def photograph(colour: str = "orange", name: str = "果园.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(encoded(Image.new("RGB", (900, 600), colour))), name


def blank(browser: FlaskClient) -> dict[str, object]:
    """The form of a new entry, with its hidden fields, filled in."""
    values = see(browser.get(f"{NEW}?kind=work").text).values
    return {name: each[0] for name, each in values.items() if each} | WORK


def pictures(world: World, entry: int) -> list[str]:
    with world.db.read.begin() as session:
        return [each.name for each in session.get_one(FarmEntry, entry).pictures]


def test_an_entry_has_its_photographs_and_only_whom_it_concerns_sees_them(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    form = blank(ama)
    assert ama.post(NEW, data=form | {"file": [photograph(), photograph("green", "袋.png")]}).status_code == 302
    assert pictures(world, 1) == ["果园.jpg", "袋.jpg"]
    page = ama.get(f"/producer/farm/plots/{form['plot']}").text
    small, large = re.findall(r'src="(/files/\d+/preview.jpg)"', page), re.findall(r'href="(/files/\d+)"', page)
    assert len(small) == len(large) == 2 and "2 张照片" in ama.get("/producer/farm/").text
    shown = [ama.get(address).data for address in (small[0], large[0])]
    assert len(shown[0]) <= HEAVIEST and [Image.open(io.BytesIO(each)).width for each in shown] == [480, 900]
    for county in ("430225", "430223"):
        world.officer_of(county)
    seen = ("chen", 200), ("officer-430225", 200), ("officer-430223", 404), ("ben", 404)
    assert [(who, signed_in(app, who).get(large[0]).status_code) for who, _ in seen] == list(seen)
    assert app.test_client().get(large[0]).status_code == 302
    with world.db.read.begin() as session:
        written = session.scalars(sa.select(Event).where(Event.object_kind == "farm_entries")).one()
        kept = session.scalars(sa.select(Attachment.sha256).order_by(Attachment.id)).all()
    assert written.data["pictures"] == kept


def test_a_correction_takes_the_photographs_along_and_adds_to_them(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    form = blank(ama)
    ama.post(NEW, data=form | {"file": photograph()})
    page = ama.get("/producer/farm/entries/1/correct").text
    assert "原来的 1 张照片会跟过来" in page
    again = {name: each[0] for name, each in see(page).values.items() if each} | {
        "reason": "日期记错了",
        "day": "2026-07-03",
    }
    assert (
        ama.post("/producer/farm/entries/1/correct", data=again | {"file": photograph("blue", "新.jpg")}).status_code
        == 302
    )
    assert (pictures(world, 1), pictures(world, 2)) == (["果园.jpg"], ["果园.jpg", "新.jpg"])


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([photograph(colour) for colour in ("red", "green", "blue", "white")], "最多 3 张照片"),
        ([(io.BytesIO(pdf("a")), "证.pdf")], "这里只收照片"),
        ([(io.BytesIO(b"GIF89a"), "a.gif")], "另存为 JPG"),
    ],
)
def test_what_is_no_photograph_or_one_too_many_is_told_at_its_field(
    world: World, app: Flask, files: list[tuple[io.BytesIO, str]], told: str
) -> None:
    ama = signed_in(app, "ama")
    answer = ama.post(NEW, data=blank(ama) | {"file": [(io.BytesIO(each.getvalue()), name) for each, name in files]})
    page = see(answer.text)
    assert answer.status_code == 422 and told in " ".join(page.messages) and page.values["what"] == ["套袋"]
    assert "刚才选的还在" not in answer.text  # what is refused is not kept


def test_a_refused_form_has_its_photographs_still(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    form = blank(ama)
    answer = ama.post(NEW, data=form | {"what": "", "file": photograph()})
    page = see(answer.text)
    assert answer.status_code == 422 and "刚才选的还在：果园.jpg" in answer.text and page.values["kept"] == ["1"]
    with world.db.read.begin() as session:
        assert "果园".encode() not in session.scalars(sa.select(KeptForm.content)).one()  # sealed
    again = {name: each[0] for name, each in page.values.items() if each} | {"what": "套袋"}
    assert ama.post(NEW, data=again).status_code == 302 and pictures(world, 1) == ["果园.jpg"]
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(KeptForm)) == 0


def test_an_expired_form_has_its_photographs_still(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    form = blank(ama) | {"file": photograph()}
    ama.delete_cookie("session")
    assert ama.post(NEW, data=form).location == "/login?next=/kept"
    ama.post("/login", data={"login": "ama", "password": PASSWORD, "next": "/kept"})
    token = see(ama.get("/kept").text).values["csrf_token"][-1]
    page = see(ama.post(NEW, data={"resume": "1", "csrf_token": token}).text)
    assert page.values["what"] == ["套袋"] and "果园.jpg" in page.text
    assert ama.post(NEW, data={name: each[0] for name, each in page.values.items() if each}).status_code == 302
    assert pictures(world, 1) == ["果园.jpg"]


def test_the_script_of_a_phone_sends_photographs_and_keeps_those_that_are_refused_itself(
    world: World, app: Flask
) -> None:
    ama, json = signed_in(app, "ama"), {"Accept": "application/json"}
    form = blank(ama)
    assert ama.post(NEW, data=form | {"what": "", "file": photograph()}, headers=json).status_code == 422
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(KeptForm)) == 0
    sent = [ama.post(NEW, data=form | {"file": photograph()}, headers=json).json for _ in range(2)]
    assert sent == [{"entry": 1, "held": 0}] * 2 and pictures(world, 1) == ["果园.jpg"]


def test_my_data_has_them_and_each_entry_names_its_own(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    ama.post(NEW, data=blank(ama) | {"file": photograph()})
    zipped = bundle(world, world.ama)
    named = json.loads(zipped.read("rows/farm_entries.json"))[0]["pictures"]
    assert named.endswith("果园.jpg") and Image.open(io.BytesIO(zipped.read(named))).size == (900, 600)


def test_an_officer_sees_the_photographs_of_what_was_used_on_a_batch(world: World, app: Flask) -> None:
    entry = write(world, world.ama, "draft-0001")
    ama = signed_in(app, "ama")
    page = see(ama.get(f"/producer/farm/entries/{entry.id}/correct").text).values
    again = {name: each[0] for name, each in page.items() if each} | {
        "reason": "补照片",
        "kind": "input",
        "file": photograph(),
    }
    assert ama.post(f"/producer/farm/entries/{entry.id}/correct", data=again).status_code == 302
    batch = world.declare()
    assert "/preview.jpg" in signed_in(app, "chen").get(f"/bureau/batches/{batch.id_number}").text
