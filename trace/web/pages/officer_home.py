"""For officers: the home page, with all that waits. On the bureau's blueprint."""

from collections.abc import Callable, Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ... import paging
from ...access.actor import Actor
from ...access.visibility import visible
from ...certification import lists
from ...clock import day_of
from ...indicators import cache
from ...models import Batch, BatchState
from ...register import producer_corrections
from ...worklist import listing
from ...worklist.entry import Asked, Entry
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import page_number, shown_of

Place = Callable[[Entry], str]


def _row(endpoint: str) -> Place:
    return lambda entry: url_for(endpoint, ref=entry.ref)


PLACES: Mapping[str, tuple[Place, str]] = {
    "recalls": (_row("bureau.recall_act"), "bureau.recalls"),
    "held": (_row("bureau.farm_case"), "bureau.farm_cases"),
    "asked": (_row("bureau.farm_case"), "bureau.farm_cases"),
    "complaints": (_row("bureau.complaint"), "bureau.complaints"),
    "copies": (_row("bureau.clone_case"), "bureau.clone_cases"),
    "claims": (_row("bureau.claim_notice"), "bureau.claim_notices"),
    "amounts": (_row("bureau.batch"), "bureau.amounts"),
    "producers": (_row("bureau.producer"), "bureau.producers"),
    "products": (_row("bureau.product"), "bureau.products"),
    "pictures": (_row("bureau.product"), "bureau.pictures"),
    "texts": (_row("bureau.product"), "bureau.texts"),
    "goods": (_row("bureau.product"), "bureau.unconfirmed"),
    "certificates": (_row("bureau.certificate"), "bureau.certificates"),
    "brands": (_row("bureau.brand"), "bureau.brands"),
    "licences": (_row("bureau.brand"), "bureau.brands"),
    "policies": (_row("bureau.policy"), "bureau.insurance"),
    "credit": (_row("bureau.credit"), "bureau.producers"),
    "draws": (_row("bureau.draw"), "bureau.draws"),
    "rewards": (_row("bureau.reward"), "bureau.rewards"),
    "reports": (lambda entry: url_for("bureau.reports"), "bureau.reports"),
}
"""Of each kind that waits (`worklist.kinds`): the page on which one is decided, and the list of all of them."""


@bp.get("/")
def home(session: Session, actor: Actor) -> ResponseReturnValue:
    """What waits, what is stopped, and how far the targets are."""
    mended = shown_of(session, producer_corrections.recent(actor), "mended")
    policy, today = service().installation.policy, day_of(actor.at)
    waiting, only = listing.worklist(Asked(session, actor, policy)), request.args.get("kind", "")
    return render_template(
        "bureau/home.html",
        alarms=service().watched.alarms(),
        waiting=waiting,
        only=only if only in waiting.found else "",
        listed=waiting.page(page_number(), only),
        places=PLACES,
        stock={state.value: _in_state(session, actor, state) for state in (BatchState.ON_HOLD, BatchState.RECALLED)},
        policy=policy,
        today=today,
        certificates=lists.counts(session, actor, today),
        board=cache.board(session, policy, today),
        mended=mended,
        mended_of=producer_corrections.whose(session, mended),
    )


def _in_state(session: Session, actor: Actor, state: BatchState) -> int:
    return paging.count(session, visible(actor, Batch).where(Batch.state == state))
