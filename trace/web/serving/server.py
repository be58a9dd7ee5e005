"""The server of the pages: granian, with the settings that `yipin serve` and the benches share."""

from typing import Any, cast

from ..bounds import HEAD_SECONDS

QUIET = {"_granian.asgi": {"level": "WARNING"}}  # otherwise each reader who hangs up is a line in the log
LONGEST_HEAD = 64 << 10  # bytes of a request's headers, roughly


def server(target: str, host: str, port: int, workers: int, **more: object) -> Any:
    """A granian server of an ASGI application, not yet started. `more` are further settings of granian."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LOGGING_CONFIG

    # HTTP/1 only. With "auto", granian waits without end for the first bytes that tell the version.
    settings: dict[str, Any] = {
        "interface": Interfaces.ASGI,
        "http": HTTPModes.http1,
        "websockets": False,
        "http1_settings": HTTP1Settings(max_buffer_size=LONGEST_HEAD, header_read_timeout=HEAD_SECONDS * 1_000),
        "backlog": 1024,
        "respawn_failed_workers": True,
        "log_dictconfig": {"loggers": cast(dict[str, Any], LOGGING_CONFIG["loggers"]) | QUIET},
    }
    return Granian(target, address=host, port=port, workers=workers, **settings | more)
