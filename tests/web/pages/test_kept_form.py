"""A form that comes when the session is over is kept: after signing in it is there again, with its files, and nothing is done."""

import io
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from world import PASSWORD, World, signed_in
from world.corners import corners
from world.filled import filled_form
from world.fuzz import Form, Fuzz
from world.reading import digest, see
from world.streets import calls, open_street
from yipin import clock
from yipin.accounts import kept_forms
from yipin.models import KeptForm, Product, ProductPicture

NEW = "/producer/products/new"
HOMES = ("/producer/", "/bureau/", "/bureau/accounts", "/bureau/insurance")
# Forms that pages show in some state of the record; of the others each page of the street shows one.
IN_CORNERS = {
    "bureau.approve_picture",
    "bureau.approve_producer",
    "bureau.approve_product",
    "bureau.approve_text",
    "bureau.close_act",
    "bureau.decide_amount",
    "bureau.decide_reward",
    "bureau.edit_brand",
    "bureau.enable_account",
    "bureau.end_licence",
    "bureau.enter_licence",
    "bureau.freeze_report",
    "bureau.grant_licence",
    "bureau.lift_act",
    "bureau.release",
    "bureau.return_certificate",
    "bureau.return_licence",
    "bureau.return_policy",
    "bureau.return_producer",
    "bureau.return_product",
    "bureau.return_text",
    "bureau.stop_all",
    "bureau.verify_certificate",
    "bureau.verify_policy",
    "producer.certificate",
    "producer.correct_batch",
    "producer.mend_brand",
    "producer.process",
    "producer.product",
    "producer.profile",
    "producer.purchase",
    "producer.withdraw_batch",
}
NOTHING_TYPED = {
    *(
        "bureau.approve_producers",
        "bureau.approve_products",
        "producer.issue_several",
        "producer.release_several",
        "producer.fetch_several",
    ),
    *("bureau.check_certificates", "bureau.verify_certificates", "bureau.verify_brands"),
    *("bureau.check_certificate", "bureau.claim_contact", "bureau.complaint_contact", "bureau.order_report"),
    *("bureau.take_claim", "inbox.remove_mail", "inbox.switch_mail", "jobs.again", "producer.code_list"),
    *("producer.password", "producer.restore_batch", "producer.restore_farmer", "producer.restore_plot"),
    *("producer.retry", "producer.stop", "producer.restore_partner", "inbox.try_hook"),
    *("producer.remove_stock", "producer.remove_printer"),
    *("auth.end_session", "auth.end_other_sessions", "producer.sold"),
    *("inbox.remove_phone", "inbox.switch_phone", "inbox.remove_hook", "inbox.switch_hook"),
}  # a button, or ticks; and the files of long lists
# Forms whose state neither makes. Each has a form object, and a test of its own sends it wrongly filled in.
ELSEWHERE = {
    "bureau.allow_brand": "tests/web/pages/test_brands.py",
    "bureau.close_claim": "tests/web/pages/test_claims.py",
    "bureau.erase_complaint": "tests/web/pages/test_erasure.py",
    "bureau.networks": "tests/web/pages/test_clone_desk.py",
    "bureau.note_claim": "tests/web/pages/test_claims.py",
    "bureau.reopen_clone": "tests/web/pages/test_clone_desk.py",
    "bureau.reopen_act": "tests/web/pages/test_recall_follow_up.py",
    "bureau.return_brands": "tests/web/pages/test_several.py",
    "bureau.return_certificates": "tests/web/pages/test_several.py",
    "bureau.return_producers": "tests/web/pages/test_several.py",
    "bureau.return_products": "tests/web/pages/test_several.py",
    "bureau.reopen_complaint": "tests/web/pages/test_complaints.py",
    "inbox.confirm_mail": "tests/web/pages/test_addresses.py",
    "inbox.mail": "tests/web/pages/test_addresses.py",
    "inbox.confirm_phone": "tests/web/pages/test_addresses.py",
    "inbox.phone": "tests/web/pages/test_addresses.py",
    "producer.ask_case": "tests/web/pages/test_farm.py",
    "producer.receive": "tests/browser/test_goods.py",
    "public.claim": "tests/web/pages/test_claims.py",
}
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
        self.world, self.wrong, self.back = world, list[str](), 0

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
            self.wrong.append(f"{path}: it has to be done anew")
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


@pytest.mark.long
def test_every_form_of_every_page_comes_back(world: World, app: Flask) -> None:
    fuzz = Fuzz(street := open_street(world, app))
    expiry = Expiry(world)
    for path, form in sorted(fuzz.forms.items()):
        who = fuzz.askers[path]
        if form.method == "post" and who != "nobody" and not path.startswith(("/logout", "/login")):
            expiry.send(street.browsers[who], path, form)
    assert not expiry.wrong, "\n".join(expiry.wrong)
    assert expiry.back > 40
    seen = endpoints(app, fuzz.forms)
    files = {endpoint for endpoint in everything(app) if endpoint.startswith("bureau.export_")}
    assert everything(app) - seen - IN_CORNERS - NOTHING_TYPED - ELSEWHERE.keys() - files == set()
    assert not seen & ELSEWHERE.keys(), "these are walked, and need not be named"


def test_every_form_that_only_some_state_shows_comes_back(world: World, app: Flask) -> None:
    found, browsers = corners(world, app)
    expiry, seen = Expiry(world), endpoints(app, found.forms)
    by_endpoint = {next(iter(endpoints(app, {path: form}))): path for path, form in sorted(found.forms.items())}
    for endpoint in IN_CORNERS & by_endpoint.keys():
        path = by_endpoint[endpoint]
        expiry.send(browsers[found.askers[path]], path, found.forms[path])
    assert not expiry.wrong, "\n".join(expiry.wrong)
    assert IN_CORNERS <= seen and not seen & ELSEWHERE.keys()


def test_no_page_reads_words_past_its_form() -> None:
    """What a page reads of a request itself is a mark, a tick or a key, which nobody types; so a refusal has all words."""
    read = {
        f"{path.stem}: {name}"
        for path in (Path(__file__).parents[3] / "trace/web/pages").glob("*.py")
        for name in re.findall(r'request\.form(?:\.get\(|\[)(?!f")"?([\w-]*)', path.read_text("utf-8"))
    }
    assert read == {
        "amounts: confirmed",
        "imports: approve",
        "imports: sure",
        "imports: take",
        "imports: token",
        "insurance: seen",
        "product_desk: from",
        "repeat: counted",
        "reviews: picture",
        "rulings: grant",
        "several_batches: key",
        "take_over: word",
    }


def everything(app: Flask) -> set[str]:
    """The endpoints of all that can be sent."""
    return {endpoint for endpoint, method in calls(app) if method == "POST"}


def endpoints(app: Flask, paths: Iterable[str]) -> set[str]:
    """What these forms are sent to."""
    urls = app.url_map.bind("localhost")
    return {urls.match(path, method="POST")[0] for path in paths if path != "/producer/batches"}
