"""Tables out and in: gathers what `exportlists` gives out and `imports` takes in, so that the application has one name for it."""

from flask import Flask

from . import exportlists, exports, imports

__all__ = ["exportlists", "imports", "init_app"]


def init_app(app: Flask) -> None:
    exports.init_app(app)
