"""The ways in which an account is told beside its inbox, on its own page, and the administrator's list of what was sent."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, PASSWORD, World, signed_in
from world.mailbox import Mailbox, opened
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.installation.settings import Settings
from yipin.jobs import postman
from yipin.models import Role
from yipin.web import jobkinds


@pytest.fixture
def box(world: World) -> Iterator[Mailbox]:
    """A mail server, named by the settings before the app reads them."""
    jobkinds.load()
    with opened() as box:
        with (world.settings.data / "yipin.toml").open("a") as file:
            file.write(box.toml())
        world.settings = world.installation.settings = Settings.load(world.settings.data, {})
        yield box


def test_an_address_is_set_confirmed_by_the_mailed_code_switched_off_and_removed(
    box: Mailbox, world: World, ama: FlaskClient
) -> None:
    assert "会先发一个验证码" in ama.get("/inbox/mail").text
    answer = ama.post("/inbox/mail", data={"address": "ama@farm"})
    assert answer.status_code == 422 and 'value="ama@farm"' in answer.text and "邮箱地址不对" in answer.text
    assert ama.post("/inbox/mail", data={"address": "ama@farm.example.cn"}).status_code == 302
    postman.deliver(world.db, world.installation)
    code = box.letters[-1].get_content().split("：")[1][:8]
    wrong = ama.post("/inbox/mail/confirm", data={"code": "WRONG"})
    assert wrong.status_code == 422 and "验证码不对" in wrong.text and 'value="WRONG"' in wrong.text
    assert "邮箱已确认" in ama.post("/inbox/mail/confirm", data={"code": code}, follow_redirects=True).text
    assert "有消息马上发邮件" in ama.get("/inbox/mail").text
    assert "已确认，没有开" in ama.post("/inbox/mail/switch", follow_redirects=True).text
    page = ama.post("/inbox/mail/remove", follow_redirects=True).text
    assert "邮箱已删除" in page and "ama@farm.example.cn" not in page


def test_a_service_without_a_mail_server_offers_no_mail(ama: FlaskClient, client: FlaskClient) -> None:
    page = ama.get("/inbox/mail").text
    assert "还没有设置发信服务器" in page and 'name="address"' not in page
    assert ama.post("/inbox/mail/switch").status_code == 409
    assert client.get("/inbox/mail").location.startswith("/login")


def test_a_service_without_a_gateway_takes_no_telephone(ama: FlaskClient, client: FlaskClient) -> None:
    page = ama.get("/inbox/phone").text
    assert "还没有接短信或微信平台" in page and 'name="address"' not in page
    assert ama.post("/inbox/phone/switch").status_code == 409
    assert client.get("/inbox/phone").location.startswith("/login")


@pytest.fixture
def gateway(world: World) -> None:
    """A gateway for text messages, named by the settings before the app reads them."""
    with (world.settings.data / "yipin.toml").open("a") as file:
        file.write('gateway_url = "http://127.0.0.1:9/"\ngateway_secret = "whsec_' + "QUJD" * 8 + '"\n')
    world.settings = world.installation.settings = Settings.load(world.settings.data, {})


def test_a_telephone_is_set_with_a_gateway_and_comes_back_when_it_is_wrong(gateway: None, ama: FlaskClient) -> None:
    wrong = ama.post("/inbox/phone", data={"address": "0731-12345678"})
    assert wrong.status_code == 422 and 'value="0731-12345678"' in wrong.text and "手机号不对" in wrong.text
    assert ama.post("/inbox/phone", data={"address": "138 0000 0001"}).status_code == 302
    page = ama.get("/inbox/phone").text
    assert "13800000001" in page and "待确认" in page
    assert "验证码不对" in ama.post("/inbox/phone/confirm", data={"code": "WRONG"}).text
    assert "号码已删除" in ama.post("/inbox/phone/remove", follow_redirects=True).text


def test_a_web_hook_is_set_up_with_a_secret_that_is_shown_once_tried_stopped_and_removed(ama: FlaskClient) -> None:
    wrong = ama.post("/inbox/hook", data={"url": "https://127.0.0.1/hook"})
    assert wrong.status_code == 422 and 'value="https://127.0.0.1/hook"' in wrong.text and "内网或本机" in wrong.text
    assert ama.post("/inbox/hook/try").status_code == 409
    made = ama.post("/inbox/hook", data={"url": "https://www.example.cn/hook"})
    assert made.status_code == 200 and "whsec_" in made.text and "no-store" in made.headers["Cache-Control"]
    page = ama.get("/inbox/hook").text
    assert "whsec_" not in page and "https://www.example.cn/hook" in page and "还没有推送过" in page
    assert "测试推送已排上" in ama.post("/inbox/hook/try", follow_redirects=True).text
    assert "等待发送" in ama.get("/inbox/hook").text
    assert "已停" in ama.post("/inbox/hook/switch", follow_redirects=True).text
    assert "推送地址已删除" in ama.post("/inbox/hook/remove", follow_redirects=True).text
    assert "https://www.example.cn/hook" not in ama.get("/inbox/hook").text


def test_the_administrator_sees_why_a_letter_was_not_sent_and_nobody_else_does(
    box: Mailbox, world: World, app: Flask, ama: FlaskClient
) -> None:
    box.nobody = {"gone@farm.example.cn"}
    ama.post("/inbox/mail", data={"address": "gone@farm.example.cn"})
    postman.deliver(world.db, world.installation)
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login="root",
            name="Root",
            role=Role.ADMINISTRATOR,
            password=PASSWORD,
        )
    page = signed_in(app, "root").get("/inbox/deliveries").text
    assert "no such person" in page and "没有发成" in page and "gone@" not in page
    assert ama.get("/inbox/deliveries").status_code == 403
