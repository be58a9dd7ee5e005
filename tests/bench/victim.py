"""The service that is attacked: `yipin serve` on its defaults, a grower, an officer, and packs on sale."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from yipin.access.actor import Actor
from yipin.db import Database
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import Account, Plot, Product, Role, Scan, Visitor
from yipin.register import batches

from . import stall


@dataclass(frozen=True)
class Stock:
    """How many codes each batch on sale has, and the batch that is to be printed."""

    codes: int = 2_000
    large: int = 100_000


@dataclass(frozen=True)
class Victim:
    """A running service. `paths` are the addresses of packs on sale; `large` is the number of a range not printed."""

    data: Path
    port: int
    process: "subprocess.Popen[bytes]"
    paths: list[str]
    large: str

    def looks(self) -> int:
        """How many looks of people are in the record."""
        db = Database(Settings.load(self.data).database_url)
        with db.read() as session:
            found = session.scalar(sa.select(sa.func.count()).where(Scan.visitor == Visitor.PERSON))
        db.dispose()
        return int(found or 0)

    def highest_mb(self) -> float:
        """The most memory that a process of the service has taken so far, in MB of resident memory."""
        return max(map(_highest_mb, _family(self.process.pid)), default=0.0)

    def forget_height(self) -> None:
        """From now on, the highest memory is counted anew (proc(5), clear_refs)."""
        for number in _family(self.process.pid):
            Path(f"/proc/{number}/clear_refs").write_text("5")


def _highest_mb(number: int) -> float:
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _family(number: int) -> list[int]:
    """The process and those that it started, but for the sandbox and the press, which others bound."""
    listed = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return [number, *map(int, listed)]


@contextmanager
def victim(folder: Path, address: str | None, stock: Stock) -> Iterator[Victim]:
    """A service on a record of its own, until the block ends. `address` is the URL of a PostgreSQL database, or None."""
    data = folder / "data"
    if address:
        data.mkdir()
        (data / "yipin.toml").write_text(f'base_url = "https://t.example.cn/"\ndatabase_url = "{address}"\n', "utf-8")
    record = stall.small(data, stock.codes)
    large = _large(data, stock.large)
    port, log = _free_port(), folder / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "yipin", "serve", "--data", str(data), "--port", str(port)],
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _await(port, process, log)
        yield Victim(data, port, process, record.paths(stall.FEW, stock.codes), large)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
            print("the service did not stop within 15 s", file=sys.stderr)


def _large(data: Path, codes: int) -> str:
    """A batch of so many codes that nobody has printed yet: the number of the range."""
    settings = Settings.load(data)
    db, installation = Database(settings.database_url), Installation.open(settings)
    with db.write.begin() as session:
        grower = session.scalars(sa.select(Account).where(Account.role == Role.PRODUCER)).one()
        ama = Actor.of(grower, stall.AT)
        plot, product = session.scalars(sa.select(Plot.id)).first(), session.scalars(sa.select(Product.id)).first()
        wanted = batches.BatchForm(str(product), str(plot), "2026-07-18", str(codes), "kg", "1")
        batch = batches.declare_batch(session, ama, wanted)
        number = issue_codes(session, ama, installation, batch, CodeOrder(codes, "large")).id
    db.dispose()
    return str(number)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text("utf-8", "replace")[-2_000:])
