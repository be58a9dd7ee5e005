"""For officers and administrators: the log of every change. On the bureau's blueprint."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...audit.events import EVENTS
from .. import list_frame
from ..blueprints import bureau as bp

list_frame.shown_at("bureau.events", EVENTS)


@bp.get("/events")
def events(session: Session, actor: Actor) -> ResponseReturnValue:
    return render_template("bureau/events.html", found=list_frame.framed(session, actor, EVENTS))
