"""The work that is killed: a server that has everything imported forks workers, and ends them with SIGKILL.

Run in a process of its own by issue/test_crash. A worker issues codes of a batch again and again, or
makes the sheets of a print run, as a server process would. What it was told is done it writes into a history outside
the database, each line on disk before the next step. At its end the server prints how the workers ended, as JSON.
"""

import hashlib
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from yipin.access.actor import Actor
from yipin.audit import log
from yipin.db import Database
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.issue.codes import CodeOrder, codes_of, issue_codes
from yipin.models import Account, Action, Batch, CodeRange, PrintRun, PrintState
from yipin.printing import press

AT = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
Ready = Callable[[], None]
MOST = 5  # units an order asks for at most


@dataclass(frozen=True)
class Plan:
    """What to kill and how often. Every round forks `workers` and kills each at a moment after it is ready, up to `lives`
    times as long as one takes in peace on this machine. `work` is "issue" (of batch `number`) or "press" (of print run
    `number`), `fault` a name in FAULTS."""

    data: str
    work: str
    number: int
    kills: int
    seed: int
    lives: float
    workers: int = 1
    fault: str = ""

    def history(self, worker: int) -> Path:
        """Beside the data directory, not in it."""
        return Path(f"{self.data}-history-{worker}.jsonl")


class History:
    """What one worker knows of its own acts: a line `invoke` before an order, a line `ok` when it was told "done"."""

    def __init__(self, path: Path) -> None:
        lines = whole_lines(path)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")  # without a line cut short
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
        self._name = path.stem[-1]
        orders = [line for line in lines if line["is"] == "invoke"]
        done = {line["key"] for line in lines if line["is"] == "ok"}
        self._orders = len(orders)
        self.open = next(((order["key"], order["count"]) for order in orders if order["key"] not in done), None)

    def write(self, what: str, **facts: Any) -> None:
        os.write(self._file, (json.dumps({"is": what} | facts) + "\n").encode())
        os.fsync(self._file)

    def next_order(self) -> tuple[str, int]:
        """A new order, written down before anything is done for it."""
        self._orders += 1
        key, count = f"worker-{self._name}-{self._orders}", random.randint(1, MOST)
        self.write("invoke", key=key, count=count)
        return key, count


def whole_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a history; one that a kill cut short was never written."""
    text = path.read_text("utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def fingerprint(digits: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(digits).encode()).hexdigest()


@dataclass(frozen=True)
class Desk:
    """What an order is served with."""

    db: Database
    installation: Installation
    actor: Actor
    batch: int
    history: History

    def digits(self, codes: CodeRange) -> list[str]:
        with self.db.read.begin() as session:
            row = session.get_one(CodeRange, codes.id)
            return [
                digits
                for _, digits in codes_of(row, self.installation.ring, self.installation.secrets, row.first, row.count)
            ]

    def acknowledge(self, key: str, codes: CodeRange) -> None:
        digits = self.digits(codes)
        self.history.write("ok", key=key, first=codes.first, count=codes.count, sha256=fingerprint(digits))


def issue(desk: Desk, key: str, count: int) -> None:
    """As the page does it: one transaction, and "done" is said after it."""
    with desk.db.write.begin() as session:
        batch = session.get_one(Batch, desk.batch)
        codes = issue_codes(session, desk.actor, desk.installation, batch, CodeOrder(count, key))
    desk.acknowledge(key, codes)


def done_is_said_too_early(desk: Desk, key: str, count: int) -> None:
    with desk.db.write.begin() as session:
        batch = session.get_one(Batch, desk.batch)
        codes = issue_codes(session, desk.actor, desk.installation, batch, CodeOrder(count, key))
        found = codes_of(codes, desk.installation.ring, desk.installation.secrets, codes.first, count)
        sha256 = fingerprint([digits for _, digits in found])
        desk.history.write("ok", key=key, first=codes.first, count=count, sha256=sha256)


def the_batch_is_not_locked(desk: Desk, key: str, count: int) -> None:
    with desk.db.read.begin() as session:
        batch = session.get_one(Batch, desk.batch)
    with desk.db.write.begin() as session:
        codes = _reserve(session, batch, count, key, desk.actor)
    desk.acknowledge(key, codes)


def the_event_comes_in_a_second_transaction(desk: Desk, key: str, count: int) -> None:
    with desk.db.write.begin() as session:
        batch = session.get_one(Batch, desk.batch, with_for_update=True)
        done = session.scalar(sa.select(CodeRange).where(CodeRange.idempotency_key == key))
        codes = done or _reserve(session, batch, count, key, desk.actor)
    with desk.db.write.begin() as session:
        if not done:
            log.record(session, desk.actor, Action.CODES_ISSUE, codes, first=codes.first + 1, count=count)
            log.record(session, desk.actor, Action.BATCH_CODED, batch, first=codes.first + 1, count=count)
    desk.acknowledge(key, codes)


def a_repeated_order_is_served_again(desk: Desk, key: str, count: int) -> None:
    with desk.db.write.begin() as session:
        batch = session.get_one(Batch, desk.batch)
        fresh = f"{key}-{time.monotonic_ns()}"
        codes = issue_codes(session, desk.actor, desk.installation, batch, CodeOrder(count, fresh))
    desk.acknowledge(key, codes)


def _reserve(session: Session, batch: Batch, count: int, key: str, actor: Actor) -> CodeRange:
    """The bare rows, past the guards of the session."""
    values = {
        "batch_id": batch.id,
        "first": batch.reserved,
        "count": count,
        "key_number": 1,
        "facts": 0,
        "harvest_date": batch.harvest_date,
        "issued_at": actor.at,
        "idempotency_key": key,
    }
    bare, table = session.connection(), Batch.__table__
    number = bare.execute(sa.insert(CodeRange.__table__).values(values)).inserted_primary_key[0]
    bare.execute(sa.update(table).where(table.c.id == batch.id).values(reserved=batch.reserved + count))
    return session.get_one(CodeRange, number)


FAULTS: dict[str, Callable[[Desk, str, int], None]] = {
    fault.__name__: fault
    for fault in (
        done_is_said_too_early,
        the_batch_is_not_locked,
        the_event_comes_in_a_second_transaction,
        a_repeated_order_is_served_again,
    )
}


def keep_issuing(plan: Plan, db: Database, installation: Installation, worker: int, ready: Ready, last: bool) -> None:
    """Finish the order whose outcome is not known, then serve new ones until killed (`last`: one new one)."""
    with db.read.begin() as session:
        actor = ama(session)
    history = History(plan.history(worker))
    desk, serve = Desk(db, installation, actor, plan.number, history), FAULTS.get(plan.fault, issue)
    ready()
    if history.open:
        with db.read.begin() as session:
            kept = session.scalar(sa.select(CodeRange.id).where(CodeRange.idempotency_key == history.open[0]))
        history.write("retry", key=history.open[0], kept=kept is not None)
        serve(desk, *history.open)
    while True:
        serve(desk, *history.next_order())
        if last:
            return


def make_sheets(plan: Plan, db: Database, installation: Installation, worker: int, ready: Ready, last: bool) -> None:
    """Make the sheets of a run of which nothing is on disk yet, as for the first time."""
    with db.write.begin() as session:
        session.connection().execute(sa.update(PrintRun.__table__).values(state=PrintState.PLANNED))
    press.sheet_path(installation, plan.number).unlink(missing_ok=True)
    ready()
    if press.make(db, installation, plan.number) is None:
        raise RuntimeError("the one killed before still holds the run")


def note_sheets(plan: Plan, installation: Installation) -> None:
    """Write down what a killed press left: at the place of the finished file, and unfinished beside it."""
    path = press.sheet_path(installation, plan.number)
    whole = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
    parts = len([name for name in os.listdir(path.parent) if name.endswith(".part")])
    History(plan.history(0)).write("sheets", sha256=whole, parts=parts)


def ama(session: Session) -> Actor:
    return Actor.of(session.scalars(sa.select(Account).where(Account.login == "ama")).one(), AT)


def opened(plan: Plan) -> tuple[Database, Installation]:
    """The database and the installation, warm but without a connection that a fork would share.

    A worker must spend its short life on its work, not on compiling statements and reading fonts.
    """
    installation = Installation.open(Settings.load(plan.data, {}))
    db = Database(installation.settings.database_url)
    with db.write() as session:
        if plan.work == "issue":
            batch = session.get_one(Batch, plan.number)
            issue_codes(session, ama(session), installation, batch, CodeOrder(1, "never kept"))
        else:
            run = session.get_one(PrintRun, plan.number)
            press.sheet_path(installation, run.id).unlink()
            press.first_page(installation, run)  # drawn again, so that the font is at hand
        session.rollback()
    db.dispose()
    return db, installation


def fork(plan: Plan, db: Database, installation: Installation, worker: int, last: bool = False) -> int:
    """Start a worker and wait until it is ready, or has ended."""
    hear, say = os.pipe()
    if child := os.fork():
        os.close(say)
        os.read(hear, 1)
        os.close(hear)
        return child
    work = {"issue": keep_issuing, "press": make_sheets}[plan.work]
    random.seed(f"{plan.seed} {os.getpid()}")
    try:
        work(plan, db, installation, worker, lambda: os.close(say), last)
    except BaseException as error:
        History(plan.history(worker)).write("error", error=f"{type(error).__name__}: {error}"[:300])
        os._exit(1)
    os._exit(0)


def kill_again_and_again(plan: Plan) -> Counter[str]:
    """All the kills of a plan; how many workers were killed, had finished before, or failed. At last, when codes are
    issued, each worker comes back once in peace and finishes what is open."""
    db, installation = opened(plan)
    chance, ends = random.Random(plan.seed), Counter[str]()
    longest = plan.lives * time_in_peace(plan, db, installation)
    while ends.total() < plan.kills and not ends["failed"]:
        due = []
        for worker in range(plan.workers):
            child = fork(plan, db, installation, worker)
            due.append((time.monotonic() + chance.uniform(0, longest), child))
        for moment, child in sorted(due):
            time.sleep(max(0.0, moment - time.monotonic()))
            os.kill(child, signal.SIGKILL)
            ends[end_of(child)] += 1
            if plan.work == "press":
                note_sheets(plan, installation)
    if plan.work == "issue" and not ends["failed"]:
        ends.update(
            f"at last {end_of(fork(plan, db, installation, worker, last=True))}" for worker in range(plan.workers)
        )
    return ends


def time_in_peace(plan: Plan, db: Database, installation: Installation) -> float:
    child, begun = fork(plan, db, installation, 0, last=True), time.monotonic()
    end_of(child)
    return time.monotonic() - begun


def end_of(child: int) -> str:
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return "failed" if os.WEXITSTATUS(status) else "finished"


def main(plan: Plan) -> None:
    """Be a server, with a group of processes of its own."""
    os.setsid()
    print(json.dumps(kill_again_and_again(plan)))
