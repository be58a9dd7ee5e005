"""Our own page for a request that is refused before it gets a thread. Each page is drawn once and kept."""

from functools import lru_cache

from flask import Flask, make_response

from ...errors import Message
from .. import errors
from ..language import LANGUAGES
from .bridge import Answer, Scope
from .refused import Refused


class Refusals:
    """Draws the pages of one application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._drawn = lru_cache(maxsize=64)(self._draw)

    def __call__(self, scope: Scope, refused: Refused) -> Answer:
        """The answer, in the reader's language, as a page or as JSON."""
        told = dict(scope["headers"])
        language = LANGUAGES[b"lang=en" in told.get(b"cookie", b"")[:4_000]]
        is_json = errors.asks_for_json(told.get(b"accept", b"").decode("latin-1"))
        return self._drawn(refused.status, refused.sentence, language, is_json)

    def _draw(self, status: int, sentence: str, language: str, is_json: bool) -> Answer:
        told = {"Cookie": f"lang={language}", "Accept": "application/json" if is_json else "text/html"}
        with self._app.test_request_context("/", headers=told):
            answer = self._app.process_response(make_response(errors.page(status, Message(sentence))))
            if status in errors.LATER:
                answer.headers["Retry-After"] = str(errors.LATER[status])
            answer.headers["Connection"] = "close"
            headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers]
            return answer.status_code, headers, answer.get_data()
