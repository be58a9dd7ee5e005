"""For officers and administrators: the log of every change. On the bureau's blueprint."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...audit import log
from ..blueprints import bureau as bp
from ..page_number import page_number


@bp.get("/events")
def events(session: Session, actor: Actor) -> ResponseReturnValue:
    return render_template("bureau/events.html", events=log.latest_events(session, actor, page_number()))
