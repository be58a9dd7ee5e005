"""For producers: the address book of customers and suppliers (客户和供货人). On the producer's blueprint."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session, joinedload

from ...access.actor import Actor, own_producer
from ...audit import log
from ...models import Batch, Partner, Shipment
from ...register import archiving
from ...register import partners as book
from ...register.lists import PARTNERS
from .. import forms, list_frame
from ..blueprints import producer as bp
from ..mending import MendForm
from ..page_number import shown_of


@forms.fills(book.PartnerForm)
class PartnerForm(forms.Form):
    needed = frozenset({"name"})


@forms.fills(book.PartnerForm)
class PartnerChangeForm(MendForm):
    needed = PartnerForm.needed


list_frame.shown_at("producer.partners", PARTNERS)


@bp.get("/partners")
def partners(session: Session, actor: Actor) -> ResponseReturnValue:
    own_producer(session, actor)
    return render_template("producer/partners.html", found=list_frame.framed(session, actor, PARTNERS))


@bp.route("/partners/new", methods=["GET", "POST"])
def new_partner(session: Session, actor: Actor) -> ResponseReturnValue:
    own_producer(session, actor)
    form = PartnerForm()
    if row := form.save(session, lambda: book.add(session, actor, form.into(book.PartnerForm))):
        flash(gettext("已添加“%(name)s”。", name=row.name))
        return redirect(url_for("producer.partners"))
    return render_template("producer/partner_form.html", form=form), form.status


@bp.route("/partners/<ref>", methods=["GET", "POST"])
def partner(session: Session, actor: Actor, found: Partner) -> ResponseReturnValue:
    """One of them: what may be mended, what was shipped to it and bought of it, and what was mended."""
    now = vars(book.PartnerForm.of(found))
    form = PartnerChangeForm(**now)
    form.compare(session, found, lambda: vars(book.PartnerForm.of(found)))
    if form.done(session, lambda: book.change(session, actor, found, form.into(book.PartnerForm))):
        flash(gettext("已更正“%(name)s”。", name=found.name))
        return redirect(url_for("producer.partner", ref=found.id))
    sent = sa.select(Shipment).where(Shipment.partner_id == found.id, Shipment.cancelled_at.is_(None))
    sent = sent.options(joinedload(Shipment.batch).joinedload(Batch.product)).order_by(Shipment.id.desc())
    bought = sa.select(Batch).where(Batch.partner_id == found.id).options(joinedload(Batch.product))
    page = render_template(
        "producer/partner.html",
        form=form,
        partner=found,
        shipments=shown_of(session, sent, "sent"),
        bought=shown_of(session, bought.order_by(Batch.id.desc()), "bought"),
        events=log.events_of(session, found),
    )
    return page, form.status


@bp.post("/partners/<ref>/archive")
def archive_partner(session: Session, actor: Actor, found: Partner) -> ResponseReturnValue:
    archiving.archive(session, actor, found)
    flash(gettext("“%(name)s”已归档，表单里不再列出。", name=found.name))
    return redirect(url_for("producer.partner", ref=found.id))


@bp.post("/partners/<ref>/restore")
def restore_partner(session: Session, actor: Actor, found: Partner) -> ResponseReturnValue:
    archiving.restore(session, actor, found)
    flash(gettext("“%(name)s”已恢复，表单里又可以选了。", name=found.name))
    return redirect(url_for("producer.partner", ref=found.id))
