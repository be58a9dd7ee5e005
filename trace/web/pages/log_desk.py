"""For officers and administrators: how the public log stands, and what each witness has signed of it. On the bureau's blueprint."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...disclosure.log_state import log_state
from ..blueprints import bureau as bp
from ..guard import service


@bp.get("/log")
def public_log(session: Session, actor: Actor) -> ResponseReturnValue:
    settings = service().installation.settings
    return render_template(
        "bureau/public_log.html", state=log_state(session, settings.log_policy), policy_file=settings.log_policy.name
    )
