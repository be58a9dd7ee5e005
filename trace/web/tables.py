"""Tables out and in: gathers what `exportlists` gives out, so that the application has one name for it."""

from flask import Flask

from . import exportlists, exports

__all__ = ["exportlists", "init_app"]


def init_app(app: Flask) -> None:
    exports.init_app(app)
