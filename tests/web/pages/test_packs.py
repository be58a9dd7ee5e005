"""Before codes are issued a page says what comes of it: how many packs, each with its code, and what is left over."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from world import World
from world.reading import see
from yipin.models import Batch, CodeRange


def told(page: str) -> str:
    found = re.search(r'<p class="packs"[^>]*>([^<]*)</p>', page)
    assert found, page
    return found[1]


@pytest.mark.parametrize(
    ("quantity", "size", "words"),
    [
        ("80", "2.5", "32 枚，每件 2.5 kg，共 80 kg，正好装完"),
        ("81.2", "2.5", "32 枚，每件 2.5 kg，共 80 kg，还剩 1.2 kg"),
        ("10000", "0.3", "33,333 枚，每件 0.3 kg，共 9,999.9 kg，还剩 0.1 kg"),
    ],
)
def test_the_form_for_codes_says_what_they_are_of(
    world: World, ama: FlaskClient, quantity: str, size: str, words: str
) -> None:
    batch = world.declare(quantity=quantity, pack_size=size)
    page = f"/producer/batches/{batch.id_number}"
    assert told(ama.get(page).text) == words
    key = see(ama.get(page).text).values["key"][0]
    assert ama.post(f"{page}/codes", data={"count": str(batch.quota), "key": key}).status_code == 302
    with world.db.read.begin() as session:
        issued = session.scalars(sa.select(CodeRange)).one()
    assert f"{issued.count:,} 枚" in words  # the number that was told is the number that is issued
    assert f"打印 {issued.count:,} 枚，每件 {size} kg" in told(ama.get(f"/producer/codes/{issued.id}/print").text)


def the_same_again(world: World, quantity: str) -> dict[str, str]:
    like = world.declare()
    return {
        "like": like.id_number,
        "harvest_date": "2026-07-19",
        "quantity": quantity,
        "stock": "a4-24",
        "key": "today-1",
    }


def test_labels_by_one_act_are_asked_about_where_the_page_could_not_tell_the_number(
    world: World, ama: FlaskClient
) -> None:
    form = the_same_again(world, "81.2")
    assert see(ama.get("/producer/next").text).values["counted"] == [""]  # a script fills it in as it tells the number
    asks = ama.post("/producer/next", data=form | {"counted": ""})
    assert asks.status_code == 409 and "81.2 kg = 32 枚标签，每件 2.5 kg，剩 1.2 kg" in asks.text
    yes = re.findall(r'name="confirm" value="([^"]+)"', asks.text)
    assert ama.post("/producer/next", data=form | {"counted": "", "confirm": yes}).status_code == 302


def test_labels_by_one_act_are_made_at_once_where_the_page_told_their_number(world: World, ama: FlaskClient) -> None:
    form = the_same_again(world, "81.2")
    assert ama.post("/producer/next", data=form | {"counted": "31"}).status_code == 409
    assert ama.post("/producer/next", data=form | {"counted": "32"}).status_code == 302
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Batch.reserved).order_by(Batch.id.desc())).first() == 32
