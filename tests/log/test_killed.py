"""`kill -9` across act, append, sign and publish: every act that was told done is a leaf, once, and no checkpoint contradicts an
earlier one that somebody kept outside."""

import json
import os
import random
import secrets
import signal
import sys
import time
from pathlib import Path

from world import Sold, World
from world.logged import append, found, rebuilt
from yipin.audit import log
from yipin.db import Database
from yipin.log import opening
from yipin.log.checkpoint import Checkpoint
from yipin.log.note import parse
from yipin.models import Action, Batch

KILLS = int(os.environ.get("SOAK_LOG_KILLS", "10"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or secrets.randbits(32)
LIFE = 0.12  # seconds in which a worker does a few acts and publishes them


def work(world: World, batch: int, history: int, name: str, ready: int) -> None:
    """Act, write down what was done, publish; again and again until killed."""
    db = Database(world.db.url)
    sequencer = opening.sequencer_of(db, world.settings)
    os.write(ready, b"!")
    for number in range(1_000_000):
        with db.write.begin() as session:
            row = session.get_one(Batch, batch)
            log.record(session, world.ama, Action.BATCH_USE, row, None, into=[f"{name}-{number}"])
        os.write(history, f"{name}-{number}\n".encode())
        sequencer.append()


def killed(world: World, batch: int, history: Path, name: str, seconds: float) -> None:
    world.db.dispose()  # no connection is shared with the child
    told, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(world, batch, os.open(history, os.O_WRONLY | os.O_APPEND | os.O_CREAT), name, ready)
        except BaseException as error:
            print(error, file=sys.stderr)
        finally:
            os._exit(1)
    assert os.read(told, 1) == b"!"
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.close(told)
    os.close(ready)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_every_act_is_in_the_tree_once_whatever_is_killed(world: World, sold: Sold, tmp_path: Path) -> None:
    print("seed", SEED)
    chance, history, outside = random.Random(SEED), tmp_path / "history", list[Checkpoint]()
    for number in range(10 * KILLS):
        if number >= KILLS and history.stat().st_size:
            break  # on a busy machine the first ones may have died before their first act
        killed(world, sold.batch.id, history, str(number), chance.uniform(0, LIFE * (1 + number // KILLS)))
        if (signed := world.settings.log / "checkpoint").exists():
            outside.append(Checkpoint.parse(parse(signed.read_bytes()).text))
    append(world)
    for seen in outside:
        rebuilt(world, seen)  # raises when the log contradicts it
    told: list[str] = []
    rebuilt(world, None, lambda first, entries: told.extend(words for entry in entries for words in used(entry)))
    done = history.read_text().split()
    assert done and set(done) <= set(told) and len(told) == len(set(told))
    assert found(world) == []


def used(entry: bytes) -> list[str]:
    said = json.loads(entry)
    return said["data"]["into"] if said["action"] == "batch.use" else []
