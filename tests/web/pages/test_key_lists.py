"""The administrator sees which key list is in force, who signed it, when it ends, and what was before it."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from world import NOW, World, signed_in
from world.rooted import listed, private_roots
from yipin.codes.keylist import KeyStatus
from yipin.codes.keys import new_key, set_status
from yipin.installation import examination, keylists

DAY = timedelta(days=1)


def test_a_list_that_no_root_has_signed_is_said_to_be_that(app: Flask, chen: FlaskClient, ama: FlaskClient) -> None:
    administrator = signed_in(app, "administrator")
    page = administrator.get("/bureau/keys").text
    assert "现在的公告没有根密钥签名" in page and "历期公告" not in page
    assert "密钥公告" not in administrator.get("/bureau/accounts").text.partition("<main")[2]
    for other in (chen, ama):
        assert other.get("/bureau/keys").status_code == 403


def test_the_list_in_force_is_told_with_its_signers_its_end_and_its_history(
    world: World, app: Flask, tmp_path: Path
) -> None:
    roots, folder = private_roots(tmp_path, "zhang", "li", "wang"), world.settings.keys
    first = listed(world.installation.keys, roots, NOW - 200 * DAY)
    keylists.keep(folder, first)
    second = listed(world.installation.keys, roots, NOW, last=first, signed=roots[1:])
    keylists.keep(folder, second)
    new_key(folder, NOW)
    set_status(folder, 1, KeyStatus.RETIRED, NOW)
    page = signed_in(app, "administrator").get("/bureau/keys").text
    assert "第 2 期" in page and second.mark in page and all(str(each.root) in page for each in roots)
    assert page.count("已签名") == 2 and page.count("没有签") == 1
    assert "签名：zhang、li" in page and "签名：li、wang" in page and "新增第 1 号密钥" in page
    assert "还没有列入公告，不签发" in page and "已停用" in page
    assert 'role="alert"' not in page


def test_a_list_that_ends_within_thirty_days_or_has_ended_is_warned_of(
    world: World, app: Flask, tmp_path: Path
) -> None:
    roots, administrator = private_roots(tmp_path, "zhang", "li", "wang"), signed_in(app, "administrator")
    first = listed(world.installation.keys, roots, NOW, lasts=60 * DAY)
    keylists.keep(world.settings.keys, first)
    for days, words in ((29, None), (31, "9月18日到期"), (61, "已于 2026年9月18日过期")):
        world.clock(NOW + days * DAY)
        for path in ("/bureau/keys", "/bureau/accounts"):
            page = administrator.get(path).text
            assert words in page if words else 'role="alert"' not in page


def test_lists_that_cannot_be_read_are_told_and_break_no_page(world: World, app: Flask) -> None:
    keylists.folder_of(world.settings.keys).mkdir()
    (keylists.folder_of(world.settings.keys) / "0001.txt").write_text("spoiled")
    administrator = signed_in(app, "administrator")
    for path in ("/bureau/keys", "/bureau/accounts"):
        answer = administrator.get(path)
        assert answer.status_code == 200 and "这不是一品一码的密钥公告" in answer.text
    assert "这不是一品一码的密钥公告" in examination.examine(world.installation, {"record": world.db})["key list"]
