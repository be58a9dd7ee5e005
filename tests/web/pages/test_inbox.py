"""The inbox: what was told to whoever is signed in, and the way to each thing."""

import re

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, World, signed_in
from world.reading import see
from world.streets import ROLES, open_street
from yipin.audit import holds
from yipin.db.columns import Base
from yipin.models import Account, Action, Batch, Event, Notification
from yipin.models.log_entries import enter_all
from yipin.notices.inbox import MOST_COUNTED
from yipin.notices.lists import ABOUT
from yipin.notices.subjects import TABLES
from yipin.notices.table import TELLS
from yipin.web.noticewords import PLACES, SENTENCES


def hold(world: World) -> Batch:
    batch = world.declare()
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "送检结果未出")
    return batch


def lines_of(world: World, login: str) -> list[Notification]:
    """The newest first."""
    with world.db.read.begin() as session:
        mine = sa.select(Notification).where(Notification.account_id == world.actor(login).account_id)
        return list(session.scalars(mine.order_by(Notification.event_id.desc())))


def test_a_held_batch_stands_first_with_its_reason_and_opening_it_marks_it_read(world: World, ama: FlaskClient) -> None:
    batch = hold(world)
    page = ama.get("/inbox/").text
    first = see(page.partition("<tbody>")[2].partition("</tr>")[0]).text
    assert "已冻结" in first and "送检结果未出" in first and "炎陵黄桃" in first and "未读" in first
    line = lines_of(world, "ama")[0]
    answer = ama.post(f"/inbox/{line.id}/open")
    assert answer.status_code == 302 and answer.location == f"/producer/batches/{batch.id_number}"
    assert lines_of(world, "ama")[0].read_at is not None
    assert f'id="n{line.id}"' not in ama.get("/inbox/?read=unread").text


def test_the_menu_counts_what_is_unread_and_one_click_reads_all(world: World, ama: FlaskClient) -> None:
    unread = len(lines_of(world, "ama"))
    assert f"<b>{unread}</b>" in ama.get("/producer/").text
    assert "已全部标为已读" in ama.post("/inbox/read", follow_redirects=True).text
    page = ama.get("/inbox/?read=unread").text
    assert "没有未读的消息" in page and "<b>" not in page.split("</header>")[0]


def test_more_than_a_hundred_are_not_counted_and_long_inboxes_have_pages(world: World, ama: FlaskClient) -> None:
    with world.db.write.begin() as session:
        events = []
        subject, me = session.scalars(sa.select(Batch.id)).first() or 1, world.ama.account_id
        for number in range(MOST_COUNTED):
            event = Event(
                at=NOW, actor_name="x", actor_role="command", action="batch.hold", object_kind="batches", data={}
            )
            event.object_id, event.reason = subject, f"第 {number} 次"
            session.add(Notification(account_id=me, event=event))
            events.append(event)
        session.flush()
        enter_all(session.connection(), Event.__table__, [event.id for event in events], Base.metadata.tables)
    page = ama.get("/inbox/").text
    assert "<b>99+</b>" in page and f"共 {len(lines_of(world, 'ama'))} 件" in page and "下一页" in page


def test_a_line_is_its_readers_alone(world: World, app: Flask, ama: FlaskClient, client: FlaskClient) -> None:
    hold(world)
    line = lines_of(world, "ama")[0]
    assert signed_in(app, "ben").post(f"/inbox/{line.id}/open").status_code == 404
    assert client.post(f"/inbox/{line.id}/open").location.startswith("/login")
    assert client.get("/inbox/").location.startswith("/login")
    assert lines_of(world, "ama")[0].read_at is None


def test_an_empty_inbox_says_what_will_come(world: World, app: Flask) -> None:
    world.officer_of("430203")
    assert "还没有消息" in signed_in(app, "officer-430203").get("/inbox/").text


def test_every_line_of_everybody_is_said_in_both_languages_and_leads_to_a_page(world: World, app: Flask) -> None:
    street, dead = open_street(world, app), []
    for login in set(ROLES) - {"nobody"}:
        browser = street.browsers[login]
        english = browser.get("/inbox/?lang=en").text
        assert "%(" not in english and "待审" not in english, login
        for line in lines_of(world, login):
            answer = browser.post(f"/inbox/{line.id}/open", follow_redirects=True)
            if answer.status_code != 200 or answer.request.path == "/inbox/":
                dead.append((login, line.event_id, answer.status_code, answer.request.path))
    assert dead == []


def test_every_act_that_tells_has_its_sentence_and_every_thing_its_page() -> None:
    assert set(SENTENCES) == set(TELLS)
    assert {table for places in PLACES.values() for table in places} | {"accounts", "jobs"} == TABLES


def test_the_hand_over_of_a_one_time_code_is_told_to_whose_account_it_is(world: World, app: Flask) -> None:
    with world.db.read.begin() as session:
        producer = session.get_one(Account, world.ama.account_id).producer_id
    form = {"account": str(world.ama.account_id)}
    assert signed_in(app, "chen").post(f"/bureau/producers/{producer}/reset", data=form).status_code == 200
    page = signed_in(app, "ama").get("/inbox/").text
    assert "发了一次性密码" in page and Action.ACCOUNT_RESET in TELLS


def found(browser: FlaskClient, **question: str) -> int:
    """How many lines are found."""
    counted = re.search(r'class="counted"><b>共 ([\d,]+) 件', browser.get("/inbox/", query_string=question).text)
    return int(counted[1]) if counted else 0


def test_a_line_is_found_by_its_words_its_reason_its_thing_its_kind_and_its_day(world: World, app: Flask) -> None:
    batch = hold(world)
    ama, every = signed_in(app, "ama"), len(lines_of(world, "ama"))
    assert found(ama) == every > 1
    assert found(ama, q="暂时不能赋码") == found(ama, q="送检结果未出") == 1
    assert found(ama, q="can’t tell") == found(ama, q="x" * 500) == 0
    assert found(ama, q=batch.id_number.lower()) == found(ama, about="batches") == 1
    named = [found(ama, about=kind) for kind in ("batches", "products", "producers")]
    assert found(ama, q="炎陵黄桃") == sum(named) < every, "the producer is called so too"
    assert "is on hold" in ama.get("/inbox/?q=is on hold&lang=en").text.partition("<tbody>")[2]
    assert found(ama, to="2020-01-01") == 0
    ama.get("/inbox/?lang=zh")
    ama.post(f"/inbox/{lines_of(world, 'ama')[0].id}/open")
    assert (found(ama, read="unread"), found(ama, read="read")) == (every - 1, 1)


def test_every_thing_that_people_are_told_of_has_its_kind() -> None:
    assert ABOUT.keys() == TABLES
