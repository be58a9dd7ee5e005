"""The pages of claim notices: a link on the scan page of a covered batch alone, a form that loses nothing, a number, the
insurer's desk, and what the producer is told."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from world import NOW, PASSWORD, Sold, World, signed_in
from world.insured import insured
from world.reading import see
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.models import ClaimNotice, Product, Role

TYPED = {"happened_on": "2026-07-20", "what": "果子发霉", "contact": "刘女士", "phone": "13912345678", "consent": "y"}


def jpeg() -> bytes:
    Image.new("RGB", (8, 6), "gold").save(out := io.BytesIO(), "JPEG")
    return out.getvalue()


def form_of(browser: FlaskClient, path: str) -> dict[str, str]:
    page = see(browser.get("/claim", query_string={"code": path}).text)
    return {name: page.values[name][0] for name in ("key", "code")}


@pytest.fixture
def covered(world: World, sold: Sold) -> Sold:
    with world.db.write.begin() as session:
        insured(session, world.chen, session.get_one(Product, sold.batch.product_id))
    return sold


def test_the_way_to_the_form_is_on_the_pages_of_a_covered_batch_alone(
    world: World, sold: Sold, client: FlaskClient
) -> None:
    product = world.get(Product, sold.batch.product_id)
    unit, batch = f"/{sold.digits[0]}", f"/b/{sold.batch.id_number}"
    assert not [path for path in (unit, batch) if "/claim?code=" in client.get(path).text]
    assert "未参加" in client.get("/claim", query_string={"code": unit}).text
    with world.db.write.begin() as session:
        insured(session, world.chen, session.get_one(Product, product.id))
    for path in (unit, batch):
        link = next(link for link in see(client.get(path).text).links if link.startswith("/claim?code="))
        assert see(client.get(link).text).values["code"] == [path.rpartition("/")[2]]
    assert "/claim?code=" not in client.get(f"/p/{product.id_number}").text


def test_a_claim_with_a_photo_gets_a_number_and_the_insurer_answers_it(
    world: World, covered: Sold, app: Flask, client: FlaskClient
) -> None:
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login="ines",
            name="某保险公司",
            role=Role.INSURER,
            password=PASSWORD,
        )
    typed = TYPED | form_of(client, f"/{covered.digits[0]}") | {"file": (io.BytesIO(jpeg()), "霉.jpg")}
    answer = client.post("/claim", data=typed, follow_redirects=True)
    number = re.search(r"B\w{3}-\w{4}", answer.text)
    assert answer.status_code == 200 and number and "某保险公司" in answer.text and "95518" in answer.text
    ines, chen = signed_in(app, "ines"), signed_in(app, "chen")
    page = f"/bureau/claim-notices/{world.get(ClaimNotice, 1).id}"
    assert number[0] in ines.get("/bureau/claim-notices").text
    assert "有 1 件消费者报案" in ines.get("/bureau/insurance").text
    for desk in (ines, chen):
        seen = desk.get(page).text
        assert "果子发霉" in seen and "/files/" in seen and "13912345678" not in seen
    assert "只有保险机构能打开" in chen.get(page).text
    assert "13912345678" in ines.post(f"{page}/contact").text
    ines.post(f"{page}/take")
    assert ines.post(f"{page}/close", data={"reason": ""}).status_code == 422
    ines.post(f"{page}/close", data={"reason": "已按合同赔付，款到账。"})
    assert "件消费者报案" not in ines.get("/bureau/insurance").text
    status = client.post("/case", data={"number": number[0], "digits": "5678"}).text
    assert "保险机构已答复" in status and "已按合同赔付，款到账。" in status and "刘女士" not in status
    told = signed_in(app, "ama").get("/producer/insurance").text
    assert number[0] in told and "果子发霉" not in told and "13912345678" not in told and "刘女士" not in told


def test_what_was_typed_stays_when_something_is_missing(covered: Sold, client: FlaskClient) -> None:
    typed = TYPED | form_of(client, f"/{covered.digits[0]}") | {"what": "", "happened_on": "2026-07-18"}
    answer = client.post("/claim", data=typed)
    page = see(answer.text)
    assert answer.status_code == 422
    assert not {name: value for name, value in typed.items() if name not in ("what",) and page.values[name] != [value]}
