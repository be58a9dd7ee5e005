"""The errors that a user can be told about, and their messages.

A message is a Chinese template and the values that fill it. The template is also the key of its translation. Only the
edges (`web`, `cli`) translate a message and show it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from .clock import written


def N_(text: str) -> str:
    """Mark a text for the message catalogue. It is returned as it is; the edges translate it when they show it."""
    return text


class Message(NamedTuple):
    """A sentence to be shown: a Chinese template and the values that fill its `%(name)s` places."""

    template: str
    values: Mapping[str, object] = {}

    def __str__(self) -> str:
        """The message in Chinese, as the event log keeps it and the command line prints it."""
        values = {name: written(value) if isinstance(value, date) else value for name, value in self.values.items()}
        return self.template % values if values else self.template

    def as_data(self) -> dict[str, object]:
        """The message as JSON can hold it, to be said later in either language: messages and days in it stay what they are."""
        return {"template": self.template, "values": {name: _as_data(value) for name, value in self.values.items()}}

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Message":
        """The message that `as_data` told of."""
        values = data["values"]
        assert isinstance(values, dict)
        return cls(str(data["template"]), {name: _from_data(value) for name, value in values.items()})


def _as_data(value: object) -> object:
    if isinstance(value, Message):
        return value.as_data()
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int | float) else str(value)


def _from_data(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else Message.from_data(value)


INCOMPLETE = Message(
    N_("要用的东西不全或已损坏，没有办成，什么也没有留下。请告诉管理员：原因写在服务的日志里，办好后可以再来一次。")
)


class TraceError(Exception):
    """The root of all our errors: each has a message for a person. `status` is the HTTP status of the answer."""

    status = 400
    is_for_everyone = True  # otherwise the message is for the operator: pages show another, and the log keeps this one

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.message = Message(template, values)

    def __str__(self) -> str:
        return str(self.message)

    @property
    def shown(self) -> Message:
        """What people are told: the message, unless it is for the operator alone."""
        return self.message if self.is_for_everyone else INCOMPLETE


class Invalid(TraceError):
    """An input is wrong. `field` is the input's name in the form and in the use-case, `others` what else is wrong beside it."""

    status = 422
    others: Sequence["Invalid"] = ()

    def __init__(self, field: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class Numbered(StrEnum):
    """What has a number that people copy by hand."""

    BATCH = "batch"
    PRODUCT = "product"
    COMMITMENT = "commitment"  # 承诺达标合格证
    PRODUCER = "producer"  # its 统一社会信用代码


class Mistyped(Invalid):
    """A number was not copied right: `typed` is the text, `of` what it may be a number of. See `register.hints`."""

    def __init__(self, field: str, typed: str, of: Sequence[Numbered], template: str, **values: object) -> None:
        super().__init__(field, template, **values)
        self.typed, self.of = typed, of


class NotFound(TraceError):
    """The thing does not exist, or this person may not know of it."""

    status = 404


class Forbidden(TraceError):
    """This person may not do this."""

    status = 403


class Conflict(TraceError):
    """The thing is in a state in which this cannot be done."""

    status = 409


class StepMissing(Conflict):
    """Another step comes first: the record of the producer, or its approval. A page leads to it."""


class Throttled(TraceError):
    """This client has asked too often. The message says when it may ask again."""

    status = 429


class ProofWanted(Throttled):
    """This is allowed only with a proof of work of so many zero bits, on a ticket for this purpose: see `accounts.proof`."""

    def __init__(self, purpose: str, bits: int, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.purpose, self.bits = purpose, bits


class Busy(TraceError):
    """The service has too much to do at this moment. It may be asked again in a few seconds."""

    status = 503


class Unavailable(TraceError):
    """The service lacks something it needs, such as a key, a font or a newer schema. The message says the cure.

    It is for the operator, and may name paths and keys.
    """

    status = 503
    is_for_everyone = False


class NotNow(Unavailable):
    """The service cannot do this at present, and whoever asked for it should know why."""

    is_for_everyone = True


class BadIdNumber(TraceError):
    """The typed text is no ID number (身份证号). The message names the wrong character."""


class BadCode(TraceError):
    """A unit code is not ours. `reason` names the check that it failed."""

    reason = "bad"


class BadLength(BadCode):
    """The code has the wrong number of digits or bytes."""

    reason = "length"


class BadDigits(BadCode):
    """The code holds a character other than 0 to 9."""

    reason = "digits"


class BadRange(BadCode):
    """A field of the code is outside its range."""

    reason = "range"


class BadVersion(BadCode):
    """The code is of a version that this program does not know."""

    reason = "version"


class UnknownKey(BadCode):
    """The code names a key that the key list does not have."""

    reason = "key"


class BadSignature(BadCode):
    """The signature does not fit the code and its key."""

    reason = "signature"


class BadCheck(BadCode):
    """The check of a tiny code does not fit the batch and unit that the code names."""

    reason = "check"
