"""For administrators: who came in and who was refused (登录记录). On the bureau's blueprint."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...accounts.lists import ACCESS
from .. import list_frame
from ..blueprints import bureau as bp

list_frame.shown_at("bureau.access_log", ACCESS)


@bp.get("/sign-ins")
def access_log(session: Session, actor: Actor) -> ResponseReturnValue:
    return render_template("bureau/access_log.html", found=list_frame.framed(session, actor, ACCESS))
