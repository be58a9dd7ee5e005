"""For officers and administrators: the log of every change. On the bureau's blueprint."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ... import paging
from ...access.actor import Actor
from ...audit import log
from ..blueprints import bureau as bp
from ..page_number import page_number


@bp.get("/events")
def events(session: Session, actor: Actor) -> ResponseReturnValue:
    number = page_number()
    return render_template(
        "bureau/events.html", page=number, more=paging.PAGE, events=log.latest_events(session, actor, number)
    )
