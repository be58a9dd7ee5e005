"""For producers: attached farmers (挂靠农户), added, mended, archived and brought back. On the producer's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import StringField

from ...access.actor import Actor, own_producer
from ...audit import log
from ...farm import farmers as farm_farmers
from ...models import AttachedFarmer
from ...register import archiving
from ...register.standing_lists import FARMERS
from .. import list_frame
from ..blueprints import producer as bp
from ..forms import Form
from ..mending import MendForm


class FarmerForm(Form):
    needed = frozenset({"name", "place"})
    name = StringField()
    place = StringField()


class FarmerChangeForm(MendForm):
    needed = FarmerForm.needed
    name = StringField()
    place = StringField()


list_frame.shown_at("producer.farmers", FARMERS)


@bp.route("/farm/farmers", methods=["GET", "POST"])
def farmers(session: Session, actor: Actor) -> ResponseReturnValue:
    """The smallholders for whom a producer keeps the record."""
    own_producer(session, actor)
    form = FarmerForm()
    if farmer := form.save(session, lambda: farm_farmers.add_farmer(session, actor, **form.typed())):
        flash(gettext("已添加“%(name)s”。", name=farmer.name))
        return redirect(url_for("producer.farmers"))
    page = render_template(
        "producer/farmers.html",
        form=form,
        found=list_frame.framed(session, actor, FARMERS),
        archived=archiving.any_archived(session, actor, AttachedFarmer),
    )
    return page, form.status


@bp.route("/farm/farmers/<ref>", methods=["GET", "POST"])
def farmer(session: Session, actor: Actor, found: AttachedFarmer) -> ResponseReturnValue:
    """One of them: what may be mended, and what was mended."""
    form = FarmerChangeForm(name=found.name, place=found.place)
    form.compare(session, found, lambda: {"name": found.name, "place": found.place})
    typed = form.typed("name", "place")
    if form.done(session, lambda: farm_farmers.change_farmer(session, actor, found, **typed)):
        flash(gettext("已更正“%(name)s”。", name=found.name))
        return redirect(url_for("producer.farmer", ref=found.id))
    page = render_template("producer/farmer.html", form=form, farmer=found, events=log.events_of(session, found))
    return page, form.status


@bp.post("/farm/farmers/<ref>/archive")
def archive_farmer(session: Session, actor: Actor, found: AttachedFarmer) -> ResponseReturnValue:
    archiving.archive(session, actor, found)
    flash(gettext("“%(name)s”已归档，表单里不再列出。", name=found.name))
    return redirect(url_for("producer.farmer", ref=found.id))


@bp.post("/farm/farmers/<ref>/restore")
def restore_farmer(session: Session, actor: Actor, found: AttachedFarmer) -> ResponseReturnValue:
    archiving.restore(session, actor, found)
    flash(gettext("“%(name)s”已恢复，表单里又可以选了。", name=found.name))
    return redirect(url_for("producer.farmer", ref=found.id))
