"""What the offline check is served: its page, its worker, the status bundles, and the files of others that it uses."""

import hashlib
import json
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World
from yipin.audit import holds
from yipin.codes.idnumber import batch_integer
from yipin.models import Batch
from yipin.status.bundle import read
from yipin.status.key import verifiers
from yipin.status.parts import State
from yipin.web.pages.check import FILES, READER, WORKER

STATIC = Path(__file__).parents[3] / "trace" / "web" / "static"
OF_OTHERS = {  # as the packages hold them: @noble/ed25519 3.2.0 (MIT), jsqr 1.4.0 (Apache-2.0)
    "noble-ed25519.js": "a4f631d1876b5d9e43a86cd71194ca27b5e1451edf4ba4db9a418f40a475569a",
    "noble-ed25519.LICENSE": "394c2e6e5552e5dba202bee6390b9d6aa2754d657f5b9869e83b3d265a315501",
    "jsQR.js": "bc40c8a15196236b2314db0856f72ca0b49980cd5413b8c852a7349f5fee0859",
    "jsQR.LICENSE": "c6596eb7be8581c18be736c846fb9173b69eccf6ef94c5135893ec56bd92ba08",
}


def test_the_page_is_let_the_camera_and_our_scripts_and_its_worker_is_for_it_alone(client: FlaskClient) -> None:
    page = client.get("/check")
    assert "camera=(self)" in page.headers["Permissions-Policy"] and "unsafe" not in str(page.headers)
    assert "script-src 'self'; connect-src 'self'" in page.headers["Content-Security-Policy"]
    told = json.loads(re.findall(r'id="check-told">(.*?)</script>', page.text, re.S)[0])
    assert told["scope"] == "/check" and told["counties"]["430225"] == "炎陵县"
    assert client.get(told["worker"]).mimetype == "text/javascript"
    assert all(client.get(address).status_code == 200 for address in [*told["files"], told["reader"]])


def test_every_file_of_the_page_is_kept_for_the_time_without_a_network() -> None:
    scripts = {f"check/{path.name}" for path in (STATIC / "check").iterdir() if path.suffix != ".LICENSE"}
    assert scripts == {name for name in (*FILES, READER, WORKER) if name.startswith("check/")}


def test_the_files_of_others_are_as_they_were_published() -> None:
    found = {name: hashlib.sha256((STATIC / "check" / name).read_bytes()).hexdigest() for name in OF_OTHERS}
    assert found == OF_OTHERS


def test_a_hold_is_in_the_next_bundle_which_the_key_list_vouches_for(
    world: World, app: Flask, client: FlaskClient, sold: Sold
) -> None:
    assert client.get("/status/latest").text.splitlines()[1] == "1"
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检")
    app.extensions["yipin"].status._looked = None  # some seconds later
    latest = client.get("/status/latest")
    assert latest.text.splitlines()[1] == "2" and latest.headers["Cache-Control"] == "no-store"
    whole, change = client.get("/status/2"), client.get("/status/1-2")
    known = verifiers(client.get("/keys.json").data)
    ours = int(sold.batch.county), batch_integer(sold.batch.id_number)
    assert read(whole.text, known).standing(ours) is State.HELD
    assert read(change.text, known, read(client.get("/status/1").text, known)) == read(whole.text, known)
    for answer in (whole, change):
        assert "immutable" in answer.headers["Cache-Control"] and answer.mimetype == "text/plain"
    for name in ("3", "0", "1-3", "..%2fkeys%2funits.secret", "1-voids-430225", "x"):
        assert client.get(f"/status/{name}").status_code == 404, name


def test_without_its_key_the_service_says_that_no_list_is_signed_and_the_page_is_there(
    world: World, client: FlaskClient
) -> None:
    (world.settings.keys / "status.secret").unlink(missing_ok=True)
    assert client.get("/status/latest").status_code == 503
    assert client.get("/check").status_code == 200 and "status_keys" not in client.get("/keys.json").get_json()


def test_home_page_and_help_lead_to_it(client: FlaskClient) -> None:
    assert 'href="/check"' in client.get("/").text
    assert "打开离线核验" in client.get("/help/consumer").text
