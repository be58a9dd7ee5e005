"""The log of sign-ins, as the administrator reads it and nobody else."""

import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from world import PASSWORD, World, signed_in
from world.staff import opened
from yipin.models import Role

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def test_the_administrator_reads_who_came_in_and_who_was_refused(world: World, app: Flask) -> None:
    opened(world, Role.ADMINISTRATOR)
    admin, browser = signed_in(app, "administrator"), signed_in(app, "ama")
    browser.post("/logout")
    for login in ("ama", "nobody-here"):
        for _ in range(2):
            app.test_client().post("/login", data={"login": login, "password": "a wrong sentence"})
    page = admin.get("/bureau/sign-ins").text
    assert page.count("没有让进") >= 2 and page.count("×2") == 2 and "没有这个账号" in page and "退出" in page
    assert "nobody-here" not in page and "a wrong sentence" not in page and PASSWORD not in page
    refused = admin.get("/bureau/sign-ins?kind=refused&q=ama").text
    assert refused.count("×2") == 1 and "没有这个账号" not in refused
    sheet = load_workbook(io.BytesIO(admin.get("/bureau/exports/access_log.xlsx").data)).active
    assert sheet is not None and sheet.max_row >= 5


def test_nobody_else_reads_it(world: World, app: Flask) -> None:
    for login in ("ama", "chen"):
        browser = signed_in(app, login)
        for path in ("/bureau/sign-ins", "/bureau/exports/access_log.xlsx"):
            assert browser.get(path).status_code == 403, (login, path)
    assert app.test_client().get("/bureau/sign-ins").status_code == 302


def test_a_code_and_a_new_password_are_lines_too(world: World, app: Flask) -> None:
    opened(world, Role.ADMINISTRATOR)
    admin, browser = signed_in(app, "administrator"), signed_in(app, "ama")
    browser.post("/password", data={"old": PASSWORD, "password": "another pear entirely"})
    assert "改密码" in admin.get("/bureau/sign-ins?kind=password").text.partition("<table")[2]
    joined = {"login": "dora-1", "name": "Dora", "password": "some plain sentence"}
    app.test_client().post("/join", data=joined)
    assert "dora-1" in admin.get("/bureau/sign-ins?kind=join").text
