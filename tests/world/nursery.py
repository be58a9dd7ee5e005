"""Processes that begin at once: each is forked from one that has imported the whole program and holds nothing.

To start Python and to import the program takes two seconds of processor time, and a service is three processes. Where that
start is itself in question, a test starts the program as people do: tests/web/serving/test_stops.py, tests/jobs/test_crew.py.
"""

import functools
import io
import multiprocessing
import multiprocessing.context
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from world import IN_EARNEST, Compiled
from yipin.accounts import signin

IMPORTED = ["world.jobs", "yipin.cli", "yipin.web.app", "yipin.web.jobkinds", "yipin.web.serving.door"]


@functools.cache
def context() -> multiprocessing.context.ForkServerContext:
    """Where the processes come from."""
    place = multiprocessing.get_context("forkserver")
    place.set_forkserver_preload(IMPORTED)
    return place


class Begun:
    """A process at work, with what a Popen is asked here."""

    def __init__(self, process: multiprocessing.context.ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid: int = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if (status := self.poll()) is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return status

    def await_word(self, log: Path, word: str) -> None:
        """Wait until the process has printed this."""
        while word not in log.read_text("utf-8"):
            assert self.poll() is None, log.read_text("utf-8")
            time.sleep(0.0005)

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def begin(
    work: Callable[..., object],
    *told: Any,
    log: Path,
    environ: Mapping[str, str] | None = None,
    typed: str = "",
    earnest: bool = False,
) -> Begun:
    """Start a process that does this work. What it prints goes to the end of `log`, `typed` is its standard input. If it is
    in earnest, its passwords cost what they cost the service."""
    log.touch()
    process = context().Process(target=_live, args=(work, told, log, dict(environ or os.environ), typed, earnest))
    process.start()
    return Begun(process)


def _live(
    work: Callable[..., object], told: tuple[Any, ...], log: Path, environ: dict[str, str], typed: str, earnest: bool
) -> None:
    multiprocessing.set_start_method("fork", force=True)  # as in a program that people start
    os.environ.clear()
    os.environ.update(environ)
    with log.open("ab") as out:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(out.fileno(), stream.fileno())
    sys.stdin = io.StringIO(typed)
    Flask.jinja_options = {"bytecode_cache": Compiled()}
    if earnest:
        signin.HASHER, signin._NOBODY = IN_EARNEST
    work(*told)


def command(*words: str) -> None:
    """The work of `yipin WORDS`."""
    from yipin.cli import main

    main(words, prog_name="yipin")


def said(*words: str, typed: str = "") -> str:
    """What `yipin WORDS` prints. Fails when the command does."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "said"
        status = begin(command, *words, log=log, typed=typed).wait(120)
        text = log.read_text("utf-8")
    assert status == 0, f"{words}: {text}"
    return text
