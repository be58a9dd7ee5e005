"""For producers: the short form on the home page, from today's harvest to its labels. On the producer's blueprint."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...clock import day_of
from ...jobs import printing as printing_jobs
from ...printing import repeat_harvest
from ..blueprints import producer as bp
from ..contentpolicy import working
from ..guard import service
from .labels import idempotency_key
from .repeat_form import next_form


@bp.route("/next", methods=["GET", "POST"])
def next_batch(session: Session, actor: Actor) -> ResponseReturnValue:
    """The harvest is declared, coded and its labels made, as it was done for an earlier one."""
    form = next_form(session, actor)
    if form is None:
        return redirect(url_for(".new_batch"))

    def act() -> repeat_harvest.Started:
        idempotency_key(form.key.data)
        wanted = form.into(repeat_harvest.NextForm, counted=request.form.get("counted"))
        return repeat_harvest.start(session, actor, service().installation, wanted)

    started = form.save(session, act)
    if started is None:
        page = render_template("producer/next.html", next_form=form, today=day_of(actor.at))
        return working(make_response(page, form.status))
    if started.run is None:
        flash(gettext("批次已登记；数量要先由县市区农业农村局核实，核实后再赋码。"))
        return redirect(url_for("producer.batch", ref=started.batch.id_number))
    printing_jobs.order(session, actor, started.run)
    return redirect(url_for("producer.print_run", ref=started.run.id))
