"""For whoever watches the service: `/healthz` for anyone, at any rate; `/healthz?deep=1` for the operator."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_, Forbidden
from ...installation.examination import is_sound
from ...installation.pulse import SOUND
from ...models import Role
from ..blueprints import public as bp
from ..guard import service

LOCAL = ("127.0.0.1", "::1")
PASSED_ON = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")  # what a proxy adds: it sits on this machine as well


@bp.get("/healthz")
def health(session: Session, actor: Actor) -> ResponseReturnValue:
    """It asks nothing through the request's session, which may be what is ill."""
    if request.args.get("deep") == "1":
        return _examined()
    states = service().pulse.states()
    is_well = all(state == SOUND for state in states.values())
    return jsonify(status="ok" if is_well else "failing", stores=states), 200 if is_well else 503


def _examined() -> ResponseReturnValue:
    if not (_is_local() or current_user.is_authenticated and current_user.account.role is Role.ADMINISTRATOR):
        raise Forbidden(N_("请在服务器本机上打开，或以系统管理员登录"))
    examined = service().examined
    examined.start()
    found = examined.answer()
    if found is None:
        return jsonify(status="silent"), 503
    return jsonify(status="ok" if is_sound(found) else "failing", parts=found), 200 if is_sound(found) else 503


def _is_local() -> bool:
    return request.remote_addr in LOCAL and not any(name in request.headers for name in PASSED_ON)
