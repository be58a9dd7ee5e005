"""The pages' part of the limit on tiny codes (`scan.guess_limit`): who asks, and the page that shows work and goes on.

The work is done once for a while: its ticket and answer are kept in a cookie, and are good until too many wrong codes came
with them.
"""

from flask import Response, after_this_request, current_app, make_response, render_template, request

from .. import clock
from ..accounts import proof
from ..accounts.proof import Proof
from ..errors import ProofWanted
from ..scan import guess_limit
from ..scan.guess_limit import WINDOW, Client
from ..scan.looks import Reader
from ..scan.lookup import Gate
from . import contentpolicy
from .guard import service
from .language import say

COOKIE = "pass"
PURPOSES = (guess_limit.PURPOSE, "file")  # a ticket for a complaint is good for the code in it as well


def gate() -> Gate:
    """The limit on wrong tiny codes, and the client of this request. All pages count together."""
    reader = Reader.of(request.remote_addr or "", request.headers.get("User-Agent", ""))
    return Gate(service().guesses, Client(reader.network, reader.agent, _shown()))


def page(wanted: ProofWanted) -> Response:
    """The page that shows work and then asks for the same address again."""
    key = service().installation.secrets.session
    shown = render_template(
        "public/proof.html",
        message=say(wanted.message),
        ticket=proof.ticket(key, wanted.purpose, wanted.bits, clock.now()),
        more=[(name, text) for name, text in request.args.items() if name not in ("ticket", "proof")],
    )
    return contentpolicy.working(make_response(shown, wanted.status))


def _shown() -> Proof | None:
    """The proof that came with this request, or with one before it."""
    if ticket := request.values.get("ticket", ""):
        answer = request.values.get("proof", "")
        if found := _checked(ticket, answer):
            after_this_request(lambda response: _keep(response, f"{ticket}~{answer}"))
            return found
    ticket, _, answer = request.cookies.get(COOKIE, "").partition("~")
    return _checked(ticket, answer) if ticket else None


def _checked(ticket: str, answer: str) -> Proof | None:
    key, now = service().installation.secrets.session, clock.now()
    return next((found for each in PURPOSES if (found := proof.checked(key, each, ticket, answer, now))), None)


def _keep(response: Response, text: str) -> Response:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, text, max_age=WINDOW, secure=secure, httponly=True, samesite="Lax")
    return response
