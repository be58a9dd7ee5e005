"""What can go wrong, in the user's words.

Every message is a Chinese template, which is also the key under which the translation is found; the
values go beside it. The edges (`web`, `cli`) translate and show it; nothing in here knows a language.
"""

from datetime import date
from typing import Any, NamedTuple

from .clock import written


def N_(text: str) -> str:
    """Mark a text for translation where it is written, to be translated where it is shown."""
    return text


class Message(NamedTuple):
    """A sentence to be shown: a Chinese template and the values that fill its `%(name)s` places."""

    template: str
    values: dict[str, Any] = {}  # noqa: RUF012 - never changed; a NamedTuple cannot hold a factory

    def __str__(self) -> str:
        """In Chinese, as it is kept in the record and told on the command line."""
        values = {name: written(value) if isinstance(value, date) else value for name, value in self.values.items()}
        return self.template % values if values else self.template


class TraceError(Exception):
    """The root of all our errors: something a person can be told. `status` is the HTTP answer to it."""

    status = 400

    def __init__(self, template: str, **values: Any) -> None:
        super().__init__(template, values)
        self.message = Message(template, values)

    def __str__(self) -> str:
        return str(self.message)


class Invalid(TraceError):
    """An input is wrong. `field` names it as the form and the use-case's parameter do."""

    status = 422

    def __init__(self, field: str, template: str, **values: Any) -> None:
        super().__init__(template, **values)
        self.field = field


class NotFound(TraceError):
    """No such thing, or none that this person may know of."""

    status = 404


class Forbidden(TraceError):
    status = 403


class Conflict(TraceError):
    """The thing is not in a state in which this can be done."""

    status = 409


class Throttled(TraceError):
    status = 429


class Unavailable(TraceError):
    """Something the service needs is missing (a key, a font, a newer schema); the message says the cure."""

    status = 503


class BadIdNumber(TraceError):
    """What was typed is no ID number (身份证号). The message names the character that is wrong."""


class BadCode(TraceError):
    """A unit code that is not ours, at whichever check it failed; `reason` names the check."""

    reason = "bad"


class BadLength(BadCode):
    reason = "length"


class BadDigits(BadCode):
    reason = "digits"


class BadRange(BadCode):
    reason = "range"


class BadVersion(BadCode):
    reason = "version"


class UnknownKey(BadCode):
    reason = "key"


class BadSignature(BadCode):
    reason = "signature"


class BadCheck(BadCode):
    """A tiny code whose check does not fit what it names."""

    reason = "check"


class CompromisedKey(BadCode):
    """The signature is good but the key has leaked: only the issuer's own record can still vouch for the code.

    `payload` is what the code says; `since` (aware UTC) is when the key stopped being trusted.
    """

    reason = "compromised"

    def __init__(self, template: str, *, payload: Any, since: Any, **values: Any) -> None:
        super().__init__(template, **values)
        self.payload = payload
        self.since = since
