"""The server of the pages: granian, with the settings that `yipin serve` and the benches share."""

from typing import Any


def server(target: str, host: str, port: int, workers: int, **more: Any) -> Any:
    """A server of an ASGI application, not yet started; `more` are other settings of granian."""
    from granian import Granian
    from granian.constants import Interfaces

    settings: dict[str, Any] = {"interface": Interfaces.ASGI, "backlog": 1024, "respawn_failed_workers": True}
    return Granian(target, address=host, port=port, workers=workers, **settings | more)
