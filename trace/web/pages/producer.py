"""For producers: the record, plots, products and batches. Labels are in `labels`, on the same blueprint."""

from datetime import datetime

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ... import clock, paging
from ...access.actor import Actor, own_producer
from ...brands import directory, licences
from ...certification import lists
from ...chain import balance, lineage, shipping
from ...clock import day_of
from ...commitment import certificates
from ...errors import N_
from ...farm import amounts, harvests
from ...farm.holds import held_of
from ...issue.requirements import Checklist
from ...models import Batch, Producer, Product, Review, Unit
from ...paging import Page
from ...printing import next_step, plans, runs, withdrawal
from ...recall import figures as recall_figures
from ...recall import notices as recall_notices
from ...register import batch_corrections, dependents, product_kinds, product_pictures
from ...register import batches as register_batches
from ...register import lists as register_lists
from ...register import products as register_products
from ...uploads import pictures
from .. import forms, list_frame
from ..blueprints import producer as bp
from ..commoditywords import names_of, typed_goods
from ..contentpolicy import working
from ..guard import service
from ..language import aside
from ..page_number import shown
from ..words import UNIT_WORDS
from . import clearance, first_steps, producer_forms, requirements
from .farm_forms import farmer_choices
from .product_picture import product_page
from .repeat_form import next_form

LATEST = 5  # batches on the home page


def counties(empty: str | None = N_("请选择")) -> list[tuple[str, str]]:
    """The city's counties as options of a select."""
    policy = service().installation.policy
    return forms.choices(((county.code, county.name) for county in policy.counties.values()), empty)


@bp.get("/")
def home(session: Session, actor: Actor) -> ResponseReturnValue:
    """The home page: the state of the record, and what to do next."""
    producer = session.get(Producer, actor.producer_id) if actor.producer_id else None
    if producer is None:
        return redirect(url_for("producer.profile"))
    latest = paging.page_of(session, register_lists.batches_of(producer.id), 1)
    today, notices = day_of(actor.at), recall_notices.notices_for(session, producer.id)
    page = render_template(
        "producer/home.html",
        producer=producer,
        notices=notices,
        unreported=sum(recall_figures.unreported(session, producer.id).values()),
        held=shown(held_of(session, producer.id), "held"),
        amounts=shown(amounts.told_of(session, actor), "amounts"),
        told={notice.id: recall_notices.stopped_of(session, notice) for notice in notices},
        coming=shipping.coming_in(session, actor),
        certificates=lists.counts(session, actor, today),
        expiring=lists.expiring(session, actor, today),
        products=register_lists.products_of(session, producer.id),
        pictures=product_pictures.unfinished(session, producer.id),
        listed=shown(register_lists.products_of(session, producer.id), "products"),
        batches=Page(latest[:LATEST], latest.total, 1),
        today=today,
        next_form=next_form(session, actor),
        **first_steps.facts(session, producer),
    )
    return working(make_response(page))


@bp.route("/products/new", methods=["GET", "POST"])
def new_product(session: Session, actor: Actor) -> ResponseReturnValue:
    return _product_form(session, actor, None)


@bp.route("/products/<ref>", methods=["GET", "POST"])
def product(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """A product. The producer can change it until it is approved."""
    if found.state in (Review.APPROVED, Review.COUNTY_APPROVED) and request.method == "GET":
        return product_page(session, found)
    return _product_form(session, actor, found)


def _product_form(session: Session, actor: Actor, found: Product | None) -> ResponseReturnValue:
    producer = own_producer(session, actor)
    form = producer_forms.ProductForm(
        obj=found,
        brand=found.brand.key if found and found.brand else "",
        shelf_life=found and found.shelf_life_days or "",
        **({"commodity": found.commodity, "materials": names_of(found.made_of)} if found else _wanted()),
    )
    if found:
        form.compare(session, found, lambda: {"name": found.name, "description": found.description or ""})
    brands = [*directory.brands_for(session, producer.county), *directory.own_brands(session, producer.id)]
    form.brand.choices = forms.choices(((brand.key, brand.name) for brand in brands), N_("不用区域品牌"))
    form.regime.choices = forms.choices(product_kinds.REGIME_WORDS.items(), N_("请选择"))

    def send() -> Product:
        jpeg = pictures.small_jpeg(request.files["picture"].stream) if request.files.get("picture") else None
        typed = form.typed("name", "brand", "description")
        sent = register_products.submit_product(
            session,
            actor,
            product=found,
            name=typed["name"],
            brand=typed["brand"],
            description=typed["description"],
            kind=form.into(product_kinds.ProductKind),
            goods=typed_goods(form.commodity, form.materials),
            barcode=form.barcode.data or "",
        )
        if jpeg:
            product_pictures.submit(session, actor, sent, jpeg)
        return sent

    sent = form.save(session, send)
    if sent is None:
        sent_before = product_pictures.of(session, found) if found else ()
        page = render_template("producer/product_form.html", form=form, product=found, pictures=sent_before)
        return page, form.status
    flash(gettext("已提交，请等县、市两级审核。"))
    return redirect(url_for("producer.home"))


def _wanted() -> dict[str, str]:
    """The commodity for which a receipt sent its producer here."""
    return {"commodity": request.args.get("commodity", "")[:40]}


list_frame.shown_at("producer.batches", register_lists.OWN_BATCHES)


@bp.get("/batches")
def batches(session: Session, actor: Actor) -> ResponseReturnValue:
    own_producer(session, actor)
    return render_template("producer/batches.html", found=list_frame.framed(session, actor, register_lists.OWN_BATCHES))


@bp.route("/batches/new", methods=["GET", "POST"])
def new_batch(session: Session, actor: Actor) -> ResponseReturnValue:
    producer = own_producer(session, actor)
    form = producer_forms.BatchForm(data=None if request.method == "POST" else _start_values(session, actor, producer))
    products = [row for row in register_lists.products_of(session, producer.id) if row.state is Review.APPROVED]
    form.product.choices = forms.choices((row.id, row.name) for row in products)
    offer_harvest(session, producer, form)
    if batch := form.save(
        session,
        lambda: harvests.declare(session, actor, service().installation.policy, form.into(register_batches.BatchForm)),
    ):
        return redirect(url_for("producer.batch", ref=batch.id_number))
    today = day_of(actor.at)
    bars = [(row, licences.bar(session, row.brand, producer.id, today)) for row in products]
    page = render_template(
        "producer/batch_form.html",
        form=form,
        products=products,
        plots=form.plot.choices,
        brandless=[(row, why) for row, why in bars if why],
        seasons=licences.with_season(row.brand for row, why in bars if not why),
        last=register_batches.last_batch(session, producer.id),
        today=day_of(actor.at),
    )
    return working(make_response(page, form.status))


def offer_harvest(
    session: Session,
    producer: Producer,
    form: producer_forms.BatchForm | producer_forms.CorrectionForm,
    of: Batch | None = None,
) -> None:
    """Give the form of a harvest its plots, units and growers to choose from; what `of` names though it is archived."""
    own = of.plot if of else None
    fields = [row for row in producer.plots if row in producer.fields_in_use or row is own]
    form.plot.choices = forms.choices((row.id, row.name + aside(row.place)) for row in fields)
    form.unit.choices = forms.choices(UNIT_WORDS.items())
    form.farmer.choices = farmer_choices(session, producer, of.attached_farmer if of else None)
    forms.choose_anew(form.plot)
    forms.choose_anew(form.farmer)


def harvest_values(batch: Batch) -> dict[str, str]:
    """What was typed of a harvest but for its day, as its form shows it."""
    return {
        "plot": str(batch.plot_id),
        "quantity": f"{batch.quantity:f}",
        "unit": str(batch.unit),
        "pack_size": f"{batch.pack_size:f}",
        "farmer": str(batch.attached_farmer_id or ""),
    }


def _start_values(session: Session, actor: Actor, producer: Producer) -> dict[str, str]:
    """Today's harvest. With ?copy=… everything else is as in the last batch (照上一批填)."""
    values = {"harvest_date": day_of(actor.at).isoformat(), "unit": str(Unit.KILOGRAM), "key": forms.fresh_key()}
    last = register_batches.last_batch(session, producer.id) if request.args.get("copy") else None
    if last is None:
        return values
    return values | {"product": str(last.product_id)} | harvest_values(last)


@bp.get("/batches/<ref>")
def batch(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return batch_page(session, found)


def batch_page(
    session: Session,
    found: Batch,
    issue: forms.IssueForm | None = None,
    void: forms.VoidForm | None = None,
    cancel: tuple[int, forms.ReasonForm] | None = None,
    restore: forms.Form | None = None,
) -> ResponseReturnValue:
    """A batch with everything about it. It shows the refused form, if one was; `cancel` names the shipment of its form."""
    now = clock.now()
    refused, asked = issue or void or cancel or restore, Checklist(session, service().installation, found, now)
    issue = issue or forms.IssueForm(formdata=None, count=str(found.room), kind="full", key=forms.fresh_key())
    ranges, prints, unmet = plans.ranges_of(session, found), plans.runs_of(session, found), asked.unmet()
    is_here = bool(found.left or shipping.next_packs(session, found))
    page = render_template(
        "producer/batch.html",
        batch=found,
        issue=issue,
        void=void or forms.VoidForm(formdata=None),
        ranges=ranges,
        runs=prints,
        step=next_step.next_step(found, unmet.values(), ranges, prints, is_here, plans.lost_of(session, found)),
        voided=shown(runs.voided(session, found), "voided"),
        cancel=cancel,
        commitments=certificates.of_batch(session, found.id),
        **clearance.facts(session, found, asked.judged),
        **requirements.facts(found, unmet),
        form_of=certificates.template_today(session, found, day_of(now)),
        reason=forms.ReasonForm(formdata=None),
        **goods_of(session, found),
        **_mending_of(session, found, now),
        restore=restore or forms.Form(formdata=None),
    )
    return working(make_response(page, 422 if refused else 200))


def _mending_of(session: Session, found: Batch, at: datetime) -> dict[str, object]:
    """What keeps a batch from being corrected, withdrawn or restored now, and what was mended of it."""
    return {
        "no_correction": dependents.of_correction(session, found),
        "no_withdrawal": dependents.of_withdrawal(session, found),
        "no_restoring": withdrawal.restorable(session, found, at),
        "history": batch_corrections.history(session, found),
    }


def goods_of(session: Session, found: Batch) -> dict[str, object]:
    """Where a batch's goods are, for the page: shares, one step back, one step forward, shipments."""
    return {
        "ledger": balance.ledger(session, found),
        "shipments": shipping.shipments_of(session, found),
        "links_in": lineage.links_into(session, found),
        "links_out": lineage.links_from(session, found),
    }
