"""For officers: the home page. On the bureau's blueprint."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ... import paging
from ...access.actor import Actor
from ...cases import worklist
from ...certification import lists
from ...clock import day_of
from ...farm import amounts
from ...indicators import cache
from ...register import producer_corrections
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import shown_of

SHOWN = 3  # batches whose amount waits; the others are a page of their own


@bp.get("/")
def home(session: Session, actor: Actor) -> ResponseReturnValue:
    """What waits, what is stopped, and how far the targets are."""
    mended = shown_of(session, producer_corrections.recent(actor), "mended")
    policy, today = service().installation.policy, day_of(actor.at)
    return render_template(
        "bureau/home.html",
        queue=worklist.queue(session, actor),
        amounts=paging.page_of(session, amounts.waiting(actor), 1)[:SHOWN],
        why=amounts.why,
        policy=policy,
        certificates=lists.counts(session, actor, today),
        board=cache.board(session, policy, today),
        mended=mended,
        mended_of=producer_corrections.whose(session, mended),
    )
