"""The codes as an encrypted list for a print shop."""

import csv
import io
import re

import pyzipper
from flask import Flask
from flask.testing import FlaskClient

from world import World
from world.printed import filled, sent, told, verdict, wait_until_made
from world.reading import see
from yipin.audit import holds, log
from yipin.codes.label.job import Output
from yipin.models import Batch, PrintRun


def test_a_print_shop_gets_the_codes_as_an_encrypted_list(world: World, app: Flask, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 5)
    print_form = f"/producer/codes/{codes.id}/print"
    page = sent(ama, print_form, filled(ama, print_form, output="csv", first="2", count="3"))
    shown = see(wait_until_made(ama, page)).text
    assert "3 / 3 行一致" in shown and "谁就能印出真标签" in shown
    assert ama.get(f"{page}/labels").status_code == 409  # a list leaves only as a recorded download
    told = ama.post(f"{page}/password")
    password = re.search(r"<code>([0-9a-z-]{19})</code>", told.text)[1]
    assert told.headers["Cache-Control"] == "no-store" and ama.post(f"{page}/password").status_code == 409
    assert password not in ama.get(page).text
    file = ama.post(f"{page}/codes")
    assert file.mimetype == "application/zip" and ".csv.zip" in file.headers["Content-Disposition"]
    with pyzipper.AESZipFile(io.BytesIO(file.data)) as archive:
        archive.setpassword(password.encode())
        listed = list(csv.reader(io.StringIO(archive.read("codes.csv").decode("utf-8-sig"))))[1:]
    wanted = [world.address(digits) for digits in world.codes(codes)]
    assert listed == [[str(n), wanted[n - 1], f"第 {n} 枚"] for n in (2, 3, 4)]
    run = world.get(PrintRun, int(page.rpartition("/")[2]))
    with world.db.read.begin() as session:
        events = [event.action for event in log.events_of(session, run)]
    assert events == ["print.plan", "print.ready", "print.password", "print.download"]
    # Given out, its numbers can go into no other run; the only way back is to void them all.
    assert "已经交出去过" in see(ama.post(f"{page}/cancel", data={"reason": "丢了"}).text).text
    world.release(run)
    code = wanted[1].removeprefix(world.settings.base_url)
    assert verdict(app, code) == "genuine"
    assert sent(ama, f"{page}/void", {"reason": "码表外泄"}) == page
    assert told_of(app, code) == ("void", "码表外泄") and verdict(app, world.codes(codes)[0]) == "not_released"
    again = ama.post(print_form, data=filled(ama, print_form, first="2", count="3"))
    assert again.status_code == 422 and "已经在第" in see(again.text).text


def test_a_list_is_given_out_no_more_once_its_labels_are_on_the_packs(world: World, ama: FlaskClient) -> None:
    run = world.print(world.issue(world.declare(), 3), output=Output.CSV)
    world.release(run)
    for path in ("codes", "password"):
        assert ama.post(f"/producer/prints/{run.id}/{path}").status_code == 409, path


def told_of(app: Flask, digits: str) -> tuple[str, str]:
    """The verdict of a code, and what stands behind the colon of its reason."""
    answer = told(app.test_client(), f"/{digits}")
    return answer["verdict"], answer["reason"].partition("：")[2]


def test_the_list_of_a_held_batch_is_neither_made_nor_given_out(world: World, ama: FlaskClient) -> None:
    batch = world.declare()
    codes = world.issue(batch, 4)
    run = world.print(codes, output=Output.XLSX, count=2)
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    page, form = f"/producer/prints/{run.id}", f"/producer/codes/{codes.id}/print"
    for path in (f"{page}/codes", f"{page}/password"):
        assert ama.post(path).status_code == 409
    refused = ama.post(form, data=filled(ama, form, output="csv", first="3", count="2"))
    assert refused.status_code == 422 and "冻结" in see(refused.text).text
    assert world.get(PrintRun, run.id).given_out == 0
