"""The page that leads back to a form which came when the session was over. On the blueprint of signing in."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...accounts.kept_forms import LASTS
from .. import kept
from ..blueprints import auth as bp


@bp.get("/kept")
def kept_form(session: Session, actor: Actor) -> ResponseReturnValue:
    """A button that shows the form again, with all that was typed; nothing is done by it."""
    found = kept.found(session)
    return render_template("auth/kept.html", form=found, until=found.at + LASTS if found else None)
