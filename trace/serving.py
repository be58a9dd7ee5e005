"""The server of the pages: granian, with the settings that `yipin serve` and the benches share."""

from typing import Any

THREADS = 32  # of each worker: as many looks as may wait together for one commit (docs/performance.md)


def server(target: str, host: str, port: int, workers: int, threads: int = THREADS) -> Any:
    """A server of a WSGI application, not yet started."""
    from granian import Granian
    from granian.constants import Interfaces

    return Granian(target, address=host, port=port, workers=workers, interface=Interfaces.WSGI, blocking_threads=threads,
                   backlog=1024, respawn_failed_workers=True)  # fmt: skip
