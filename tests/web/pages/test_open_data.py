"""Open data for anyone: what stands behind the figures, by page, CSV and JSON; and what stays unsaid."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from world import NOW, World
from world.certificates import enter
from yipin import clock
from yipin.access.actor import Actor
from yipin.audit import holds, log
from yipin.certification import claims
from yipin.clock import day_of
from yipin.farm import draw_seeds, inspections, sampling
from yipin.indicators import reports
from yipin.models import Action, Batch, Certification, LogEntry, Producer, ProducerKind

Row = dict[str, Any]
DOCS = Path(__file__).parents[3] / "docs"
MAIN = ("green-organic-gi", "2023—2025")


@pytest.fixture
def recorded(world: World) -> World:
    """Certificates in force, expired, revoked, of a kind that the main target does not count, and from outside the city."""
    early = datetime(2024, 2, 1, tzinfo=UTC)
    enter(world, "ama", "green", "2024-01-05", at=early)
    enter(world, "ben", "green", "2023-03-01", at=early, until="2025-02-28")
    revoked = enter(world, "ben", "organic", "2024-05-01", at=datetime(2024, 6, 1, tzinfo=UTC))
    enter(world, "ama", "gi_product", "2024-01-01", at=early)
    foreign = enter(world, "ama", "organic", "2024-07-01", at=datetime(2024, 8, 1, tzinfo=UTC))
    inside = enter(world, "ama", "geographical", "2024-07-01", at=datetime(2024, 8, 1, tzinfo=UTC))
    with world.db.write.begin() as session:
        claims.end(session, world.actor("chen"), session.get_one(Certification, revoked.id), **ENDING)
        for number, county in ((foreign.id, "110101"), (inside.id, "430225")):
            paper = session.get_one(Certification, number)
            paper.county = county
            log.record(session, world.chen, Action.CASE_NOTE, paper)
    return world


ENDING = {"how": "revoked", "on": "2025-06-01", "reason": "发证机构撤销"}


@pytest.fixture
def host(app: Flask) -> Iterator[str]:
    """The address of the application behind a real server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def demonstrate(world: World) -> None:
    """Ben is a producer of a demonstration from now on."""
    with world.db.write.begin() as session:
        ben = session.get_one(Producer, world.ben.producer_id)
        ben.demonstration = True
        log.record(session, world.chen, Action.PRODUCER_IDENTITY, ben)


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())


def recount(rows: list[Row], target: Row, day: str) -> int:
    """首次新增 as an outsider counts it, with nothing but the published rows and the published rule."""
    known = [
        row
        for row in rows
        if row["scheme"] in target["counts"]
        and row["verified"]
        and row["verified"] <= day
        and not (row["ending"] == "withdrawn" and row["ended"] <= day)
    ]
    first: dict[str, Row] = {}
    for row in sorted(known, key=lambda each: (each["granted"], int(each["certificate"]), int(each["row"]))):
        first.setdefault(row["unit"], row)
    last = min(day, target["end"])
    return sum(
        row["renewal"] in (False, "false") and target["start"] <= row["granted"] <= last for row in first.values()
    )


def rows_of_csv(text: bytes) -> list[Row]:
    """The rows of a CSV by the names of its columns, which end each heading."""
    assert text.startswith(b"\xef\xbb\xbf")  # for Excel
    lines = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    names = [heading.rpartition(" ")[2] for heading in next(lines)]
    return [dict(zip(names, line, strict=True)) for line in lines]


@pytest.mark.parametrize(
    ("day", "shown", "main"), [("2024-03-01", "", 2), ("2025-07-01", "", 5), ("", "", 5), ("", "ben", 3)]
)
def test_an_outsider_recounts_every_target_from_the_public_data_alone(
    recorded: World, host: str, day: str, shown: str, main: int, tmp_path: Path
) -> None:
    """`shown`: whose certificates are a demonstration's."""
    if shown:
        demonstrate(recorded)
    told = json.loads(fetched(f"{host}/progress?format=json&day={day}"))
    data = json.loads(fetched(f"{host}/open/certificates.json?day={day}"))
    same = rows_of_csv(fetched(f"{host}/open/certificates.csv?day={day}"))
    figures = {(one["key"], one["period"]): one["first_time"] for one in told["indicators"]}
    for rows in (data["rows"], same):
        assert {(one["key"], one["period"]): recount(rows, one, told["as_of"]) for one in data["targets"]} == figures
    assert figures[MAIN] == main
    (tmp_path / "certificates.json").write_text(json.dumps(data), "utf-8")
    audited = subprocess.run(
        [sys.executable, "-B", str(DOCS.parent / "scripts" / "auditor"), "count", str(tmp_path / "certificates.json")],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    said = [f"{key} {period}：首次新增 {figure}（截至 {told['as_of']}）" for (key, period), figure in figures.items()]
    assert sorted(audited.stdout.splitlines()) == sorted(said)


def test_a_row_says_what_a_paper_was_worth_on_the_day(recorded: World, client: FlaskClient) -> None:
    def states(day: str) -> dict[str, str]:
        rows = client.get(f"/open/certificates.json?day={day}").get_json()["rows"]
        return {f"{row['scheme']} {row['holder_number']}": row["state"] for row in rows}

    assert set(states("2024-02-01").values()) == {"valid"}
    assert states("2025-07-01")["green producer:2"] == "expired"
    assert states("2025-05-31")["organic producer:2"] == "valid"
    assert states("2025-07-01")["organic producer:2"] == "revoked"


def test_a_persons_name_is_not_published_and_that_of_a_company_is(recorded: World, client: FlaskClient) -> None:
    with recorded.db.write.begin() as session:
        ben = session.get_one(Producer, recorded.ben.producer_id)
        ben.kind = ProducerKind.INDIVIDUAL
        log.record(session, recorded.chen, Action.PRODUCER_IDENTITY, ben)
        for paper in session.query(Certification).filter(Certification.producer_id == ben.id):
            paper.holder = "欧阳小明"
            log.record(session, recorded.chen, Action.CASE_NOTE, paper)
    for address in (
        "/open/certificates",
        "/open/certificates.csv",
        "/open/certificates.json",
        f"/progress/{MAIN[0]}/first",
    ):
        text = client.get(address).text
        assert "小明" not in text and "欧***" in text and "Ama 黄桃合作社" in text, address


def test_what_nobody_has_verified_is_counted_and_not_named(world: World, client: FlaskClient) -> None:
    paper = enter(world, "ama", "green", "2024-03-01")
    with world.db.write.begin() as session:
        row = session.get_one(Certification, paper.id)
        row.state, row.verified_at, row.verified_by = claims.Claim.DECLARED, None, None
        log.record(session, world.ben, Action.CERTIFICATION_MEND, row)
    (shown,) = client.get("/open/certificates.json").get_json()["rows"]
    assert shown["state"] == "pending" and shown["number"] is shown["holder"] is shown["product"] is None
    page = client.get(f"/progress/{MAIN[0]}/pending").text
    assert "还没有核实" in page and paper.number not in page


@pytest.mark.parametrize(
    ("day", "why"), [("2030-01-01", "还没到"), ("2001-01-01", "记录从"), ("yesterday", "不是日期"), ("\0", "不是日期")]
)
def test_a_day_that_cannot_be_shown_is_refused_in_a_sentence(client: FlaskClient, day: str, why: str) -> None:
    for address in ("/progress", "/open/recalls", "/open/certificates"):
        page = client.get(address, query_string={"day": day})
        assert page.status_code == 422 and why in page.text and "下面是今天的" in page.text, address
    for address in ("/progress?format=json", "/open/recalls.json?", "/open/recalls.csv?"):
        assert client.get(f"{address}&day={day if day != chr(0) else '%00'}").status_code == 422, address


def test_a_recall_stays_in_the_notices_with_its_reason(world: World, client: FlaskClient) -> None:
    assert "没有召回" in client.get("/open/recalls").text
    batch = world.declare()
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, batch.id), "检出违禁农药")
    (row,) = client.get("/open/recalls.json").get_json()["rows"]
    assert (row["batch"], row["reason"], row["state"]) == (batch.id_number, "检出违禁农药", "open")
    assert row["recalled"] == day_of(NOW).isoformat() and row["leaf"] is None
    page = client.get("/open/recalls").text
    assert "检出违禁农药" in page and f"/b/{batch.id_number}" in page


def test_anybody_draws_again_from_what_is_published(world: World, client: FlaskClient) -> None:
    batches = declared_today(world)
    with world.db.write.begin() as session:
        draw_seeds.ready(session, world.actor("chen", clock.now() - timedelta(days=1)))
    (waiting,) = client.get("/open/draws.json").get_json()["rows"]
    assert waiting["state"] == "committed" and waiting["seed"] is None
    with world.db.write.begin() as session:
        sampling.draw(session, today(world), "1", "3D 528")
    kept_back = client.get("/open/draws/1?format=json").get_json()
    for batch in batches:
        sample(world, batch)
    told = client.get("/open/draws/1?format=json").get_json()
    assert told["commitment"] == waiting["commitment"] and len(told["pool"]) == 2
    assert redrawn(told) == told["result"] and told["seed"].endswith("+3D 528") and told["mark"] == kept_back["mark"]
    page = client.get("/open/draws/1").text
    assert "种子没有换过" in page and told["commitment"] in page
    drawn, following = client.get("/open/draws.json").get_json()["rows"]
    assert drawn["committed_before"] is True and following["state"] == "committed"


def test_nobody_is_warned_of_a_sampling_by_what_is_public_of_the_draw(world: World, client: FlaskClient) -> None:
    batch, _ = declared_today(world)
    with world.db.write.begin() as session:
        row = sampling.draw(session, today(world), "2", "3D 528")
        seed, names = row.seed, [each.name for each in sampling.pool_of(row)]
    sample(world, batch)  # one of the two: not yet all
    for address in ("/open/draws/1", "/open/draws/1?format=json", "/open/draws", "/open/draws.json", "/open/draws.csv"):
        page = client.get(address).text
        assert not [said for said in (seed, "528", *names) if said in page], address
        assert sampling.mark(row) in page, address
    with world.db.read.begin() as session:
        entries = session.scalars(sa.select(LogEntry.content)).all()
    assert any(sampling.mark(row).encode() in each for each in entries)
    assert not any(seed.encode() in each or b'"drawn"' in each for each in entries)


def today(world: World, name: str = "chen") -> Actor:
    """The application asks the real clock, and a draw is kept back for some days from it."""
    return world.actor(name, clock.now())


def declared_today(world: World) -> list[Batch]:
    day = day_of(clock.now()).isoformat()
    return [world.declare(today(world, name), harvest_date=day) for name in ("ama", "ben")]


def sample(world: World, batch: Batch) -> None:
    items, day = [inspections.Item("毒死蜱", "未检出")], day_of(clock.now()).isoformat()
    form = inspections.InspectionForm("sampling", "检测中心", "R-1", day, day, items, passed=True)
    with world.db.write.begin() as session:
        inspections.enter(session, today(world), session.get_one(Batch, batch.id), form)


def redrawn(told: Row) -> list[int]:
    """The program that docs/open_data.md gives to anybody, on the published draw alone."""
    program: dict[str, Any] = {}
    exec((DOCS / "open_data.md").read_text("utf-8").partition("```python\n")[2].partition("```")[0], program)
    drawn: list[int] = program["redrawn"](told)
    return drawn


def test_a_draw_without_a_commitment_before_it_says_so(world: World, client: FlaskClient) -> None:
    world.declare()
    with world.db.write.begin() as session:
        sampling.draw(session, world.chen, "1")  # long ago: published whether sampled or not
    assert "不能证明种子是事先定下的" in client.get("/open/draws/1").text
    for number in ("2", "0", "x", "9" * 30):
        assert client.get(f"/open/draws/{number}").status_code == 404


def test_a_report_stands_with_its_hash(world: World, client: FlaskClient) -> None:
    with world.db.write.begin() as session:
        report = reports.freeze(session, world.chen, world.installation.policy, "2026-06-30")
        hashed, content = report.sha256, report.content
    (row,) = client.get("/open/reports.json").get_json()["rows"]
    assert (
        row["sha256"] == hashed == hashlib.sha256(content.encode()).hexdigest()
        and hashed in client.get("/open/reports").text
    )


def test_who_has_the_file_of_this_state_gets_no_other(recorded: World, client: FlaskClient) -> None:
    first = client.get("/open/certificates.csv")
    mark = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/open/certificates.csv", headers=mark)
    assert (first.status_code, again.status_code) == (200, 304) and not again.data
    enter(recorded, "ben", "geographical", "2025-01-01")
    assert client.get("/open/certificates.csv", headers=mark).status_code == 200


def test_demonstrations_are_marked_and_left_out_beside_real_producers(world: World, client: FlaskClient) -> None:
    batch = world.declare(world.ben)
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, batch.id), "检出违禁农药")
    demonstrate(world)
    enter(world, "ben", "green", "2024-03-01")
    for table in ("certificates", "recalls"):
        assert client.get(f"/open/{table}.json").get_json()["rows"] == [], table


def test_every_table_is_listed_with_its_files(client: FlaskClient) -> None:
    page = client.get("/open/").text
    for table in ("certificates", "recalls", "draws", "rewards", "reports"):
        assert all(f'"/open/{table}{kind}"' in page for kind in ("", ".csv", ".json"))
        assert client.get(f"/open/{table}?lang=en").status_code == 200
