"""A form that comes when the session is over is kept: after signing in it is there again, with its files, and nothing is done."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from world import PASSWORD, World, signed_in
from world.filled import filled_form
from world.fuzz import Form, Fuzz
from world.reading import digest, see
from world.streets import open_street
from yipin import clock
from yipin.accounts import kept_forms
from yipin.models import KeptForm, Product, ProductPicture

NEW = "/producer/products/new"
ANEW = {
    "/bureau/credit/N/counter",
    "/bureau/producers/N/reset",
    "/bureau/certifications/N/withdraw",
}  # a button and a word
HOMES = ("/producer/", "/bureau/", "/bureau/accounts", "/bureau/insurance")
HIDDEN = {"csrf_token", "sender", "key", "next", "old", "password"}


def photograph() -> tuple[io.BytesIO, str]:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(kept, "JPEG")
    kept.seek(0)
    return kept, "黄桃.jpg"


def product(browser: FlaskClient) -> dict[str, object]:
    """The form of a new product filled in, with its picture."""
    sender = see(browser.get(NEW).text).values["sender"][0]
    return {"sender": sender, "name": "香脆桃", "commodity": "黄桃", "regime": "other", "picture": photograph()}


def expire(browser: FlaskClient) -> None:
    """The browser has forgotten the session, as it does after twelve hours."""
    browser.delete_cookie("session")


def resume(browser: FlaskClient) -> TestResponse:
    """Press the button of the page that leads back to the form."""
    page = browser.get("/kept").text
    path = page.split('name="resume"')[0].rsplit('action="', 1)[1].split('"')[0]
    return browser.post(path, data={"resume": "1", "csrf_token": see(page).values["csrf_token"][-1]})


def rows(world: World, kind: type) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def sign_in(browser: FlaskClient, login: str, wanted: str = "/kept") -> None:
    assert browser.post("/login", data={"login": login, "password": PASSWORD, "next": wanted}).location == wanted


def test_an_expired_session_loses_neither_words_nor_photograph(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    form, before = product(ama), (rows(world, Product), rows(world, ProductPicture))
    expire(ama)
    answer = ama.post(NEW, data=form)
    assert (answer.status_code, answer.location) == (302, "/login?next=/kept")
    assert "刚才填的都留着" in ama.get("/login").text
    sign_in(ama, "ama")
    page = see(resume(ama).text)
    assert page.values["name"] == ["香脆桃"] and "刚才登录已过期" in " ".join(page.messages)
    assert "黄桃.jpg" in page.text and page.values["kept"]
    assert (rows(world, Product), rows(world, ProductPicture)) == before  # it was shown, and not done
    sent = {name: text for name, text in form.items() if name != "picture"} | {"kept": page.values["kept"][0]}
    answer = ama.post(NEW, data=sent)
    assert answer.status_code == 302, see(answer.text).messages
    assert (rows(world, Product), rows(world, ProductPicture)) == (before[0] + 1, before[1] + 1)
    assert rows(world, KeptForm) == 0 and "没有留着的表格" in ama.get("/kept").text


def test_a_form_of_an_older_session_is_kept_too(world: World, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    ama = app.test_client()
    token = see(ama.get("/login").text).values["csrf_token"][0]
    ama.post("/login", data={"login": "ama", "password": PASSWORD, "csrf_token": token})
    form = product(ama) | {"csrf_token": "of another session"}
    answer = ama.post(NEW, data=form)
    assert (answer.status_code, answer.location) == (302, "/kept")
    assert see(resume(ama).text).values["name"] == ["香脆桃"]


def test_nobody_else_sees_it_and_it_is_gone_after_an_hour(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ama = signed_in(app, "ama")
    form = product(ama)
    expire(ama)
    ama.post(NEW, data=form)
    sign_in(ama, "ben")
    assert "没有留着的表格" in ama.get("/kept").text
    assert "香脆桃" not in ama.post(NEW, data={"resume": "1"}).text
    sign_in(ama, "ama")
    assert "刚才填的还在" in ama.get("/kept").text
    later = clock.now() + kept_forms.LASTS + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "没有留着的表格" in ama.get("/kept").text


def test_what_strangers_send_is_not_kept_nor_a_password_nor_more_than_three(world: World, app: Flask) -> None:
    stranger, ama = app.test_client(), signed_in(app, "ama")
    for sender in ("", "1", "WzFd.forged"):
        assert stranger.post(NEW, data=product(ama) | {"sender": sender}).location == "/login"
    assert rows(world, KeptForm) == 0
    form = product(ama)
    expire(ama)
    for n in range(5):
        ama.post(NEW, data=form | {"name": f"第 {n} 个", "picture": photograph()})
    assert rows(world, KeptForm) == kept_forms.MOST
    secret = {"old": "老的密码一句话", "password": "新的密码一句话", "sender": form["sender"]}
    assert ama.post("/password", data=secret).location == "/login"
    with world.db.read.begin() as session:
        assert not any("第".encode() in row.content for row in session.scalars(sa.select(KeptForm)))  # sealed


class Expiry:
    """Sends forms when the session is over, and tells which did not come back."""

    def __init__(self, world: World) -> None:
        self.world, self.wrong, self.anew, self.back = world, list[str](), set[str](), 0

    def send(self, browser: FlaskClient, path: str, form: Form) -> None:
        typed = filled_form(path, form)
        told = {name: text for name, text in typed.items() if name not in HIDDEN and text}
        if not told:
            return
        session = browser.get_cookie("session")
        assert session is not None
        expire(browser)
        kept = browser.post(path, data=typed)
        browser.set_cookie("session", session.value)
        before = digest(self.world.db)
        page = resume(browser)
        self._judge(path, kept, page, told)
        if digest(self.world.db) != before:
            self.wrong.append(f"{path}: it was done")

    def _judge(self, path: str, kept: TestResponse, page: TestResponse, told: dict[str, str]) -> None:
        if str(kept.location).startswith("/login?next=") and page.location in HOMES:
            self.anew.add(re.sub(r"\d+", "N", path))
        elif not str(kept.location).startswith("/login?next=") or page.status_code not in (200, 409, 422):
            self.wrong.append(f"{path}: {kept.status_code} {kept.location}, then {page.status_code} {page.location}")
        else:
            self.back += 1
            self._compare(path, page, told)

    def _compare(self, path: str, page: TestResponse, told: dict[str, str]) -> None:
        values = see(page.text).values
        lost = [name for name, text in told.items() if text not in values.get(name, []) and text not in page.text]
        if lost:
            self.wrong.append(f"{path}: {lost} lost")


def test_every_form_of_every_page_comes_back(world: World, app: Flask) -> None:
    fuzz = Fuzz(street := open_street(world, app))
    expiry = Expiry(world)
    for path, form in sorted(fuzz.forms.items()):
        who = fuzz.askers[path]
        if form.method == "post" and who != "nobody" and not path.startswith(("/logout", "/login")):
            expiry.send(street.browsers[who], path, form)
    assert not expiry.wrong, "\n".join(expiry.wrong)
    assert expiry.back > 40 and expiry.anew <= ANEW
