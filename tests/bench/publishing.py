"""The public log: what an act costs more for it, how fast acts become leaves, how soon witnesses have seen them, how fast a proof is."""

import random
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from yipin import bootstrap, clock
from yipin.access.actor import Actor
from yipin.audit import holds
from yipin.codes.keys import new_key
from yipin.db import Database
from yipin.db.columns import Base
from yipin.installation.settings import Settings
from yipin.jobs import appending
from yipin.log import keys, note, opening, proofs, witness
from yipin.log.checkpoint import Checkpoint
from yipin.log.folder import CHECKPOINT, LogFolder
from yipin.log.merkle import leaf_hash, root_of
from yipin.log.note import Kind, Signer
from yipin.log.tiles import WIDTH, bundle, entries_path, folded, tile_path
from yipin.log.witness import Witness
from yipin.log.witness_server import Server
from yipin.models import Batch, BatchState, Event, Role, events
from yipin.models.log_entries import enter_all

from .figures import Figure
from .listing import fill
from .ours import PREFIX
from .tracing import insert

TURNS = 6  # of acts in a round
OFFICES = ("market.example/1", "court.example/1")


@dataclass(frozen=True)
class Publishing:
    """How much of everything: acts in one turn of a contender, events that wait to be appended, seconds of acts at `per_second`,
    leaves of the tree that proofs are of."""

    acts: int = 50
    waiting: int = 20_000
    seconds: float = 20.0
    per_second: float = 50.0
    leaves: int = 1_000_000
    proofs: int = 300


@dataclass
class Office:
    """A record with its log on a disk."""

    db: Database
    settings: Settings

    def act(self, count: int) -> None:
        """Hold and release a batch in turn, so many acts, each in a transaction of its own."""
        officer = Actor("bench", clock.now(), Role.OFFICER)
        for _ in range(count):
            with self.db.write.begin() as session:
                batch = session.get_one(Batch, 1)
                is_held = batch.state is BatchState.ON_HOLD
                (holds.release if is_held else holds.hold)(session, officer, batch, "演示")

    def wait(self, count: int) -> None:
        """So many events with their entries that nobody has placed yet, written in bulk."""
        at = clock.now()
        with self.db.write.begin() as session:
            connection, log = session.connection(), Event.__table__
            last = connection.scalar(sa.select(sa.func.max(log.c.id))) or 0
            rows = [_event(last + 1 + n, at) for n in range(count)]
            insert(connection, Event, rows)
            enter_all(connection, log, [row["id"] for row in rows], Base.metadata.tables)


def _event(number: int, at: object) -> dict[str, object]:
    return {
        "id": number,
        "at": at,
        "actor_id": None,
        "actor_name": "bench",
        "actor_role": "officer",
        "actor_county": "430225",
        "action": "batch.use",
        "object_kind": "batches",
        "object_id": 1,
        "reason": None,
        "data": {"into": [f"x{number}"]},
    }


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    """A new record in SQLite with a batch that is on sale."""
    folder.mkdir()
    (folder / "yipin.toml").write_text(f'base_url = "{PREFIX}"\n', "utf-8")
    settings = bootstrap.set_up(folder, base_url=None, actor=Actor("bench", clock.now()))
    new_key(settings.keys, clock.now())
    db = Database(settings.database_url)
    fill(db, 10)
    try:
        yield Office(db, settings)
    finally:
        db.dispose()


def publishing(size: Publishing, rounds: int) -> Iterator[Figure]:
    """All figures of the log, in a folder of the disk that the bench's `TMPDIR` names."""
    with tempfile.TemporaryDirectory(prefix="yipin-bench-") as place:
        folder = Path(place)
        yield from _acts(folder, size, rounds)
        yield _appended(folder, size, rounds)
        yield _seen(folder, size)
        yield _proven(folder, size)


def _acts(folder: Path, size: Publishing, rounds: int) -> Iterator[Figure]:
    """The same acts in a record with the log and in one without, in turns."""
    with opened(folder / "with") as one, opened(folder / "without") as other:
        with other.db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER events_due")

        def unlogged() -> None:
            kept, events.enter = events.enter, lambda connection, told: None
            try:
                other.act(size.acts)
            finally:
                events.enter = kept

        turns = [_turn(one, other, unlogged, size.acts) for _ in range(rounds * TURNS + 1)][1:]
    yield Figure("log_act_slower", statistics.median(wall for wall, _, _ in turns), "ratio", "acts without the log")
    yield Figure(
        "log_act_slower_cpu", statistics.median(cpu for _, cpu, _ in turns), "ratio", "the same in processor time"
    )
    yield Figure("log_acts_per_s", statistics.median(rate for _, _, rate in turns), "acts/s")


def _turn(one: Office, other: Office, unlogged: Callable[[], None], acts: int) -> tuple[float, float, float]:
    """How much longer the acts take with the log, by the clock and by the processor, and acts a second."""
    wall, cpu = _took(lambda: one.act(acts))
    bare_wall, bare_cpu = _took(unlogged)
    return wall / bare_wall, cpu / bare_cpu, acts / wall


def _took(work: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _appended(folder: Path, size: Publishing, rounds: int) -> Figure:
    """Events that wait, until they are leaves of a signed tree on the disk."""
    found = []
    with opened(folder / "append") as office:
        sequencer = opening.sequencer_of(office.db, office.settings)
        sequencer.append()
        for _ in range(rounds):
            office.wait(size.waiting)
            start = time.perf_counter()
            sequencer.append()
            found.append(size.waiting / (time.perf_counter() - start))
    return Figure("log_append_per_s", statistics.median(found), "events/s")


def _seen(folder: Path, size: Publishing) -> Figure:
    """The longest that an act waited for a checkpoint that two witnesses have signed, while acts go on evenly."""
    with opened(folder / "seen") as office, _witnesses(office, folder):
        done, seen, ending = list[float](), list[float](), threading.Event()
        before = opening.sequencer_of(office.db, office.settings).append() or 0
        watching = threading.Thread(target=_watch, args=(office.settings, before, seen, ending), daemon=True)
        watching.start()
        appended = appending.begin(office.db, office.settings)
        begun = time.monotonic()
        while (due := begun + len(done) / size.per_second) < begun + size.seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            office.act(1)
            done.append(time.monotonic())
        while len(seen) < len(done) and time.monotonic() < done[-1] + 60:
            time.sleep(0.05)
        ending.set()
        appended.set()
        watching.join()
        time.sleep(appending.EACH)  # its last look
    if len(seen) < len(done):
        raise RuntimeError("not every act was witnessed")
    return Figure("log_witnessed_s", max(late - early for early, late in zip(done, seen, strict=False)), "s")


def _watch(settings: Settings, before: int, seen: list[float], ending: threading.Event) -> None:
    """When each leaf after the first `before` stood in a witnessed checkpoint first, as a reader of the file finds it."""
    folder = LogFolder(settings.log)
    while not ending.wait(0.02):
        if (found := folder.witnessed()) is not None:
            size = Checkpoint.parse(found.text).size
            seen += [time.monotonic()] * (size - before - len(seen))


@contextmanager
def _witnesses(office: Office, folder: Path) -> Iterator[None]:
    servers, lines, words = [], [], []
    ours = [each.verifier for each in keys.signers(office.settings)]
    for number, name in enumerate(OFFICES):
        place = folder / f"witness-{number}"
        for n, signer in enumerate(witness.found(place, name)):
            lines.append((f"w{number}-{n}", signer.verifier.vkey))
        witness.follow(place, keys.origin(office.settings), ours)
        server = Server(("127.0.0.1", 0), Witness(place))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        words.append(f"witness {{}} {{}} http://127.0.0.1:{server.server_address[1]}/")
    told = [words[n // 2].format(*line) for n, line in enumerate(lines)]
    told += [f"group g{n} any w{n}-0 w{n}-1" for n in range(len(OFFICES))]
    office.settings.log_policy.write_text("\n".join([*told, "group all all g0 g1", "quorum all", ""]), "utf-8")
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
            server.witness.close()


def _proven(folder: Path, size: Publishing) -> Figure:
    """The proof of one leaf of a large tree as a page makes it, from the files alone; the median."""
    log = folder / "large"
    grown(log, size.leaves)
    dice = random.Random(7)
    times = []
    for index in [dice.randrange(size.leaves) for _ in range(size.proofs)]:
        start = time.perf_counter()
        proofs.proof_of(LogFolder(log), index)
        times.append((time.perf_counter() - start) * 1000)
    shutil.rmtree(log)
    return Figure("log_proof_ms", statistics.median(times), "ms")


def grown(folder: Path, leaves: int) -> None:
    """The files of a log of so many short entries, with a signed checkpoint. Not brought to the disk file by file."""

    def write(path: str, content: bytes) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)

    entries = [b'{"n":%d}' % number for number in range(leaves)]
    for number, some in enumerate(_split(entries)):
        write(entries_path(number, len(some)), bundle(some))
    level, hashes = 0, [leaf_hash(entry) for entry in entries]
    while hashes:
        for number, part in enumerate(_split(hashes)):
            write(tile_path(level, number, len(part)), b"".join(part))
        hashes = [folded(part) for part in _split(hashes) if len(part) == WIDTH]
        level += 1
    log = LogFolder(folder)
    signers = [Signer.new("bench/log", kind) for kind in (Kind.ED25519, Kind.ML_DSA_44)]
    told = Checkpoint("bench/log", leaves, root_of(leaves, log.tiles.node))
    (folder / CHECKPOINT).write_bytes(bytes(note.signed(told.text(), signers, int(time.time()))))


def _split(what: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (what[at : at + WIDTH] for at in range(0, len(what), WIDTH))
