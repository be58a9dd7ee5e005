"""What a status bundle adds to what a code says by itself: whether its batch was stopped, as of the bundle's moment."""

from dataclasses import dataclass
from datetime import datetime

from ..clock import SHANGHAI
from ..codes.payload import Payload
from ..errors import N_, Message
from .bundle import Bundle
from .parts import State, Voids

WORDS = {
    State.HELD: N_("截至 %(moment)s 已冻结"),
    State.RECALLED: N_("截至 %(moment)s 已召回"),
    State.WITHDRAWN: N_("截至 %(moment)s 已撤销"),
    None: N_("截至 %(moment)s 没有召回，没有冻结"),
}
VOID = N_("截至 %(moment)s 这一件的标签已作废")
STALE = N_("%(said)s；名单已过期，此后有没有变，不能判断")


@dataclass(frozen=True)
class Standing:
    """How the batch of a code stood at a moment (aware UTC); `is_void`: the label of this very pack."""

    state: State | None
    as_of: datetime
    is_stale: bool
    is_void: bool = False

    @property
    def is_stopped(self) -> bool:
        """Whether the goods are not to be sold or eaten."""
        return self.state is not None or self.is_void

    @property
    def said(self) -> Message:
        """In words."""
        template = VOID if self.is_void and self.state is None else WORDS[self.state]
        said = Message(template, {"moment": f"{self.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"})
        return Message(STALE, {"said": said}) if self.is_stale else said

    def as_dict(self) -> dict[str, object]:
        """For a file or `yipin verify --json`. `state` is null for a batch that is on sale, as far as the list tells."""
        return {
            "state": self.state.name.lower() if self.state else None,
            "void": self.is_void,
            "as_of": self.as_of.isoformat(),
            "stale": self.is_stale,
        }


def standing(said: Payload, bundle: Bundle, now: datetime, voids: Voids | None = None) -> Standing:
    """How the batch of a genuine code stood. `voids`: the void packs of its county, where they are at hand."""
    is_void = said.unit in (voids or {}).get(said.batch, frozenset())
    return Standing(bundle.standing((said.county, said.batch)), bundle.head.as_of, bundle.is_stale(now), is_void)
