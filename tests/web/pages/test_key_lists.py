"""The administrator sees which key list is in force, who signed it, when it ends, and what was before it."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, PASSWORD, World, signed_in
from world.rooted import listed, private_roots
from yipin import clock
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.codes.keylist import KeyStatus
from yipin.codes.keys import new_key, set_status
from yipin.installation import examination, keylists
from yipin.models import Role

DAY = timedelta(days=1)


@pytest.fixture
def root(world: World, app: Flask) -> FlaskClient:
    """The browser of an administrator."""
    founder, policy, role = Actor("founder", NOW), world.installation.policy, Role.ADMINISTRATOR
    with world.db.write.begin() as session:
        signin.add_account(session, founder, policy, login="root", name="Root", role=role, password=PASSWORD)
    return signed_in(app, "root")


def test_a_list_that_no_root_has_signed_is_said_to_be_that(app: Flask, root: FlaskClient, ama: FlaskClient) -> None:
    page = root.get("/bureau/keys").text
    assert "现在的公告没有根密钥签名" in page and "历期公告" not in page
    assert "密钥公告" not in root.get("/bureau/accounts").text.partition("<main")[2]
    for other in (signed_in(app, "chen"), ama):
        assert other.get("/bureau/keys").status_code == 403


def test_the_list_in_force_is_told_with_its_signers_its_end_and_its_history(
    world: World, root: FlaskClient, tmp_path: Path
) -> None:
    roots, folder, today = private_roots(tmp_path, "zhang", "li", "wang"), world.settings.keys, clock.now()
    first = listed(world.installation.keys, roots, today - 200 * DAY)
    keylists.keep(folder, first)
    second = listed(world.installation.keys, roots, today, last=first, signed=roots[1:])
    keylists.keep(folder, second)
    new_key(folder, NOW)
    set_status(folder, 1, KeyStatus.RETIRED, NOW)
    page = root.get("/bureau/keys").text
    assert "第 2 期" in page and second.mark in page and all(str(each.root) in page for each in roots)
    assert page.count("已签名") == 2 and page.count("没有签") == 1
    assert "签名：zhang、li" in page and "签名：li、wang" in page and "新增第 1 号密钥" in page
    assert "还没有列入公告，不签发" in page and "已停用" in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize(
    ("left", "words"), [(31, ""), (29, "到期，到期以后"), (-1, "过期：离线核验的人得到的是无法确认")]
)
def test_a_list_that_ends_within_thirty_days_or_has_ended_is_warned_of(
    world: World, root: FlaskClient, tmp_path: Path, left: int, words: str
) -> None:
    ends = clock.now() + left * DAY
    roots = private_roots(tmp_path, "zhang", "li", "wang")
    keylists.keep(world.settings.keys, listed(world.installation.keys, roots, ends - 60 * DAY, lasts=60 * DAY))
    for path in ("/bureau/keys", "/bureau/accounts"):
        page = root.get(path).text
        assert words in page and ('role="alert"' in page) is bool(words)
    assert words in examination.examine(world.installation, {"record": world.db})["key list"]


def test_lists_that_cannot_be_read_are_told_and_break_no_page(world: World, root: FlaskClient) -> None:
    keylists.folder_of(world.settings.keys).mkdir()
    (keylists.folder_of(world.settings.keys) / "0001.txt").write_text("spoiled")
    for path in ("/bureau/keys", "/bureau/accounts"):
        answer = root.get(path)
        assert answer.status_code == 200 and "这不是一品一码的密钥公告" in answer.text
    assert "这不是一品一码的密钥公告" in examination.examine(world.installation, {"record": world.db})["key list"]
