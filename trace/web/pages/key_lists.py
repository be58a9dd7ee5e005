"""For administrators: the key list in force, who signed it, when it ends, and all that were before it (密钥公告)."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...codes.keylist import KeyStatus
from ...errors import N_
from ...keylists.standing import standing
from ..blueprints import bureau as bp
from ..guard import service

STATUS_WORDS = {KeyStatus.ACTIVE: N_("在用"), KeyStatus.RETIRED: N_("已停用"), KeyStatus.COMPROMISED: N_("已泄露")}


@bp.get("/keys")
def key_lists(session: Session, actor: Actor) -> ResponseReturnValue:
    found = standing(service().installation, actor.at)
    return render_template("bureau/key_lists.html", found=found, status_words=STATUS_WORDS)
