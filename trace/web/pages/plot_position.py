"""For producers: where a plot lies, by the telephone on the spot, typed, or by a tap beside its neighbours. On the producer's
blueprint. The page alone may ask the browser where it is."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField

from ...access.actor import Actor
from ...errors import Invalid
from ...models import Plot, PositionSource
from ...register import plot_positions
from ...register.positions import Position, position
from ..blueprints import producer as bp
from ..contentpolicy import locating
from ..drawing import plotsketch
from ..guard import service
from ..mending import MendForm


class PositionForm(MendForm):
    """Where a plot lies, in one line."""

    position = StringField()
    source = HiddenField()


@bp.route("/plots/<ref>/position", methods=["GET", "POST"], endpoint="plot_position")
def where(session: Session, actor: Actor, found: Plot) -> ResponseReturnValue:
    """Say where a plot lies. The address may name a place that was tapped on the sketch; nothing is kept before it is saved."""
    tapped, policy = _tapped(), service().installation.policy
    said = {"position": str(plot_positions.of(found) or ""), "source": PositionSource.TYPED.value}
    form = PositionForm(**said | ({"position": str(tapped), "source": PositionSource.SKETCH.value} if tapped else {}))
    form.compare(session, found, lambda: {"position": str(plot_positions.of(found) or "")})
    if form.done(
        session,
        lambda: plot_positions.place(
            session, actor, policy, found, form.position.data or "", form.source.data or "typed", form.said
        ),
    ):
        flash(gettext("已记下“%(name)s”的位置。", name=found.name))
        return redirect(url_for("producer.plot", ref=found.id))
    page = render_template(
        "producer/plot_position.html", form=form, plot=found, tapped=tapped, **_sketch(found, tapped)
    )
    return locating((page, form.status))


def _tapped() -> Position | None:
    try:
        return position("at", request.args.get("at", "")[:60])
    except Invalid:
        return None


def _sketch(plot: Plot, tapped: Position | None) -> dict[str, object]:
    """The grid, if there is anything to find one's way by: a plot that has a position."""
    here = tapped or plot_positions.of(plot)
    others = [(each.name, plot_positions.of(each)) for each in plot.producer.plots_in_use if each.id != plot.id]
    dots = [plotsketch.Dot(name, at) for name, at in others if at]
    dots += [plotsketch.Dot(plot.name, here, here=True)] if here else []
    if not dots:
        return {"sketch": None}
    centre = here or plotsketch.centre_of(dots)
    size = _size(plotsketch.size_for(centre, dots))
    return {
        "sketch": _drawn(plot, centre, size, dots),
        "size": size,
        "sizes": [plotsketch.metres_of(each, centre) for each in range(len(plotsketch.SIZES))],
        "centre": centre,
    }


def _size(fitting: int) -> int:
    asked = request.args.get("size", "")
    return int(asked) if asked in {str(each) for each in range(len(plotsketch.SIZES))} else fitting


def _drawn(plot: Plot, centre: Position, size: int, dots: list[plotsketch.Dot]) -> Markup:
    finer = min(size + 1, len(plotsketch.SIZES) - 1)

    def link(at: Position) -> str:
        return url_for(
            "producer.plot_position", ref=plot.id, at=f"{at.latitude},{at.longitude}", size=finer, _anchor="form"
        )

    return plotsketch.sketch(centre, size, dots, link)
