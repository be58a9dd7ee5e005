"""For producers: plots and works, added, mended, archived and brought back. On the producer's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from ...access.actor import Actor, own_producer
from ...audit import log
from ...fields import plain
from ...models import Plot, PlotKind
from ...register import archiving
from ...register import plots as register_plots
from ...register.standing_lists import PLOTS
from .. import forms, list_frame
from ..blueprints import producer as bp
from ..guard import service
from ..mending import MendForm
from ..words import PLOT_WORDS
from .producer import counties


class PlotForm(forms.Form):
    needed = frozenset({"name", "place", "area_mu"})
    name = StringField()
    county = SelectField(validate_choice=False)
    place = StringField()
    area_mu = forms.AreaField()
    kind = SelectField(validate_choice=False)


class PlotChangeForm(MendForm):
    """What may be mended of a plot. Its county stays: it decides which officers answer for its batches."""

    needed = frozenset({"name", "place", "area_mu"})
    name = StringField()
    place = StringField()
    area_mu = forms.AreaField()


list_frame.shown_at("producer.plots", PLOTS)


@bp.route("/plots", methods=["GET", "POST"])
def plots(session: Session, actor: Actor) -> ResponseReturnValue:
    producer = own_producer(session, actor)
    form = PlotForm(county=producer.county, kind=request.args.get("kind", PlotKind.FIELD))
    form.county.choices = counties()
    form.kind.choices = forms.choices(PLOT_WORDS.items())
    policy = service().installation.policy
    if plot := form.save(
        session, lambda: register_plots.add_plot(session, actor, policy, **form.typed(), said=form.said)
    ):
        flash(gettext("已添加“%(name)s”。", name=plot.name))
        return redirect(request.args.get("back") == "batch" and url_for(".new_batch") or url_for(".plots"))
    page = render_template(
        "producer/plots.html",
        form=form,
        found=list_frame.framed(session, actor, PLOTS),
        archived=archiving.any_archived(session, actor, Plot),
        policy=policy,
    )
    return page, form.status


@bp.route("/plots/<ref>", methods=["GET", "POST"])
def plot(session: Session, actor: Actor, found: Plot) -> ResponseReturnValue:
    """One plot: what the grower may mend of it, and what was mended."""
    policy = service().installation.policy
    form = PlotChangeForm(**_said(found))
    form.compare(session, found, lambda: _said(found))
    if form.done(
        session,
        lambda: register_plots.change_plot(
            session, actor, policy, found, **form.typed("name", "place", "area_mu"), said=form.said
        ),
    ):
        flash(gettext("已更正“%(name)s”。", name=found.name))
        return redirect(url_for("producer.plot", ref=found.id))
    page = render_template(
        "producer/plot.html", form=form, plot=found, events=log.events_of(session, found), policy=policy
    )
    return page, form.status


def _said(plot: Plot) -> dict[str, str]:
    return {"name": plot.name, "place": plot.place, "area_mu": plain(plot.area_mu)}


@bp.post("/plots/<ref>/archive")
def archive_plot(session: Session, actor: Actor, found: Plot) -> ResponseReturnValue:
    archiving.archive(session, actor, found)
    flash(gettext("“%(name)s”已归档，表单里不再列出。", name=found.name))
    return redirect(url_for("producer.plot", ref=found.id))


@bp.post("/plots/<ref>/restore")
def restore_plot(session: Session, actor: Actor, found: Plot) -> ResponseReturnValue:
    archiving.restore(session, actor, found)
    flash(gettext("“%(name)s”已恢复，表单里又可以选了。", name=found.name))
    return redirect(url_for("producer.plot", ref=found.id))
