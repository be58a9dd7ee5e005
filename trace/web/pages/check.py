"""For anyone: the page that checks a label without a network, and the status bundles that it and auditors read. On the public blueprint."""

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_
from ...scan.lookup import FORGED_ADVICE
from ...scan.verdicts import ADVICE, Verdict
from ...status.shelf import LATEST
from ..blueprints import public as bp
from ..contentpolicy import offline, scripted
from ..guard import service
from ..language import MONTHS, chosen, say

WORKER = "check/worker.js"
READER = "check/jsQR.js"
FILES = (
    "public/public.css",
    "public/home.css",
    "public/favicon.svg",
    "check/check.css",
    "check/page.js",
    "check/code.js",
    "check/rice.js",
    "check/bundle.js",
    "check/ed25519.js",
    "check/noble-ed25519.js",
    "check/keeper.js",
    "check/roots.js",
    "check/reader.js",
)  # what the page needs without a network, but for what reads codes in pictures where the browser cannot
FACTS = (N_("绿色食品"), N_("有机产品"), N_("地理标志"), N_("质量保险"))  # in the order of their bits in a code
KEPT = "public, max-age=31536000, immutable"


@bp.get("/check")
def check(session: Session, actor: Actor) -> ResponseReturnValue:
    """The page. It works in the browser alone."""
    advice = {
        "recalled": ADVICE[Verdict.RECALLED],
        "held": ADVICE[Verdict.ON_HOLD],
        "withdrawn": ADVICE[Verdict.WITHDRAWN],
        "forged": FORGED_ADVICE,
        "void": ADVICE[Verdict.VOID],
    }
    return offline(render_template("public/check.html", told=_told(), advice=advice))


def _told() -> dict[str, object]:
    """What the script is told: files, names, words."""
    policy = service().installation.policy
    return {
        "language": chosen(),
        "scope": url_for("public.check"),
        "worker": url_for("public.check_worker"),
        "reader": url_for("static", filename=READER),
        "files": [url_for("static", filename=name) for name in FILES],
        "issuer": service().installation.settings.host,
        "counties": {code: say(county.name) for code, county in policy.counties.items()},
        "facts": [say(fact) for fact in FACTS],
        "none": say(N_("没有认证或保险")),
        "comma": say(N_("、")),
        "months": MONTHS,
    }


@bp.get("/check-worker.js")
def check_worker(session: Session, actor: Actor) -> ResponseReturnValue:
    """The script that opens the page without a network. It is registered for the page alone."""
    return scripted(current_app.send_static_file(WORKER))


@bp.get("/status/<name>")
def status(session: Session, actor: Actor, name: str) -> ResponseReturnValue:
    """A file of the status bundles, see `status.shelf`. The newest note is made anew when something has changed."""
    publisher = service().status
    if name == LATEST:
        publisher.refresh(session, actor.at)
        return Response(publisher.shelf.read(LATEST), mimetype="text/plain", headers={"Cache-Control": "no-cache"})
    kind = "application/octet-stream" if "-voids-" in name else "text/plain"
    return Response(publisher.shelf.read(name), mimetype=kind, headers={"Cache-Control": KEPT})
