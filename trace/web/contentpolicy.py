"""What a page may load (Content-Security-Policy): files of this service only, and scripts only on pages that ask; and what of the
phone it may use (Permissions-Policy): nothing, but the camera on the page that scans, and the place on that of a plot's position."""

from flask import Response, make_response
from flask.typing import ResponseReturnValue

PLAIN = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED = PLAIN + "; script-src 'self'; connect-src 'self'; worker-src 'self'"

WORKING = PLAIN + "; script-src 'self'"

BLIND = "camera=(), geolocation=(), microphone=()"
SEEING = BLIND.replace("camera=()", "camera=(self)")
LOCATING = BLIND.replace("geolocation=()", "geolocation=(self)")


def locating(answer: ResponseReturnValue) -> Response:
    """Let a page run our own script files, and let these ask the browser where it is, which asks the person."""
    made = make_response(answer)
    made.headers["Content-Security-Policy"] = WORKING
    made.headers["Permissions-Policy"] = LOCATING
    return made


def working(answer: Response) -> Response:
    """Let a page run our own script files, which ask for nothing: the one that finds proofs of work."""
    answer.headers["Content-Security-Policy"] = WORKING
    return answer


def scanning(answer: Response) -> Response:
    """Let a page run our own script files and use the camera, whose pictures stay in the browser."""
    answer.headers["Permissions-Policy"] = SEEING
    return working(answer)


def offline(answer: ResponseReturnValue) -> Response:
    """Let a page run our own script files, ask this service for data and use the camera: the one that works without a network."""
    made = scripted(answer)
    made.headers["Permissions-Policy"] = SEEING
    return made


def scripted(answer: ResponseReturnValue) -> Response:
    """Let a page run our own script files, and let these ask this service for data."""
    made = make_response(answer)
    made.headers["Content-Security-Policy"] = SCRIPTED
    return made
