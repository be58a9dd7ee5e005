"""The web edge: `create_app` puts together settings, database, guard, languages and the blueprints of all pages."""

from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from ..accounts.seen_notes import SeenNotes
from ..accounts.sessions import LONGEST
from ..db import Database
from ..installation import examination, glance, opening
from ..installation.installation import Installation
from ..installation.pulse import Pulse, Shared, Stores
from ..installation.settings import Settings
from ..jobs.workshop import Workshop
from ..recovery import guard as guarding
from ..scan.facts_cache import BatchFactsCache
from ..scan.guess_limit import GuessLimit
from ..scan.look_writer import LookWriter
from ..status.publisher import Publisher
from . import (
    blueprints,
    bounds,
    browsers,
    commoditywords,
    contentpolicy,
    correctedwords,
    errors,
    export_file,
    farmwords,
    guard,
    kept,
    language,
    logwords,
    menu,
    page_number,
    proofs,
    words,
    wrongfields,
)
from .pagepieces import PagePieces
from .pages import auth
from .unitpage import UnitPages


def create_app(settings: Settings) -> Flask:
    """The application for one data directory.

    Raises Unavailable, with the cure, when the schema is another version's, a secret is missing or another's, or an
    endpoint has no line in the table of rights.
    """
    db, installation = opening.opened(settings)
    try:
        glance.refuse_damaged(db)
        return _assembled(installation, db)
    except BaseException:
        db.dispose()
        raise


def _assembled(installation: Installation, db: Database) -> Flask:
    settings = installation.settings
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(_flask_settings(settings, installation))
    app.extensions["yipin"] = _service(app, installation, db)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.before_request(_bound_body)  # before CSRFProtect, which reads the form to find the token
    CSRFProtect(app)
    login = LoginManager(app)
    login.user_loader(auth.load_user)
    app.jinja_env.globals.update(register=installation.policy.register, base_url=settings.base_url)
    for module in (
        language,
        words,
        farmwords,
        commoditywords,
        correctedwords,
        logwords,
        menu,
        browsers,
        page_number,
        export_file,
        kept,
        wrongfields,
        errors,
    ):
        module.init_app(app)
    proofs.init_app(app)
    blueprints.load()
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    guard.init_app(app)
    app.after_request(_stay_here)
    app.after_request(_harden)
    return app


def _service(app: Flask, installation: Installation, db: Database) -> guard.Service:
    stores, watched = {"record": db, "looks": db.looks}, guarding.watch(db, installation.settings)
    return guard.Service(
        db,
        installation,
        BatchFactsCache(db),
        LookWriter(db, installation.policy.clone),
        UnitPages(PagePieces(app)),
        GuessLimit(),
        Workshop(db, installation),
        Pulse(stores, {"keys": partial(examination.state_of_keys, installation)}),
        Shared(partial(_examined, installation, stores, watched), examination.FRESH, examination.PATIENCE),
        Publisher(installation, db),
        SeenNotes(db),
        watched,
    )


def _examined(installation: Installation, stores: Stores, watched: guarding.Guard) -> examination.Findings:
    """The long look at an installation, and whether its record may still issue codes."""
    return examination.examine(installation, stores) | watched.findings()


def _flask_settings(settings: Settings, installation: Installation) -> dict[str, object]:
    return {
        "SECRET_KEY": installation.secrets.session,
        "MAX_CONTENT_LENGTH": bounds.PHOTOS.body,
        "MAX_FORM_MEMORY_SIZE": bounds.FORM.body,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "PERMANENT_SESSION_LIFETIME": LONGEST,  # of the cookie; how long a session lasts is said by its row
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https:"),
        "WTF_CSRF_SSL_STRICT": False,  # it demands a referrer, which our pages forbid; the token protects
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form left open over lunch can still be sent
        "BABEL_DEFAULT_LOCALE": "zh",
    }


def _bound_body() -> None:
    """Bound a body before it is parsed. Our server has done so already (`serving.bodies`); another one may have not."""
    bound = bounds.bound_of(request.method, request.path, request.mimetype)
    request.max_content_length, request.max_form_parts = bound.body, bound.parts


def _stay_here(response: Response) -> Response:
    """A redirect within the service names no host: the one in the request is whatever its sender wrote."""
    target = urlsplit(response.location or "")
    if target.netloc and target.netloc == request.host:
        response.location = target._replace(scheme="", netloc="").geturl()
    return response


def _harden(response: Response) -> Response:
    """Set the headers of every answer. No referrer is sent, because the address of a public page is the code itself."""
    response.headers.setdefault("Content-Security-Policy", contentpolicy.PLAIN)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer" if response.status_code != 403 else "same-origin"
    response.headers.setdefault("Permissions-Policy", contentpolicy.BLIND)
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if current_app.config[
        "SESSION_COOKIE_SECURE"
    ]:  # the address is one of https: a browser asks for no other from now on
        response.headers["Strict-Transport-Security"] = "max-age=31536000"  # a year, RFC 6797
    kept = response.headers.get("Cache-Control")
    if kept is None or kept == "no-cache" and request.endpoint not in guard.FREE:  # Flask's own header for files
        response.headers["Cache-Control"] = "no-store"
    return response
