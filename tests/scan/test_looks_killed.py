"""What is lost when a server process is killed: only looks whose pages said that the count is being kept, and no more of
them than may wait."""

import os
import subprocess
import sys
from collections import Counter

import sqlalchemy as sa

from world import Sold, World
from world.locks import looks_locked
from yipin.models import Scan, UnitScans

MOST = 200
SCANS = f"""
import sys
from yipin import clock
from yipin.db import Database
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.scan.look_writer import LookWriter
from yipin.scan.looks import Reader
from yipin.scan.verdicts import Verdict
settings = Settings.load(sys.argv[1])
writer = LookWriter(Database(settings.database_url), Installation.open(settings).policy.clone, 10, {MOST})
for line in sys.stdin:
    told = writer.count(Reader.of("203.0.113.9", "Android"), (int(sys.argv[2]), 0), Verdict.GENUINE, clock.now())
    writer.patience = 0.001 if line.startswith("locked") else 10
    print(told.how, flush=True)
"""


def test_a_killed_process_loses_at_most_the_looks_that_waited_and_none_that_was_told_counted(
    world: World, sold: Sold
) -> None:
    command = [sys.executable, "-c", SCANS, str(world.settings.data), str(sold.batch.id)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdin and process.stdout

    def scans(count: int, word: str) -> list[str]:
        told = []
        for _ in range(count):
            print(word, file=process.stdin, flush=True)
            told.append(process.stdout.readline().strip())
        return told

    with process:
        told = scans(19, "free") + scans(1, "locked")  # the word is of the next scan
        with looks_locked(world):
            told += scans(MOST + 50, "locked")
            process.kill()
    assert Counter(told) == {"counted": 20, "kept": MOST, "lost": 50}
    with world.db.read.begin() as session:
        written = session.scalar(sa.select(sa.func.count()).select_from(Scan)) or 0
        assert session.scalar(sa.select(sa.func.sum(UnitScans.scans))) == 1  # one reader, who scans again and again
    print(f"{20 + MOST - written} of {MOST} waiting looks were lost")
    assert 20 <= written <= 20 + MOST
