"""For growers: what the office stopped of theirs, and what came back of it. On the producer's blueprint."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...models import Notice
from ...recall import customers, figures, follow_up
from ..blueprints import producer as bp
from ..page_number import shown, shown_of
from .recall_follow_up import figure_page


@bp.get("/notices", endpoint="notices")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    """Every hold and recall of which the producer was told."""
    mine = own_producer(session, actor)
    rows, left = shown_of(session, figures.notices_of(mine.id)), figures.unreported(session, mine.id)
    return render_template("producer/notices.html", rows=rows, left=left)


@bp.get("/notices/<ref>")
def notice(session: Session, actor: Actor, found: Notice) -> ResponseReturnValue:
    """The batches that an act stopped, each with what was reported of it, and the customers to be called."""
    parties = follow_up.parties(session, actor, found.recall, found.producer_id)
    lines = shown([line for party in parties for line in party.lines], "figures")
    call = shown(customers.to_call(session, found.recall, found.producer_id), "customers")
    return render_template("producer/notice.html", notice=found, lines=lines, call=call)


@bp.route("/notices/<ref>/figures/<number>", methods=["GET", "POST"], endpoint="recall_figure")
def figure(session: Session, actor: Actor, found: Notice, number: str) -> ResponseReturnValue:
    batch = figures.line_of(session, actor, found.recall, number)
    return figure_page(session, actor, found.recall, batch, url_for("producer.notice", ref=found.id))
