"""What test_bridge serves: a page, a large file, and two that tell what came."""

import os
import time
from pathlib import Path

from flask import Flask, request, send_file

from yipin.running.closing import Closing
from yipin.web.serving.bridge import Bridge
from yipin.web.serving.stopping import Stopping

flask = Flask(__name__)
app = Bridge(flask.wsgi_app)


@flask.get("/")
def page() -> str:
    return "a page"


@flask.get("/large")
def large() -> object:
    return send_file(Path(os.environ["LARGE"]))


@flask.post("/up")
def upload() -> str:
    return f"{len(request.get_data())} bytes"


@flask.get("/told/<path:rest>")
def told(rest: str) -> dict[str, object]:
    return {"rest": rest, "query": request.args, "cookies": request.cookies, "headers": dict(request.headers)}


@flask.get("/slow")
def slow() -> str:
    time.sleep(float(request.args["seconds"]))
    return "at last"


served = Stopping(app, Closing())
