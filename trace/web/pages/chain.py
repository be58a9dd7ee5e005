"""For producers: batches are split, merged, processed, shipped and received. On the producer's blueprint."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ... import fields
from ...access.actor import Actor, own_producer
from ...chain import acts, balance, commodity, shipping
from ...chain.lists import INCOMING
from ...clock import day_of
from ...errors import N_, Conflict
from ...models import Batch, Notice, Origin, PlotKind, Producer, Product, Review, Shipment, Unit
from ...recall import notices
from ...register import lists, partners
from .. import forms, list_frame
from ..blueprints import producer as bp
from ..language import aside
from ..words import UNIT_WORDS
from . import chain_forms
from .producer import batch_page

MOST_SOURCES = 20


def _made(batch: Batch) -> ResponseReturnValue:
    flash(
        gettext(
            "已登记新批次：%(product)s %(amount)s %(unit)s。",
            product=batch.product.name,
            amount=fields.plain(batch.quantity),
            unit=gettext(batch.unit),
        )
    )
    return redirect(url_for("producer.batch", ref=batch.id_number))


@bp.route("/batches/<ref>/split", methods=["GET", "POST"])
def split(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = chain_forms.SplitForm(key=forms.fresh_key()).in_unit(found.unit)
    parts = chain_forms.parts_typed() if request.method == "POST" else []
    made = form.save(
        session,
        lambda: acts.split(session, actor, found.id_number, parts, loss=form.loss.data or "", key=form.key.data or ""),
    )
    if made is None:
        page = render_template("producer/split.html", form=form, batch=found, rows=range(chain_forms.PARTS))
        return page, form.status
    flash(gettext("已分成 %(n)d 批。", n=len(made)))
    return redirect(url_for("producer.batch", ref=found.id_number))


@bp.route("/batches/<ref>/merge", methods=["GET", "POST"])
def merge(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = chain_forms.MergeForm(
        data=None
        if request.method == "POST"
        else {"pack_size": fields.plain(found.pack_size), "key": forms.fresh_key()}
    ).in_unit(found.unit)
    others = balance.usable(session, found, MOST_SOURCES, same_product=True)
    rows = chain_forms.sources(found, others, take_all=True)
    made = form.save(
        session,
        lambda: acts.merge(session, actor, chain_forms.taken(rows), **form.typed("pack_size", "quantity", "key")),
    )
    if made:
        return _made(made)
    page = render_template("producer/merge.html", form=form, batch=found, rows=rows)
    return page, form.status


@bp.route("/batches/<ref>/process", methods=["GET", "POST"])
def process(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = _made_form(session, actor, balance.last_of(session, found.producer_id, Origin.PROCESSED))
    rows = chain_forms.sources(found, balance.usable(session, found, MOST_SOURCES, same_product=False), take_all=True)
    form.product.choices = _products(session, found.producer_id, lambda own: commodity.may_become(found.product, own))
    made = form.save(
        session,
        lambda: acts.process(session, actor, chain_forms.taken(rows), form.into(acts.Made), key=form.key.data or ""),
    )
    if made:
        return _made(made)
    page = render_template("producer/process.html", form=form, batch=found, rows=rows, today=day_of(actor.at))
    return page, form.status


@bp.route("/purchase", methods=["GET", "POST"])
def purchase(session: Session, actor: Actor) -> ResponseReturnValue:
    """Goods bought from someone without a record here (外购)."""
    own_producer(session, actor)
    form = _made_form(session, actor, None)

    def bought() -> Batch:
        return acts.purchase(session, actor, form.into(acts.Made), form.into(acts.Seller), key=form.key.data or "")

    if made := form.save(session, bought):
        return _made(made)
    book = partners.offered(session, actor)
    page = render_template("producer/purchase.html", form=form, book=book, today=day_of(actor.at))
    return page, form.status


def _made_form(session: Session, actor: Actor, like: Batch | None) -> chain_forms.MadeForm:
    """The form of the new batch, filled as the last time, with today's date."""
    producer = session.get_one(Producer, actor.producer_id)
    start = {
        "day": day_of(actor.at).isoformat(),
        "unit": str(Unit.KILOGRAM),
        "key": forms.fresh_key(),
        "remember": True,
    }
    if like is not None:
        start |= {
            "product": str(like.product_id),
            "works": str(like.plot_id),
            "unit": str(like.unit),
            "pack_size": fields.plain(like.pack_size),
        }
    form = chain_forms.MadeForm(data=None if request.method == "POST" else start)
    form.product.choices = _products(session, producer.id, lambda own: own.commodity is not None)
    works = (row for row in producer.plots_in_use if row.kind is PlotKind.WORKS)
    form.works.choices = forms.choices((row.id, row.name + aside(row.place)) for row in works)
    forms.choose_anew(form.works)
    form.unit.choices = forms.choices(UNIT_WORDS.items())
    return form


def _products(session: Session, producer_id: int, fits: Callable[[Product], bool]) -> list[tuple[str, str]]:
    approved = (row for row in lists.products_of(session, producer_id) if row.state is Review.APPROVED)
    return forms.choices((row.id, row.name) for row in approved if fits(row))


@bp.route("/batches/<ref>/ship", methods=["GET", "POST"])
def ship(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    usual, packs = shipping.usual(session, actor), shipping.next_packs(session, found)
    start = {"day": day_of(actor.at).isoformat(), "key": forms.fresh_key(), "remember": True}
    start |= {"customer": usual[0].customer, "place": usual[0].place} if usual else {}
    start |= {"first": str(packs[0]), "last": str(packs[1])} if packs else {"quantity": fields.plain(found.left)}
    form = chain_forms.ShipForm(data=None if request.method == "POST" else start).in_unit(found.unit)
    row = form.save(session, lambda: shipping.ship(session, actor, found, form.into(shipping.ShippingForm)))
    if row is None:
        book, today = partners.offered(session, actor), day_of(actor.at)
        page = render_template(
            "producer/ship.html", form=form, batch=found, packs=packs, usual=usual, book=book, today=today
        )
        return page, form.status
    flash(gettext("已记下发货：%(customer)s。", customer=row.customer))
    if row.to_producer and not (form.uscc.data or "").strip():
        flash(gettext("“%(name)s”在本系统有登记，登录后就能收货。", name=row.to_producer.name))
    return redirect(url_for("producer.batch", ref=found.id_number))


@bp.post("/shipments/<ref>/cancel")
def cancel_shipment(session: Session, actor: Actor, found: Shipment) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: shipping.cancel(session, actor, found, form.reason.data or "")):
        return batch_page(session, found.batch, cancel=(found.id, form))
    flash(gettext("已撤销这次发货。"))
    return redirect(url_for("producer.batch", ref=found.batch.id_number))


list_frame.shown_at("producer.incoming", INCOMING)


@bp.get("/incoming")
def incoming(session: Session, actor: Actor) -> ResponseReturnValue:
    """The shipments to this producer that it has not received yet."""
    own_producer(session, actor)
    return render_template("producer/incoming.html", found=list_frame.framed(session, actor, INCOMING))


@bp.route("/shipments/<ref>/receive", methods=["GET", "POST"])
def receive(session: Session, actor: Actor, found: Shipment) -> ResponseReturnValue:
    producer = own_producer(session, actor)
    if found.to_producer_id != producer.id:
        raise Conflict(N_("这批货不是发给您的，或者发货已经撤销"))
    start = {"pack_size": fields.plain(found.batch.pack_size), "key": forms.fresh_key()}
    form = chain_forms.ReceiveForm(data=None if request.method == "POST" else start).in_unit(found.batch.unit)
    offered = commodity.offered(lists.products_of(session, producer.id), found.batch)
    form.product.choices = forms.choices((row.id, row.name) for row in offered.products)
    made = form.save(session, lambda: acts.receive(session, actor, found, **form.typed()))
    if made:
        return _made(made)
    page = render_template("producer/receive.html", form=form, shipment=found, offered=offered)
    return page, form.status


@bp.post("/notices/<ref>/read")
def read_notice(session: Session, actor: Actor, found: Notice) -> ResponseReturnValue:
    notices.read(session, actor, found)
    return redirect(url_for("producer.home"))
