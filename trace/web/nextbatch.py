"""For producers: the short form on the home page, from today's harvest to its labels. On the producer's blueprint."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from .. import nextbatch
from ..accounts import Actor
from ..clock import day_of
from ..models import PrintRun
from .guard import service
from .labels import idempotency_key, make
from .nextform import next_form
from .producer import bp


@bp.route("/next", methods=["GET", "POST"])
def next_batch(session: Session, actor: Actor) -> ResponseReturnValue:
    """The harvest is declared, coded and its labels made, as it was done for an earlier one."""
    form = next_form(session, actor)
    if form is None:
        return redirect(url_for(".new_batch"))

    def act() -> PrintRun:
        idempotency_key(form.key.data)
        return nextbatch.start(session, actor, service().office, nextbatch.NextForm(**form.typed()))

    run = form.save(session, act)
    if run is None:
        return render_template(
            "producer/next.html", next_form=form, today=day_of(actor.at)
        ), 422 if form.is_submitted() else 200
    make(session, run)
    return redirect(url_for("producer.print_run", ref=run.id))
