"""The eight parts of the address space, by audience. Each page adds itself to one of them."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

public = Blueprint("public", __name__)
auth = Blueprint("auth", __name__)
producer = Blueprint("producer", __name__, url_prefix="/producer")
bureau = Blueprint("bureau", __name__, url_prefix="/bureau")
files = Blueprint("files", __name__, url_prefix="/files")
jobs = Blueprint("jobs", __name__, url_prefix="/jobs")
search = Blueprint("search", __name__, url_prefix="/search")
inbox = Blueprint("inbox", __name__, url_prefix="/inbox")

OFFICE = (producer, bureau, files, jobs, search, inbox)  # for those who have signed in
ALL = (public, auth, *OFFICE)
ROOMS = ("pages", "exportlists")  # the folders whose files add pages


def load() -> None:
    """Import every file of the rooms, so that all pages are there before the blueprints are registered."""
    for room in ROOMS:
        folder = import_module(f".{room}", __package__)
        for found in iter_modules(folder.__path__):
            import_module(f"{folder.__name__}.{found.name}")
