"""Questions before an act (是否确认). What looks like a slip is neither refused nor taken in silence: the person is asked, and the
very same act goes on once they have said yes.

A question is known by a key made of its words and figures: a yes to a thousand is no yes to ten million.
"""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ..errors import Conflict, Message

Said = Container[str]  # the keys of the questions to which somebody has said yes


@dataclass(frozen=True)
class Question:
    """What a person is asked: `about` names the rule that asks, `message` says what is odd, with its figures, and `yes` is what
    they say by their tick."""

    about: str
    message: Message
    yes: Message

    @property
    def key(self) -> str:
        """By which a yes is known again, as "amount-0123456789abcdef"."""
        words = json.dumps(self.message.as_data(), sort_keys=True)
        return f"{self.about}-{sha256(words.encode()).hexdigest()[:16]}"


class Unsure(Conflict):
    """The act goes on once somebody has said yes to each of these questions. Nothing was done."""

    def __init__(self, first: Question, *others: Question) -> None:
        super().__init__(first.message.template, **first.message.values)
        self.questions = (first, *others)


class _Everything:
    def __contains__(self, key: object) -> bool:
        return True


NOTHING: Said = frozenset[str]()
EVERYTHING: Said = _Everything()  # of a row whose questions were shown together with others


def ask(said: Said, questions: Iterable[Question | None]) -> Sequence[Question]:
    """The questions that were asked and have their yes, for the act's event (see `told`); a None is no question.

    Raises Unsure with those that have none.
    """
    asked = [each for each in questions if each is not None]
    if open_ones := [each for each in asked if each.key not in said]:
        raise Unsure(*open_ones)
    return asked


def told(asked: Sequence[Question]) -> dict[str, object]:
    """What the act's event says of them: to which words somebody said yes. Nothing where nothing was asked."""
    return {"confirmed": [each.message.as_data() for each in asked]} if asked else {}
