"""The server of the pages: granian, with the settings that `yipin serve` and the benches share."""

import importlib
import logging
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LOGGING_CONFIG

from ...running.closing import Closing
from ...running.parent import Lifeline
from ..bounds import HEAD_SECONDS

log = logging.getLogger("yipin.serving")
QUIET = {"_granian.asgi": {"level": "WARNING"}}  # otherwise each reader who hangs up is a line in the log
LONGEST_HEAD = 64 << 10  # bytes of a request's headers, roughly


KILLED_AFTER = 8  # seconds for a worker, which ends in 7 by itself (`stopping.LONGEST`)


class _Worker(Protocol):
    """What granian's processes can do."""

    def is_alive(self) -> bool: ...
    def join(self, timeout: float | None = None) -> None: ...
    def kill(self) -> None: ...


class Server(Granian):  # type: ignore[misc, valid-type]
    """A granian server whose workers end with it, however it ends.

    `closing` is for what the main process starts itself: it is closed while the workers stop.
    """

    closing: Closing

    def serve(self, *_: object, **__: object) -> None:
        """Answer requests until SIGTERM or SIGINT."""
        super().serve(target_loader=partial(_loaded, Lifeline()))

    def _stop_workers(self) -> None:
        """Let all workers stop at the same time, and kill those that have not ended in time."""
        end = time.monotonic() + KILLED_AFTER
        for worker in self.wrks:
            worker.terminate()
        with self.closing.meanwhile(KILLED_AFTER):
            for worker in self.wrks:
                _join(worker, end)
        self.wrks.clear()


def server(target: str, host: str, port: int, workers: int, **more: object) -> Server:
    """A granian server of an ASGI application, not yet started. `more` are further settings of granian."""
    # HTTP/1 only. With "auto", granian waits without end for the first bytes that tell the version.
    settings: dict[str, Any] = {
        "interface": Interfaces.ASGI,
        "http": HTTPModes.http1,
        "websockets": False,
        "http1_settings": HTTP1Settings(max_buffer_size=LONGEST_HEAD, header_read_timeout=HEAD_SECONDS * 1_000),
        "backlog": 1024,
        "respawn_failed_workers": True,
        "workers_kill_timeout": KILLED_AFTER,
        "log_dictconfig": {"loggers": cast(dict[str, Any], LOGGING_CONFIG["loggers"]) | QUIET},
    }
    made = Server(target, address=host, port=port, workers=workers, **settings | more)
    made.closing = Closing()
    return made


def _join(worker: _Worker, end: float) -> None:
    while worker.is_alive() and time.monotonic() < end:
        worker.join(0.1)
        time.sleep(0.001)  # another thread of granian notes the end of the worker
    if worker.is_alive():
        log.warning("a server process did not stop in %s seconds and was killed", KILLED_AFTER)
        worker.kill()
        worker.join()


def _loaded(lifeline: Lifeline, target: str) -> Callable[..., object]:
    """In a new worker: load the application. Until it can answer, a signal ends the worker at once.

    A forked worker inherits the handlers of the main process, which would take the signal for their own.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    lifeline.follow(KILLED_AFTER)
    module, _, name = target.partition(":")
    return cast(Callable[..., object], getattr(importlib.import_module(module), name))
