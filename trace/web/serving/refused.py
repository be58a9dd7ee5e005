"""A request that is refused before it gets a thread."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Refused(Exception):
    """A request that is refused before Flask sees it. `sentence` is a Chinese msgid for the person: what happened, and
    what to do next.
    """

    status: int
    sentence: str
    values: dict[str, object] = field(default_factory=dict)
