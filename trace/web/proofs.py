"""The pages' part of proofs of work (`accounts.proof`): the ticket in a form, and what was paid with it.

The ticket and a small script of ours stand beside the refusal of a form (`templates/public/_proof.html`). The script finds the
answer, and the person sends the form again.
"""

from flask import Flask, Response, g, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from .. import clock
from ..accounts import attempts, budget, proof
from ..accounts.attempts import Limit
from ..accounts.budget import Budget
from ..accounts.proof import Proof
from ..cases.case import FILING
from ..errors import ProofWanted
from ..scan.looks import Reader
from . import bounds, contentpolicy
from .forms import Form
from .guard import service

FILED = Budget("file", FILING)  # of one address: complaints and claims that were filed
READ = Budget("photo", Limit("photo", 40, budget.QUARTER))  # of one network: photographs of labels that were read


def init_app(app: Flask) -> None:
    """Let photographs from anybody be paid for before they are looked at. Put it behind CSRFProtect."""
    app.before_request(_weigh)
    app.after_request(_count)
    app.jinja_env.globals["proof_wait"] = proof.WAIT


def network() -> str:
    """The network that the request comes from, as `scan.looks` cuts it."""
    return Reader.of(request.remote_addr or "", "").network or "-"


def mark(limit: Limit, text: str) -> str:
    """The mark under which `limit` counts an address, a network or an account."""
    return attempts.mark(service().installation.secrets.session, limit.name, text)


def shown(purpose: str) -> Proof | None:
    """The proof that came with the form, if it is one."""
    key = service().installation.secrets.session
    return proof.checked(key, purpose, request.form.get("ticket", ""), request.form.get("proof", ""), clock.now())


def charge(chosen: Budget, text: str) -> None:
    """Count one request before its work is done. Raises as `budget.charge`, ProofWanted."""
    waited = mark(budget.WAITED, network())
    budget.charge(service().db, chosen, mark(chosen.free, text), waited, shown(chosen.purpose), clock.now())


def ask(form: Form, wanted: ProofWanted) -> None:
    """Refuse a form for now, and put a ticket into it."""
    purpose = FILED.purpose if request.path in bounds.FILED else wanted.purpose  # one ticket for all in a form
    form.refusal, form.ticket = wanted.message, _ticket(purpose, wanted.bits)


def ahead(form: Form, *budgets: tuple[Budget, str]) -> None:
    """Put a ticket into a form that could not be sent for nothing, before anybody fills it in."""
    if form.ticket is None and (bits := _wanted(budgets)):
        form.ticket = _ticket(budgets[0][0].purpose, bits)


def answer(page: str, form: Form, status: int = 200) -> ResponseReturnValue:
    """The page of a form: it may run our script if there is a ticket in it."""
    if form.ticket is None:
        return page, status
    return contentpolicy.working(make_response(page, status))


def is_paid() -> bool:
    """Whether this request with photographs was paid for. Raises the ProofWanted that its photographs met."""
    if "proof_wanted" in g:
        raise g.proof_wanted
    return bool(g.get("is_paid"))


def of_filing() -> tuple[tuple[Budget, str], ...]:
    """The budgets of complaints and claims, and by what they are counted."""
    return (FILED, request.remote_addr or ""), (budget.REFUSED, network())


def _ticket(purpose: str, bits: int) -> str:
    return proof.ticket(service().installation.secrets.session, purpose, bits, clock.now())


def _wanted(budgets: tuple[tuple[Budget, str], ...]) -> int:
    now = clock.now()
    with service().db.transaction(writes=False) as session:
        return max(budget.wanted(session, each, mark(each.free, text), now) for each, text in budgets)


def _weigh() -> None:
    """Before photographs are looked at, a network that sent many for nothing pays. What is unpaid is not looked at."""
    if request.method != "POST" or not (budgets := _of_photographs()) or not (bits := _wanted(budgets)):
        return
    purpose, waited = budgets[0][0].purpose, mark(budget.WAITED, network())
    g.is_paid = budget.is_spent_now(service().db, shown(purpose), waited, clock.now())
    if not g.is_paid:
        g.proof_wanted = ProofWanted(purpose, bits, budget.TOO_MANY)
        for _, file in request.files.items(multi=True):
            file.close()
        request.__dict__["files"] = ImmutableMultiDict()


def _of_photographs() -> tuple[tuple[Budget, str], ...]:
    if request.path == bounds.OF_A_LABEL:
        return ((READ, network()),)
    return of_filing() if request.path in bounds.FILED else ()


def _count(response: Response) -> Response:
    """Count what this network had looked at for nothing: forms with photographs that were refused, and labels."""
    if limit := _counted(response.status_code):
        with service().db.transaction(writes=True) as session:
            attempts.count(session, limit, mark(limit, network()), clock.now())
    return response


def _counted(status: int) -> Limit | None:
    if status == 422 and request.path in bounds.FILED and request.files:
        return budget.REFUSED.free
    if status in (303, 422) and request.path == bounds.OF_A_LABEL and request.files:
        return READ.free
    return None
