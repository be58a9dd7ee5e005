"""`kill -9` in the middle of issuing and of printing: no code twice, none lost after "done", no half sheet.

The killing is done by crash_issuer; here its harvest is checked against the record. A check that finds nothing proves
nothing until it has found something: so the same check must convict workers and records that are wrong on purpose.
"""

import json
import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import World, crash_issuer, nursery
from world.crash_issuer import FAULTS, Plan, fingerprint, whole_lines
from yipin.codes.label.stock import stocks
from yipin.installation.installation import Installation
from yipin.issue.codes import codes_of
from yipin.models import Batch, CodeRange, Event, PrintRun, PrintState
from yipin.printing import plans, press

KILLS = int(os.environ.get("SOAK_KILLS", "60"))
PRINT_KILLS = int(os.environ.get("SOAK_PRINT_KILLS", "8"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or secrets.randbits(32)

Lines = Sequence[dict[str, Any]]


def killed(world: World, work: str, number: int, kills: int, **changes: Any) -> tuple[Plan, Counter[str]]:
    """Let crash_issuer do its work, and return how its workers ended."""
    plan = Plan(str(world.settings.data), work, number, kills, **({"seed": SEED, "lives": 2.0} | changes))
    print(plan)
    log = world.settings.data / f"issuer-{work}-{number}.log"
    server = nursery.begin(crash_issuer.main, plan, log=log)
    try:
        status = server.wait(60 + 2 * kills)
    except BaseException:
        os.killpg(server.pid, signal.SIGKILL)
        raise
    said = log.read_text("utf-8")
    assert status == 0, said
    nobody_is_left(server.pid)
    return plan, Counter(json.loads(said.splitlines()[-1]))


def nobody_is_left(group: int) -> None:
    """The killed had helpers, perhaps; these must have gone with them."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("a killed worker's own processes live on")


def histories(plan: Plan) -> Lines:
    return [line for worker in range(plan.workers) for line in whole_lines(plan.history(worker))]


def faults(session: Session, installation: Installation, batch_id: int, told: Lines) -> list[str]:
    """Everything in which the record of a batch is wrong, or not as the workers were told."""
    batch = session.get_one(Batch, batch_id, populate_existing=True)
    rows = session.scalars(
        sa.select(CodeRange)
        .where(CodeRange.batch_id == batch_id)
        .order_by(CodeRange.first)
        .execution_options(populate_existing=True)
    ).all()
    found = [f"worker: {line['error']}" for line in told if line["is"] == "error"]
    found += _wrong_sums(batch, rows)
    found += _wrong_codes(installation, rows, told)
    found += _wrong_events(session, batch, rows)
    if session.get_bind().dialect.name == "sqlite":
        found += [row[0] for row in session.execute(sa.text("PRAGMA integrity_check")) if row[0] != "ok"]
    return found


def _wrong_sums(batch: Batch, rows: Sequence[CodeRange]) -> Iterator[str]:
    for one, next_one in pairwise(rows):
        if one.first + one.count > next_one.first:
            yield f"unit {next_one.first} is in two ranges"
    if batch.reserved != sum(row.count for row in rows):
        yield "reserved is not the sum of the ranges"


def _wrong_codes(installation: Installation, rows: Sequence[CodeRange], told: Lines) -> Iterator[str]:
    made = {
        row.idempotency_key: [
            code for _, code in codes_of(row, installation.ring, installation.secrets, row.first, row.count)
        ]
        for row in rows
    }
    place = {row.idempotency_key: (row.first, row.count) for row in rows}
    for line in told:
        if line["is"] == "ok" and line["key"] not in made:
            yield f"{line['key']} is lost after it was done"
        elif line["is"] == "ok" and place[line["key"]] != (line["first"], line["count"]):
            yield f"{line['key']} has other units than it was told"
        elif line["is"] == "ok" and fingerprint(made[line["key"]]) != line["sha256"]:
            yield f"{line['key']} has other codes than it was told"
    ordered = {line["key"] for line in told if line["is"] == "invoke"}
    yield from (f"{key} was ordered and never served" for key in ordered - made.keys())
    yield from (f"{key} was served and never ordered" for key in made.keys() - ordered)
    if len({code for codes in made.values() for code in codes}) != sum(row.count for row in rows):
        yield "a code was given twice"


def _wrong_events(session: Session, batch: Batch, rows: Sequence[CodeRange]) -> Iterator[str]:
    issued = session.execute(sa.select(Event.object_id, Event.data).where(Event.action == "codes.issue"))
    coded = session.scalars(sa.select(Event.data).where(Event.action == "batch.coded", Event.object_id == batch.id))
    want = Counter((row.id, row.first + 1, row.count) for row in rows)
    if Counter((number, data["first"], data["count"]) for number, data in issued) != want:
        yield "ranges and codes.issue events do not match"
    if Counter((data["first"], data["count"]) for data in coded) != Counter((r.first + 1, r.count) for r in rows):
        yield "ranges and batch.coded events do not match"


def large_batch(world: World) -> Batch:
    return world.declare(quantity="400000", pack_size="1")


@pytest.mark.long
def test_no_code_is_lost_or_given_twice_however_often_issuing_is_killed(world: World) -> None:
    batch = large_batch(world)
    plan, ends = killed(world, "issue", batch.id, KILLS, workers=2)
    told = histories(plan)
    with world.db.read.begin() as session:
        assert faults(session, world.installation, batch.id, told) == []
    assert ends == {"killed": KILLS, "at last finished": 2}
    # The kills fell where they hurt: orders were open, some of them already kept and some not.
    seen = Counter(line["kept"] for line in told if line["is"] == "retry")
    print(f"{Counter(line['is'] for line in told)}, open orders found kept: {seen[True]}, not kept: {seen[False]}")
    assert min(seen[True], seen[False]) >= KILLS // 100
    # What was found is the record, not the memory of this process.
    assert world.get(Batch, batch.id).reserved >= sum(line["count"] for line in told if line["is"] == "ok")


SOON_CONVICTED = {"the_batch_is_not_locked", "a_repeated_order_is_served_again"}  # the others take a hundred kills


@pytest.mark.parametrize(
    "fault", [pytest.param(each, marks=[] if each in SOON_CONVICTED else pytest.mark.soak) for each in FAULTS]
)
def test_a_worker_that_is_wrong_on_purpose_is_convicted(world: World, fault: str) -> None:
    batch = large_batch(world)
    for attempt in range(10):
        plan, _ = killed(world, "issue", batch.id, 20, workers=2, fault=fault, seed=SEED + attempt)
        with world.db.read.begin() as session:
            if found := faults(session, world.installation, batch.id, histories(plan)):
                break
    else:
        pytest.fail("200 kills and nothing found")
    signs = {
        "done_is_said_too_early": "is lost after it was done",
        "the_batch_is_not_locked": "IntegrityError",
        "the_event_comes_in_a_second_transaction": "events do not match",
        "a_repeated_order_is_served_again": "was served and never ordered",
    }
    assert signs[fault] in "\n".join(found)


WRONG_RECORDS = {
    "UPDATE code_ranges SET first = first - 1 WHERE id = {last}": "is in two ranges",
    "UPDATE code_ranges SET count = count + 1 WHERE id = {last}": "has other units than it was told",
    "UPDATE code_ranges SET harvest_date = '2026-07-17' WHERE id = {last}": "has other codes than it was told",
    "UPDATE code_ranges SET idempotency_key = 'x' WHERE id = {last}": "was served and never ordered",
    "DELETE FROM code_ranges WHERE id = {last}": "is lost after it was done",
    "UPDATE batches SET reserved = reserved + 1": "reserved is not the sum of the ranges",
    "INSERT INTO events (at, actor_name, actor_role, action, object_kind, object_id, data) SELECT at, actor_name, "
    "actor_role, action, object_kind, object_id, data FROM events WHERE action = 'codes.issue'": "codes.issue events",
}


def test_a_record_that_is_wrong_on_purpose_is_convicted(world: World) -> None:
    batch = large_batch(world)
    rows = [world.issue(batch, count, f"key-{count}") for count in (2, 3)]
    told = [
        {
            "is": word,
            "key": row.idempotency_key,
            "first": row.first,
            "count": row.count,
            "sha256": fingerprint(world.codes(row)),
        }
        for row in rows
        for word in ("invoke", "ok")
    ]
    for wrong, sign in ({"SELECT 1": ""} | WRONG_RECORDS).items():
        with world.db.write() as session:
            session.execute(sa.text(wrong.format(last=rows[-1].id)))
            found = faults(session, world.installation, batch.id, told)
            session.rollback()
        assert sign in "\n".join(found) and bool(found) == bool(sign), (wrong, found)


def planned(world: World, labels: int) -> PrintRun:
    codes = world.issue(world.declare(), labels)
    with world.db.write.begin() as session:
        order = plans.PrintOrder(stocks()["a4-24"], first=1, count=labels)
        return plans.plan_print(
            session, world.ama, world.installation, session.get_one(CodeRange, codes.id), order, "1"
        )


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_press_killed_again_and_again_leaves_no_half_sheet_and_prints_the_same_bytes_at_last(world: World) -> None:
    run = planned(world, labels=48)
    whole = press.make(world.db, world.installation, run.id)
    assert whole is not None
    clean = files_in(world.settings.labels)
    plan, ends = killed(world, "press", run.id, PRINT_KILLS, lives=1.0)
    told = [line for line in histories(plan) if line["is"] == "sheets"]
    left = Counter(line["sha256"] for line in told)
    print(f"{ends}, sheets at their place: {left}, unfinished: {[line['parts'] for line in told]}")
    assert ends.total() == PRINT_KILLS and not ends["failed"], histories(plan)
    assert left.total() == PRINT_KILLS and set(left) <= {None, whole.sha256}

    press.sheet_path(world.installation, run.id).unlink(missing_ok=True)
    with world.db.write.begin() as session:
        session.connection().execute(sa.update(PrintRun.__table__).values(state=PrintState.PLANNED, sha256=None))
    assert press.make(world.db, world.installation, run.id) == whole
    row = world.get(PrintRun, run.id)
    assert (row.state, row.sha256) == (PrintState.READY, whole.sha256)
    assert files_in(world.settings.labels) == clean  # what the killed left unfinished is swept away
