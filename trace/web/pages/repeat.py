"""For producers: the short form on the home page, from today's harvest to its labels. On the producer's blueprint."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...clock import day_of
from ...jobs import printing as printing_jobs
from ...models import PrintRun
from ...printing import repeat_harvest
from ..blueprints import producer as bp
from ..guard import service
from .labels import idempotency_key
from .repeat_form import next_form


@bp.route("/next", methods=["GET", "POST"])
def next_batch(session: Session, actor: Actor) -> ResponseReturnValue:
    """The harvest is declared, coded and its labels made, as it was done for an earlier one."""
    form = next_form(session, actor)
    if form is None:
        return redirect(url_for(".new_batch"))

    def act() -> PrintRun:
        idempotency_key(form.key.data)
        return repeat_harvest.start(session, actor, service().installation, repeat_harvest.NextForm(**form.typed()))

    run = form.save(session, act)
    if run is None:
        return render_template("producer/next.html", next_form=form, today=day_of(actor.at)), form.status
    printing_jobs.order(session, actor, run)
    return redirect(url_for("producer.print_run", ref=run.id))
