"""Where a plot lies (位置), for its growers and officers: by the telephone on the spot, or typed, or by its neighbours.

It stands on no public page: the village is there already, and a finer place would lead strangers to a field or a home.
"""

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..audit.corrections import changes
from ..audit.sure import NOTHING, Question, Said, ask, told
from ..db import lock
from ..errors import N_, Message
from ..models import Action, Plot, PositionSource
from ..policy.policy import Policy
from .positions import Position, position

CORRECTED = {"plot_position": N_("地块的位置")}
SOURCE_WORDS = {
    PositionSource.PHONE: N_("手机定位"),
    PositionSource.TYPED: N_("手填"),
    PositionSource.SKETCH: N_("在示意格上点的"),
}


def of(plot: Plot) -> Position | None:
    """Where a plot lies, if that is known."""
    return None if plot.latitude is None or plot.longitude is None else Position(plot.latitude, plot.longitude)


def place(
    session: Session, actor: Actor, policy: Policy, plot: Plot, typed: str, source: str, said: Said = NOTHING
) -> None:
    """Say where a plot lies, or, with nothing typed, that it is not known. The old position stands in the event.

    Raises Invalid (`position`, `source`), Conflict if all is as it was, Unsure outside the city.
    """
    lock(session, plot)
    new, how = position("position", typed), fields.choice("source", PositionSource, source)
    corrected = changes({"plot_position": _said(of(plot))}, {"plot_position": _said(new)})
    asked = ask(said, [_outside(policy, new)])
    plot.latitude, plot.longitude = (new.latitude, new.longitude) if new else (None, None)
    plot.position_from = how if new else None
    log.record(session, actor, Action.PLOT_CHANGE, plot, None, corrected=corrected, source=how.value, **told(asked))


def _said(place: Position | None) -> str:
    return str(place or "")


def _outside(policy: Policy, place: Position | None) -> Question | None:
    """Land may lie beyond the border, but a slip is likelier."""
    if place is None or policy.bounds is None or policy.bounds.holds(place.latitude, place.longitude):
        return None
    says = N_("这个位置（%(place)s）不在%(city)s的范围里。")
    return Question("place", Message(says, {"place": str(place), "city": policy.city}), Message(N_("地块就在那里")))
