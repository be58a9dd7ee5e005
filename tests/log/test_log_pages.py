"""What anyone gets of the log: its files, the proof of each act, what it tells of a batch; and the commands of the bureau."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from world import Sold, World
from world.logged import append, checkpoint
from yipin.audit import holds, log
from yipin.cli import main
from yipin.log import keys, proof_file
from yipin.log.merkle import check_inclusion, leaf_hash
from yipin.models import Action, Batch

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def stopped(world: World, sold: Sold) -> Sold:
    """A batch that was held, released and recalled, all of it published."""
    with world.db.write.begin() as session:
        row = session.get_one(Batch, sold.batch.id)
        holds.hold(session, world.chen, row, "抽检不合格")
        holds.release(session, world.chen, row, "复检合格")
        holds.recall(session, world.chen, row, "农残超标")
    append(world)
    return sold


def test_the_files_of_the_log_are_served_and_only_the_checkpoint_is_kept_shortly(
    world: World, stopped: Sold, client: FlaskClient
) -> None:
    signed = client.get("/log/checkpoint")
    assert signed.data == (world.settings.log / "checkpoint").read_bytes()
    assert signed.mimetype == "text/plain" and signed.headers["Cache-Control"] == "public, max-age=2"
    size = checkpoint(world).size
    for path in (f"0/000.p/{size}", f"entries/000.p/{size}"):
        tile = client.get(f"/log/tile/{path}")
        assert tile.data == (world.settings.log / "tile" / path).read_bytes()
        assert tile.mimetype == "application/octet-stream" and "immutable" in tile.headers["Cache-Control"]
    vkeys = client.get("/log/vkeys").text.split()
    assert vkeys == [each.verifier.vkey for each in keys.signers(world.settings)]


@pytest.mark.parametrize("path", ["0/001", "../yipin.db", "entries/../../../yipin.db", "0/000.p/0", "64/000", "x"])
def test_no_other_file_is_served(world: World, stopped: Sold, client: FlaskClient, path: str) -> None:
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_the_page_and_the_data_of_a_batch_lead_to_a_proof_that_holds(
    world: World, stopped: Sold, client: FlaskClient
) -> None:
    number = stopped.batch.id_number
    told = client.get(f"/b/{number}", headers={"Accept": "application/json"}).json["log"]
    page = client.get(f"/b/{number}").text
    assert told["proof"] in page and told["entries"] in page
    proof = proof_file.parse(client.get(told["proof"]).data)
    entry = client.get(f"/log/entry/{told['index']}.json").data
    said = json.loads(entry)
    assert (said["action"], said["number"], said["reason"]) == ("batch.recall", number, "农残超标")
    root = checkpoint(world)
    check_inclusion(leaf_hash(entry), told["index"], root.size, proof.proof, root.root)


def test_hold_release_and_recall_are_found_from_the_batch(world: World, stopped: Sold, client: FlaskClient) -> None:
    found = client.get(f"/log/of/{stopped.batch.id_number}", headers={"Accept": "application/json"}).json["entries"]
    acts = [each["entry"]["action"] for each in found if each["entry"]["reason"]]
    assert acts == ["batch.recall", "batch.release", "batch.hold"] and None not in [each["index"] for each in found]
    page = client.get(f"/log/of/{stopped.batch.id_number}").text
    assert [word in page for word in ("抽检不合格", "复检合格", "农残超标")] == [
        True
    ] * 3 and world.chen.name not in page


def test_more_acts_than_a_page_holds_are_counted_and_paged(world: World, stopped: Sold, client: FlaskClient) -> None:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, stopped.batch.id)
        for number in range(60):
            log.record(session, world.ama, Action.BATCH_USE, row, None, into=[str(number)])
    append(world)
    path, asked = f"/log/of/{stopped.batch.id_number}", {"Accept": "application/json"}
    told = [client.get(f"{path}?page={page}", headers=asked).json for page in (1, 2, 9)]
    assert [each["page"] for each in told] == [1, 2, 2] and told[0]["pages"] == 2 and len(told[0]["entries"]) == 50
    indexes = [each["index"] for page in told[:2] for each in page["entries"]]
    assert len(indexes) == told[0]["total"] and indexes == sorted(set(indexes), reverse=True)
    page = client.get(path).text
    assert f"共 {told[0]['total']} 件" in page and "?page=2" in page and "抽检不合格" not in page
    assert "抽检不合格" in client.get(f"{path}?page=2").text


def test_an_act_that_is_not_published_yet_is_told_so(world: World, stopped: Sold, client: FlaskClient) -> None:
    other = world.declare()
    assert client.get(f"/b/{other.id_number}", headers={"Accept": "application/json"}).json["log"]["proof"] is None
    assert "几秒后公布" in client.get(f"/log/of/{other.id_number}").text
    assert client.get(f"/log/proof/{checkpoint(world).size}.tlog-proof").status_code == 404


@pytest.mark.parametrize(
    "path", ["/log/of/nothing", "/log/proof/999999999999999999999.tlog-proof", "/log/entry/9999.json"]
)
def test_what_is_not_there_is_told_so(world: World, stopped: Sold, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def run(world: World, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["log", *words, "--data", str(world.settings.data)])
    return done.exit_code, done.output


def test_the_commands_verify_watch_prove_and_copy(world: World, stopped: Sold, tmp_path: Path) -> None:
    state, copy, proof = tmp_path / "state", tmp_path / "copy", tmp_path / "act.tlog-proof"
    assert run(world, "verify", "--state", str(state))[0] == 0
    assert run(world, "prove", "--number", stopped.batch.id_number, "--out", str(proof))[0] == 0
    assert proof_file.parse(proof.read_bytes()).index == checkpoint(world).size - 1
    world.declare()
    assert run(world, "append")[0] == 0
    assert "与登记库一致" in run(world, "monitor", "--state", str(state))[1]
    for _ in range(2):
        assert run(world, "mirror", str(copy))[0] == 0
    vkeys = tmp_path / "vkeys"
    vkeys.write_bytes((world.settings.log / "vkeys").read_bytes())
    assert run(world, "verify", "--log", str(copy), "--vkeys", str(vkeys), "--state", str(state))[0] == 0


def test_a_log_that_was_rewritten_is_told_from_the_one_seen_before(world: World, stopped: Sold, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert run(world, "verify", "--state", str(state))[0] == 0
    entries = next((world.settings.log / "tile/entries").rglob("[0-9]*.p/*"))
    entries.write_bytes(entries.read_bytes().replace(b"batch.recall", b"batch.brands"))
    status, said = run(world, "verify", "--state", str(state))
    assert status == 1 and "哈希" in said


def test_a_personal_datum_is_in_no_file_of_the_log(world: World, stopped: Sold) -> None:
    names = {who.name.encode() for who in (world.ama, world.chen)}
    for path in world.settings.log.rglob("*"):
        if path.is_file():
            assert not [name for name in names if name in path.read_bytes()], path
