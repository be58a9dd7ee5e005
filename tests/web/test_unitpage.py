"""A batch's page is drawn once; what belongs to one pack is filled in for that pack and never shown for another."""

import re
from dataclasses import replace

import sqlalchemy as sa
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template

from world import Sold, World
from yipin import clock
from yipin.audit import holds
from yipin.models import Batch
from yipin.scan import looks, lookup
from yipin.scan.pack import counted
from yipin.web.guard import Service
from yipin.web.pages.public import _drawn

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 9)"}


def test_each_pack_has_its_own_number_count_and_address(client: FlaskClient, sold: Sold) -> None:
    pages = [client.get(f"/{digits}", headers=PHONE).text for digits in sold.digits]
    for number, (page, digits) in enumerate(zip(pages, sold.digits, strict=True), 1):
        assert f"应是第 {number} 枚" in page
        assert "1 人看过" in page
        assert f"/{digits}?lang=en" in page
        assert not any(other in page for other in sold.digits if other != digits)
        assert "\ue000" not in page and "\ue001" not in page
    again = client.get(f"/{sold.digits[1]}", headers=PHONE).text
    assert again == pages[1]  # a reload is no further look
    other = client.get(f"/{sold.digits[1]}", headers=PHONE, environ_overrides={"REMOTE_ADDR": "198.51.100.9"}).text
    assert other == pages[1].replace("1 人看过", "2 人看过").replace("1 人，在", "2 人，在")


def test_the_page_in_english_is_another_page(client: FlaskClient, sold: Sold) -> None:
    chinese = client.get(f"/{sold.digits[0]}", headers=PHONE).text
    english = client.get(f"/{sold.digits[0]}?lang=en", headers=PHONE).text
    assert "正品" in chinese and "Genuine" in english and "正品" not in english


def test_a_changed_reason_is_shown_at_once(client: FlaskClient, world: World, sold: Sold) -> None:
    client.get(f"/{sold.digits[0]}", headers=PHONE)
    for act, reason in ((holds.hold, "送检"), (holds.release, "抽检没有问题"), (holds.hold, "再送检")):
        with world.db.write.begin() as session:
            act(session, world.chen, session.get_one(Batch, sold.batch.id), reason)
        page = client.get(f"/{sold.digits[0]}", headers=PHONE).text
        assert ("已冻结" in page) is (act is holds.hold)
        assert (reason in page) is (act is holds.hold)


def test_the_second_pack_of_a_batch_is_shown_without_reading_or_drawing_it_again(
    app: Flask, client: FlaskClient, sold: Sold
) -> None:
    service: Service = app.extensions["yipin"]
    read: list[str] = []
    drawn: list[object] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        read.append(statement)

    def note_drawn(_app: Flask, template: object, **_rest: object) -> None:
        drawn.append(template)

    sa.event.listen(service.db.engine, "before_cursor_execute", note)
    with template_rendered.connected_to(note_drawn, app):
        assert client.get(f"/{sold.digits[0]}", headers=PHONE).status_code == 200
        assert drawn and any(" batches" in statement for statement in read)
        read.clear()
        drawn.clear()
        assert "应是第 2 枚" in client.get(f"/{sold.digits[1]}", headers=PHONE).text
    marks = ("BEGIN", "SAVEPOINT", "RELEASE")
    asked = [statement for statement in read if "scan" not in statement and not statement.startswith(marks)]
    assert (asked, drawn) == ([], []), "only the count of the looks is read and written"


def test_a_page_put_together_from_pieces_is_the_page_that_would_be_drawn_in_one(
    app: Flask, world: World, sold: Sold, client: FlaskClient
) -> None:
    for act in (None, holds.hold, holds.release, holds.recall):
        if act is not None:
            with world.db.write.begin() as session:
                act(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检 & 复核")
        for lang in ("zh", "en"):
            page = client.get(f"/{sold.digits[0]}?lang={lang}", headers=PHONE).text
            with app.test_request_context(f"/{sold.digits[0]}?lang={lang}"), world.db.read.begin() as session:
                found = lookup.present(session, world.installation, sold.digits[0], clock.now(), world.facts)
                assert found.pack is not None
                seen = looks.total(session, found.pack.unit, world.installation.policy.clone, clock.now())
                whole = _drawn(replace(counted(found.answer, seen), progress=None))
            assert without_space(page) == without_space(whole)


def without_space(page: str) -> str:
    """The page without the count, which is made in the background, and without space between elements."""
    return re.sub(
        r">\s+", ">", re.sub(r'<section class="piece">\s*<h3>[^\n]*两品一标.*?</section>', "", page, flags=re.S)
    )


def test_a_hold_draws_no_page_anew(app: Flask, world: World, client: FlaskClient, sold: Sold) -> None:
    drawn: list[str] = []

    def note(_app: Flask, template: Template, **_rest: object) -> None:
        drawn.append(str(template.name))

    client.get(f"/{sold.digits[0]}", headers=PHONE)
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "送检")
    with template_rendered.connected_to(note, app):
        assert "已冻结" in client.get(f"/{sold.digits[0]}", headers=PHONE).text
    assert set(drawn) <= {"public/_pieces.html"}
