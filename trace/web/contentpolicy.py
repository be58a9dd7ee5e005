"""What a page may load (Content-Security-Policy): files of this service only, and scripts only on pages that ask."""

from flask import Response, make_response
from flask.typing import ResponseReturnValue

PLAIN = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED = PLAIN + "; script-src 'self'; connect-src 'self'; worker-src 'self'"

WORKING = PLAIN + "; script-src 'self'"


NOTHING_PERMITTED = "camera=(), geolocation=(), microphone=()"
WHERE_PERMITTED = "camera=(), geolocation=(self), microphone=()"


def locating(answer: ResponseReturnValue) -> Response:
    """Let a page run our own script files, and let these ask the browser where it is, which asks the person."""
    made = make_response(answer)
    made.headers["Content-Security-Policy"] = WORKING
    made.headers["Permissions-Policy"] = WHERE_PERMITTED
    return made


def working(answer: Response) -> Response:
    """Let a page run our own script files, which ask for nothing: the one that finds proofs of work."""
    answer.headers["Content-Security-Policy"] = WORKING
    return answer


def scripted(answer: ResponseReturnValue) -> Response:
    """Let a page run our own script files, and let these ask this service for data."""
    made = make_response(answer)
    made.headers["Content-Security-Policy"] = SCRIPTED
    return made
