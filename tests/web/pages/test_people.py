"""The pages of a producer's people: from the invitation on paper to a clerk at work."""

import re

import pytest
from flask import Flask

from world import PASSWORD, World, signed_in, staff
from world.reading import see
from yipin.models import Position


def test_from_the_slip_to_a_clerk_at_work(world: World, app: Flask) -> None:
    ama, dan = signed_in(app, "ama"), app.test_client()
    slip = ama.post("/producer/people", data={"name": "Dan", "position": "clerk"})
    assert slip.status_code == 200 and slip.headers["Cache-Control"] == "no-store"
    assert "data:image/svg+xml;base64," in slip.text and "办事员" in slip.text
    word = re.search(r"https://t\.example\.cn/invited/([A-Z0-9-]{19})", see(slip.text).text)[1]  # type: ignore[index]
    assert word not in ama.get("/producer/people").text  # shown this once
    page = dan.get(f"/invited/{word}")
    assert page.status_code == 200 and "请您做“Ama 黄桃合作社”的办事员" in see(page.text).text
    refused = dan.post(f"/invited/{word}", data={"login": "ama", "name": "Dan", "password": PASSWORD})
    assert refused.status_code == 422 and 'value="ama"' in refused.text
    inside = dan.post(
        f"/invited/{word}", data={"login": "dan", "name": "Dan", "password": PASSWORD}, follow_redirects=True
    )
    assert inside.request.path == "/producer/" and "账号已开通" in inside.text and "人员" not in inside.text
    again = app.test_client().get(f"/invited/{word}")
    assert again.status_code == 404 and "已经用过" in see(again.text).text
    assert "应邀开通了账号" in ama.get("/inbox/").text


def test_a_field_hand_starts_at_the_farm_s_record_and_has_three_ways_from_there(world: World, app: Flask) -> None:
    staff.hired(world, Position.FIELD_HAND, "eve")
    eve = app.test_client()
    home = eve.post("/login", data={"login": "eve", "password": PASSWORD}, follow_redirects=True)
    assert home.request.path == "/producer/farm/"
    bar = see(home.text.partition('aria-label="主菜单"')[2].partition("</nav>")[0])
    assert bar.links == ["/producer/farm/", "/producer/plots"]
    assert eve.get("/producer/batches").status_code == 403 and eve.get("/jobs/").status_code == 403
    assert "登记地块" not in eve.get("/producer/plots").text
    assert "没有查到" in eve.get("/search/?q=炎陵黄桃").text or eve.get("/search/?q=炎陵黄桃").status_code == 200


def test_the_owner_sees_everybody_changes_a_place_and_takes_one_out(world: World, app: Flask) -> None:
    dan = staff.hired(world, Position.CLERK, "dan")
    ama, clerk, address = signed_in(app, "ama"), signed_in(app, "dan"), f"/producer/people/{dan.account_id}"
    assert "办事员" in ama.get("/producer/people").text
    assert ama.post(address, data={"position": "field_hand"}).status_code == 302
    assert clerk.get("/producer/batches").status_code == 403
    assert "办事员" in ama.get(address).text and "记录员" in ama.get(address).text  # what it was, and is
    slip = ama.post(f"{address}/reset").text
    assert 'class="once"' in slip and slip.count("dan")
    assert ama.post(f"{address}/out").status_code == 302
    assert clerk.get("/producer/farm/").headers["Location"].startswith("/login")
    assert "已移出或停用的 1 人" in ama.get("/producer/people").text
    own = f"/producer/people/{world.ama.account_id}"
    assert "/out" not in ama.get(own).text and ama.post(f"{own}/out").status_code == 409


def test_the_officer_sees_the_people_and_helps_the_owner_alone(world: World, app: Flask) -> None:
    dan = staff.hired(world, Position.CLERK, "dan")
    page = signed_in(app, "chen").get(f"/bureau/producers/{world.ama.producer_id}").text
    assert "Dan" in page and "办事员" in page and page.count("发一次性密码</button>") == 1
    answer = signed_in(app, "chen").post(
        f"/bureau/producers/{world.ama.producer_id}/reset", data={"account": str(dan.account_id)}
    )
    assert answer.status_code == 422 and "负责人" in answer.text


@pytest.mark.parametrize(
    "said", [{}, {"name": "Dan"}, {"name": "", "position": "clerk"}, {"name": "Dan", "position": "x"}]
)
def test_a_refused_invitation_comes_back_with_what_was_typed(world: World, app: Flask, said: dict[str, str]) -> None:
    answer = signed_in(app, "ama").post("/producer/people", data=said)
    assert answer.status_code == 422 and f'value="{said["name"]}"' in answer.text if said.get("name") else True


def test_the_book_and_the_page_say_who_recorded(world: World, app: Flask) -> None:
    staff.hired(world, Position.FIELD_HAND, "eve")
    eve = signed_in(app, "eve")
    said = {"kind": "work", "what": "套袋", "crop": "黄桃", "crop_kind": "fruit", "operator": "老王", "plot": "1"}
    sent = eve.post("/producer/farm/new", data=said | {"key": "key-12345", "day": "2026-07-20", "season": "2026"})
    assert sent.status_code == 302, see(sent.text).messages
    assert "Eve 记" in see(signed_in(app, "ama").get("/producer/farm/").text).text
    assert eve.get("/producer/farm/book.pdf").status_code == 403
