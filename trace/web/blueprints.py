"""The five parts of the address space, by audience. Each page adds itself to one of them."""

from flask import Blueprint

public = Blueprint("public", __name__)
auth = Blueprint("auth", __name__)
producer = Blueprint("producer", __name__, url_prefix="/producer")
bureau = Blueprint("bureau", __name__, url_prefix="/bureau")
files = Blueprint("files", __name__, url_prefix="/files")

ALL = (public, auth, producer, bureau, files)
