"""Where print runs are made while the pages go on being answered: small ones at once in a thread of the web process,
large ones in a process of their own at low priority, so that a scan does not wait for a hundred thousand labels."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from ..db import Database
from ..errors import N_, Message, TraceError
from ..installation.installation import Installation
from ..installation.settings import Settings
from ..running import children
from . import press, progress

OWN_PROCESS_FROM = 500
"""Labels of a run that gets a process of its own; to start one takes about a second, as long as drawing so many."""

NICE = 10
_SMALL = ThreadPoolExecutor(1, thread_name_prefix="press")
_LARGE = ThreadPoolExecutor(1, thread_name_prefix="press-large")
_waiting: set[int] = set()
_WAITING = Lock()
log = logging.getLogger("yipin.printing")
_UNEXPECTED = Message(N_("出了意外，标签没有生成；请重试或联系管理员"))


def start(db: Database, installation: Installation, run_id: int, count: int) -> None:
    """Make a run of so many labels in the background; one that waits its turn already is left in its place."""
    with _WAITING:
        if run_id in _waiting:
            return
        _waiting.add(run_id)
    if count < OWN_PROCESS_FROM or not _same_elsewhere(installation.settings):
        _SMALL.submit(_left, quietly, db, installation, run_id)
    else:
        _LARGE.submit(_left, _in_own_process, db, installation, run_id)


def settle() -> None:
    """Wait until every run that was handed over so far has been made or given up, as before a database is let go."""
    for workers in (_SMALL, _LARGE):
        workers.submit(int).result()


def start_if_idle(db: Database, installation: Installation, run_id: int, count: int) -> None:
    """Take up a run that nobody is making, such as one left behind by a restart."""
    with progress.alone(installation, run_id) as lock:
        idle = lock is not None
    if idle:
        start(db, installation, run_id, count)


def _left(
    work: Callable[[Database, Installation, int], None], db: Database, installation: Installation, run_id: int
) -> None:
    try:
        work(db, installation, run_id)
    finally:
        with _WAITING:
            _waiting.discard(run_id)


def _same_elsewhere(settings: Settings) -> bool:
    """Whether another process would read the settings that we have."""
    try:
        return Settings.load(settings.data) == settings
    except TraceError:
        return False


def _in_own_process(db: Database, installation: Installation, run_id: int) -> None:
    command = [
        sys.executable,
        "-m",
        "yipin",
        "press",
        str(run_id),
        "--data",
        str(installation.settings.data),
        "--background",
    ]
    ended = children.run(command)
    if ended and -ended not in (signal.SIGINT, signal.SIGTERM):  # those are somebody's wish: it is taken up again
        log.error("print run %s: the press ended with %s", run_id, ended)
        press.fail(db, run_id, _UNEXPECTED)


def quietly(db: Database, installation: Installation, run_id: int) -> None:
    """Make a run where nobody waits for it: what goes wrong stands in its row and in the log."""
    try:
        press.make(db, installation, run_id)
    except TraceError as error:
        log.warning("print run %s: %s", run_id, error)
    except Exception:
        log.exception("print run %s", run_id)
        press.fail(db, run_id, _UNEXPECTED)


def step_back() -> None:
    """Let others have the processor first, from now on and in all processes started from this one."""
    os.nice(NICE)
